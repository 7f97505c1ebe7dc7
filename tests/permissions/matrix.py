"""Who may see what: the table. Every route of the site stands here, or a test fails.

A line is ``route, thing, GET, POST``; lines lie in ``lines_public``, ``lines_learners``
and ``lines_admin``, rows in ``cells``. The thing names values of ``stage.things``. GET
and POST name a row of ``CELLS``, or are one code for everybody. Codes:

``200`` and other numbers   the status
``in``                      led to the log-in
``go``                      led elsewhere
``gone``                    led to the admin's first page, as for what does not exist
``+``                       after a code: something was written

An empty POST: it is not tried. No code without ``+`` ever writes.
"""

from __future__ import annotations

from tests.permissions.cells import CELLS, PEOPLE, Line
from tests.permissions.lines_admin import ADMIN, SHORTCUTS, SUBMISSION, VERSION
from tests.permissions.lines_employers import EMPLOYERS
from tests.permissions.lines_endorsements import ENDORSEMENTS
from tests.permissions.lines_keeping import KEEPING
from tests.permissions.lines_learners import CREDENTIALS, FILES, LEARNERS
from tests.permissions.lines_public import ACCOUNTS, PUBLIC

__all__ = [
    "ACCOUNTS",
    "ADMIN",
    "BY_COLLECTION",
    "BY_LINK",
    "CELLS",
    "CREDENTIALS",
    "EMPLOYERS",
    "ENDORSEMENTS",
    "FILES",
    "KEEPING",
    "LEARNERS",
    "MAY_SEE",
    "PEOPLE",
    "PUBLIC",
    "SHORTCUTS",
    "SUBMISSION",
    "TABLE",
    "VERSION",
    "Line",
]

TABLE = [
    *PUBLIC,
    *LEARNERS,
    *FILES,
    *CREDENTIALS,
    *EMPLOYERS,
    *KEEPING,
    *ENDORSEMENTS,
    *ACCOUNTS,
    *ADMIN,
    *SHORTCUTS,
]

OWNER = {"learner"}
REVIEWERS = {"reviewer", "manager", "operator"}
SENT = OWNER | REVIEWERS
ANYBODY = set(PEOPLE)
#: Who may ever see a text: the first line that fits its mark counts.
MAY_SEE: list[tuple[str, set[str]]] = [
    (r".*note", REVIEWERS),  # for staff only
    (r"draft.*|withdrawn.*|thrownaway.*", OWNER),
    (r"rewriting.*", OWNER),  # written after the return, not yet sent again
    (r"rewritten(about|help|name|text)", OWNER),  # texts wait as a whole
    (r"version.*|next.*", REVIEWERS | {"designer"}),
    (r"foreign.*", {"foreign", "operator"}),
    (r"profile.*", OWNER),  # switched off
    (r"session.*", OWNER),
    (r"learnermail", SENT),
    (r"staffmail", REVIEWERS),
    (r"erased.*|job.*|report.*", set()),
    (r"(private|link|public)collection.*", OWNER),
    (r"contactmessage", {"other", "employer"}),
    (r"employer(proof|role|mail)|keptwords", {"employer"}),
    (r"hidden(words|name)", {"operator"}),  # switched off; the admin lists accounts
    (r"searchname", OWNER),
    (r"endorsementrequest", {"other", "foreign", "operator"}),
    (r"privateendorsement", {"other"} | REVIEWERS),
    (r"linkforname", OWNER),  # whom a time-limited link is for
    (r"public(name|shown.*)|broughtpublic", ANYBODY),
    (r"broughtprivate", OWNER),
    (r".*", SENT),
]
#: And everybody at the address of a collection that its owner shows to others.
BY_COLLECTION = r"learnername|%scollection.*"
#: And everybody at the address of a time-limited link, until it ends.
BY_SHARE_LINK = r"private(name|shownfile|shownbytes)"
#: And everybody at the addresses of what is shown to people with the link.
BY_LINK = r"link(name|shown.*)"
