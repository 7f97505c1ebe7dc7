"""The first page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential, SigningKey
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db


def page(client):
    return client.get(reverse("home")).content.decode()


def test_an_empty_site_shows_no_invented_credential(client):
    html = page(client)
    assert "There is none yet." in html
    assert "This credential is genuine." not in html
    assert "ou could start today" not in html


def test_two_doors(client):
    html = page(client)
    assert f'<a class="button" href="{reverse("catalogue")}">Find a badge</a>' in html
    assert f'action="{reverse("verify")}"' in html


def test_the_demonstration_is_the_newest_public_credential(client):
    version = make_badge(name="Recognising sepsis early")
    make_credential(version, make_user("Old Public"), days_ago=9, visibility="public")
    shown = make_credential(
        version, make_user("Amina Yusuf"), days_ago=5, visibility="public"
    )
    make_credential(version, make_user("Link Only"), days_ago=1, visibility="link")
    make_credential(version, make_user("Very Private"), visibility="private")
    html = page(client)
    assert "Amina Yusuf" in html
    assert shown.get_absolute_url() in html
    assert "This credential is genuine." in html
    for name in ("Old Public", "Link Only", "Very Private"):
        assert name not in html


def test_withdrawn_and_ended_credentials_are_no_demonstration(client):
    version = make_badge()
    revoked = make_credential(version, make_user("Was Withdrawn"), visibility="public")
    revoking.revoke(
        revoked,
        reason=Credential.Reason.MISTAKE,
        note="",
        by=make_member(version.achievement.issuer, "manager"),
    )
    make_credential(version, make_user("Has Ended"), days_ago=900, visibility="public")
    html = page(client)
    assert "Was Withdrawn" not in html
    assert "Has Ended" not in html


def test_a_credential_under_a_compromised_key_is_no_demonstration(client):
    credential = make_credential(holder=make_user("Bad Key"), visibility="public")
    SigningKey.objects.filter(issuer=credential.issuer).update(
        compromised_at=timezone.now()
    )
    assert "Bad Key" not in page(client)


def test_three_badges_of_three_issuers(client):
    first, second, third = (make_issuer() for _ in range(3))
    for issuer in (third, second, first, first, first):
        make_badge(issuer)
    response = client.get(reverse("home"))
    shown = [card["version"].achievement.issuer for card in response.context["cards"]]
    assert shown == [first, second, third]
    assert "All 5 badges" in response.content.decode()


def test_one_issuer_fills_three_places(client):
    issuer = make_issuer()
    for _ in range(4):
        make_badge(issuer)
    assert len(client.get(reverse("home")).context["cards"]) == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_visitors_cost_three_queries_and_no_session(
    client, django_assert_num_queries, rows
):
    issuer = make_issuer()
    for _ in range(rows):
        make_credential(make_badge(issuer), visibility="public")
    with django_assert_num_queries(3):  # demonstration, three badges, their number
        response = client.get(reverse("home"))
    assert not response.wsgi_request.session.accessed
    assert response.cookies == {}
