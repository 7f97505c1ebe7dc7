"""Browsers that look at our site and at nothing else, and tell what went wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    sync_playwright,
)

from portfolio.demo import PASSWORD
from portfolio.running import system_packages
from tests.browser.running_site import Site

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 800}

VISITOR = "visitor"
WITHOUT_PASSWORD = frozenset({"mei", "siobhan", "thanakorn"})
"""People of the demo who cannot log in there; here they get the demo's password."""

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # Whatever a page asks for, nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)
_SECONDS = 15
# Pages may answer 4xx (that is often what a test asks for); what they load may not.
_MAY_REFUSE = frozenset({"document", "fetch", "xhr"})


class Visits:
    """Windows on one site: who visits, with which colours and scripts.

    A new window costs the browser more than three pages do. So a window that a test
    is through with is emptied (``give_all_back``), and given out again.

    ``complaints`` gathers everything that must not happen on any page: a request to
    another host, an error in the console, a part that is missing, a server error.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.complaints: list[str] = []
        self._free: dict[bool, list[Page]] = {True: [], False: []}
        self._given: dict[Page, bool] = {}

    def page(
        self,
        *,
        state: Any = None,
        scripts: bool = True,
        scheme: str = "light",
        size: dict[str, int] = WIDE,
    ) -> Page:
        """An empty page in a window that nobody else has.

        In: ``state`` is what ``log_in`` returned, None for a visitor.
        """
        free = self._free[scripts]
        page = free.pop() if free else self._new(scripts=scripts)
        self._given[page] = scripts
        page.context.clear_cookies()
        if state is not None:
            page.context.add_cookies(state["cookies"])
        dress(page, scheme=scheme, size=size)
        return page

    def give_back(self, page: Page) -> None:
        """Take a page back; nothing of who had it stays in its window."""
        scripts = self._given.pop(page)
        try:
            _empty(page)
        except Error:  # closed, or after Ctrl-C the whole browser is
            with suppress(Error):
                page.context.close()
        else:
            self._free[scripts].append(page)

    def give_all_back(self) -> None:
        """Take every page back, at the end of a test."""
        for page in list(self._given):
            self.give_back(page)

    def assert_no_complaints(self) -> None:
        """Raise AssertionError when a page did, since the last time, what none may."""
        complaints = list(dict.fromkeys(self.complaints))
        self.complaints.clear()
        assert not complaints, "\n".join(complaints)

    def close(self) -> None:
        """Close every window."""
        for page in (*self._given, *self._free[True], *self._free[False]):
            with suppress(Error):
                page.context.close()
        self._given.clear()
        self._free = {True: [], False: []}

    def _new(self, *, scripts: bool) -> Page:
        context = self.browser.new_context(
            base_url=self.site.url, java_script_enabled=scripts, locale="en-GB"
        )
        context.set_default_timeout(_SECONDS * 1000)
        context.on("request", self._look_at_request)
        context.on("response", self._look_at_response)
        context.on("console", self._listen)
        context.on("weberror", lambda found: self._complain(str(found.error)))
        return context.new_page()

    def _complain(self, words: str) -> None:
        self.complaints.append(words)

    def _look_at_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.site.host:
            self._complain(f"a page asked another host: {request.url}")

    def _look_at_response(self, response: Response) -> None:
        kind = response.request.resource_type
        missing = response.status >= 400 and kind not in _MAY_REFUSE
        if missing or response.status >= 500:
            self._complain(f"{kind} {response.url} answered {response.status}")

    def _listen(self, message: ConsoleMessage) -> None:
        # Statuses are looked at above, with more knowledge of what asked.
        if message.text.startswith("Failed to load resource"):
            return
        if message.type in {"error", "warning"}:
            where = message.page.url if message.page else "?"
            self._complain(f"console on {where}: {message.text}")


def dress(page: Page, *, scheme: str = "light", size: dict[str, int] = WIDE) -> None:
    """Give a window its size and colours, whatever it had before."""
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.emulate_media(
        media="null",
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="none",
        reduced_motion="reduce",
    )


def _empty(page: Page) -> None:
    """Leave nothing in a window: no page, tab, cookie, stored value, or permission."""
    for tab in page.context.pages:
        if tab is not page:
            tab.close()
    page.unroute_all()
    # A text of our site: for one of nobody's the browser would begin a new process.
    page.goto("/robots.txt")
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.context.clear_cookies()
    page.context.clear_permissions()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, without a window. Raises LookupError without one."""
    path = os.environ.get("CHROMIUM") or system_packages.browser()
    if path is None:
        raise LookupError("no Chromium found: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_ARGUMENTS)
        )
        try:
            yield browser
        finally:
            browser.close()


class Onlooker:
    """One window for all who only look: never emptied, so never slow.

    A second window would cost as much as three pages, and go on to cost something
    as long as it is open.
    """

    def __init__(self, visits: Visits, cookies: Cookies, *, script: str = "") -> None:
        """``script`` runs in each page before the page's own."""
        self.visits = visits
        self._cookies = cookies
        self._script = script
        self._page: Page | None = None
        self._who = VISITOR

    def page(
        self, who: str, *, scheme: str = "light", size: dict[str, int] = WIDE
    ) -> Page:
        """The window, in which somebody is logged in, in this size and these colours.

        It shows what was looked at last.
        """
        page = self._window()
        if who != self._who:
            page.context.clear_cookies()
            if (state := self._cookies.of(who, self.visits)) is not None:
                page.context.add_cookies(state["cookies"])
            self._who = who
        dress(page, scheme=scheme, size=size)
        return page

    def _window(self) -> Page:
        if self._page is None or self._page.is_closed():
            self._page, self._who = self.visits.page(), VISITOR
            self._page.add_init_script(self._script)
        return self._page


class Cookies:
    """Log-ins of the demo's people on one site, each made once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: dict[str, Any] = {}

    def of(self, who: str, visits: Visits) -> Any:
        """Cookies for ``Visits.page``; None for a visitor."""
        if who != VISITOR and who not in self._kept:
            if who in WITHOUT_PASSWORD:
                self._site.change(_GIVE_PASSWORD, f"{who}@example.org")
            page = visits.page()
            self._kept[who] = _log_in(page, f"{who}@example.org")
            visits.give_back(page)
        return self._kept.get(who)


_GIVE_PASSWORD = """UPDATE portfolio_user SET password = (SELECT password
FROM portfolio_user WHERE email = 'learner@example.org') WHERE email = %s"""
_TOKEN = re.compile('name="csrfmiddlewaretoken" value="([^"]+)"')


def _log_in(page: Page, email: str) -> Any:
    """Log in by the form, without drawing it. Out: cookies for ``Visits.page``."""
    asking = page.context.request
    token = _TOKEN.search(asking.get("/accounts/login/").text())
    assert token is not None
    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = asking.post("/accounts/login/", form=form)
    assert urlsplit(answer.url).path.startswith("/me/"), answer.url
    return page.context.storage_state()
