"""The ground that every PDF stands on: fonts, a closed fetcher, writing.

WeasyPrint is imported inside functions: it loads Pango and fontTools and takes most
of a second, which a page or a command that makes no PDF should not pay.
"""

import atexit
import base64
import binascii
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
FACES = {
    "inter-400": ("Cairn Sans", 400, "normal"),
    "inter-600": ("Cairn Sans", 600, "normal"),
    "source-serif-400": ("Cairn Serif", 400, "normal"),
    "source-serif-400-italic": ("Cairn Serif", 400, "italic"),
    "source-serif-600": ("Cairn Serif", 600, "normal"),
}

# Pango's font map and WeasyPrint's caches belong to one thread at a time.
_ONE_AT_A_TIME = threading.RLock()


class RefusedAddress(ValueError):
    """A document asked for something that is neither inline nor one of our fonts."""


class UncoveredCharacters(ValueError):
    """No font here can draw some characters; ``characters`` holds them."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"no font for {characters!r}")
        self.characters = characters


class OnlyOurs:
    """Answers for ``data:`` addresses and our fonts, and refuses everything else.

    It can reach nothing else, since it has no way to open a file by address or a
    connection.
    """

    # WeasyPrint reads this: a refusal ends the document, and is not just logged.
    _fail_on_errors = True

    def __call__(self, url: str) -> Any:
        """The response for ``url``; raises ``RefusedAddress`` when it is not ours."""
        from weasyprint.urls import URLFetcherResponse

        kind, body = _inline(url) if url.startswith("data:") else _font(url)
        return URLFetcherResponse(url, body, {"Content-Type": kind})


def _inline(url: str) -> tuple[str, bytes]:
    head, _, body = url.removeprefix("data:").partition(",")
    if not head.endswith(";base64"):
        raise RefusedAddress(url[:80])
    try:
        return head.removesuffix(";base64"), base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise RefusedAddress(url[:80]) from error


def _font(url: str) -> tuple[str, bytes]:
    name = url.removeprefix("cairn:font/")
    if name == url or name not in FACES:
        raise RefusedAddress(url[:80])
    return "font/ttf", (FONTS / f"{name}.ttf").read_bytes()


@dataclass(frozen=True, slots=True)
class Ground:
    """What all documents share. Made anew for each, it costs 20 to 70 ms."""

    fonts: Any
    fetcher: OnlyOurs

    def sheet(self, text: str) -> Any:
        """A style sheet, read once and used for many documents."""
        from weasyprint import CSS

        return CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)


@cache
def ground() -> Ground:
    """The one font configuration and the one fetcher, with our fonts declared."""
    from weasyprint.text.fonts import FontConfiguration

    # Copies of the fonts lie in a temporary folder until it goes, and at the very end
    # of a process it can no longer remove them.
    atexit.register(ground.cache_clear)
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    made = Ground(FontConfiguration(), OnlyOurs())
    made.sheet("".join(_font_face(name) for name in FACES))
    return made


def _font_face(name: str) -> str:
    family, weight, style = FACES[name]
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'src:url("cairn:font/{name}")}}\n'
    )


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside a PDF."""

    name: str
    content: bytes
    description: str
    dated: datetime


def write(
    html: str,
    sheets: Sequence[Any],
    pictures: Mapping[str, Any],
    enclosed: Enclosed | None = None,
) -> bytes:
    """A tagged PDF/A-3a of ``html``, well-formed XML, perhaps with a file in it.

    ``pictures`` are the drawings by the addresses that ``html`` and ``sheets`` use.
    The same input gives the same bytes: no date comes from the clock. Raises
    ``RefusedAddress`` when the document asks for anything else, and
    ``UncoveredCharacters`` instead of printing boxes.
    """
    from weasyprint.urls import FatalURLFetchingError

    from . import pdf_page

    with _ONE_AT_A_TIME, _no_boxes():
        shared = ground()
        document = pdf_page.XHTML(html, shared.fetcher)
        try:
            pdf: bytes = document.write_pdf(
                stylesheets=list(sheets),
                font_config=shared.fonts,
                pdf_variant="pdf/a-3a",
                attachments=[_attachment(enclosed)] if enclosed else [],
                cache=dict(pictures),
                finisher=pdf_page.pack,
            )
        except FatalURLFetchingError as error:
            # It is no Exception and would pass every handler on its way up.
            raise RefusedAddress(str(error)) from error
    return pdf


@contextmanager
def _no_boxes() -> Iterator[None]:
    """Raise when the page inside was drawn with a box in place of a character.

    Lists of what fonts cover are asked before; this is what was drawn in truth.
    """
    boxes = _Boxes()
    log = logging.getLogger("weasyprint")
    log.addHandler(boxes)
    try:
        yield
    finally:
        log.removeHandler(boxes)
    if boxes.characters:
        raise UncoveredCharacters("".join(boxes.characters))


class _Boxes(logging.Handler):
    """Collects the characters that WeasyPrint says it had no glyph for."""

    def __init__(self) -> None:
        super().__init__()
        self.characters: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef glyph") and record.args:
            self.characters[str(next(iter(record.args)))] = None


def _attachment(enclosed: Enclosed) -> Any:
    from weasyprint import Attachment

    dated = enclosed.dated.astimezone(UTC)
    return Attachment(
        string=enclosed.content,
        name=enclosed.name,
        description=enclosed.description,
        created=dated,
        modified=dated,
        relationship="Source",
        url_fetcher=ground().fetcher,
    )
