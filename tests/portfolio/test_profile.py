"""A person's public page: first what must never be on it."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential, SigningKey
from portfolio.models import Profile
from portfolio.views.profiles import initials
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    """Somebody whose page is on."""
    user = make_user("Amina Yusuf", email="amina@private.example.org")
    Profile.objects.filter(user=user).update(
        handle="amina-yusuf",
        headline="Staff nurse, acute medicine",
        place="Bristol",
        about="I trained in **Khartoum**.",
        public_at=timezone.now(),
    )
    user.refresh_from_db()
    return user


def get(client, handle="amina-yusuf"):
    return client.get(reverse("profile", args=[handle]))


def page(client, handle="amina-yusuf"):
    return html.unescape(get(client, handle).content.decode())


def public(holder, name, **fields):
    return make_credential(
        make_badge(name=name, **fields.pop("badge", {})),
        holder,
        visibility="public",
        **fields,
    )


def change_state(credential, change):
    manager = make_member(credential.issuer, "manager")
    change(credential, reason=Credential.Reason.BEING_CHECKED, by=manager)


# What must never be on it


def test_only_the_owners_public_credentials_are_listed(client, amina):
    public(amina, "Shown to all")
    for visibility in ("private", "link"):
        version = make_badge(name=f"Hidden {visibility}")
        make_credential(version, amina, visibility=visibility)
    public(make_user(), "Hidden other person’s")
    make_submission(make_badge(name="Hidden submission"), amina, state="in_review")
    erased = public(amina, "Hidden erased")
    Credential.objects.filter(pk=erased.pk).update(
        state="erased",
        erased_at=timezone.now(),
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )

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
    assert "Your public page" not in text
    assert reverse("settings") not in text
    assert "not listed" not in text


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


# What is on it


def test_it_shows_what_the_owner_says(client, amina):
    text = page(client)
    assert "<bdi>Amina Yusuf</bdi></h1>" in text
    assert "<title>Amina Yusuf – Staff nurse, acute medicine –" in text
    assert "Staff nurse, acute medicine" in text
    assert "<bdi>Bristol</bdi>" in text
    assert "I trained in <strong>Khartoum</strong>." in text
    assert '<span class="avatar" aria-hidden="true">AY</span>' in text


def test_each_credential_leads_to_its_page_with_issuer_and_state(client, amina):
    issuer = make_issuer("Harbour Health Trust")
    endless = {"issuer": issuer, "validity_months": None}
    credential = public(amina, "Safe handover", badge=endless)
    soon = public(amina, "Fire safety", badge={"validity_months": 12}, days_ago=350)

    text = page(client)

    for each in (credential, soon):
        assert text.count(f'href="{each.get_absolute_url()}"') == 2
    assert "Harbour Health Trust · In force, no end date" in text
    end = f"{soon.valid_until.day} {soon.valid_until:%B %Y}"
    assert f"In force, ends on {end}" in text


def test_ended_ones_have_their_own_short_list(client, amina):
    ended = public(amina, "Old times", badge={"validity_months": 12}, days_ago=400)
    public(amina, "Safe handover")

    text = page(client)
    in_force, _, rest = text.partition('id="ended"')

    assert "Old times" not in in_force
    assert "Old times" in rest
    assert f"Ended on {ended.valid_until.day} {ended.valid_until:%B %Y}" in rest


def test_six_are_drawn_large_and_all_are_listed(client, amina):
    version = make_badge(is_repeatable=True)
    for _one in range(8):
        make_credential(version, amina, visibility="public")

    text = page(client)

    assert text.count('class="pin stretch"') == 6
    timeline = text.partition('class="timeline"')[2].partition("</ol>")[0]
    assert timeline.count("<li>") == 8
    assert "All 8 credentials on this page were checked today at" in text


def test_the_count_of_checked_ones_is_true(client, amina):
    public(amina, "Safe handover")
    change_state(public(amina, "Withdrawn"), revoking.revoke)
    assert "The credential on this page was checked today at" in page(client)

    public(amina, "Old times", badge={"validity_months": 12}, days_ago=400)
    assert "All 2 credentials on this page were checked today at" in page(client)


def test_without_credentials_name_and_words_stay(client, amina):
    text = page(client)
    assert "Amina Yusuf" in text
    assert "Khartoum" in text
    for absent in ("checked today", "All credentials", "Ended", "public yet"):
        assert absent not in text


@pytest.mark.parametrize("handle", ["Amina-Yusuf", "AMINA-YUSUF"])
def test_other_letters_lead_to_the_one_address(client, amina, handle):
    response = get(client, handle)
    assert response.status_code == 302
    assert response["Location"] == "/p/amina-yusuf/"


# The owner


def test_the_owner_sees_a_page_that_is_off_with_a_notice(client, amina):
    Profile.objects.filter(user=amina).update(public_at=None)
    client.force_login(amina)

    text = page(client)

    assert "Your public page is off. Only you see this preview." in text
    assert f'href="{reverse("settings")}"' in text
    client.force_login(make_user())
    assert get(client).status_code == 404


def test_the_owner_is_told_what_is_not_listed_and_nobody_else_is(client, amina):
    change_state(public(amina, "Withdrawn"), revoking.revoke)
    told = "1 public credential of yours is not listed, because it is not in force."

    client.force_login(amina)
    assert told in page(client)
    assert "None of your credentials is public yet." not in page(client)
    assert "private" in get(client)["Cache-Control"]

    client.force_login(make_user())
    text = page(client)
    assert told not in text
    assert "as visitors see it" not in text


def test_the_owner_without_public_credentials_gets_a_nudge(client, amina):
    client.force_login(amina)
    text = page(client)
    assert "None of your credentials is public yet." in text
    assert f'href="{reverse("me")}">Choose what is public' in text


def test_the_page_takes_the_same_queries_for_any_length(client, amina):
    version = make_badge(is_repeatable=True)
    counts = []
    for more in (0, 1, 2, 7):
        for _one in range(more):
            make_credential(version, amina, visibility="public")
        with CaptureQueriesContext(connection) as captured:
            page(client)
        counts.append(len(captured))
    assert counts == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amina Yusuf", "AY"),
        ("Mei", "M"),
        ("José Luis de la Cruz", "JC"),
        ("陳 美", "陳"),
        ("أمينة يوسف", "أ"),
        ("olena d", "OD"),
        ("", ""),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters
