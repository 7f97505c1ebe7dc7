"""Pages of endorsements in each state, and where to find them."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.running_site import Site
from tests.browser.views import View, credential, press

_BADGE = "/badges/northwind-institute/reading-data-honestly/"


def endorsement(which: str, part: str = "") -> Callable[[Site], str]:
    """The address of the first endorsement that a condition in SQL finds."""

    def find(site: Site) -> str:
        query = f"SELECT token FROM portfolio_endorsement WHERE {which}"  # noqa: S608
        return f"/endorsements/{site.ask(query + ' ORDER BY id LIMIT 1')}/{part}"

    return find


_ASKED = "state = 'asked'"
_ENDORSED = credential(
    "title = 'Recognising sepsis early' AND state = 'active'"
    " AND recipient_name = 'Amina Yusuf'"
)


def _ask(site: Site) -> str:
    return f"/me/credentials/{_ENDORSED(site).split('/')[2]}/endorsement/"


RECOGNITION = (
    View("recognised-badge", _BADGE, who="manager"),
    View("recognise", f"{_BADGE}recognise/", who="manager", is_main=True),
    View(
        "recognise-error",
        f"{_BADGE}recognise/",
        who="manager",
        act=press("Sign and publish"),
    ),
    View("endorse-issuer", "/issuers/northwind-institute/endorse/", who="manager"),
    View(
        "endorsement",
        endorsement("state = 'given' AND kind = 'interview'"),
        is_main=True,
    ),
    View(
        "endorsement-credential",
        endorsement("state = 'given' AND credential_id IS NOT NULL"),
    ),
    View("endorsement-asked", endorsement(_ASKED), who="learner"),
    View("endorsements", "/endorsements/", who="manager", is_main=True),
    View("endorsements-nobody", "/endorsements/", who="employer"),
    View("answer-endorsement", endorsement(_ASKED, "answer/"), who="manager"),
    View("own-endorsements", "/me/endorsements/", who="learner", is_main=True),
    View("own-endorsements-empty", "/me/endorsements/", who="employer"),
    View("ask-endorsement", _ask, who="learner"),
    View("ask-endorsement-error", _ask, who="learner", act=press("Ask")),
    View("ask-recognition", f"{_BADGE}ask-for-recognition/", who="manager"),
)
