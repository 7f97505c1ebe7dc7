"""A person's public page: what must never be on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential, SigningKey
from portfolio.models import FormerHandle, Profile
from tests.factories import make_badge, make_credential, make_submission, make_user
from tests.portfolio.me_page import erase
from tests.portfolio.public_page import (
    amina,
    change_state,
    ended,
    get,
    linked,
    page,
    public,
    say,
)

pytestmark = pytest.mark.django_db

__all__ = ["amina"]  # a fixture


def test_only_the_owners_public_credentials_are_listed(client, amina):
    public(amina, "Shown to all")
    for visibility in ("private", "link"):
        version = make_badge(name=f"Hidden {visibility}")
        make_credential(version, amina, visibility=visibility)
    public(make_user(), "Hidden other person’s")
    make_submission(make_badge(name="Hidden submission"), amina, state="in_review")
    erase(public(amina, "Hidden erased"))

    text = page(client)

    assert "Shown to all" in text
    assert "Hidden" not in text
    for credential in Credential.objects.exclude(title="Shown to all"):
        assert credential.token not in text


def test_what_does_not_stand_today_is_not_listed(client, amina):
    change_state(public(amina, "Hidden withdrawn"), revoking.revoke)
    change_state(public(amina, "Hidden paused"), revoking.suspend)
    version = make_badge(name="Renewed one", validity_months=12)
    old = make_credential(version, amina, days_ago=340, visibility="public")
    make_credential(version, amina)
    changed = public(amina, "Hidden changed")
    Credential.objects.filter(pk=changed.pk).update(is_signature_good=False)
    distrusted = public(amina, "Hidden key")
    SigningKey.objects.filter(pk=distrusted.signing_key_id).update(
        compromised_at=timezone.now()
    )

    text = page(client)

    assert Credential.objects.get(pk=old.pk).state == "superseded"
    assert "Renewed one" not in text
    assert "Hidden" not in text
    assert "checked today" not in text
    assert "withdrawn" not in text


def test_nothing_private_of_the_owner_stands_on_it(client, amina):
    public(amina, "Safe handover")

    text = page(client)

    assert "amina@private.example.org" not in text
    assert "private.example" not in text
    assert str(amina.pk) not in {part for part in text.split() if part.isdigit()}
    for only_for_its_owner in ("Your page", "your page", "left out", "/me/", "Edit"):
        assert only_for_its_owner not in text


def test_off_unknown_and_deactivated_are_the_same(client, amina):
    unknown = get(client, "nobody-at-all")
    Profile.objects.filter(user=amina).update(public_at=None)
    off = get(client)
    Profile.objects.filter(user=amina).update(public_at=timezone.now())
    amina.is_active = False
    amina.save()
    deactivated = get(client)

    assert [each.status_code for each in (unknown, off, deactivated)] == [404] * 3
    assert unknown.content == off.content == deactivated.content


def test_a_page_that_is_off_is_not_found_in_other_letters_either(client, amina):
    Profile.objects.filter(user=amina).update(public_at=None)
    assert get(client, "Amina-Yusuf").status_code == 404


@pytest.mark.parametrize("handle", ["a\x00b", "Ámina-yusuf", "a" * 31, "amina yusuf"])
def test_what_is_no_address_is_not_found(client, amina, handle):
    assert get(client, handle).status_code == 404


def test_an_owners_words_cannot_act(client, amina):
    amina.full_name = "<b>Amina</b>"
    amina.save()
    Profile.objects.filter(user=amina).update(
        headline='"><img src=x>',
        place="<i>Bristol</i>",
        other_name="<u>Amina</u>",
        own_words=["<em>knitting</em>"],
        languages=["<s>English</s>"],
        about="<script>x</script> [link](javascript:x) "
        "<a hx-get=/me/ href=https://own.example>own</a> [ok](https://ok.example)",
    )

    text = get(client).content.decode()

    for wrong in ("<b>Amina", "<img src=x", "<i>Bristol", "<script>x", "<a hx-get"):
        assert wrong not in text
    assert 'href="javascript' not in text
    assert 'rel="nofollow ugc noopener noreferrer"' in text
    assert "hx-disable>" in text


def test_visitors_touch_no_session(client, amina):
    public(amina, "Safe handover")

    response = get(client)

    assert not response.cookies
    assert response["Cache-Control"] == "no-cache"
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert "Cookie" in response["Vary"]


def test_search_engines_come_in_by_their_own_switch_only(client, amina):
    away = '<meta name="robots" content="noindex">'
    assert away in page(client)

    Profile.objects.filter(user=amina).update(search_engines_at=timezone.now())
    assert 'name="robots"' not in page(client)

    Profile.objects.filter(user=amina).update(search_engines_at=None)
    assert away in page(client)


def test_a_page_without_headline_is_described_too(client, amina):
    Profile.objects.filter(user=amina).update(headline="")
    described = '<meta name="description" content="Amina Yusuf on Cairn: credentials'
    assert described in page(client)


@pytest.mark.parametrize("switch", ["page", "account"])
def test_a_former_address_of_what_is_off_is_as_unknown_as_any(client, amina, switch):
    FormerHandle.objects.create(
        profile=amina.profile,
        handle="amina-before",
        until=timezone.now() + timedelta(days=9),
    )
    unknown = get(client, "nobody-at-all")
    if switch == "page":
        say(amina, public_at=None)
    else:
        amina.is_active = False
        amina.save()

    former = get(client, "amina-before")

    assert former.status_code == 404
    assert former.content == unknown.content


def test_a_former_address_leads_to_the_page_until_its_day(client, amina):
    now = timezone.now()
    for handle, days in (("amina-before", 9), ("amina-long-ago", -1)):
        FormerHandle.objects.create(
            profile=amina.profile, handle=handle, until=now + timedelta(days=days)
        )

    response = get(client, "Amina-Before")

    assert response.status_code == 302
    assert response["Location"] == "/p/amina-yusuf/"
    assert response["Cache-Control"] == "no-cache"
    assert get(client, "amina-long-ago").status_code == 404


def test_the_owner_of_a_page_that_is_off_comes_by_a_former_address_too(client, amina):
    say(amina, public_at=None)
    FormerHandle.objects.create(
        profile=amina.profile,
        handle="amina-before",
        until=timezone.now() + timedelta(days=9),
    )
    client.force_login(amina)
    assert get(client, "amina-before")["Location"] == "/p/amina-yusuf/"


@pytest.mark.parametrize("handle", ["Amina-Yusuf", "AMINA-YUSUF"])
def test_other_letters_lead_to_the_one_address(client, amina, handle):
    response = get(client, handle)
    assert response.status_code == 302
    assert response["Location"] == "/p/amina-yusuf/"


def test_what_has_ended_is_shown_by_its_owners_word_only(client, amina):
    ended(amina)
    assert "Old times" not in page(client)
    assert "checked today" not in page(client)

    say(amina, shows_ended_at=timezone.now())
    assert "Old times" in page(client)

    say(amina, shows_ended_at=None)
    assert "Old times" not in page(client)


def test_pins_show_nothing_that_is_not_public_or_does_not_stand(client, amina):
    hidden = [
        make_credential(make_badge(name="Hidden link"), amina),
        make_credential(make_badge(name="Hidden private"), amina, visibility="private"),
        public(amina, "Hidden withdrawn"),
        ended(amina, "Hidden ended"),
    ]
    change_state(hidden[2], revoking.revoke)
    for position, each in enumerate(hidden, start=1):
        amina.pins.create(credential=each, position=position)
    public(amina, "Shown to all")

    text = page(client)

    assert "Hidden" not in text
    assert "Chosen by" not in text
    assert text.count('class="pin stretch"') == 1


def test_what_is_hidden_proves_no_skill_and_completes_no_number(client, amina):
    hidden = [
        make_credential(make_badge(name="Hidden link"), amina),
        make_credential(make_badge(name="Hidden private"), amina, visibility="private"),
        public(amina, "Hidden withdrawn"),
        public(amina, "Hidden paused"),
        ended(amina, "Hidden ended"),
    ]
    change_state(hidden[2], revoking.revoke)
    change_state(hidden[3], revoking.suspend)
    shown = public(amina, "Shown to all")
    skills = {each.version.skills.get().name: each for each in (*hidden, shown)}
    say(amina, shows_ended_at=timezone.now())

    text = page(client)

    listed = [name for name in skills if f">{name}<" in text]
    assert listed == [shown.version.skills.get().name]
    assert [each["name"] for each in linked(client)["knowsAbout"]] == listed
    assert "All 2 credentials on this page were checked today" in text
    said = str(linked(client))
    assert [each for each in hidden if each.token in said or each.title in said] == []


def test_one_private_credential_of_a_badge_that_is_shown_stays_out(client, amina):
    version = make_badge(name="Audit", is_repeatable=True)
    make_credential(version, amina, visibility="public")
    secret = make_credential(version, amina, visibility="private")

    text = page(client)

    assert "×2" not in text
    assert secret.token not in text
    assert "The credential on this page was checked" in text
