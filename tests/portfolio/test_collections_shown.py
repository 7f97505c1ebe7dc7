"""The page of a collection: first what must never be on it."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import revoking, sharing
from credentials.models import Credential, SigningKey
from portfolio.collections import collecting
from portfolio.models import Collection, Profile
from tests.factories import make_badge, make_credential, make_member, make_user
from tests.portfolio.own_collections import held, made, page, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    return make_user("Amina Yusuf", email="amina@private.example.org")


def get(client, collection, query=""):
    return client.get(to("collection", collection) + query)


def read(client, collection, query=""):
    return page(client, collection, "collection", query)


def three_of(owner):
    return [
        held(owner, f"Is {visibility}", visibility)
        for visibility in ("private", "link", "public")
    ]


# What must never be on it


@pytest.mark.parametrize(
    ("visibility", "shown"), [("public", {"public"}), ("link", {"link", "public"})]
)
def test_it_never_shows_more_than_each_credential_allows(
    client, amina, visibility, shown
):
    credentials = three_of(amina)
    held(amina, "Is not in it", "public")
    collection = made(amina, *credentials, visibility=visibility)

    text = read(client, collection)

    for each in credentials:
        assert (f"Is {each.visibility}" in text) == (each.visibility in shown)
        assert (each.token in text) == (each.visibility in shown)
    assert "Is not in it" not in text
    assert "not see" not in text
    number = f"All {len(shown)} credentials" if len(shown) > 1 else "The credential"
    assert f"{number} on this page" in text


def test_private_unknown_and_a_deactivated_owners_are_the_same(client, amina):
    collection = made(amina, held(amina, "Hidden", "public"), name="Hidden name")
    private = get(client, collection)
    other = Client()
    other.force_login(make_user())
    foreign = get(other, collection)
    unknown = client.get(reverse("collection", args=["0" * 26]))
    strange = [
        client.get(reverse("collection", args=[token]))
        for token in ("x", "a\x00b", collection.token.upper(), str(collection.pk))
    ]
    collecting.show_to(collection, Credential.Visibility.PUBLIC, by=amina)
    amina.is_active = False
    amina.save()
    deactivated = get(client, collection)

    answers = [private, foreign, unknown, deactivated, *strange]
    assert {each.status_code for each in answers} == {404}
    visitors = [private, unknown, deactivated, *strange]
    assert len({each.content for each in visitors}) == 1
    assert b"Hidden" not in b"".join(each.content for each in answers)


def test_it_is_gone_at_once_when_it_is_private_again(client, amina):
    collection = made(amina, held(amina, "Shown", "public"), visibility="public")
    assert "Shown" in read(client, collection)

    collecting.show_to(collection, Credential.Visibility.PRIVATE, by=amina)
    assert get(client, collection).status_code == 404


def test_a_credential_is_gone_from_it_at_once_when_it_is_private_again(client, amina):
    credential = held(amina, "Shown", "public")
    collection = made(amina, credential, visibility="public")
    assert "Shown" in read(client, collection)

    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=amina)
    text = read(client, collection)
    assert "Shown" not in text
    assert "No credential in this collection is shown today." in text
    assert "checked today" not in text


def test_what_does_not_stand_today_is_not_shown(client, amina):
    version = make_badge(name="Hidden renewed", validity_months=12)
    old = make_credential(version, amina, days_ago=340, visibility="public")
    make_credential(version, amina)
    withdrawn = held(amina, "Hidden withdrawn", "public")
    paused = held(amina, "Hidden paused", "public")
    changed = held(amina, "Hidden changed", "public")
    manager = make_member(withdrawn.issuer, "manager")
    why = Credential.Reason.BEING_CHECKED
    revoking.revoke(withdrawn, reason=why, by=manager)
    revoking.suspend(paused, reason=why, by=manager)
    Credential.objects.filter(pk=changed.pk).update(is_signature_good=False)
    credentials = [old, withdrawn, paused, changed, held(amina, "Stands", "public")]
    collection = made(amina, *credentials, visibility="public")

    text = read(client, collection)

    assert Credential.objects.get(pk=old.pk).state == "superseded"
    assert "Stands" in text
    assert "Hidden" not in text
    SigningKey.objects.update(compromised_at=timezone.now())
    assert "Stands" not in read(client, collection)


def test_an_erased_credential_is_nowhere(client, amina):
    credential = held(amina, "Hidden erased", "public")
    collection = made(amina, credential, visibility="public")
    Credential.objects.filter(pk=credential.pk).update(
        state="erased",
        erased_at=timezone.now(),
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
    )
    assert "Hidden" not in read(client, collection)
    client.force_login(amina)
    assert "Hidden" not in read(client, collection)
    text = client.get(reverse("collections")).content.decode()
    assert "0 credentials" in text


def test_nothing_else_of_the_owner_stands_on_it(client, amina):
    collection = made(amina, held(amina, "Shown", "public"), visibility="link")
    Profile.objects.filter(user=amina).update(headline="Hidden headline")

    text = read(client, collection)

    assert "Amina Yusuf" in text
    assert "private.example" not in text
    assert "Hidden" not in text
    assert amina.profile.handle not in text
    assert to("edit_collection", collection) not in text
    assert "View as visitor" not in text


def test_an_owners_words_cannot_act(client, amina):
    collection = made(amina, name="<b>x</b>", visibility="public")
    amina.full_name = "<i>Amina</i>"
    amina.save()
    Collection.objects.update(
        description="<script>x</script> [l](javascript:x) **bold**\n\nNext "
        "<a hx-get=/me/ href=https://own.example>own</a> [ok](https://ok.example)"
    )

    text = get(client, collection).content.decode()

    for wrong in ("<b>x", "<i>Amina", "<script>x", "<a hx-get", 'href="javascript'):
        assert wrong not in text
    assert "<strong>bold</strong></p>" in text
    assert "<p>Next" in text
    assert 'rel="nofollow ugc noopener noreferrer"' in text
    assert "hx-disable>" in text


def test_visitors_touch_no_session(client, amina):
    collection = made(amina, held(amina, "Shown", "public"), visibility="public")

    response = get(client, collection)

    assert not response.cookies
    assert response["Cache-Control"] == "no-cache"
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("visibility", ["link", "public"])
def test_search_engines_come_in_only_by_both_switches(client, amina, visibility):
    collection = made(amina, held(amina, "Shown", "public"), visibility=visibility)
    away = '<meta name="robots" content="noindex">'
    now = timezone.now()

    assert away in read(client, collection)
    Profile.objects.update(public_at=now)
    assert away in read(client, collection)
    Profile.objects.update(search_engines_at=now)
    assert (away in read(client, collection)) == (visibility == "link")


# What is on it


def test_the_owners_name_leads_to_their_page_only_while_it_is_public(client, amina):
    collection = made(amina, visibility="public")
    address = f'href="{amina.profile.get_absolute_url()}"'
    assert address not in read(client, collection)
    Profile.objects.filter(user=amina).update(public_at=timezone.now())
    assert address in read(client, collection)
    Profile.objects.filter(user=amina).delete()
    assert "Amina Yusuf" in read(client, collection)


def test_each_credential_leads_to_its_page_with_issuer_date_and_state(client, amina):
    day = timezone.now()
    ended = held(
        amina,
        "Fire safety",
        "public",
        valid_until=day - timedelta(days=1),
    )
    endless = held(amina, "Safe handover", "public", valid_until=None)
    soon = held(amina, "First aid", "public", valid_until=day + timedelta(days=9))
    collection = made(amina, endless, ended, soon, visibility="public")

    text = read(client, collection)

    for each in (ended, endless, soon):
        assert f'href="{each.get_absolute_url()}"' in text
    assert text.count(endless.issuer_name) == 3
    assert "In force, no end date" in text
    assert "In force, ends on" in text
    assert "Ended on" in text
    assert "</svg>Ended</span>" in text
    assert "All 3 credentials on this page were checked today at" in text
    order = [text.index(name) for name in ("Safe handover", "Fire safety", "First aid")]
    assert order == sorted(order)


def test_networks_get_its_name_and_nobodys(client, amina):
    collection = made(amina, held(amina, "Shown", "public"), visibility="public")
    head = read(client, collection).partition("</head>")[0]
    assert '<meta property="og:title" content="For ward teams">' in head
    assert f'{to("collection", collection)}">' in head
    drawn = [line for line in head.splitlines() if 'property="og:' in line]
    assert "Amina" not in "".join(drawn)


# Its owner


def test_its_owner_sees_all_of_it_and_why_visitors_do_not(client, amina):
    collection = made(amina, *three_of(amina), visibility="public")
    client.force_login(amina)

    response = get(client, collection)
    text = html.unescape(response.content.decode())

    assert response["Cache-Control"] == "private, no-cache"
    for name in ("Is private", "Is link", "Is public"):
        assert name in text
    assert "Visitors do not see 2 credentials in it." in text
    assert "Visitors do not see it: it is private." in text
    assert to("edit_collection", collection) in text


@pytest.mark.parametrize("visibility", ["link", "public"])
def test_as_a_visitor_its_owner_sees_what_visitors_see(client, amina, visibility):
    collection = made(amina, *three_of(amina), visibility=visibility)
    visitors = read(client, collection).partition("<h2")[2].partition("</ol>")[0]
    client.force_login(amina)

    text = read(client, collection, "?as=visitor")

    assert text.partition("<h2")[2].partition("</ol>")[0] == visitors
    assert "Is private" not in text
    assert "This is your collection as visitors see it." in text


def test_a_private_one_is_its_owners_and_empty_as_a_visitor(client, amina):
    collection = made(amina, *three_of(amina))
    client.force_login(amina)

    whole = read(client, collection)
    assert "Only you see this collection." in whole
    assert "Is private" in whole
    assert "Visitors do not see it" not in whole
    text = read(client, collection, "?as=visitor")
    assert "Visitors see nothing here" in text
    assert "Is public" not in text


def test_asking_as_a_visitor_opens_nothing(client, amina):
    collection = made(amina, *three_of(amina))
    assert get(client, collection, "?as=visitor").status_code == 404
    client.force_login(make_user())
    assert get(client, collection, "?as=visitor").status_code == 404
