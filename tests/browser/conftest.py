"""The site and its visitors, for tests that look through a real browser.

How to add to these tests, so that they stay quick:

- A page that every check looks at is a line in ``all_views``; a check that every page
  has to pass is a line in ``test_every_page.CHECKS``. Each page is opened once for all
  checks, so neither needs a test of its own.
- A test that opens pages and changes nothing gets them by ``look("learner")``: there
  is one window for all of these tests, whoever looks.
- A story of what people do gets its people by ``visit("learner")``: a window each,
  emptied and used again by the next story. ``visit("visitor")`` is somebody who is
  not logged in, ``scripts=False`` a browser without scripts. A window more costs as
  much as three pages.
- A test leaves the demo's content as it found it, or makes an account of its own:
  the site is the same for all tests.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.browsing import Cookies, Onlooker, Visits, chromium
from tests.browser.running_site import Site, running_site

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _own_media() -> None:
    """Instead of the one for all tests: this process stores no files here."""


@pytest.fixture(scope="session")
def site(migrated_database: str | None) -> Iterator[Site]:
    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt  # so that pytest ends the site before itself

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with running_site(template=migrated_database) as running:
            yield running
    finally:
        signal.signal(signal.SIGTERM, before)


# Not for the whole session: while Playwright runs, its event loop would be in the
# way of other tests in the same process.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def cookies(site: Site) -> Cookies:
    return Cookies(site)


@pytest.fixture(scope="package")
def windows(browser: Browser, site: Site) -> Iterator[Visits]:
    """The windows of all tests here."""
    running = Visits(browser, site)
    yield running
    running.close()


@pytest.fixture
def visits(windows: Visits) -> Iterator[Visits]:
    """Windows for a test; it fails when a page did what no page may do."""
    yield windows
    windows.give_all_back()
    windows.assert_no_complaints()


@pytest.fixture
def visit(visits: Visits, cookies: Cookies) -> Callable[..., Page]:
    """``visit("learner", scripts=False)``: an empty page of somebody of the demo."""

    def open_page(who: str, **how: Any) -> Page:
        return visits.page(state=cookies.of(who, visits), **how)

    return open_page


@pytest.fixture(scope="package")
def onlooker(browser: Browser, site: Site, cookies: Cookies) -> Iterator[Onlooker]:
    """The window of those who only look."""
    running = Visits(browser, site)
    yield Onlooker(running, cookies, script=axe.source())
    running.close()


@pytest.fixture
def look(onlooker: Onlooker) -> Iterator[Callable[..., Page]]:
    """``look("learner", scheme="dark")``: the one window for tests that change nothing.

    It is the same for everybody: who looked before has left it, the page stays until
    the next is opened.
    """
    yield onlooker.page
    onlooker.visits.assert_no_complaints()
