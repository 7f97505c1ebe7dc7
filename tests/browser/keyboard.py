"""Going through pages with the keys alone, looking where the focus is at each step."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FileChooser, Locator, Page, expect

_ENOUGH = 150  # no page has so many places
# WCAG 2.2: 2.4.7 focus visible, 2.4.11 focus not obscured. A link that covers its card
# draws the outline on the cover.
_LOST = """() => {
  const each = document.activeElement;
  if (!each || each === document.body || each === document.documentElement) {
    return 'the focus is nowhere';
  }
  const name = each.outerHTML.slice(0, 120);
  const styles = [getComputedStyle(each), getComputedStyle(each, '::after')];
  const isDrawn = (style) =>
    style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  if (!styles.some(isDrawn)) return `no outline: ${name}`;
  const box = each.getBoundingClientRect();
  const xs = [box.left + 2, (box.left + box.right) / 2, box.right - 2];
  const ys = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
  const isSeen = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return top && (each.contains(top) || top === each.closest('label, summary'));
  };
  if (!xs.some((x) => ys.some((y) => isSeen(x, y)))) return `out of sight: ${name}`;
  return '';
}"""


class Keyboard:
    """The keys of one page. Every key that moves the focus is followed by a look."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def look(self) -> None:
        """The focus is on something, in sight, with an outline."""
        assert not (lost := self.page.evaluate(_LOST)), f"{self.page.url}: {lost}"

    def tab_to(self, place: Locator, *, key: str = "Tab") -> None:
        """Go on until the place has the focus."""
        expect(place).to_have_count(1)
        for _ in range(_ENOUGH):
            self.page.keyboard.press(key)
            # Asked of the place as it is now: a page may draw it anew meanwhile.
            if place.evaluate("(e) => e === document.activeElement"):
                self.look()
                return
            # Past the last place the focus leaves the page, and comes back.
            if self.page.evaluate("() => document.activeElement !== document.body"):
                self.look()
        raise AssertionError(f"no way to {place}")

    def press(self, place: Locator, key: str = "Enter") -> None:
        """Go to a place and press a key there."""
        self.tab_to(place)
        self.page.keyboard.press(key)

    def back_to(self, place: Locator) -> None:
        """Go back to a place before this one."""
        self.tab_to(place, key="Shift+Tab")

    def type(self, place: Locator, words: str) -> None:
        """Go to a field and type."""
        self.tab_to(place)
        self.page.keyboard.type(words)

    def choose_file(self, place: Locator) -> FileChooser:
        """Open the browser's own dialogue for files."""
        self.tab_to(place)
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Space")
        return opened.value

    def pick(self, options: Locator, wanted: Locator) -> None:
        """Go to a group of radio buttons, and on with the arrows to one of them."""
        self._go_into(options)
        for _ in range(options.count() + 1):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
            self.look()
        raise AssertionError(f"the arrows do not reach {wanted}")

    def _go_into(self, options: Locator) -> None:
        name = options.first.get_attribute("name")
        for _ in range(_ENOUGH):
            self.page.keyboard.press("Tab")
            self.look()
            if self.page.evaluate("() => document.activeElement.name") == name:
                return
        raise AssertionError(f"no way into {name}")


def stays(page: Page, change: Callable[[], None], until: Callable[[], None]) -> None:
    """Do something that swaps a part of the page, and look where the focus is then."""
    change()
    until()
    expect(
        page.locator("[aria-busy=true], .htmx-swapping, .htmx-settling")
    ).to_have_count(0)
    Keyboard(page).look()


def link(page: Page, name: str | re.Pattern[str]) -> Locator:
    """A link in the page's own part."""
    return page.locator("main").get_by_role("link", name=name).first


def button(page: Page, name: str) -> Locator:
    """A button in the page's own part."""
    return page.locator("main").get_by_role("button", name=name, exact=True).first
