"""PDFs of pages as tests read them: their words, and their QR codes from pixels."""

from __future__ import annotations

import re

import pypdfium2
import pytest
import zxingcpp
from django.db import connection

PRINTED_AT = 150  # dots per inch: an office printer's draft, scanned


@pytest.fixture
def unhurried(db):
    """No end to an idle transaction: the one around a test is open while it draws."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def words(content):
    """All text of all pages on one line."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", " ", " ".join(pages).replace("\ufffe", ""))


def squeezed(content):
    """The text without blanks: long addresses are broken anywhere."""
    return words(content).replace(" ", "")


def codes(content):
    """What the QR codes say, read from pages as they print."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            image = page.render(scale=PRINTED_AT / 72).to_pil().convert("L")
            found += [code.text for code in zxingcpp.read_barcodes(image)]
    return found
