import json
from io import BytesIO

import pytest
from defusedxml import ElementTree
from openbadgeslib import baking as library
from PIL import Image

from credentials.baking import (
    PNG_KEYWORD,
    PNG_SIGNATURE,
    SVG_NAMESPACE,
    BrokenPicture,
    bake_png,
    bake_svg,
    read_chunks,
)
from tests.credentials import hostile

DOCUMENT = json.dumps(
    {"type": ["OpenBadgeCredential"], "name": 'Ünï <b> ]]> & "quotes"'},
    ensure_ascii=False,
)
JWT = hostile.compact_jwt({"alg": "ES256"}, {"sub": "urn:uuid:1"})
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
TAG = f"{{{SVG_NAMESPACE}}}credential"


def itxt_chunks(png):
    return [chunk.data for chunk in read_chunks(png) if chunk.kind == b"iTXt"]


@pytest.mark.parametrize("text", [DOCUMENT, JWT])
def test_a_png_carries_the_text_in_one_plain_chunk_after_its_header(text):
    baked = bake_png(hostile.picture(), text)

    kinds = [chunk.kind for chunk in read_chunks(baked)]
    assert kinds[:2] == [b"IHDR", b"iTXt"]
    assert itxt_chunks(baked) == [PNG_KEYWORD + bytes(5) + text.encode()]


def test_a_baked_png_is_still_the_same_picture():
    plain = hostile.picture()
    before, after = (
        Image.open(BytesIO(png)).tobytes() for png in (plain, bake_png(plain, DOCUMENT))
    )
    assert before == after


def test_baking_a_png_again_replaces_the_credential_and_nothing_else():
    plain = hostile.with_chunk(hostile.picture(), b"iTXt", b"Title\0\0\0\0\0Mine")

    again = bake_png(bake_png(plain, "{}"), DOCUMENT)

    assert again == bake_png(plain, DOCUMENT)
    assert len(itxt_chunks(again)) == 2


def test_another_implementation_reads_our_png_and_svg():
    png = bake_png(hostile.picture(), DOCUMENT)
    svg = bake_svg(SVG, DOCUMENT).encode()

    assert library.extract_png(png, keyword=library.ITXT_KEYWORD_OB3) == DOCUMENT
    assert (
        library.extract_svg(svg, element=library.SVG_ELEMENT_OB3, text_fallback=True)
        == DOCUMENT
    )


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"GIF89a",
        hostile.picture()[:-1],
        hostile.picture()[:40],
        hostile.picture().replace(b"IDAT", b"IDAX"),
        PNG_SIGNATURE + hostile.chunk(b"IEND", b""),
        PNG_SIGNATURE + b"\xff\xff\xff\xffIHDR" + bytes(50),
    ],
)
def test_only_whole_pngs_are_baked(broken):
    with pytest.raises(BrokenPicture):
        bake_png(broken, DOCUMENT)


def test_a_png_of_endless_chunks_is_not_read_to_its_end():
    many = PNG_SIGNATURE + hostile.chunk(b"IHDR", bytes(13))
    many += hostile.chunk(b"IDAT", b"") * 1000 + hostile.chunk(b"IEND", b"")
    with pytest.raises(BrokenPicture):
        list(read_chunks(many))


def test_an_svg_carries_json_as_the_first_child_of_its_root():
    baked = bake_svg(SVG, DOCUMENT)

    first = next(iter(ElementTree.fromstring(baked)))
    assert (first.tag, first.attrib, first.text) == (TAG, {}, DOCUMENT)
    assert "<openbadges:credential><![CDATA[{" in baked
    assert baked.startswith(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" '
    )


def test_an_svg_carries_a_jwt_as_an_attribute_without_a_body():
    first = next(iter(ElementTree.fromstring(bake_svg(SVG, JWT))))
    assert (first.tag, first.attrib, first.text) == (TAG, {"verify": JWT}, None)


@pytest.mark.parametrize("older", [DOCUMENT, JWT])
def test_baking_an_svg_again_replaces_the_credential(older):
    assert bake_svg(bake_svg(SVG, older), JWT) == bake_svg(SVG, JWT)


def test_an_svg_with_a_prologue_and_an_empty_root_is_baked():
    svg = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" />'
    root = ElementTree.fromstring(bake_svg(svg, DOCUMENT))
    assert [child.tag for child in root] == [TAG]


def test_text_without_a_root_is_not_baked():
    with pytest.raises(BrokenPicture):
        bake_svg("<html></html>", DOCUMENT)
