"""A person's public page with one credential, with fifty, with five hundred."""

from __future__ import annotations

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential, SigningKey
from credentials.verifying import status_of
from portfolio.models import Collection
from portfolio.profile.public_lines import lines_of
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
)
from tests.portfolio.many import hold_many
from tests.portfolio.me_page import ending
from tests.portfolio.public_page import (
    amina,
    change_state,
    ended,
    get,
    main_of,
    page,
    public,
    say,
    section,
)

pytestmark = pytest.mark.django_db

__all__ = ["amina"]  # a fixture


def badges(count):
    """Badges with a name and a skill; nobody hands in work for them."""
    issuer = make_issuer()
    return [make_draft_version(issuer, criteria=0) for _one in range(count)]


def test_the_page_takes_the_same_queries_for_any_length(client, amina):
    versions = badges(3)
    shelf = Collection.objects.create(owner=amina, name="All", visibility="public")
    owner = client.__class__()
    owner.force_login(amina)
    counts = []
    for position, more in enumerate((1, 49, 450), start=1):
        rows = hold_many(amina, versions, more)
        shelf.items.create(owner=amina, credential=rows[0], position=position)
        amina.pins.create(owner=amina, credential=rows[0], position=position)
        for visitor in (client, owner):
            get(visitor)
            with CaptureQueriesContext(connection) as captured:
                assert get(visitor).status_code == 200
            counts.append(len(captured))
    assert counts[0::2] == [6, 6, 6]
    assert len(set(counts[1::2])) == 1
    assert counts[1] <= 12


def test_a_long_page_comes_in_parts_that_lead_to_each_other(client, amina):
    hold_many(amina, badges(30), 60)

    first, second = page(client), page(client, query="?page=2")

    assert section(first, "line").count("×2, latest") == 24
    assert 'href="?page=2#line" rel="next"' in first
    assert section(second, "line").count("×2, latest") == 6
    assert 'href="?page=1#line" rel="prev"' in second
    assert 'class="pin stretch"' not in second
    assert "ld+json" not in second
    assert '/p/amina-yusuf/?page=2">' in second
    for text in (first, second):
        assert "All 60 credentials on this page" in text


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "9" * 5000])
def test_a_part_that_is_not_there_is_the_nearest(client, amina, number):
    hold_many(amina, badges(1), 2)
    assert get(client, query=f"?page={number}").status_code == 200
    assert main_of(client, f"?page={number}") == main_of(client)


def test_ended_ones_stand_at_the_end_of_the_last_part(client, amina):
    hold_many(amina, badges(25), 25)
    ended(amina)
    say(amina, shows_ended_at=timezone.now())
    assert "Old times" not in page(client)
    assert "Old times" in page(client, query="?page=2")


def test_a_page_of_fifty_is_light(client, amina):
    hold_many(amina, badges(25), 50)
    assert len(gzip.compress(get(client).content)) < 20_000


def test_a_line_says_what_the_whole_credential_says(amina):
    public(amina, "In force")
    change_state(public(amina, "Withdrawn"), revoking.revoke)
    change_state(public(amina, "Paused"), revoking.suspend)
    ended(amina)
    Credential.objects.filter(pk=ending(amina, 9).pk).update(visibility="public")
    renewed = make_badge(validity_months=12)
    make_credential(renewed, amina, days_ago=340, visibility="public")
    make_credential(renewed, amina, visibility="public")
    hold_many(amina, badges(1), 1, document_sha256="0" * 64)
    failed = public(amina, "Signature failed")
    Credential.objects.filter(pk=failed.pk).update(is_signature_good=False)
    SigningKey.objects.filter(pk=public(amina, "Key lost").signing_key_id).update(
        compromised_at=timezone.now()
    )

    now = timezone.now()
    lines = lines_of(amina, now)

    whole = {
        each.pk: each
        for each in Credential.objects.of(amina).select_related("signing_key")
    }
    assert len({each.verdict for each in lines}) == 7
    for line in lines:
        credential = whole[line.pk]
        assert line.verdict == status_of(credential, now).verdict
        assert line.picture == credential.picture
        assert line.small_picture == credential.small_picture
        assert line.canonical == credential.get_absolute_url()
        assert line.language == credential.language
