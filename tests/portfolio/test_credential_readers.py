"""Who reads a credential's page, and what each gets: people, programs, robots."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential
from portfolio.models import Profile
from tests.factories import make_issuer, make_member, make_user
from tests.portfolio.genuine_credential import (
    credential,
    holder,
    issuer,
    manager,
    see,
    version,
)
from tests.portfolio.page_words import text_of

pytestmark = pytest.mark.django_db

__all__ = ["credential", "holder", "issuer", "manager", "version"]  # fixtures

Reason = Credential.Reason


def test_private_and_absent_are_the_same_page(client, credential):
    absent = client.get(reverse("credential", args=["0" * 26]))
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    private = see(client, credential)
    assert private.status_code == absent.status_code == 404
    assert "There is nothing to show here." in text_of(private)
    assert private.content == absent.content
    for token in ["short", "0" * 27, "%00" * 26, "U" * 26]:
        other = client.get(f"/c/{token}/")
        assert (other.status_code, other.content) == (404, absent.content)


@pytest.mark.parametrize(
    "name",
    [
        "report",
        "credential_json",
        "credential_jwt",
        "credential_png",
        "credential_svg",
        "credential_qr",
        "credential_preview",
    ],
)
def test_no_address_of_a_private_credential_answers(client, credential, name):
    address = reverse(name, args=[credential.token])
    assert client.get(address).status_code == 200
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    assert client.get(address).status_code == 404


def test_holder_and_the_issuers_staff_see_a_private_one_with_a_notice(
    client, credential, holder, manager
):
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    client.force_login(holder)
    mine = see(client, credential)
    assert "Private: others read that there is nothing to show" in text_of(mine)
    assert mine["Cache-Control"].startswith("private")
    client.force_login(manager)
    assert "Private. Its holder and staff of the issuer" in text_of(
        see(client, credential)
    )
    for stranger in [make_user(), make_member(make_issuer(), "manager")]:
        client.force_login(stranger)
        assert see(client, credential).status_code == 404


def test_only_the_holder_gets_the_tools(client, credential, holder):
    assert "Change who sees it" not in text_of(see(client, credential))
    client.force_login(make_user())
    assert "Change who sees it" not in text_of(see(client, credential))
    client.force_login(holder)
    assert "Change who sees it" in text_of(see(client, credential))


@pytest.mark.parametrize(
    "kind", ["application/vc", "application/ld+json", "application/json"]
)
def test_programs_get_the_signed_document_from_the_same_address(
    client, credential, kind
):
    response = see(client, credential, accept=kind)
    assert response.content.decode() == credential.document
    assert response["Content-Type"] == kind
    assert "Accept" in response["Vary"]


def test_browsers_and_those_who_do_not_care_get_the_page(client, credential):
    for accept in ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png"]:
        response = see(client, credential, accept=accept)
        assert response["Content-Type"].startswith("text/html")
        assert "Accept" in response["Vary"]
    assert 'rel="alternate"; type="application/vc"' in response["Link"]


@pytest.mark.parametrize(
    ("visibility", "public", "listable", "is_asked_away"),
    [
        ("public", True, True, False),
        ("public", True, False, True),
        ("public", False, False, True),
        ("link", True, True, True),
    ],
)
def test_search_engines_list_a_public_one_of_somebody_who_lets_them(
    client, credential, holder, visibility, public, listable, is_asked_away
):
    now = timezone.now()
    Credential.objects.filter(pk=credential.pk).update(visibility=visibility)
    Profile.objects.filter(user=holder).update(
        public_at=now if public else None,
        search_engines_at=now if listable else None,
    )
    away = '<meta name="robots" content="noindex">'
    assert (away in see(client, credential).content.decode()) == is_asked_away
    file = client.get(reverse("credential_json", args=[credential.token]))
    assert file["X-Robots-Tag"] == "noindex"


def test_search_engines_are_sent_away_once_it_does_not_stand(
    client, credential, holder, manager
):
    now = timezone.now()
    Credential.objects.filter(pk=credential.pk).update(visibility="public")
    Profile.objects.filter(user=holder).update(public_at=now, search_engines_at=now)
    assert b'name="robots"' not in see(client, credential).content
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    assert b'name="robots" content="noindex"' in see(client, credential).content


def test_an_id_typed_from_paper_leads_to_its_page(client, credential):
    groups = "-".join(credential.groups).upper().replace("0", "O")
    response = client.get(f"/c/{groups}/?from=paper")
    assert response.status_code == 302
    assert response["Location"] == f"{credential.get_absolute_url()}?from=paper"
    absent = "Z" * 26
    assert client.get(f"/c/{absent}/")["Location"] == f"/c/{absent.lower()}/"
    assert client.get("/c/not-an-id/").status_code == 404


def test_what_networks_copy_names_no_holder(client, credential):
    page = see(client, credential).content.decode()
    metas = re.findall(r"<meta[^>]*>", page)
    assert not [meta for meta in metas if "Amina" in meta]
    preview = reverse("credential_preview", args=[credential.token])
    assert f'content="https://cairn.example.org{preview}"' in page
    assert '<meta name="robots" content="noindex">' in page
