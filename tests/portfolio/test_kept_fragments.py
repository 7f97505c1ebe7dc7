"""Pieces of pages are drawn once in a process; none may outlive what it shows."""

from __future__ import annotations

import pytest
from django.test import Client

from credentials import revoking
from credentials.models import Credential, Issuer
from portfolio.models import Profile
from tests.factories import make_badge, make_credential, make_member, make_user
from tests.portfolio.findable import make_findable, make_proving_badge, make_skill
from tests.portfolio.me_page import mei, page

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture


def test_a_card_shows_a_new_state_at_once(client, mei):
    held = make_credential(holder=mei)
    assert "Withdrawn" not in page(client)
    manager = make_member(held.issuer, "manager")
    revoking.revoke(held, reason=Credential.Reason.MISTAKE, by=manager)
    assert "Withdrawn on" in page(client)


def test_a_card_shows_at_once_who_sees_the_credential(client, mei):
    held = make_credential(holder=mei)
    pressed = 'value="private" aria-pressed="true"'
    assert pressed not in page(client)
    Credential.objects.filter(pk=held.pk).update(visibility="private")
    assert pressed in page(client)


def test_a_card_is_drawn_for_each_language(client, mei):
    make_credential(holder=mei)
    assert "Signed file (JSON)" in page(client)
    in_spanish = client.get("/me/", headers={"Accept-Language": "es"}).content.decode()
    assert "Archivo firmado (JSON)" in in_spanish
    assert "Signed file (JSON)" not in in_spanish


def test_no_fragment_keeps_the_token_of_a_form(client, mei):
    make_credential(holder=mei)
    first, second = (page(client) for _time in range(2))
    assert first.count("csrfmiddlewaretoken") == 1
    assert first != second, "each page has a token of its own"


def test_a_card_in_the_catalogue_names_its_issuer_as_it_is_called_today(client):
    version = make_badge()
    issuer = version.achievement.issuer
    assert issuer.name in client.get("/badges/").content.decode()
    Issuer.objects.filter(pk=issuer.pk).update(name="Renamed Institute")
    after = client.get("/badges/").content.decode()
    assert "Renamed Institute" in after
    assert issuer.name not in after


def test_filters_count_a_badge_as_soon_as_it_is_published(client):
    make_badge(level=2)
    assert 'id="n-level-2">1<' in client.get("/badges/").content.decode()
    make_badge(level=2)
    assert 'id="n-level-2">2<' in client.get("/badges/").content.decode()


def test_criteria_are_drawn_for_each_language_and_version(client):
    address = make_badge().achievement.get_absolute_url()
    assert "What you show" in client.get(address).content.decode()
    in_spanish = client.get(address, headers={"Accept-Language": "es"})
    assert "What you show" not in in_spanish.content.decode()
    assert "What you show" in client.get(address).content.decode()


def test_the_header_marks_the_section_of_each_page(client):
    for address, words in (("/badges/", "Badges"), ("/pathways/", "Pathways")):
        for _look in range(2):
            text = client.get(address).content.decode()
            assert f'<a href="{address}" aria-current="page">{words}</a>' in text
            assert text.count('aria-current="page"') == 1


def test_header_and_footer_are_drawn_for_each_language_and_for_who_is_signed_in(
    client, mei
):
    visitors = Client()
    for _look in range(2):
        own, other = page(client), visitors.get("/badges/").content.decode()
        assert "Sign out" in own
        assert mei.full_name in own
        assert "Sign out" not in other
        assert mei.full_name not in other
    spanish = visitors.get("/badges/", headers={"Accept-Language": "es"})
    assert "Insignias</a>" in spanish.content.decode()


def test_somebody_found_is_shown_as_they_are_now(client):
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    person = make_findable(badge, headline="Welder by day")
    search = "/talent/?q=welding"
    assert "Welder by day" in client.get(search).content.decode()

    Profile.objects.filter(user=person).update(headline="Fitter by night")
    text = client.get(search).content.decode()
    assert "Fitter by night" in text
    assert "Welder by day" not in text

    client.force_login(make_user())
    assert 'value="keep"' in client.get(search).content.decode()
    client.force_login(person)
    assert 'value="keep"' not in client.get(search).content.decode()
