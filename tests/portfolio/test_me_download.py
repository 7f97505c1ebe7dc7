"""Several credentials as one zip file."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential
from portfolio.own import bundling
from portfolio.views import own_several
from tests.credentials.racing import PATIENT
from tests.credentials.turns_taken import everyone_else
from tests.factories import make_badge, make_credential, make_issuer, make_member
from tests.portfolio.me_page import erase, mei

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture


def ask(client, *chosen):
    values = {"do": "download", "credential": [each.token for each in chosen]}
    return client.post(reverse("several"), values)


def opened(response):
    return zipfile.ZipFile(io.BytesIO(response.getvalue()))


@pytest.fixture
def _fast(monkeypatch):
    """Nothing is drawn: no second is there to draw it in."""
    monkeypatch.setattr(bundling, "SECONDS", -1)


def test_each_credential_comes_as_document_picture_and_certificate(client, mei):
    with connection.cursor() as cursor:
        cursor.execute(PATIENT)  # drawing takes its time, and tests are a transaction
    credential = make_credential(make_badge(name="Safe handover"), mei)

    archive = opened(ask(client, credential))
    stem = f"safe-handover-{timezone.localdate(credential.issued_at)}"

    assert archive.testzip() is None
    assert set(archive.namelist()) == {
        f"{stem}.json",
        f"{stem}.png",
        f"{stem}.pdf",
        "README.txt",
    }
    assert archive.read(f"{stem}.json").decode() == credential.document
    assert b"openbadgecredential" in archive.read(f"{stem}.png")
    with pikepdf.open(io.BytesIO(archive.read(f"{stem}.pdf"))) as paper:
        (attached,) = paper.attachments.values()
        assert attached.get_file().read_bytes().decode() == credential.document
    readme = archive.read("README.txt").decode()
    assert f"https://cairn.example.org/c/{credential.token}/" in readme
    assert "open https://cairn.example.org/verify/" in readme
    assert f"  {stem}.pdf\r\n" in readme


@pytest.mark.usefixtures("_fast")
def test_what_could_not_be_drawn_in_time_is_left_out_and_named(client, mei):
    credential = make_credential(make_badge(name="Safe handover"), mei)
    archive = opened(ask(client, credential))
    readme = archive.read("README.txt").decode()
    assert [name[-5:] for name in archive.namelist()] == [".json", "E.txt"]
    assert "The PNG is not here. Its page has it." in readme
    assert "The PDF is not here. Its page has it." in readme


@pytest.mark.usefixtures("_fast")
def test_names_are_safe_and_never_the_same(client, mei):
    issuer = make_issuer()
    titles = [
        "../../etc/passwd",
        "C:\\Windows\\CON",
        "Survey",
        "survey",
        "SURVEY",
        "急救",
        "…",
        "a" * 100,
    ]
    made = [make_credential(make_badge(issuer, name=name), mei) for name in titles]

    names = opened(ask(client, *made)).namelist()

    assert len({name.casefold() for name in names}) == len(titles) + 1
    for name in names:
        assert re.fullmatch(r"[\w-]+\.(json|txt)", name), name
        assert len(name) < 90
    day = timezone.localdate().isoformat()
    assert {f"survey-{day}.json", f"survey-{day}-2.json", f"急救-{day}.json"} <= {
        *names
    }


@pytest.mark.usefixtures("_fast")
def test_there_is_no_certificate_of_what_was_withdrawn(client, mei):
    credential = make_credential(holder=mei)
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, by=manager)
    readme = opened(ask(client, credential)).read("README.txt").decode()
    assert "The PNG" in readme
    assert "The PDF" not in readme


@pytest.mark.usefixtures("_fast")
def test_what_was_changed_has_no_file_and_is_named(client, mei):
    credential = make_credential(holder=mei)
    Credential.objects.filter(pk=credential.pk).update(is_signature_good=False)
    archive = opened(ask(client, credential))
    assert archive.namelist() == ["README.txt"]
    assert "There is no file of it." in archive.read("README.txt").decode()


@pytest.mark.usefixtures("_fast")
def test_others_credentials_are_in_no_download(client, mei):
    own, gone = (make_credential(holder=mei) for _each in range(2))
    foreign = make_credential()
    erase(gone)

    archive = opened(ask(client, own, foreign, gone))
    documents = [name for name in archive.namelist() if name.endswith(".json")]

    assert len(documents) == 1
    assert archive.read(documents[0]).decode() == own.document
    assert foreign.token not in archive.read("README.txt").decode()
    assert ask(client, foreign).status_code == 422
    for credential in (foreign, gone):
        address = reverse("credential_files", args=[credential.token])
        assert client.get(address).status_code == 404


@pytest.mark.usefixtures("_fast")
def test_one_credential_has_its_zip_at_an_address(client, mei):
    credential = make_credential(holder=mei)
    response = client.get(reverse("credential_files", args=[credential.token]))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert "no-store" in response["Cache-Control"]
    assert len(opened(response).namelist()) == 2


@pytest.mark.usefixtures("_fast")
def test_a_download_has_limits_that_say_what_to_do(client, mei, monkeypatch):
    made = [make_credential(holder=mei) for _one in range(2)]

    monkeypatch.setattr(bundling, "MOST", 1)
    many = ask(client, *made)
    monkeypatch.setattr(bundling, "MOST", 100)
    monkeypatch.setattr(bundling, "MOST_BYTES", 1000)
    large = ask(client, *made)

    assert many.status_code == 422
    assert "Choose 100 credentials or fewer" in many.content.decode()
    assert large.status_code == 413
    assert "That is more than 50 MB. Choose fewer" in large.content.decode()


@pytest.mark.usefixtures("_fast")
def test_a_few_downloads_are_made_at_a_time(client, mei):
    credential = make_credential(holder=mei)
    one = reverse("credential_files", args=[credential.token])
    with everyone_else("bundle", own_several.BUNDLES_AT_ONCE):
        several, alone = ask(client, credential), client.get(one)
    assert [several.status_code, alone.status_code] == [503, 503]
    assert several["Retry-After"] == alone["Retry-After"] == "10"
    assert "Many people download at this moment." in several.content.decode()
    assert opened(client.get(one)).namelist()


@pytest.mark.usefixtures("_fast")
def test_somebody_who_downloads_again_and_again_waits(client, mei, monkeypatch):
    monkeypatch.setattr(own_several, "BUNDLES_PER_HOUR", 1)
    credential = make_credential(holder=mei)
    assert opened(ask(client, credential)).namelist()
    refused = ask(client, credential)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= 3600
