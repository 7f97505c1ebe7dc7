"""Pages of organisations and roles, in every state."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.running_site import Site
from tests.browser.views import View, press

NURSE, COOK = "Senior nurse, nights", "Cook who trains the kitchen"


def role(title: str, before: str = "/me", part: str = "") -> Callable[[Site], str]:
    """The address of a role of the demo, or of a part of it."""

    def find(site: Site) -> str:
        token = site.ask(
            "SELECT token FROM portfolio_roleprofile WHERE title = %s", title
        )
        return f"{before}/roles/{token}/{part}"

    return find


def paste(page: Page) -> None:
    """Paste a job text that names some skills."""
    page.get_by_text("Find skills in a job text").click()
    page.get_by_label("Job text").fill("We value speaking, writing and SQL.")
    press("Find skills")(page)


HIRING = (
    View("organisation", "/me/organisation/", who="employer", is_main=True),
    View("organisation-new", "/me/organisation/", who="mei"),
    View(
        "organisation-new-error",
        "/me/organisation/",
        who="mei",
        act=press("Make this organisation"),
    ),
    View(
        "organisation-error",
        "/me/organisation/",
        who="employer",
        act=press("Ask them to join"),
    ),
    View("organisation-leave", "/me/organisation/leave/", who="employer"),
    View("roles", "/me/roles/", who="employer", is_main=True),
    View("role-new", "/me/roles/new/", who="employer"),
    View(
        "role-new-error",
        "/me/roles/new/",
        who="employer",
        act=press("Go on to its skills"),
    ),
    View("role-edit", role(NURSE, part="?q=rea"), who="employer", is_main=True),
    View("role-text", role(NURSE), who="employer", act=paste),
    View("role-people", role(COOK, part="people/"), who="employer", is_main=True),
    View("role-delete", role(NURSE, part="delete/"), who="employer"),
    View("role", role(NURSE, ""), is_main=True),
    View("role-gap", role(NURSE, ""), who="learner", is_main=True),
    View("role-own", role(COOK, ""), who="employer"),
)
