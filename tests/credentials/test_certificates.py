"""The certificate: nothing is lost, nothing is fetched, the same bytes every time."""

import hashlib
import pickle
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageChops, ImageDraw

from credentials import pdf
from credentials.artwork import medallion
from credentials.certificate_frame import boss, braid, oval
from credentials.certificates import (
    Certificate,
    Component,
    Paper,
    Signer,
    UncoveredCharacters,
    render,
    uncovered_characters,
)

TOKEN = "7f3kq9vd2m8xr4tnh6wcp5yb3g"
ADDRESS = f"https://badges.example.org/c/{TOKEN}"
DOCUMENT = b'{"type": ["VerifiableCredential", "OpenBadgeCredential"]}\n'

NAMES = [
    ("Ada Osei", "en"),
    ("Nguyễn Thị Hồng Phượng", "vi"),
    ("Tomás Ferreira da Silva", "pt"),
    ("Siobhán Ó Súilleabháin-O'Brien", "ga"),
    ("Олександра Шевченко", "uk"),
    ("Αλεξάνδρα Παπαδοπούλου", "el"),
    ("ليلى عبد الرحمن المنصوري", "ar"),
    ("יעל כהן", "he"),
    ("渡邊 美咲", "ja"),
    ("王小明", "zh-Hant"),
    ("김민지", "ko"),
    ("อรุณี ศรีสุวรรณ", "th"),
    ("நித்யா சுப்பிரமணியம்", "ta"),
    ("Ada \N{RIGHT-TO-LEFT OVERRIDE}iesO", "en"),
]


def picture(width: int, height: int) -> bytes:
    image = Image.new("LA", (width, height), (0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), fill=(40, 255))
    saved = BytesIO()
    image.save(saved, "PNG")
    return saved.getvalue()


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate(
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


@pytest.fixture(scope="module")
def fullest(certificate: Certificate) -> Certificate:
    return replace(
        certificate,
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
        facts=[*certificate.facts, ("Credits", "6 ECTS")],
        domain_words="credentials.tarn-and-fell.example.ac.uk/c",
    )


@pytest.fixture(scope="module")
def emptiest(certificate: Certificate) -> Certificate:
    return replace(
        certificate,
        issuer_logo=None,
        promise="",
        skills=(),
        signer=None,
        facts=[("Issued", "3 May 2026"), ("Valid until", "No end date")],
    )


@pytest.fixture(scope="module")
def pathway(certificate: Certificate) -> Certificate:
    hues = ("cobalt", "teal", "plum", "amber", "slate", "sky", "sand", "moss", "copper")
    return replace(
        certificate,
        badge_name="UX Researcher",
        kind="pathway",
        skills=(),
        components=[
            Component(f"Step number {i}", "skill" if i % 2 else "project", hue, "data")
            for i, hue in enumerate(hues, 1)
        ],
    )


def squeezed(text: str) -> str:
    """Letters alone: spaces, joiners and the form of accents are the printer's."""
    return "".join(
        char
        for char in unicodedata.normalize("NFKD", text)
        if not char.isspace() and unicodedata.category(char) != "Cf"
    )


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    return squeezed(document[0].get_textpage().get_text_bounded())


def raster(content: bytes, dpi: int) -> Image.Image:
    page = pypdfium2.PdfDocument(content)[0]
    image: Image.Image = page.render(scale=dpi / 72).to_pil()
    return image.convert("RGB")


def assert_says_everything(certificate: Certificate) -> None:
    text = text_of(render(certificate))
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


@pytest.mark.parametrize(("name", "lang"), NAMES)
def test_a_name_of_any_script_is_on_its_one_page_with_all_the_rest(
    certificate: Certificate, name: str, lang: str
) -> None:
    assert_says_everything(replace(certificate, holder_name=name, holder_lang=lang))


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("case", ["fullest", "emptiest", "pathway"])
def test_nothing_is_cut_on_the_fullest_and_the_emptiest_page(
    case: str, paper: Paper, request: pytest.FixtureRequest
) -> None:
    assert_says_everything(replace(request.getfixturevalue(case), paper=paper))


def test_words_of_the_award_do_not_touch_those_of_the_foot(
    fullest: Certificate,
) -> None:
    boxes = []
    page = pypdfium2.PdfDocument(render(fullest))[0].get_textpage()
    for i in range(page.count_rects()):
        left, bottom, right, top = page.get_rect(i)
        boxes.append((left, bottom + 1, right, top - 1))
    touching = [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert touching == []


@pytest.mark.parametrize(
    "name",
    ["Ka" * 100, "O " * 99 + "O", "W" * 60, "寿限無" * 33, "Nguyễn " * 28],
    ids=["no space", "only spaces", "wide", "Han", "many words"],
)
def test_a_name_of_two_hundred_characters_stays_inside_the_frame(
    certificate: Certificate, name: str
) -> None:
    content = render(replace(certificate, holder_name=name, holder_lang="ja"))
    assert squeezed(name) in text_of(content)
    page = pypdfium2.PdfDocument(content)[0].get_textpage()
    boxes = [page.get_rect(i) for i in range(page.count_rects())]
    inside = 14 / 25.4 * 72
    assert min(box[0] for box in boxes) > inside
    assert max(box[2] for box in boxes) < 297 / 25.4 * 72 - inside


def test_what_is_left_out_of_a_row_is_counted(
    fullest: Certificate, pathway: Certificate
) -> None:
    assert squeezed("and 2 more") in text_of(render(fullest))
    text = text_of(render(pathway))
    assert squeezed("and 3 more") in text
    assert squeezed("Step number 6") in text
    assert squeezed("Step number 7") not in text


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (841.89, 595.28)), ("letter", (792, 612))]
)
def test_the_page_has_the_size_of_the_paper(
    certificate: Certificate, paper: Paper, size: tuple[float, float]
) -> None:
    page = pypdfium2.PdfDocument(render(replace(certificate, paper=paper)))[0]
    assert page.get_size() == pytest.approx(size, abs=0.01)


