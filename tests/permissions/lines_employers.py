"""Lines of the table: organisations, the people who act for them, and their roles.

Whoever acts for none is led from every page of one to making one.
"""

from __future__ import annotations

from tests.permissions.cells import Line

EMPLOYERS: list[Line] = [
    ("organisation", "", "member", "fields"),
    ("check_domain", "", "405", "hires go+"),
    ("found_own_issuer", "", "405", "hires 422"),
    ("employer_members", "", "405", "hires 422"),
    ("leave_organisation", "", "hires", "hires go+"),
    ("answer_invitation", "invitation", "405", "is asked"),
    ("roles", "", "hires", ""),
    ("new_role", "", "hires", "hires 422"),
    ("edit_role", "open role", "hires", "hires 422"),
    ("edit_role", "closed role", "hires", ""),
    ("role_skills", "open role", "405", "hires go"),
    ("role_text", "open role", "hires go", "hires"),
    ("role_state", "open role", "405", "hires go+"),
    ("role_people", "open role", "hires", "405"),
    ("delete_role", "open role", "hires", "hires go+"),
    ("role", "open role", "200", "405"),
    ("role", "closed role", "hirer", "405"),
]
