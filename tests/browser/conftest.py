"""The site and its visitors, for tests that look through a real browser."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.browsing import Cookies, Visits, chromium
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
def site() -> Iterator[Site]:
    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt  # so that pytest ends the site before itself

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with running_site() as running:
            yield running
    finally:
        signal.signal(signal.SIGTERM, before)


# Not for the whole session: while Playwright runs, its event loop would be in the
# way of other tests in the same process.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def cookies(site: Site) -> Cookies:
    return Cookies(site)


@pytest.fixture
def visits(browser: Browser, site: Site) -> Iterator[Visits]:
    """New browser contexts; the test fails when a page did what no page may do."""
    running = Visits(browser, site)
    yield running
    running.close()
    assert not running.complaints, "\n".join(dict.fromkeys(running.complaints))


@pytest.fixture
def visit(visits: Visits, cookies: Cookies) -> Callable[..., Page]:
    """``visit("learner", scripts=False)``: a new page of one of the demo's people."""

    def open_page(who: str, **how: Any) -> Page:
        return visits.page(state=cookies.of(who, visits), **how)

    return open_page
