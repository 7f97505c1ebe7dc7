"""What every page sends: its policy, its shape, its weight, and nobody else's bytes."""

from __future__ import annotations

import gzip
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from playwright.sync_api import APIResponse, Page

from tests.browser.all_views import STAFF, VIEWS

PAGE_BYTES = 60_000
FONT_BYTES = 60_000
_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# One of each kind; the admin is for staff and may weigh more.
_WEIGHED = [view for view in VIEWS if view.is_main and view not in STAFF]
_OPENED = [view for view in VIEWS if view.act is None]

_LOADED = """() => performance.getEntriesByType('resource').map((each) => each.name)"""


class _Shape(HTMLParser):
    """Counts first headings and finds what the policy forbids, in the page as sent."""

    def __init__(self) -> None:
        super().__init__()
        self.headings = 0
        self.language: str | None = None
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.headings += tag == "h1"
        if tag == "html":
            self.language = names.get("lang")
        is_code = tag == "style" or (tag == "script" and "src" not in names)
        if is_code or any(name == "style" or name[:2] == "on" for name in names):
            self.inline.append(str(self.get_starttag_text()))


@pytest.mark.parametrize("view", _OPENED, ids=lambda view: view.name)
def test_a_page_has_one_heading_a_strict_policy_and_nothing_inline(visit, site, view):
    answer = visit(view.who).request.get(view.address_on(site))
    headers = answer.headers
    assert set(headers["content-security-policy"].split("; ")) >= _POLICY
    assert "unsafe" not in headers["content-security-policy"]
    assert {name: headers.get(name) for name in _HEADERS} == _HEADERS
    assert "camera=()" in headers["permissions-policy"]
    shape = _Shape()
    shape.feed(answer.text())
    assert (shape.headings, shape.language, shape.inline) == (1, "en", [])


@pytest.mark.parametrize("view", _WEIGHED, ids=lambda view: view.name)
def test_a_page_weighs_little(visit, site, view):
    page = visit(view.who)
    view.open(page, site)
    page.evaluate("() => document.fonts.ready")
    loaded = {page.url, *page.evaluate(_LOADED)}
    code = {url: _sent(page, url) for url in loaded if _is_code(url, page)}
    assert sum(code.values()) <= PAGE_BYTES, code
    fonts = {url: _sent(page, url) for url in loaded if url.endswith(".woff2")}
    # Names in other scripts bring a further file; pages of our own words do not.
    if page.locator(":lang(ar), :lang(vi)").count() == 0:
        assert sum(fonts.values()) <= FONT_BYTES, fonts


def _is_code(url: str, page: Page) -> bool:
    return url == page.url or url.partition("?")[0].endswith((".css", ".js"))


def _sent(page: Page, url: str) -> int:
    """Bytes on the wire; pages themselves are compressed by the server in front."""
    answer: APIResponse = page.request.get(
        urljoin(page.url, url), headers={"Accept-Encoding": "gzip, br"}
    )
    if "content-encoding" in answer.headers:
        return int(answer.headers["content-length"])
    body = answer.body()
    return len(body) if url.endswith(".woff2") else len(gzip.compress(body, 6))
