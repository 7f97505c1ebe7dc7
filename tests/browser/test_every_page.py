"""Every page in every state, opened once, keeps all that every page has to keep."""

from __future__ import annotations

import re

import pytest

from tests.browser import every_page, large_text
from tests.browser.all_views import VIEWS
from tests.browser.axe import problems
from tests.browser.every_page import Opened

# In this order: each leaves the window as it made it, and large text is for good.
CHECKS = (
    every_page.headers,
    every_page.shape,
    every_page.weight,
    every_page.accessible,
    every_page.fits,
    large_text.large_text,
)
_CROWDED = """<style>* { margin: 0 }</style>
<p style="height: 12px; overflow: hidden">Cut<br>off</p>
<p style="margin-top: 40px">Under</p><p style="margin-top: -20px">Over</p>
<div style="width: 3000px">Wide</div>"""
_BROKEN = """<html lang="xx"><body style="color: #777; background: #888">
<img src="data:,"><p onclick="open()">Grey</p></body></html>"""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_keeps_what_every_page_has_to_keep(look, site, view):
    page = look(view.who)
    opened = Opened(view, page, view.open(page, site))
    lines = [f"{each.__name__}: {line}" for each in CHECKS for line in each(opened)]
    assert not lines, "\n".join(lines)


def test_every_layout_whose_text_grows_is_among_the_pages():
    assert {view.name for view in VIEWS} >= large_text.LAYOUTS


def test_the_look_finds_what_is_cut_off_covered_or_too_wide(look):
    page = look("visitor")
    page.goto("about:blank")  # which has no policy against styles
    page.set_content(_CROWDED)
    found = "\n".join(large_text.crowded(page))
    assert "wider than the window" in found
    assert "cut off in <p" in found
    assert re.search("on each other: (Under / Over|Over / Under)", found)


def test_the_look_finds_words_that_are_faint_and_pictures_without_words(look):
    page = look("visitor")
    page.goto("about:blank")
    page.set_content(_BROKEN)
    found = "\n".join(problems(page))
    assert "color-contrast: p" in found
    assert "image-alt: img" in found


def test_the_look_finds_what_is_inline_and_what_has_no_heading():
    found = every_page.shape_of(_BROKEN)
    assert [line.split(":")[0] for line in found[:2]] == ["inline", "inline"]
    assert found[2:] == ["0 first headings", "in the language xx"]
