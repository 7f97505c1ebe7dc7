"""The certificate as a file: kept for good, the same every time, its source inside."""

import hashlib
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from credentials import pdf
from credentials.certificates import Certificate, render
from tests.credentials.certificate_samples import (
    ADDRESS,
    DOCUMENT,
    FULLEST,
    PATHWAY,
    USUAL,
    assert_says_everything,
    rendered,
)


def opened(certificate: Certificate) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(rendered(certificate)))


def streams(document: pikepdf.Pdf, subtype: str) -> list[pikepdf.Stream]:
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == subtype
    ]


def test_the_same_certificate_gives_the_same_bytes() -> None:
    first = rendered(USUAL)
    render(replace(USUAL, holder_name="渡邊 美咲", holder_lang="ja"))
    assert render(USUAL) == first


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import django, hashlib, pickle, sys; django.setup();"
        "from credentials.certificates import render;"
        "content = [render(one) for one in pickle.load(sys.stdin.buffer)];"
        "print(*(hashlib.sha256(one).hexdigest() for one in content))"
    )
    certificates = [FULLEST, PATHWAY, USUAL]
    answer = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps(certificates),
        capture_output=True,
        check=True,
    )
    expected = [hashlib.sha256(rendered(one)).hexdigest() for one in certificates]
    assert answer.stdout.decode().split() == expected


@pytest.mark.parametrize("certificate", [USUAL, FULLEST, PATHWAY], ids=lambda c: c.kind)
def test_another_program_finds_nothing_wrong_with_the_file(
    certificate: Certificate, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(rendered(certificate))
    answer = subprocess.run(
        ["qpdf", "--check", file], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "No syntax or stream encoding errors found" in answer.stdout


def test_the_file_is_tagged_and_says_its_language_and_standard() -> None:
    with opened(USUAL) as document:
        assert document.Root.Lang == "en"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert (
                metadata["dc:title"] == "Certificate: Reading data honestly, Ada Osei"
            )
            assert metadata["xmp:CreateDate"].startswith("2026-05-03T14:02:00")


def test_the_file_brings_its_colours_and_can_be_opened_by_everybody() -> None:
    # ISO 19005-3: 6.1.3 (no encryption, an ID), 6.2.3 (output intent), 6.6.2.1
    # (metadata not encrypted), 6.4 and 6.5 (no scripts, no forms, no actions).
    with opened(PATHWAY) as document:
        (intent,) = document.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        assert b"sRGB" in intent.DestOutputProfile.read_bytes()
        assert not document.is_encrypted
        assert len(document.trailer.ID) == 2
        assert document.Root.Metadata.Subtype == "/XML"
        names = {str(key) for key in document.Root.get("/Names", {})}
        assert names == {"/EmbeddedFiles"}
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Perms"} & set(document.Root)
        page = document.pages[0]
        assert not {"/AA", "/Annots"} & set(page.obj.keys())


def test_nothing_in_the_file_runs_or_comes_from_outside() -> None:
    forbidden = {"/JavaScript", "/Launch", "/URI", "/GoToR", "/SubmitForm", "/Movie"}
    with opened(PATHWAY) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                assert str(item.get("/S")) not in forbidden
                assert "/JS" not in item
                assert not (isinstance(item, pikepdf.Stream) and "/F" in item)


def test_every_font_is_inside_and_says_its_characters() -> None:
    # ISO 19005-3: 6.2.11.4 (embedded), 6.2.11.7 (level A: Unicode for each glyph)
    with opened(FULLEST) as document:
        fonts = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        ]
        whole = [font for font in fonts if font.Subtype == "/Type0"]
        parts = [font for font in fonts if font.Subtype != "/Type0"]
        assert len(whole) == len(parts) == 5
        for font in whole:
            assert b"beginbf" in font.ToUnicode.read_bytes()
        for font in parts:
            embedded = {"/FontFile", "/FontFile2", "/FontFile3"}
            assert embedded & set(font.FontDescriptor)
            assert font.CIDToGIDMap == "/Identity" or "/FontFile3" in (
                font.FontDescriptor
            )


def test_only_logo_and_signature_are_seen_through() -> None:
    # ISO 19005-3: 6.2.10. Drawings need no transparency; the pictures' own masks do.
    with opened(USUAL) as document:
        pictures = streams(document, "/Image")
        masked = ["/SMask" in item for item in pictures]
        assert sorted(masked) == [False, False, True, True]
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary):
                assert item.get("/CA", 1) == item.get("/ca", 1) == 1
                assert str(item.get("/BM", "/Normal")) == "/Normal"


