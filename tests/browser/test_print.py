"""On paper: one sheet that says what is true, a code to check it, and no buttons."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser.all_views import CREDENTIALS, FINDING
from tests.browser.views import View

_DPI = 200
_BY_NAME = {view.name: view for view in (*CREDENTIALS, *FINDING)}
_NOT_ON_PAPER = (
    "Check again",
    "Sign in",
    "Skip to content",
    "Report a problem",
    "Copy",
)


def printed(page: Page, paper: str = "A4") -> bytes:
    """The page as the browser prints it, without backgrounds, as it is usual."""
    return page.pdf(format=paper, print_background=False)


def words_of(pdf: bytes) -> list[str]:
    """The words of each sheet."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            " ".join(sheet.get_textpage().get_text_range().split())
            for sheet in document
        ]
    finally:
        document.close()


def raster(pdf: bytes) -> Image.Image:
    """The first sheet as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[0].render(scale=_DPI / 72).to_pil()
    finally:
        document.close()
    return picture.convert("RGB")


def opened(look, site, name: str, scheme: str = "light") -> Page:
    view: View = _BY_NAME[name]
    page: Page = look(view.who, scheme=scheme)
    view.open(page, site)
    return page


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_credential_fits_one_sheet_with_its_verdict_and_a_code(look, site, paper):
    page = opened(look, site, "credential", scheme="dark")
    pdf = printed(page, paper)
    [words] = words_of(pdf)
    assert "This credential is genuine." in words
    assert "Recognising sepsis early" in words
    assert "Amina Yusuf" in words
    assert "Check it at" in words
    assert not [each for each in _NOT_ON_PAPER if each in words]
    [code] = zxingcpp.read_barcodes(raster(pdf))
    assert code.text == page.url


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("credential-expired", "was genuine and ended on"),
        ("credential-suspended", "has paused this credential"),
        ("credential-revoked", "withdrew this credential"),
        ("credential-superseded", "replaced this credential"),
    ],
)
def test_what_does_not_stand_says_so_on_paper_too(look, site, name, sentence):
    pdf = printed(opened(look, site, name))
    [words] = words_of(pdf)
    assert sentence in words


def test_paper_is_white_with_black_words_in_dark_colours_too(look, site):
    for name in ("credential", "badge"):
        picture = raster(printed(opened(look, site, name, scheme="dark")))
        assert picture.getpixel((3, 3)) == (255, 255, 255), name
        # Most of a sheet is paper, and some of it ink.
        shades = picture.convert("L").histogram()
        total = sum(shades)
        assert sum(shades[250:]) / total > 0.75, name
        assert sum(shades[:60]) / total > 0.005, name


def test_the_badge_page_prints_its_points_and_no_controls(look, site):
    words = " ".join(words_of(printed(opened(look, site, "badge"))))
    assert "Recognising sepsis early" in words
    assert "Harbour Health Trust" in words
    assert not [
        each for each in ("Start", *_NOT_ON_PAPER) if each in words.split(" – ")
    ]
    for term in ("What you show", "Validity", "Level"):
        assert term in words


def test_folded_words_are_unfolded_on_paper(look, site):
    page = opened(look, site, "badge")
    folded = page.locator("main details:not([open])")
    hidden = [each.inner_text() for each in folded.locator("summary").all()]
    inside = [
        " ".join(each.split())[:40]
        for each in folded.evaluate_all(
            "(all) => all.map((e) => e.lastElementChild.textContent)"
        )
    ]
    assert hidden
    words = " ".join(words_of(printed(page)))
    assert [each for each in inside if each.split(".")[0] not in words] == []
