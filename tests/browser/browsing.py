"""Browsers that look at our site and at nothing else, and tell what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
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
    """Browser contexts on one site: who visits, with which colours and scripts.

    ``complaints`` gathers everything that must not happen on any page: a request to
    another host, an error in the console, a part that is missing, a server error.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def page(
        self,
        *,
        state: Any = None,
        scripts: bool = True,
        scheme: str = "light",
        size: dict[str, int] = WIDE,
    ) -> Page:
        """A new page in a context of its own.

        In: ``state`` is what ``log_in`` returned, None for a visitor.
        """
        context = self.browser.new_context(
            base_url=self.site.url,
            storage_state=state,
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": size["width"], "height": size["height"]},
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(_SECONDS * 1000)
        context.on("request", self._look_at_request)
        context.on("response", self._look_at_response)
        context.on("console", self._listen)
        context.on("weberror", lambda found: self._complain(str(found.error)))
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close every context opened so far."""
        for context in self._contexts:
            # After Ctrl-C the browser is gone already.
            with suppress(Error):
                context.close()
        self._contexts.clear()

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


class Cookies:
    """Log-ins of the demo's people on one site, each made once by its form."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: dict[str, Any] = {}

    def of(self, who: str, visits: Visits) -> Any:
        """Cookies for ``Visits.page``; None for a visitor."""
        if who != VISITOR and who not in self._kept:
            if who in WITHOUT_PASSWORD:
                self._site.change(_GIVE_PASSWORD, f"{who}@example.org")
            page = visits.page()
            self._kept[who] = log_in(page, f"{who}@example.org")
            page.context.close()
        return self._kept.get(who)


_GIVE_PASSWORD = """UPDATE portfolio_user SET password = (SELECT password
FROM portfolio_user WHERE email = 'learner@example.org') WHERE email = %s"""


def log_in(page: Page, email: str, password: str = PASSWORD) -> Any:
    """Log in through the form. Out: cookies for ``Visits.page``."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/me/**")
    return page.context.storage_state()
