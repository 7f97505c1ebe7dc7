"""Every page in every state: nothing for axe-core to find, nothing to scroll to."""

from __future__ import annotations

import pytest

from tests.browser.all_views import VIEWS
from tests.browser.axe import problems
from tests.browser.browsing import NARROWEST, PHONE

_OVERFLOW = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map((each) => each.outerHTML.slice(0, 160));
}"""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_accessible_in_both_themes_and_fits_the_narrowest_screen(
    visit, site, view
):
    page = visit(view.who)
    view.open(page, site)
    found = {"light": problems(page)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = problems(page, only_looks=True)
    if view.is_main:
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found["phone, dark"] = problems(page)
        page.emulate_media(color_scheme="light")
        found["phone, light"] = problems(page, only_looks=True)
    page.set_viewport_size({"width": NARROWEST["width"], "height": NARROWEST["height"]})
    found["wider than 320 px"] = page.evaluate(_OVERFLOW)
    lines = [f"{where}: {line}" for where, each in found.items() for line in each]
    assert not lines, "\n".join(lines)
