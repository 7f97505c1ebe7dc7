"""Addresses of pictures: right forms, kept by browsers, nothing secret."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from credentials import artwork, revoking
from credentials.kept import kept
from credentials.models import Credential
from credentials.views.artwork import drawn
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
)

pytestmark = pytest.mark.django_db
FORMS = ["badge_svg", "badge_small", "badge_withdrawn", "badge_png"]


@pytest.fixture
def version():
    return make_badge(make_issuer("Harbour Health Trust"), name="Sepsis")


def address(name, version):
    achievement = version.achievement
    return reverse(
        name, args=[achievement.issuer.slug, achievement.slug, version.number]
    )


def preview_address(version):
    achievement = version.achievement
    return reverse("badge_preview", args=[achievement.issuer.slug, achievement.slug])


@pytest.mark.parametrize("form", FORMS)
def test_artwork_is_kept_for_a_year_and_asked_for_once(client, version, form):
    first = client.get(address(form, version))
    assert first.status_code == 200
    assert "max-age=31536000" in first["Cache-Control"]
    assert "immutable" in first["Cache-Control"]
    assert "public" in first["Cache-Control"]
    assert not first.wsgi_request.session.accessed
    again = client.get(address(form, version), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    other = client.get(address(form, version), headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_drafts_have_no_artwork_in_public(client, form):
    assert client.get(address(form, make_draft_version())).status_code == 404


def test_each_form_is_the_drawing_it_says(client, version):
    svg = client.get(address("badge_svg", version))
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.decode() == drawn(version)
    small = client.get(address("badge_small", version)).content.decode()
    assert small == artwork.small("skill", "crimson", "care")
    withdrawn = client.get(address("badge_withdrawn", version)).content.decode()
    assert withdrawn == artwork.withdrawn("skill", "care")


def test_the_png_is_large_light_and_open_to_other_sites(client, version):
    response = client.get(address("badge_png", version))
    assert response["Content-Type"] == "image/png"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert Image.open(BytesIO(response.content)).size == (1024, 1024)
    assert len(response.content) <= 200_000


def test_a_png_is_drawn_once(client, version, monkeypatch):
    first = client.get(address("badge_png", version)).content
    monkeypatch.setattr("credentials.artwork.pictures.to_png", None)
    assert client.get(address("badge_png", version)).content == first


def test_the_preview_of_a_badge(client, version):
    response = client.get(preview_address(version))
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert len(response.content) <= 150_000
    assert "immutable" not in response["Cache-Control"]
    again = client.get(
        preview_address(version), headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304


def test_a_draft_has_no_preview(client):
    assert client.get(preview_address(make_draft_version())).status_code == 404


def test_a_withdrawn_credential_shows_its_issuer_alone(client, version):
    credential = make_credential(version)
    where = reverse("credential_preview", args=[credential.token])
    before = client.get(where)
    manager = make_member(version.achievement.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, note="", by=manager)
    after = client.get(where, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content
    assert Image.open(BytesIO(after.content)).size == (1200, 630)


def test_an_ended_credential_keeps_its_picture(client, version):
    ended = make_credential(version, days_ago=900)
    current = make_credential(version)
    pictures = {
        client.get(reverse("credential_preview", args=[each.token])).content
        for each in (ended, current)
    }
    assert len(pictures) == 1  # the same for all: no name of a holder in it


def test_private_and_absent_previews_answer_alike(client, version):
    private = make_credential(version, visibility="private")
    answers = [
        client.get(reverse("credential_preview", args=[token]))
        for token in (private.token, "0" * 26)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_issuer_without_a_logo_gets_a_drawing(client):
    issuer = make_issuer(hue="teal", glyph="lab")
    response = client.get(reverse("issuer_logo", args=[issuer.slug]))
    assert response.content.decode() == artwork.small("skill", "teal", "lab")


def test_a_logo_is_served_as_what_it_is(client):
    issuer = make_issuer()
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    issuer.logo.save("logo.png", ContentFile(picture.getvalue()))
    response = client.get(reverse("issuer_logo", args=[issuer.slug]))
    assert response.content == picture.getvalue()
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_two_who_make_the_same_file_leave_one():
    def made_by_somebody_faster():
        default_storage.save("kept/one.txt", ContentFile(b"same"))
        return b"same"

    assert kept("kept/one.txt", made_by_somebody_faster) == b"same"
    assert default_storage.listdir("kept")[1] == ["one.txt"]
