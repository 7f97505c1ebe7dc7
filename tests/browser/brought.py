"""Badges from elsewhere on every page that they have, for tests that look at all."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.browser.views import View, credential, press

#: An old badge, made out to another address.
_ANOTHERS = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://elsewhere.example/assertions/1",
    "recipient": {
        "type": "email",
        "hashed": False,
        "identity": "somebody@elsewhere.example",
    },
    "badge": "https://elsewhere.example/badges/juggling",
    "issuedOn": "2024-03-08T00:00:00Z",
}
_SIGNED = credential("title = 'Basic life support' AND source = 'imported'")
_OLD = credential("title = 'Food hygiene, level 2' AND source = 'imported'")


def paste_anothers(page: Page) -> None:
    """Add a badge that is made out to somebody else."""
    page.locator("textarea").fill(json.dumps(_ANOTHERS))
    press("Add badge")(page)


BROUGHT = (
    View("import", "/me/import/", who="learner", is_main=True),
    View("import-error", "/me/import/", who="learner", act=press("Add badge")),
    View("import-anothers", "/me/import/", who="learner", act=paste_anothers),
    View("brought", _SIGNED, is_main=True),
    View("brought-own", _SIGNED, who="learner"),
    View("brought-unverified", _OLD, who="learner", is_main=True),
    View(
        "brought-remove",
        lambda site: f"/me/credentials/{_OLD(site).split('/')[2]}/remove/",
        who="learner",
    ),
)
