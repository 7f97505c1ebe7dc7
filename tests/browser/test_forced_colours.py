"""With colours that the reader's system forces: shapes, edges and focus are there."""

from __future__ import annotations

import io
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.all_views import VIEWS
from tests.browser.keyboard import Keyboard

_BY_NAME = {view.name: view for view in VIEWS}
_VERDICTS = (
    "credential",
    "credential-expired",
    "credential-suspended",
    "credential-revoked",
    "verify-not-genuine",
    "verify-unchecked",
)
_SCHEMES = ("light", "dark")
# A pixel that differs so much from the paper is ink.
_INK = 96


def ink(place: Locator) -> float:
    """How much of a place is drawn: the share of pixels unlike its first one."""
    picture = Image.open(io.BytesIO(place.screenshot())).convert("L")
    paper = picture.getpixel((0, 0))
    assert isinstance(paper, int)
    data = picture.tobytes()
    return sum(abs(value - paper) > _INK for value in data) / len(data)


def edge(place: Locator) -> float:
    """The width of a control's edge, in pixels; 0 where it has no line."""
    script = """(e) => getComputedStyle(e).borderTopStyle === 'none' ? 0
      : parseFloat(getComputedStyle(e).borderTopWidth)"""
    return float(place.evaluate(script))


def open_forced(look, site, name: str, scheme: Literal["light", "dark"]) -> Page:
    page: Page = look(_BY_NAME[name].who)
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    _BY_NAME[name].open(page, site)
    return page


def test_verdicts_are_drawn_by_shapes_that_differ_and_by_words(look, site):
    shapes = set()
    for name in _VERDICTS:
        page = open_forced(look, site, name, "light")
        band = page.locator(".verdict").first
        shapes.add(band.locator(".verdict-icon").screenshot())
        for scheme in _SCHEMES:
            page.emulate_media(forced_colors="active", color_scheme=scheme)
            assert edge(band) >= 1, (name, scheme)
            assert 0.05 < ink(band.locator(".verdict-icon")) < 0.9, (name, scheme)
            assert ink(band.locator(".verdict-says")) > 0.02, (name, scheme)
    assert len(shapes) == len(_VERDICTS)


def test_controls_keep_their_edges_and_the_focus_its_outline(look, site):
    page = open_forced(look, site, "check", "dark")
    box = page.get_by_label("This is my own work")
    empty = ink(box)
    keys = Keyboard(page)
    keys.tab_to(box)
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    assert ink(box) > empty + 0.1
    send = page.get_by_role("button", name="Send for review")
    keys.tab_to(send)
    assert edge(send) >= 1


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("me", [".tag", ".card"]),
        ("evidence", ["textarea.input", "input.input", ".button"]),
        ("review", [".tag", ".decide .button"]),
    ],
)
def test_what_only_a_fill_showed_has_an_edge(look, site, name, parts):
    page = open_forced(look, site, name, "light")
    for part in parts:
        found = page.locator("main").locator(part).filter(visible=True)
        assert found.count(), part
        assert {edge(each) >= 1 for each in found.all()[:6]} == {True}, part


def test_medallions_and_pictures_stay_as_they_are(look, site):
    page = open_forced(look, site, "profile", "dark")
    medallion = page.locator("img.medallion").first
    forced = medallion.screenshot()
    page.emulate_media(forced_colors="none", color_scheme="dark")
    one, other = (
        Image.open(io.BytesIO(data)).convert("RGB").resize((32, 32))
        for data in (forced, medallion.screenshot())
    )
    middle = [picture.getpixel((16, 12)) for picture in (one, other)]
    assert middle[0] == middle[1]
