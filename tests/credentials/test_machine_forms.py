"""A credential as files: the exact signed bytes, and nothing that its state forbids."""

import json
from hashlib import sha256
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from credentials import pdf, pdf_coverage, revoking
from credentials.artwork import pictures
from credentials.certificates import ATTACHMENT_NAME
from credentials.certifying import language_of
from credentials.models import Credential
from credentials.reading import find_credential
from tests.factories import make_badge, make_credential, make_member, make_user

pytestmark = pytest.mark.django_db

Reason = Credential.Reason
FORMS = ["json", "jwt", "png", "svg", "pdf"]


@pytest.fixture(autouse=True, scope="module")
def _fonts():
    """Read the fonts before a test's transaction begins: that can take seconds."""
    pdf_coverage.uncovered_characters("a")
    pdf.ground()


@pytest.fixture
def version():
    return make_badge(name="Reading data honestly")


@pytest.fixture
def credential(version):
    return make_credential(version, make_user("Mei Tan"))


@pytest.fixture
def manager(version):
    return make_member(version.achievement.issuer, "manager")


def get(client, credential, form, query="", **headers):
    address = reverse(f"credential_{form}", args=[credential.token])
    return client.get(f"{address}{query}", headers=headers)


def pdf_text(response):
    with pypdfium2.PdfDocument(response.content) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_the_document_is_served_byte_for_byte(client, credential):
    response = get(client, credential, "json")
    assert sha256(response.content).hexdigest() == credential.document_sha256
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies
    assert "Cookie" not in response["Vary"]


def test_the_document_comes_under_the_type_that_was_asked_for(client, credential):
    response = get(client, credential, "json", accept="application/vc, */*;q=0.1")
    assert response["Content-Type"] == "application/vc"


def test_who_has_the_document_already_gets_nothing_again(client, credential):
    tag = get(client, credential, "json")["ETag"]
    again = get(client, credential, "json", if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")


def test_the_token_is_the_stored_one(client, credential):
    response = get(client, credential, "jwt")
    assert response.content.decode() == credential.jwt
    assert response["Content-Type"] == "text/plain"
    other = get(client, credential, "jwt", accept="application/vc+jwt")
    assert other["Content-Type"] == "application/vc+jwt"


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_picture_or_paper_holds_the_exact_document(client, credential, form):
    response = get(client, credential, form)
    assert response.status_code == 200
    assert find_credential(response.content).raw.decode() == credential.document


def test_the_code_leads_to_the_page(client, credential):
    svg = get(client, credential, "qr").content.decode()
    png = pictures.to_png(svg, size=400)
    with Image.open(BytesIO(png)) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("RGBA").convert("L"))
    assert code.text == f"https://cairn.example.org{credential.get_absolute_url()}"


def test_the_code_on_the_certificate_is_read_from_150_dpi(client, credential):
    response = get(client, credential, "pdf")
    with pypdfium2.PdfDocument(response.content) as document:
        assert len(document) == 1
        picture = document[0].render(scale=150 / 72).to_pil().convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"https://cairn.example.org{credential.get_absolute_url()}"


def test_the_certificate_says_what_was_signed(client, credential, version):
    text = pdf_text(get(client, credential, "pdf"))
    issued = credential.issued_at
    for words in [
        "Mei Tan",
        "Reading data honestly",
        version.promise,
        version.achievement.issuer.name,
        f"{issued.day} {issued:%B %Y}",
        "Valid until",
        "Intermediate (2 of 4)",
        "cairn.example.org/c",
    ]:
        assert words in text


def test_the_certificate_is_kept_and_comes_out_the_same(client, credential):
    first = get(client, credential, "pdf")
    again = get(client, credential, "pdf")
    assert again.content == first.content
    letter = get(client, credential, "pdf", "?paper=letter")
    assert letter.content != first.content
    with pypdfium2.PdfDocument(letter.content) as document:
        assert document[0].get_width() == pytest.approx(792, abs=1)  # 11 inches


