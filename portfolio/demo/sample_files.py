"""Small files for the demo's evidence: real PDF, PNG and text, drawn from words."""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING

from credentials import pdf
from credentials.artwork import lettering

if TYPE_CHECKING:
    from portfolio.demo.content.shapes import SampleFile

_SHEET = """
@page { size: A5; margin: 18mm }
body { font: 11pt/1.5 "Cairn Sans", "Noto Sans", sans-serif; color: #1c1b19 }
h1 { font: 600 17pt/1.25 "Cairn Serif", "Noto Serif", serif; margin: 0 0 7mm }
p { margin: 0 0 2.5mm }
"""
_SIZE = (1000, 700)
_PAPER, _INK, _LINE = "#f6f3ec", "#1c1b19", "#c9c1b1"
_MARGIN, _HEADING, _TEXT, _STEP = 64, 44, 30, 64


def draw(sample: SampleFile) -> bytes:
    """Return the file's bytes: what ``sample.kind`` says, with its words in it."""
    makers = {"pdf": _document, "png": _picture, "txt": _text}
    return makers[sample.kind](sample)


def _text(sample: SampleFile) -> bytes:
    return "\n".join([sample.heading, "", *sample.lines, ""]).encode()


def _document(sample: SampleFile) -> bytes:
    from weasyprint import HTML  # loads slowly

    lines = "".join(f"<p>{html.escape(line)}</p>" for line in sample.lines)
    heading = html.escape(sample.heading)
    ground = pdf.ground()
    page = HTML(
        string=f"<title>{heading}</title><h1>{heading}</h1>{lines}",
        url_fetcher=ground.fetcher,
    )
    written: bytes = page.write_pdf(
        stylesheets=[ground.sheet(_SHEET)], font_config=ground.fonts
    )
    return written


def _picture(sample: SampleFile) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", _SIZE, _PAPER)
    canvas = ImageDraw.Draw(picture)
    right = _SIZE[0] - _MARGIN
    baseline = _MARGIN + _HEADING
    heading = lettering.fitted(
        sample.heading, lettering.SERIF_600, _HEADING, right - _MARGIN
    )
    heading.draw(canvas, _MARGIN, baseline, _INK)
    for words in sample.lines:
        baseline += _STEP
        rule = baseline - _STEP // 2 - 10
        canvas.line((_MARGIN, rule, right, rule), _LINE, 2)
        line = lettering.fitted(words, lettering.SANS_400, _TEXT, right - _MARGIN)
        line.draw(canvas, _MARGIN, baseline, _INK)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()