def test_no_picture_asks_the_viewer_to_interpolate() -> None:
    with opened(USUAL) as document:
        pictures = streams(document, "/Image")
        assert len(pictures) == 4  # logo, signature, and the mask of each
        assert [bool(item.Interpolate) for item in pictures] == [False] * 4


def structure(node: pikepdf.Object) -> list[pikepdf.Object]:
    """The structure elements below a node, in the order of reading."""
    if isinstance(node, pikepdf.Array):
        return [element for child in node for element in structure(child)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    return [node, *structure(node.get("/K", pikepdf.Array()))]


def test_every_figure_has_words_and_the_decoration_is_none() -> None:
    with opened(PATHWAY) as document:
        elements = structure(document.Root.StructTreeRoot.K)
        figures = [str(e.Alt) for e in elements if e.S == "/Figure"]
        headings = [str(e.S) for e in elements if e.S in ("/H1", "/H2")]
    assert figures == [
        "Logo of Northwind Institute",
        "Badge: UX Researcher",
        *["Skill badge", "Project badge"] * 3,
        "Signature of Dr Maren Holt",
        f"QR code for address {ADDRESS}",
    ]
    assert headings == ["/H1", "/H2"]


def test_the_signed_document_is_inside_as_its_source() -> None:
    with opened(USUAL) as document:
        assert list(document.attachments) == ["credential.json"]
        assert (
            document.attachments["credential.json"].get_file().read_bytes() == DOCUMENT
        )
        associated = document.Root.AF[0]
        assert associated.AFRelationship == "/Source"
        assert associated.EF.F.Subtype == "/application/json"
        assert associated.EF.F.Params.ModDate == "D:20260503140200Z"


@pytest.mark.parametrize(
    "address",
    [
        "http://badges.example.org/logo.png",
        "https://badges.example.org/logo.png",
        "file:///etc/hostname",
        f"file://{pdf.FONTS}/inter-400.ttf",
        "cairn:font/../qr",
        "data:image/png,x",
        "ftp://badges.example.org/",
    ],
)
def test_only_inline_data_and_our_fonts_are_fetched(address: str) -> None:
    with pytest.raises(pdf.RefusedAddress):
        pdf.ground().fetcher(address)


def test_inline_data_and_our_fonts_are_fetched() -> None:
    fetcher = pdf.ground().fetcher
    assert fetcher("data:text/plain;base64,aGk=").read() == b"hi"
    font = (pdf.FONTS / "inter-400.ttf").read_bytes()
    assert fetcher("cairn:font/inter-400").read() == font


@pytest.mark.parametrize(
    "markup",
    [
        '<p><img src="file:///etc/hostname"/></p>',
        '<p style="background:url(http://badges.example.org/)">x</p>',
        '<link rel="stylesheet" href="https://badges.example.org/a.css"/>',
    ],
)
def test_a_page_that_asks_for_anything_else_is_not_made(markup: str) -> None:
    enclosed = pdf.Enclosed("a.json", b"{}", "a", datetime(2026, 5, 3, tzinfo=UTC))
    with pytest.raises(pdf.RefusedAddress):
        pdf.write(f"<html><body>{markup}</body></html>", [], {}, enclosed)


def test_markup_in_a_name_is_printed_as_text() -> None:
    assert_says_everything(
        replace(USUAL, holder_name='<img src="file:///etc/hostname"> & Co &nbsp;')
    )