def test_an_ended_one_has_a_certificate_that_says_so(client, version):
    ended = make_credential(version, days_ago=800)
    text = pdf_text(get(client, ended, "pdf"))
    assert "Ended" in text
    assert "Valid until" not in text


def test_a_certificate_kept_before_the_end_is_not_served_after_it(
    client, credential, monkeypatch
):
    assert "Valid until" in pdf_text(get(client, credential, "pdf"))
    later = credential.valid_until
    monkeypatch.setattr("credentials.verifying.timezone.now", lambda: later)
    assert "Ended" in pdf_text(get(client, credential, "pdf"))


def test_a_withdrawn_one_answers_410_even_where_a_certificate_is_kept(
    client, credential, manager
):
    assert get(client, credential, "pdf").status_code == 200
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    response = get(client, credential, "pdf")
    assert response.status_code == 410
    assert b"withdrew this credential" in response.content
    for form in ["json", "jwt", "png", "svg"]:
        assert get(client, credential, form).status_code == 200


def test_a_paused_one_has_no_certificate_until_it_comes_back(
    client, credential, manager
):
    revoking.suspend(credential, reason=Reason.BEING_CHECKED, by=manager)
    assert get(client, credential, "pdf").status_code == 409
    revoking.reinstate(credential, reason=Reason.BEING_CHECKED, by=manager)
    assert get(client, credential, "pdf").status_code == 200


def test_a_replaced_one_has_no_certificate_any_more(client, version):
    holder = make_user()
    older = make_credential(version, holder, days_ago=700)
    make_credential(version, holder)
    assert get(client, older, "pdf").status_code == 410


def store(credential, **values):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        table = "ALTER TABLE credentials_credential %s TRIGGER credential_written_once"
        cursor.execute(table % "DISABLE")
        Credential.objects.filter(pk=credential.pk).update(**values)
        cursor.execute(table % "ENABLE")


@pytest.mark.parametrize("form", FORMS)
def test_changed_bytes_are_given_to_nobody(client, credential, form):
    store(credential, document=credential.document.replace("Mei Tan", "Mai Tan"))
    response = get(client, credential, form)
    assert response.status_code == 410
    assert b"Mai Tan" not in response.content


def test_a_name_that_no_font_covers_is_named_instead_of_printed_as_boxes(
    client, version
):
    credential = make_credential(version, make_user("Ada \ue000"))
    response = get(client, credential, "pdf")
    assert response.status_code == 409
    assert "these characters: <bdi>\ue000</bdi>" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "language"),
    [("渡邊 みさき", "ja"), ("김민지", "ko"), ("王小明", "zh"), ("Ada Osei", "zh")],
)
def test_the_script_of_a_name_decides_its_language(name, language):
    assert language_of(name, "zh") == language


def test_the_certificate_carries_the_document_as_its_source(client, credential):
    response = get(client, credential, "pdf")
    with pikepdf.open(BytesIO(response.content)) as paper:
        attached = paper.attachments[ATTACHMENT_NAME]
        assert attached.get_file().read_bytes().decode() == credential.document


def test_logo_and_signature_stand_on_the_certificate(client, version):
    saved = BytesIO()
    Image.new("RGB", (900, 400), "navy").save(saved, "PNG")
    issuer = version.achievement.issuer
    issuer.signer_name, issuer.signer_role = "Dr Maren Holt", "Director"
    issuer.logo.save("logo.png", ContentFile(saved.getvalue()), save=False)
    issuer.signer_image.save("hand.png", ContentFile(saved.getvalue()), save=True)
    text = pdf_text(get(client, make_credential(version), "pdf"))
    assert "Dr Maren Holt Director" in text


def test_a_kept_certificate_of_a_private_credential_is_not_given_away(
    client, credential
):
    assert get(client, credential, "pdf").status_code == 200
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    assert get(client, credential, "pdf").status_code == 404


def test_the_document_reads_as_json(client, credential):
    said = json.loads(get(client, credential, "json").content)
    assert said["credentialSubject"]["identifier"][0]["identityHash"] == "Mei Tan"
