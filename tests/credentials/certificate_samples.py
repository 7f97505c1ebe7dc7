"""Certificates to look at: usual, fullest, emptiest, of a pathway; and how to look."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from credentials.certificates import Certificate, Component, Signer, render
from credentials.pdf import FONTS

TOKEN = "7f3kq9vd2m8xr4tnh6wcp5yb3g"
ADDRESS = f"https://badges.example.org/c/{TOKEN}"
DOCUMENT = b'{"type": ["VerifiableCredential", "OpenBadgeCredential"]}\n'

type Box = tuple[float, float, float, float]  # left, bottom, right, top in points


def picture(width: int, height: int) -> bytes:
    """A PNG in grey with alpha, as a logo or a signature is kept."""
    image = Image.new("LA", (width, height), (0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), fill=(40, 255))
    saved = BytesIO()
    image.save(saved, "PNG")
    return saved.getvalue()


USUAL = Certificate(
    paper="a4",
    lang="en",
    issuer_name="Northwind Institute",
    issuer_logo=picture(150, 150),
    holder_name="Ada Osei",
    holder_lang="en",
    badge_name="Reading data honestly",
    badge_lang="en",
    promise="Chooses the right chart, names what the data cannot show, and "
    "corrects a misleading figure in front of the people who made it.",
    kind="skill",
    level=2,
    hue="cobalt",
    glyph="data",
    seed="data-1",
    skills=["Data literacy", "Chart design", "Sampling"],
    facts=[
        ("Issued", "3 May 2026"),
        ("Valid until", "No end date"),
        ("Assessed by", "Northwind Institute, two reviewers"),
        ("Level", "2 of 4 (EQF 4), 24 hours"),
    ],
    signer=Signer("Dr Maren Holt", "Director of Assessment", picture(400, 150)),
    address=ADDRESS,
    domain_words="badges.example.org/c",
    credential_id=TOKEN,
    issued_at=datetime(2026, 5, 3, 14, 2, tzinfo=UTC),
    attachment=DOCUMENT,
)
FULLEST = replace(
    USUAL,
    issuer_name="Tarn & Fell Further Education College, Faculty of Business, "
    "Languages and the Creative Arts",
    holder_name="Maria-Theresia Alejandra von Hohenzollern-Sigmaringen y "
    "Fernández de Córdoba",
    badge_name="Planning, running and evaluating a multidisciplinary "
    "safeguarding review in residential care",
    promise="Plans and leads a change with at least five people, keeps a written "
    "record of every decision, shows with evidence from the team what got better "
    "and what did not, and hands the work over so that it lasts a year.",
    kind="project",
    level=4,
    hue="forest",
    glyph="management",
    skills=[
        "Multidisciplinary case planning",
        "Safeguarding legislation",
        "Facilitating difficult talks",
        "Conflict resolution",
        "Writing for the record",
        "Risk log",
    ],
    facts=[*USUAL.facts, ("Credits", "6 ECTS")],
    domain_words="credentials.tarn-and-fell.example.ac.uk/c",
)
EMPTIEST = replace(
    USUAL,
    issuer_logo=None,
    promise="",
    skills=(),
    signer=None,
    facts=[("Issued", "3 May 2026"), ("Valid until", "No end date")],
)
_HUES = ("cobalt", "teal", "plum", "amber", "slate", "sky", "sand", "moss", "copper")
PATHWAY = replace(
    USUAL,
    badge_name="UX Researcher",
    kind="pathway",
    skills=(),
    components=[
        Component(f"Step number {i}", "skill" if i % 2 else "project", hue, "data")
        for i, hue in enumerate(_HUES, 1)
    ],
)

# A machine without any font but ours: fontconfig looks into this one folder.
_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def only_our_fonts(folder: Path) -> str:
    """The FONTCONFIG_FILE, written into ``folder``, that hides the system's fonts."""
    conf = folder / "fonts.conf"
    conf.write_text(_FONTS_CONF.format(fonts=FONTS, cache=folder / "cache"))
    return str(conf)


_RENDERED: dict[str, bytes] = {}


def rendered(certificate: Certificate) -> bytes:
    """Its PDF; made once for all tests of a process that look at the same one."""
    key = repr(certificate)
    if key not in _RENDERED:
        _RENDERED[key] = render(certificate)
    return _RENDERED[key]


def squeezed(text: str) -> str:
    """Letters alone: spaces, joiners and the form of accents are the printer's."""
    return "".join(
        char
        for char in unicodedata.normalize("NFKD", text)
        if not char.isspace() and unicodedata.category(char) != "Cf"
    )


def text_of(content: bytes) -> str:
    """The words of the one page, squeezed."""
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) == 1
        return squeezed(document[0].get_textpage().get_text_bounded())


def raster(content: bytes, dpi: int) -> Image.Image:
    """The page as it prints."""
    with pypdfium2.PdfDocument(content) as document:
        image: Image.Image = document[0].render(scale=dpi / 72).to_pil()
    return image.convert("RGB")


def boxes(content: bytes) -> Iterator[tuple[str, Box]]:
    """Each stretch of text with the box around its ink."""
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) == 1
        page = document[0].get_textpage()
        for i in range(page.count_rects()):
            box = page.get_rect(i)
            yield page.get_text_bounded(*box).strip(), box


def assert_says_everything(certificate: Certificate) -> None:
    """Fail unless every word of it can be read from its one page."""
    text = text_of(rendered(certificate))
    expected = [
        certificate.issuer_name,
        certificate.holder_name,
        certificate.badge_name,
        certificate.promise,
        certificate.domain_words,
        certificate.credential_id,
        *(word for fact in certificate.facts for word in fact),
        "The online record is what counts; this paper may be out of date.",
    ]
    if certificate.signer:
        expected += [certificate.signer.name, certificate.signer.role]
    assert [words for words in expected if squeezed(words) not in text] == []
