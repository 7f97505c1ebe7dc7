"""Whose language a certificate speaks, and what is said when it cannot be made."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from credentials import certifying, pdf, pdf_coverage
from credentials.models import Credential
from credentials.verifying import status_of
from tests.credentials.certificate_samples import only_our_fonts
from tests.factories import make_badge, make_credential, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def _fonts() -> None:
    """Read the fonts before a test's transaction begins: that can take seconds."""
    pdf_coverage.uncovered_characters("a")
    pdf.ground()


@pytest.fixture
def _four_languages(settings: Any) -> None:
    settings.LANGUAGES = [(tag, tag) for tag in ("en", "es", "de", "ar")]


def credential_in(language: str, name: str = "Mei Tan") -> Credential:
    version = make_badge(name="Reading data honestly", language=language)
    return make_credential(version, make_user(name))


def certificate_of(credential: Credential) -> bytes:
    return certifying.certificate_pdf(credential, status_of(credential), "a4")


def said(content: bytes) -> dict[str, str]:
    """The language and the direction that the file states."""
    with pikepdf.open(BytesIO(content)) as document:
        return {"lang": str(document.Root.Lang)}


@pytest.mark.usefixtures("_four_languages")
@pytest.mark.parametrize(
    ("badge", "paper"),
    [("en", "en"), ("de", "de"), ("es", "es"), ("ar", "ar"), ("ko", "en")],
)
def test_the_paper_speaks_the_language_of_its_badge_or_english(
    badge: str, paper: str
) -> None:
    content = certificate_of(credential_in(badge))
    assert said(content) == {"lang": paper}


@pytest.mark.usefixtures("_four_languages")
def test_the_language_of_who_asks_changes_nothing() -> None:
    credential = credential_in("de")
    with translation.override("ar"):
        first = certificate_of(credential)
        assert translation.get_language() == "ar"
    (kept,) = kept_files()
    kept.unlink()
    with translation.override("es"):
        assert certificate_of(credential) == first
    assert said(first) == {"lang": "de"}


@pytest.mark.usefixtures("_four_languages")
def test_a_language_that_the_site_learns_later_makes_a_new_paper(
    settings: Any,
) -> None:
    credential = credential_in("de")
    settings.LANGUAGES = [("en", "English")]
    assert said(certificate_of(credential)) == {"lang": "en"}
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    assert said(certificate_of(credential)) == {"lang": "de"}
    assert len(kept_files()) == 2


def kept_files() -> list[Path]:
    return list((Path(settings.MEDIA_ROOT) / "certificates").glob("*.pdf"))


def test_the_file_holds_the_stored_document_byte_for_byte() -> None:
    credential = credential_in("en", "Łukasz Šťastný")
    with pikepdf.open(BytesIO(certificate_of(credential))) as document:
        (name,) = document.attachments
        inside = document.attachments[name].get_file().read_bytes()
        assert document.Root.AF[0].AFRelationship == "/Source"
    assert name == "credential.json"
    assert inside == (credential.document or "").encode()
    assert json.loads(inside)["type"][0] == "VerifiableCredential"


def answer(client: Client, name: str) -> HttpResponse:
    credential = credential_in("en", name)
    address = reverse("credential_pdf", args=[credential.token])
    return cast("HttpResponse", client.get(address))


@pytest.mark.parametrize("missing", ["\U0001faea", "\U0003abcd", "\ue000"])
def test_characters_that_no_font_has_are_named_on_a_page(
    client: Client, missing: str
) -> None:
    response = answer(client, f"Ada {missing} Osei")
    assert response.status_code == 409
    assert f"no font for these characters: <bdi>{missing}</bdi>" in (
        response.content.decode()
    )
    assert not kept_files()


@pytest.fixture
def _only_our_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FONTCONFIG_FILE", only_our_fonts(tmp_path))
    pdf_coverage.covered_ranges.cache_clear()
    yield
    pdf_coverage.covered_ranges.cache_clear()


@pytest.mark.usefixtures("_only_our_fonts")
@pytest.mark.parametrize(
    ("name", "missing"),
    [("Ada อรุณี", "อรุณี"), ("渡邊 Misaki", "渡邊"), ("Ada 🎓 𰻝", "🎓𰻝")],
)
def test_a_site_without_system_fonts_names_what_it_cannot_draw(
    client: Client, name: str, missing: str
) -> None:
    response = answer(client, name)
    assert response.status_code == 409
    assert f"<bdi>{missing}</bdi>" in response.content.decode()
    assert not kept_files()


@pytest.mark.usefixtures("_only_our_fonts")
def test_a_site_without_system_fonts_prints_the_names_that_ours_can_draw(
    client: Client,
) -> None:
    response = answer(client, "Nguyễn Αλεξάνδρα Шевченко")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
