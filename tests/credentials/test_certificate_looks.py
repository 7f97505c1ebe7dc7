"""The certificate on paper: its size, its decoration, its code, what is left out."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageChops

from credentials import pdf
from credentials.artwork import medallion
from credentials.certificate_frame import boss, braid, oval
from credentials.certificates import Certificate, Paper
from credentials.pdf_pictures import Drawing, Photo
from tests.credentials.certificate_samples import (
    ADDRESS,
    EMPTIEST,
    FULLEST,
    PATHWAY,
    USUAL,
    assert_says_everything,
    boxes,
    picture,
    raster,
    rendered,
    squeezed,
    text_of,
)

PAPERS = ["a4", "letter"]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("certificate", [FULLEST, EMPTIEST, PATHWAY])
def test_nothing_is_cut_on_the_fullest_and_the_emptiest_page(
    certificate: Certificate, paper: Paper
) -> None:
    assert_says_everything(replace(certificate, paper=paper))


def test_what_is_left_out_of_a_row_is_counted() -> None:
    assert squeezed("and 2 more") in text_of(rendered(FULLEST))
    text = text_of(rendered(PATHWAY))
    assert squeezed("and 3 more") in text
    assert squeezed("Step number 6") in text
    assert squeezed("Step number 7") not in text


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (841.89, 595.28)), ("letter", (792, 612))]
)
def test_the_page_has_the_size_of_the_paper(
    paper: Paper, size: tuple[float, float]
) -> None:
    page = pypdfium2.PdfDocument(rendered(replace(USUAL, paper=paper)))[0]
    assert page.get_size() == pytest.approx(size, abs=0.01)


def scanned(content: bytes) -> Image.Image:
    """As a careless scan gives it: 150 dpi, turned by 3°, saved as a poor JPEG."""
    turned = raster(content, dpi=150).rotate(3, expand=True, fillcolor="white")
    saved = BytesIO()
    turned.save(saved, "JPEG", quality=60)
    return Image.open(saved)


LONG = replace(FULLEST, holder_name="Maximiliana " * 16, badge_name="Long words " * 18)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("certificate", [USUAL, LONG, PATHWAY])
def test_a_careless_scan_of_the_code_gives_the_address(
    certificate: Certificate, paper: Paper
) -> None:
    image = scanned(rendered(replace(certificate, paper=paper)))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [ADDRESS]


def drawn(image: object) -> Image.Image:
    page = (
        "<html><head><style>@page{size:90mm;margin:0}</style></head>"
        '<body><img src="cairn:it" style="width:340px"/></body></html>'
    )
    enclosed = pdf.Enclosed("a.json", b"{}", "a", datetime(2026, 5, 3, tzinfo=UTC))
    return raster(pdf.write(page, [], {"cairn:it": image}, enclosed), dpi=200)


@pytest.mark.parametrize(
    "svg",
    [
        medallion("project", 3, "plum", "design", "design-1", flat=True),
        medallion("pathway", 4, "sky", "data", "x", components=["sand"] * 5, flat=True),
        boss("amber", "pathway"),
        braid("cobalt", upright=True),
        oval("sand"),
    ],
    ids=["medallion", "cairn", "boss", "braid", "oval"],
)
def test_a_replayed_drawing_looks_like_one_drawn_the_slow_way(svg: str) -> None:
    from weasyprint.images import SVGImage

    slow = drawn(SVGImage(fromstring(svg), None, pdf.ground().fetcher, None))
    assert slow.getextrema() != ((255, 255),) * 3
    difference = ImageChops.difference(slow, drawn(Drawing.of(svg)))
    assert max(difference.tobytes()) <= 2  # of 255: matrices are rounded


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_a_packed_picture_looks_like_one_packed_the_slow_way(mode: str) -> None:
    from weasyprint.images import RasterImage

    with Image.open(BytesIO(picture(300, 200))) as image:
        coloured = image.convert(mode)
    if mode == "RGBA":
        coloured.paste((180, 20, 90, 120), (90, 60, 200, 140))
    saved = BytesIO()
    coloured.save(saved, "PNG")
    with Image.open(saved) as image:
        slow = drawn(RasterImage(image, "x", saved.getvalue(), cache={}))
    assert slow.getextrema() != ((255, 255),) * 3
    assert not ImageChops.difference(slow, drawn(Photo(saved.getvalue()))).getbbox()


def test_a_drawing_with_transparency_is_not_replayed() -> None:
    with pytest.raises(ValueError, match="solid"):
        Drawing.of(medallion("skill", 1, "cobalt", "data", "x"))


@pytest.mark.parametrize(
    ("svg", "digest"),
    [
        (braid("cobalt"), "f94b51878f148e96"),
        (boss("cobalt", "skill"), "e1fdad5d5cc603fa"),
        (boss("sand", "pathway"), "812bcb15fca63fb7"),
        (oval("amber"), "e7787587d24af66a"),
    ],
    ids=["braid", "boss", "boss of a light hue", "oval"],
)
def test_the_decoration_never_changes(svg: str, digest: str) -> None:
    assert hashlib.sha256(svg.encode()).hexdigest()[:16] == digest


def test_right_to_left_swaps_facts_and_code() -> None:
    def places(content: bytes) -> tuple[float, float]:
        spots = {words: box[0] for words, box in boxes(content)}
        return spots["No end date"], spots["badges.example.org/c"]

    facts, domain = places(rendered(USUAL))
    assert facts < domain
    facts, domain = places(rendered(replace(USUAL, lang="ar")))
    assert domain < facts
