"""Lines of the table: people whom an organisation keeps, and saved searches."""

from __future__ import annotations

from tests.permissions.cells import Line

KEEPING: list[Line] = [
    ("shortlist", "", "hires", ""),
    ("compare_people", "", "hires 422", ""),
    ("shortlist_person", "kept person", "keeper", "keeper 409"),
    ("shortlist_person", "hidden person", "nobody", "nobody"),
    ("saved_searches", "", "member", ""),
    ("new_saved_search", "", "stranger", "stranger"),
    ("saved_search", "saved search", "own", "own go+"),
    ("saved_search_count", "saved search", "own", ""),
    ("stop_digest", "mailed search", "200", "200+"),
    ("found", "", "member", ""),
]