@pytest.mark.parametrize("case", ["certificate", "fullest", "pathway"])
def test_a_scan_of_the_code_gives_the_address(
    case: str, request: pytest.FixtureRequest
) -> None:
    image = raster(render(request.getfixturevalue(case)), dpi=150)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [ADDRESS]


def test_the_same_certificate_gives_the_same_bytes(certificate: Certificate) -> None:
    first = render(certificate)
    render(replace(certificate, holder_name="渡邊 美咲", holder_lang="ja"))
    assert render(certificate) == first


def test_another_process_gives_the_same_bytes(certificate: Certificate) -> None:
    program = (
        "import django, hashlib, pickle, sys; django.setup();"
        "from credentials.certificates import render;"
        "content = render(pickle.load(sys.stdin.buffer));"
        "print(hashlib.sha256(content).hexdigest())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps(certificate),
        capture_output=True,
        check=True,
    )
    expected = hashlib.sha256(render(certificate)).hexdigest()
    assert answer.stdout.decode().strip() == expected


def test_the_file_is_tagged_and_says_its_language_and_standard(
    certificate: Certificate,
) -> None:
    with pikepdf.open(BytesIO(render(certificate))) as document:
        assert document.Root.Lang == "en"
        assert document.Root.MarkInfo.Marked
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert (
                metadata["dc:title"] == "Certificate: Reading data honestly, Ada Osei"
            )
            assert metadata["xmp:CreateDate"].startswith("2026-05-03T14:02:00")


def test_no_picture_asks_the_viewer_to_interpolate(certificate: Certificate) -> None:
    with pikepdf.open(BytesIO(render(certificate))) as document:
        pictures = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]
        assert len(pictures) == 4  # logo, signature, and the mask of each
        assert [bool(item.Interpolate) for item in pictures] == [False] * 4


def structure(node: pikepdf.Object) -> list[pikepdf.Object]:
    """The structure elements below a node, in the order of reading."""
    if isinstance(node, pikepdf.Array):
        return [element for child in node for element in structure(child)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    return [node, *structure(node.get("/K", pikepdf.Array()))]


def test_every_figure_has_words_and_the_decoration_is_none(
    pathway: Certificate,
) -> None:
    with pikepdf.open(BytesIO(render(pathway))) as document:
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


def test_the_signed_document_is_inside_as_its_source(certificate: Certificate) -> None:
    with pikepdf.open(BytesIO(render(certificate))) as document:
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
        '<img src="file:///etc/hostname">',
        '<p style="background:url(http://badges.example.org/)">x',
        '<link rel="stylesheet" href="https://badges.example.org/a.css">',
    ],
)
def test_a_page_that_asks_for_anything_else_is_not_made(markup: str) -> None:
    with pytest.raises(pdf.RefusedAddress):
        pdf.write(markup, [], {}, enclosed())


def test_markup_in_a_name_is_printed_as_text(certificate: Certificate) -> None:
    assert_says_everything(
        replace(certificate, holder_name='<img src="file:///etc/hostname"> & Co')
    )


def enclosed() -> pdf.Enclosed:
    return pdf.Enclosed("a.json", b"{}", "a", datetime(2026, 5, 3, tzinfo=UTC))


def drawn(image: pdf.Picture) -> Image.Image:
    page = '<style>@page{size:90mm;margin:0}</style><img src="cairn:it" width=340>'
    return raster(pdf.write(page, [], {"cairn:it": image}, enclosed()), dpi=200)


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

    slow = SVGImage(fromstring(svg), None, pdf.ground().fetcher, None)
    difference = ImageChops.difference(drawn(slow), drawn(pdf.Drawing.of(svg)))
    assert max(difference.tobytes()) <= 2  # of 255: matrices are rounded


def test_a_drawing_with_transparency_is_not_replayed() -> None:
    with pytest.raises(ValueError, match="solid"):
        pdf.Drawing.of(medallion("skill", 1, "cobalt", "data", "x"))


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


def test_characters_without_a_font_are_named_once_in_order() -> None:
    text = "Ada \U000f0001é\u0378 渡 \U000f0001\ue000"
    assert uncovered_characters(text) == "\U000f0001\u0378\ue000"


def test_joiners_and_marks_of_direction_need_no_font() -> None:
    assert (
        uncovered_characters("شاه\N{ZERO WIDTH NON-JOINER}م \N{RIGHT-TO-LEFT MARK}")
        == ""
    )


def test_a_character_without_a_font_stops_the_certificate(
    certificate: Certificate,
) -> None:
    with pytest.raises(UncoveredCharacters) as caught:
        render(replace(certificate, facts=[("Assessed by", "Ada \U000f0001")]))
    assert caught.value.characters == "\U000f0001"


def test_right_to_left_swaps_facts_and_code(certificate: Certificate) -> None:
    def places(content: bytes) -> tuple[float, float]:
        page = pypdfium2.PdfDocument(content)[0].get_textpage()
        spots = {}
        for i in range(page.count_rects()):
            box = page.get_rect(i)
            spots[page.get_text_bounded(*box).strip()] = box[0]
        return spots["Issued"], spots["badges.example.org/c"]

    facts, domain = places(render(certificate))
    assert facts < domain
    facts, domain = places(render(replace(certificate, lang="ar", dir="rtl")))
    assert domain < facts
