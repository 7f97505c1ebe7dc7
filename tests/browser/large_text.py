"""Text twice as large, or spaced out: nothing is cut off or lies on other words."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.browsing import NARROWEST
from tests.browser.every_page import Opened

# Twice the size of text (WCAG 2.2: 1.4.4): the browser's own setting, which every size
# of ours follows; then the spacing of 1.4.12. By the debugger's hand, as a reader's
# browser does it: the page's policy for its own styles does not bind that.
_TWICE = "html { font-size: 212.5% !important }"
_SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
word-spacing: 0.16em !important } p { margin-block-end: 2em !important }"""

# One of each layout: the others have its shape.
LAYOUTS = frozenset(
    {
        "home",
        "catalogue",
        "badge",
        "tasks",
        "evidence",
        "declined",
        "credential",
        "verify",
        "me",
        "profile",
        "settings",
        "queue",
        "review",
    }
)

_ADD = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
# Words that a box cuts off, and words that lie on other words. What scrolls may end
# where its box ends; half of a line on another one is more than lines that touch.
_PROBLEMS = """() => {
  const found = [];
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room + 1) {
    const wide = [...document.querySelectorAll('body *')].find(
      (each) => each.getBoundingClientRect().right > room + 1);
    found.push(`wider than the window: ${wide?.outerHTML.slice(0, 140)}`);
  }
  const shown = {visibilityProperty: true, opacityProperty: true};
  const unread = '.visually-hidden, .skip-link, svg, option, textarea, select';
  const floats = '.action-bar, .toasts';
  const cuts = new Set(['hidden', 'clip']);
  const scrolls = new Set(['auto', 'scroll']);

  const boxesAround = (each) => {
    const around = [];
    for (let box = each; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const ways = [style.overflowX, style.overflowY];
      if (style.textOverflow === 'ellipsis') continue;
      if (ways.some((way) => cuts.has(way) || scrolls.has(way))) {
        around.push([box, ways.some((way) => scrolls.has(way))]);
      }
    }
    return around;
  };
  const lines = [];
  for (const each of document.querySelectorAll('body *')) {
    if (!each.checkVisibility(shown) || each.closest(unread)) continue;
    const around = boxesAround(each);
    for (const node of each.childNodes) {
      const words = node.nodeType === 3 ? node.data.trim().slice(0, 60) : '';
      if (!words) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        let isInSight = true;
        for (const [box, isScroller] of around) {
          const outer = box.getBoundingClientRect();
          const sticksOut = line.right > outer.right + 2
            || line.bottom > outer.bottom + 2;
          if (sticksOut && isScroller) isInSight = false;
          else if (sticksOut) {
            found.push(`cut off in ${box.outerHTML.slice(0, 80)}: ${words}`);
          }
        }
        if (isInSight && !each.closest(floats)) lines.push([line, node, words]);
      }
    }
  }
  lines.sort((one, two) => one[0].top - two[0].top);
  lines.forEach(([a, aNode, aWords], i) => {
    for (let j = i + 1; j < lines.length && lines[j][0].top < a.bottom; j += 1) {
      const [b, bNode, bWords] = lines[j];
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (aNode !== bNode && wide > 4 && high > 0.5 * Math.min(a.height, b.height)) {
        found.push(`on each other: ${aWords} / ${bWords}`);
      }
    }
  });
  return [...new Set(found)].slice(0, 6);
}"""
# Large text where there is room and where there is half of it; wide text on a phone.
_LOOKS = ((_TWICE, 1280), (_TWICE, 640), (_SPACED, NARROWEST["width"]))


def crowded(page: Page) -> list[str]:
    """What does not fit on the page as it stands."""
    found: list[str] = page.evaluate(_PROBLEMS)
    return found


def large_text(opened: Opened) -> list[str]:
    """Large and spaced text is whole on every layout."""
    lines: list[str] = []
    if opened.view.name not in LAYOUTS:
        return lines
    for css, width in _LOOKS:
        opened.page.evaluate(_ADD, css)
        opened.page.set_viewport_size({"width": width, "height": 900})
        what = "twice as large" if css is _TWICE else "spaced out"
        found = crowded(opened.page)
        lines += [f"{what}, {width} px: {line}" for line in found]
    return lines
