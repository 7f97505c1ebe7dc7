"""On their own page, holders decide who sees each credential."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from credentials import holdings, sharing
from credentials.models import Credential
from portfolio.models import Profile
from tests.factories import make_credential, make_member, make_user
from tests.portfolio.me_page import erase, mei, page, switch

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture

HTMX = {"HX-Request": "true"}


def test_the_menu_says_what_happens_to_printed_codes(client, mei):
    make_credential(holder=mei)
    assert (
        "Codes on printed certificates then lead to a page that says there is "
        "nothing to show." in page(client)
    )


@pytest.mark.parametrize("visibility", Credential.Visibility.values)
def test_the_holder_decides_who_sees_it(client, mei, visibility):
    credential = make_credential(holder=mei, visibility="link")

    response = switch(client, credential, visibility)

    assert response.status_code == 303
    assert response["Location"] == f"/me/#credential-{credential.token}"
    credential.refresh_from_db()
    assert credential.visibility == visibility


def test_without_javascript_a_message_says_so_and_the_order_stays(client, mei):
    Profile.objects.filter(user=mei).update(public_at=timezone.now())
    credential = make_credential(holder=mei)

    response = switch(client, credential, "public", query="?sort=name")

    assert response["Location"] == f"/me/?sort=name#credential-{credential.token}"
    assert "Now public. Anyone can see it." in page(client)


def test_with_javascript_only_the_foot_and_a_toast_come(client, mei):
    Profile.objects.filter(user=mei).update(public_at=timezone.now())
    credential = make_credential(holder=mei, visibility="private")

    response = switch(client, credential, "public", **HTMX)
    text = html.unescape(response.content.decode())

    assert response.status_code == 200
    assert "<html" not in text
    assert text.count(f'id="foot-{credential.token}"') == 1
    assert "<summary data-focus>" in text
    toast = text.partition('hx-swap-oob="innerHTML:#toasts"')[2]
    assert "Now public. Anyone can see it." in toast
    assert "Your public page is off." not in toast
    assert 'method="post"' in toast
    assert f'action="/me/credentials/{credential.token}/visibility/"' in toast
    assert 'name="visibility" value="private">Undo' in toast
    assert "csrfmiddlewaretoken" in toast


def test_public_while_the_page_is_off_says_so(client, mei):
    credential = make_credential(holder=mei)

    swapped = html.unescape(
        switch(client, credential, "public", **HTMX).content.decode()
    )
    switch(client, credential, "link")
    switch(client, credential, "public")
    text = page(client)

    settings_page = f'<a href="{reverse("settings")}">'
    said = f"Anyone can see it. Your public page is off. {settings_page}"
    assert said in swapped
    assert said in text


def test_the_same_choice_again_changes_and_says_nothing(client, mei):
    credential = make_credential(holder=mei, visibility="link")

    response = switch(client, credential, "link", **HTMX)

    assert response.status_code == 200
    assert b"toast" not in response.content


@pytest.mark.parametrize("wrong", ["", "everybody", "PUBLIC", "public\x00"])
def test_other_values_are_refused_and_change_nothing(client, mei, wrong):
    credential = make_credential(holder=mei, visibility="private")

    for headers in ({}, HTMX):
        response = switch(client, credential, wrong, **headers)
        assert response.status_code == 422
        assert b"Choose who sees it: public, link only or private." in response.content

    credential.refresh_from_db()
    assert credential.visibility == "private"


def test_nobody_else_changes_it(client, mei):
    other = make_credential(visibility="private")
    own_issuer = make_credential(visibility="private")
    client.force_login(make_member(own_issuer.issuer, "manager"))

    for credential in (other, own_issuer):
        assert switch(client, credential, "public").status_code == 404
        credential.refresh_from_db()
        assert credential.visibility == "private"


def test_an_erased_or_unknown_one_is_not_found(client, mei):
    credential = make_credential(holder=mei)
    erase(credential)

    assert switch(client, credential, "public").status_code == 404
    unknown = reverse("set_visibility", args=["0" * 26])
    assert client.post(unknown, {"visibility": "public"}).status_code == 404


def test_it_changes_by_post_only(client, mei):
    credential = make_credential(holder=mei)
    address = reverse("set_visibility", args=[credential.token])

    assert client.get(address, {"visibility": "public"}).status_code == 405
    credential.refresh_from_db()
    assert credential.visibility == "link"


def test_after_the_session_ended_the_log_in_leads_back_to_the_page(client):
    credential = make_credential()

    response = switch(client, credential, "public")
    fragment = switch(client, credential, "public", **HTMX)

    assert response["Location"] == "/accounts/login/?next=/me/"
    assert fragment.status_code == 204
    assert fragment["HX-Redirect"].startswith("/accounts/login/?next=")
    assert SESSION_KEY not in client.session
    credential.refresh_from_db()
    assert credential.visibility == "link"


def test_who_listens_hears_of_a_change_and_of_no_other(mei, monkeypatch):
    heard = []
    monkeypatch.setitem(holdings._listeners, "test", heard.append)
    credential = make_credential(holder=mei)
    heard.clear()

    assert sharing.show_to(credential, sharing.Visibility.PUBLIC, by=mei) == "link"
    assert sharing.show_to(credential, sharing.Visibility.PUBLIC, by=mei) == "public"

    assert heard == [mei.pk]
    with pytest.raises(Credential.DoesNotExist):
        sharing.show_to(credential, sharing.Visibility.PRIVATE, by=make_user())
