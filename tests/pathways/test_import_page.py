"""Staff take a pathway over: look first, then a draft, for their own issuer only."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pathways.exchanging import importing, writing_out
from pathways.models import Pathway, PathwayVersion
from tests.credentials.racing import at_once
from tests.factories import make_badge, make_issuer, make_member
from tests.pathways.making import make_pathway

pytestmark = pytest.mark.django_db

PAGE = "/admin/pathways/pathway/import/"


@pytest.fixture
def version():
    return make_pathway()


@pytest.fixture
def designer(client, version):
    person = make_member(version.pathway.issuer, "designer")
    client.force_login(person)
    return person


def text_of(version):
    return writing_out.as_bytes(writing_out.document_of(version))


def look(client, data, issuer, **fields):
    file = SimpleUploadedFile("way.json", data, "application/json")
    return client.post(PAGE, {"issuer": issuer.pk, "file": file, **fields})


def test_looking_shows_all_and_writes_nothing(client, version, designer):
    response = look(client, text_of(version), version.pathway.issuer)

    page = response.content.decode()
    assert response.status_code == 200
    assert version.name in page
    assert "Stage 2" in page
    assert "5 rules" in page
    assert "Write the draft" in page
    assert PathwayVersion.objects.count() == 1


def test_confirming_writes_the_draft_that_was_shown(client, version, designer):
    issuer = version.pathway.issuer
    shown = look(client, text_of(version), issuer, slug="other-way")
    sent = {
        "issuer": issuer.pk,
        "slug": "other-way",
        # Browsers send line ends as two characters.
        "document": shown.context["document"].replace("\n", "\r\n"),
        "confirm": "1",
    }

    response = client.post(PAGE, sent)

    draft = PathwayVersion.objects.get(pathway__slug="other-way")
    assert not draft.is_published
    assert response.url == reverse(
        "admin:pathways_pathwayversion_tree", args=[draft.pk]
    )
    assert client.get(response.url).status_code == 200
    again = client.post(PAGE, sent)
    assert again.status_code == 422
    assert b"This pathway has a draft already." in again.content


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_what_is_missing_is_listed_and_cannot_be_confirmed(
    client, version, designer, confirm
):
    data = text_of(version).replace(b"/badges/", b"/badges/gone-")

    response = look(client, data, version.pathway.issuer, slug="another", **confirm)

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("There is no such badge here: ") == 2
    assert "Write the draft" not in page
    assert Pathway.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "The file is not JSON."),
        (b"\xff", "The file is not text in UTF-8."),
        (b" " * 300_000, "The file is larger than 256 KB."),
        (b"", "The selected file is empty."),
    ],
)
def test_other_files_are_refused(client, version, designer, data, sentence):
    response = look(client, data, version.pathway.issuer)

    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_form_without_a_file_asks_for_one(client, version, designer):
    for slug, sentence in (
        ("", "Select a file."),
        ("No Way", "Use letters without accents, digits and hyphens."),
        ("a" * 81, "Use 80 characters or fewer."),
    ):
        sent = {"issuer": version.pathway.issuer_id, "slug": slug}
        response = client.post(PAGE, sent)
        assert response.status_code == 422
        assert sentence in response.content.decode()


def test_markup_in_a_file_stays_text(client, version, designer):
    data = text_of(version).replace(
        json.dumps(version.name).encode(), b'"<script>alert(1)</script>"'
    )

    page = look(client, data, version.pathway.issuer).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_another_issuer_cannot_be_chosen(client, version, designer):
    other = make_issuer()

    response = look(client, text_of(version), other)

    assert response.status_code == 422
    assert other.name not in response.content.decode()
    assert PathwayVersion.objects.count() == 1


def test_the_page_costs_the_same_however_long_the_file_is(
    client, designer, version, django_assert_max_num_queries
):
    issuer = version.pathway.issuer
    long = make_pathway(issuer, [make_badge(issuer) for _ in range(8)])

    with django_assert_max_num_queries(12):
        assert client.get(PAGE).status_code == 200
    with django_assert_max_num_queries(16):
        assert look(client, text_of(long), issuer).status_code == 200


def test_staff_save_any_version_as_a_file(client, version, designer):
    address = reverse(
        "admin:pathways_pathway_export", args=[version.pathway_id, version.number]
    )
    response = client.get(address)

    assert response.content == text_of(version)
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    page = client.get(
        reverse("admin:pathways_pathway_change", args=[version.pathway_id])
    )
    assert address in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_file_taken_twice_at_once_is_one_draft():
    version = make_pathway()
    issuer = version.pathway.issuer
    designer = make_member(issuer, "designer")
    data = text_of(version)

    def take():
        importing.take_over(data, issuer=issuer, by=designer)

    assert sorted(map(str, at_once(take, take))) == ["None", "Refused"]
    assert version.pathway.versions.count() == 2
