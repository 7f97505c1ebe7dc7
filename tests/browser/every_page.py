"""What every page has to keep, each a function that names what is wrong.

All of them look at the same opened page, one after the other.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from html.parser import HTMLParser

from playwright.sync_api import Page, Response

from tests.browser.axe import COLOURS, problems
from tests.browser.browsing import NARROWEST, PHONE
from tests.browser.staff_views import STAFF
from tests.browser.views import View

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
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_REFERRERS = {"same-origin", "no-referrer"}
# Data for machines: it is not run, so no policy asks where it comes from.
_DATA = "application/ld+json"
_LOADED = """() => performance.getEntriesByType('resource').map((each) => each.name)"""
_OVERFLOW = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map((each) => each.outerHTML.slice(0, 160));
}"""
# Addresses of styles, scripts and fonts name their content: each is weighed once.
_WEIGHED: dict[str, int] = {}


@dataclass(frozen=True)
class Opened:
    """A view in a window, and the answer it came from (None after an act)."""

    view: View
    page: Page
    answer: Response | None


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
        is_script = tag == "script" and names.get("type") != _DATA
        is_code = tag == "style" or (is_script and "src" not in names)
        if is_code or any(name == "style" or name[:2] == "on" for name in names):
            self.inline.append(str(self.get_starttag_text()))


def headers(opened: Opened) -> list[str]:
    """The policy is strict, and nobody guesses, frames or follows."""
    if opened.answer is None:
        return []
    sent = opened.answer.headers
    policy = sent.get("content-security-policy", "")
    found = [f"the policy lacks {each}" for each in _POLICY - set(policy.split("; "))]
    if "unsafe" in policy:
        found.append(f"an unsafe policy: {policy}")
    found += [
        f"{name}: {sent.get(name)}, not {wanted}"
        for name, wanted in _HEADERS.items()
        if sent.get(name) != wanted
    ]
    if sent.get("referrer-policy") not in _REFERRERS:
        found.append(f"referrer-policy: {sent.get('referrer-policy')}")
    if "camera=()" not in sent.get("permissions-policy", ""):
        found.append("permissions-policy gives the camera away")
    return found


def shape(opened: Opened) -> list[str]:
    """The page as sent has one first heading, a language, and nothing inline."""
    if opened.answer is None:
        return []
    return shape_of(opened.answer.text())


def shape_of(html: str) -> list[str]:
    """What is wrong with the shape of a page in English."""
    read = _Shape()
    read.feed(html)
    found = [f"inline: {each}" for each in read.inline]
    if read.headings != 1:
        found.append(f"{read.headings} first headings")
    if read.language != "en":
        found.append(f"in the language {read.language}")
    return found


def weight(opened: Opened) -> list[str]:
    """Pages, styles, scripts and fonts weigh little; the admin may weigh more."""
    page = opened.page
    if not opened.view.is_main or opened.view in STAFF:
        return []
    page.evaluate("() => document.fonts.ready.then(() => null)")
    loaded = set(page.evaluate(_LOADED)) - {page.url}
    code = {each: _sent(page, each) for each in loaded if _is_code(each)}
    code[page.url] = len(gzip.compress(_body(opened), 6))
    found = [f"code of {code}"] if sum(code.values()) > PAGE_BYTES else []
    fonts = {each: _sent(page, each) for each in loaded if each.endswith(".woff2")}
    # Names in other scripts bring a further file; pages of our own words do not.
    is_ours = page.locator(":lang(ar), :lang(vi)").count() == 0
    if is_ours and sum(fonts.values()) > FONT_BYTES:
        found.append(f"fonts of {fonts}")
    return found


def _is_code(url: str) -> bool:
    return url.partition("?")[0].endswith((".css", ".js"))


def _body(opened: Opened) -> bytes:
    """The page as sent; pages are compressed by the server in front."""
    if opened.answer is not None:
        return opened.answer.body()
    return opened.page.request.get(opened.page.url).body()


def _sent(page: Page, url: str) -> int:
    """Bytes on the wire of something that a page loads."""
    if url not in _WEIGHED:
        answer = page.request.get(url, headers={"Accept-Encoding": "gzip, br"})
        packed = "content-encoding" in answer.headers
        body = answer.body()
        if packed:
            _WEIGHED[url] = int(answer.headers["content-length"])
        elif url.endswith(".woff2"):
            _WEIGHED[url] = len(body)
        else:
            _WEIGHED[url] = len(gzip.compress(body, 6))
    return _WEIGHED[url]


def accessible(opened: Opened) -> list[str]:
    """axe-core finds nothing, in both themes, on a wide screen and on a phone."""
    page = opened.page
    found = {"light": problems(page)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = problems(page, rules=COLOURS)
    if opened.view.is_main:
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found["phone, dark"] = problems(page)
        page.emulate_media(color_scheme="light")
        found["phone, light"] = problems(page, rules=COLOURS)
    return [f"{where}: {line}" for where, each in found.items() for line in each]


def fits(opened: Opened) -> list[str]:
    """The narrowest screen shows the page without scrolling sideways."""
    width, height = NARROWEST["width"], NARROWEST["height"]
    opened.page.set_viewport_size({"width": width, "height": height})
    found: list[str] = opened.page.evaluate(_OVERFLOW)
    return [f"wider than {width} px: {each}" for each in found]
