"""Pictures that stand on other people's pages and paper: embeds and QR codes."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from django.conf import settings
from django.utils import timezone
from PIL import Image

from credentials import artwork, revoking
from credentials.models import Credential
from tests.factories import make_credential, make_user
from tests.logging_in import log_in
from tests.portfolio.genuine_credential import change

pytestmark = pytest.mark.django_db

EMBEDS = ["embed.svg", "embed.png"]
PICTURES = [*EMBEDS, "qr.svg", "qr.png"]


@pytest.fixture
def holder():
    return make_user("Amina Yusuf")


@pytest.fixture
def credential(holder):
    return make_credential(holder=holder)


@pytest.fixture
def operator():
    return make_user(is_staff=True, is_superuser=True)


def picture(client, credential, name, **headers):
    return client.get(f"/c/{credential.token}/{name}", headers=headers)


def test_a_reader_finds_the_page_in_the_png(client, credential):
    answer = picture(client, credential, "qr.png")
    drawn = Image.open(BytesIO(answer.content))

    (found,) = zxingcpp.read_barcodes(drawn.convert("L"))
    assert found.text == f"{settings.SITE_URL}/c/{credential.token}/"
    assert answer["Content-Type"] == "image/png"
    assert min(drawn.size) >= 600


@pytest.mark.parametrize("name", EMBEDS)
def test_a_page_elsewhere_may_show_it_and_asks_each_time(client, credential, name):
    answer = picture(client, credential, name)

    assert answer.status_code == 200
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies
    again = picture(client, credential, name, if_none_match=answer["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize("name", EMBEDS)
def test_it_names_nobody_and_carries_no_signed_document(client, credential, name):
    body = picture(client, credential, name).content

    assert b"Amina" not in body
    assert b"openbadges" not in body
    assert credential.token.encode() not in body


@pytest.mark.parametrize("step", [revoking.revoke, revoking.suspend])
def test_it_shows_that_the_credential_does_not_stand(
    client, credential, operator, step
):
    before = {name: picture(client, credential, name).content for name in EMBEDS}
    step(credential, reason=Credential.Reason.OTHER, note="", by=operator)
    version = credential.version

    svg = picture(client, credential, "embed.svg").content.decode()
    assert svg == artwork.withdrawn(version.kind, version.glyph)
    assert picture(client, credential, "embed.png").content != before["embed.png"]


def test_an_ended_one_is_faded_in_both_forms(client, credential):
    whole = picture(client, credential, "embed.png").content
    change(credential, valid_until=timezone.now())

    assert b'<svg opacity="0.5"' in picture(client, credential, "embed.svg").content
    faded = Image.open(BytesIO(picture(client, credential, "embed.png").content))
    alphas = [
        picture.convert("RGBA").getextrema()[3][1]
        for picture in (Image.open(BytesIO(whole)), faded)
    ]
    assert alphas[0] == 255
    assert alphas[1] < 140


@pytest.mark.parametrize("name", PICTURES)
def test_a_private_one_has_no_picture_for_others(client, credential, name):
    assert picture(client, credential, name).status_code == 200
    Credential.objects.filter(pk=credential.pk).update(visibility="private")

    assert picture(client, credential, name).status_code == 404


@pytest.mark.parametrize("name", EMBEDS)
def test_its_holder_gets_no_other_picture_than_everybody(
    client, credential, holder, name
):
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    log_in(client, holder)

    assert picture(client, credential, name).status_code == 404


@pytest.mark.parametrize("name", EMBEDS)
def test_what_is_not_what_was_signed_has_no_picture(client, credential, name):
    change(credential, is_signature_good=False)

    assert picture(client, credential, name).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 26, "%00" * 26, "ı" * 26])
def test_what_is_no_credential_has_none(client, token):
    assert client.get(f"/c/{token}/embed.svg").status_code == 404
    assert client.get(f"/c/{token}/qr.png").status_code == 404
