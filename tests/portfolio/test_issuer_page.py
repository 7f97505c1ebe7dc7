"""The page of an issuer."""

import hashlib

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import publishing
from credentials.models import SigningKey
from tests.factories import make_badge, make_draft_version, make_issuer, make_member

pytestmark = pytest.mark.django_db


def page(client, issuer):
    return client.get(reverse("issuer", args=[issuer.slug])).content.decode()


def test_it_shows_what_is_offered_and_nothing_else(client):
    issuer = make_issuer("Northwind Institute")
    make_badge(issuer, name="Usability testing")
    make_badge(name="Somebody else’s")
    make_draft_version(issuer, name="A draft")
    retired = make_badge(issuer, name="Retired by now")
    publishing.retire(retired.achievement, by=make_member(issuer, "designer"))
    html = page(client, issuer)
    assert "Usability testing" in html
    for name in ("Somebody else", "A draft", "Retired by now"):
        assert name not in html


def test_a_domain_is_verified_only_when_it_was_checked(client):
    plain = make_issuer("Plain", url="https://plain.example/")
    checked = make_issuer(
        "Checked",
        verified_domain="northwind.example",
        verified_domain_at=timezone.now(),
    )
    assert "Not checked" in page(client, plain)
    assert "Controls it" not in page(client, plain)
    assert "northwind.example" in page(client, checked)
    assert "Controls it, checked on" in page(client, checked)


def test_contact_and_complaints(client):
    issuer = make_issuer(
        "Guild", email="cards@guild.example", complaints="Call the <warden>."
    )
    html = page(client, issuer)
    assert 'href="mailto:cards@guild.example"' in html
    assert "Call the &lt;warden&gt;." in html


def test_keys_have_fingerprints_that_anybody_can_compute(client):
    issuer = make_issuer()
    key = issuer.keys.get(algorithm="Ed25519")
    digest = hashlib.sha256(key.public_key.encode()).hexdigest().upper()
    groups = "".join(
        f"<span>{digest[i : i + 4]}</span>" for i in range(0, len(digest), 4)
    )
    html = page(client, issuer)
    assert groups in html
    assert html.count("Signs since") == 2


def test_retired_and_compromised_keys_stay_with_their_state(client):
    issuer = make_issuer()
    now = timezone.now()
    keys = SigningKey.objects.filter(issuer=issuer)
    keys.filter(algorithm="Ed25519").update(retired_at=now)
    keys.filter(algorithm="P-256").update(compromised_at=now)
    html = page(client, issuer)
    assert "What it signed stays valid." in html
    assert "Not trusted since" in html


def test_an_unknown_issuer_is_not_found(client):
    assert client.get(reverse("issuer", args=["nobody"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_five_queries_for_visitors(client, django_assert_num_queries, rows):
    issuer = make_issuer()
    for _ in range(rows):
        make_badge(issuer)
    # issuer, badges, pathways, endorsements, keys
    with django_assert_num_queries(5):
        response = client.get(reverse("issuer", args=[issuer.slug]))
    assert not response.wsgi_request.session.accessed
