"""Pages of finding people, of kept people and of saved searches, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.running_site import Site
from tests.browser.views import View, press

_PAIR = "who=hong-nhung&who=deepika-sharma"


def saved(site: Site) -> str:
    """The saved search of the demo that is mailed."""
    token = site.ask("SELECT token FROM portfolio_savedsearch WHERE is_mailed LIMIT 1")
    return f"/me/searches/{token}/"


def stop(site: Site) -> str:
    """Where its mail says that it can be stopped."""
    return saved(site).removeprefix("/me") + "stop/"


def empty_name(page: Page) -> None:
    """Try to save a search without a name."""
    page.get_by_label("Name").fill("")
    press("Save")(page)


def long_note(page: Page) -> None:
    """Try to save more than a note holds."""
    page.get_by_label("Note").fill("a" * 1001)
    press("Save")(page)


FINDING_PEOPLE = (
    View("talent", "/talent/", is_main=True),
    View("talent-found", "/talent/?q=nursing", who="employer", is_main=True),
    View("talent-nobody", "/talent/?q=welding&place=Lisbon", who="employer"),
    View("profile-kept", "/p/hong-nhung/", who="employer"),
    View("people-kept", "/me/people/", who="employer", is_main=True),
    View("person-kept", "/me/people/hong-nhung/", who="employer", is_main=True),
    View("person-error", "/me/people/hong-nhung/", who="employer", act=long_note),
    View("compare", f"/me/people/compare/?{_PAIR}", who="employer", is_main=True),
    View("compare-error", "/me/people/compare/", who="employer"),
    View("searches", "/me/searches/", who="employer", is_main=True),
    View("searches-empty", "/me/searches/", who="mei"),
    View("search-new", "/me/searches/new/?q=bread&place=Leeds", who="employer"),
    View(
        "search-new-error",
        "/me/searches/new/?q=bread&place=Leeds",
        who="employer",
        act=empty_name,
    ),
    View("search-edit", saved, who="employer"),
    View("search-stop", stop),
    View("found", "/me/found/", who="learner", is_main=True),
    View("found-off", "/me/found/", who="employer"),
    View("contact-person", "/p/amina-yusuf/contact/", who="employer"),
    View("contacts", "/me/contacts/", who="employer", is_main=True),
    View("contacts-empty", "/me/contacts/", who="mei"),
)
