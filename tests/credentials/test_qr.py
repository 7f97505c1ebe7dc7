"""QR codes are read back with another implementation."""

import re
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from credentials import qr

ADDRESS = "https://badges.example.org/c/q7Rk1vX0T9mPz4LdYw2sGA/"


def drawn(png):
    return Image.open(BytesIO(png)).convert("L")


@pytest.mark.parametrize("box", [2, 4, 12])
@pytest.mark.parametrize("address", [ADDRESS, "https://a.example/c/" + "é" * 100])
def test_a_reader_finds_the_exact_address(address, box):
    (found,) = zxingcpp.read_barcodes(drawn(qr.png(address, box=box)))

    assert found.text == address
    assert str(found.ec_level) == "Q"


def test_a_reader_finds_the_address_though_a_part_is_covered():
    picture = drawn(qr.png(ADDRESS, box=8))
    picture.paste(255, (160, 160, 220, 220))

    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text == ADDRESS


def test_an_address_of_ours_needs_37_modules_and_a_quiet_zone_of_4():
    rows = qr.modules(ADDRESS)
    edge = qr.QUIET_ZONE

    assert {len(row) for row in rows} == {len(rows)} == {37 + 2 * edge}
    assert not any(any(row) for row in rows[:edge] + rows[-edge:])
    assert not any(any(row[:edge] + row[-edge:]) for row in rows)
    assert rows[edge][edge : edge + 8] == [True] * 7 + [False]


def test_the_svg_draws_the_same_modules():
    rows = qr.modules(ADDRESS)
    svg = qr.svg(ADDRESS)
    dark = {
        (int(x) + step, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-", svg)
        for step in range(int(width))
    }

    assert dark == {
        (x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on
    }
    assert 'viewBox="0 0 45 45" shape-rendering="crispEdges"' in svg
    assert '<path fill="#FFF" d="M0 0h45v45h-45z"/>' in svg


def test_the_png_has_whole_pixels_per_module():
    assert drawn(qr.png(ADDRESS, box=3)).size == (135, 135)


def test_the_same_address_gives_the_same_picture():
    assert qr.svg(ADDRESS) == qr.svg(ADDRESS)
    assert qr.png(ADDRESS) == qr.png(ADDRESS)


@pytest.mark.parametrize("address", ["", "https://a.example/" + "a" * 1700])
def test_an_address_that_no_code_holds_is_refused(address):
    with pytest.raises(ValueError, match="no QR code"):
        qr.modules(address)


def test_a_module_has_at_least_one_pixel():
    with pytest.raises(ValueError, match="at least one pixel"):
        qr.png(ADDRESS, box=0)
