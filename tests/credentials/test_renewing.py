"""From when a badge that is held once can be earned again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from credentials import awarding, revoking
from tests.factories import make_badge, make_credential, make_member, make_user

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 900 * 365 * 24 * 3600).map(
    lambda seconds: FIRST + timedelta(seconds=seconds)
)
DAY = timedelta(days=1)


@given(issued_at=MOMENTS, months=st.integers(1, 120))
def test_nothing_is_renewed_in_the_first_half_of_its_time(issued_at, months):
    end = awarding.ends(issued_at, months)
    assert end is not None

    begins = awarding.renews_from(issued_at, end)

    assert begins - issued_at >= end - begins
    assert begins >= end - awarding.RENEWAL


@given(issued_at=MOMENTS, months=st.integers(1, 120))
def test_no_page_promises_a_day_on_which_it_is_refused(issued_at, months):
    end = awarding.ends(issued_at, months)
    assert end is not None

    promised = end - awarding.renewal_days(months) * DAY

    assert promised >= awarding.renews_from(issued_at, end)


@pytest.mark.parametrize(("months", "days"), [(1, 14), (2, 28), (6, 60), (24, 60)])
def test_a_page_says_from_how_many_days_before_its_end(client, db, months, days):
    badge = make_badge(validity_months=months).achievement

    text = client.get(badge.get_absolute_url()).text

    assert f"You can renew it from {days} days before." in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("months", "words"),
    [(1, "You can renew it from "), (None, "It can be earned once.")],
)
def test_who_starts_what_they_hold_is_told_from_when(client, months, words):
    version, holder = make_badge(validity_months=months), make_user()
    make_credential(version, holder)
    client.force_login(holder)
    badge = version.achievement

    text = client.get(reverse("start", args=[badge.issuer.slug, badge.slug])).text

    assert "You hold this." in text
    assert words in text


@pytest.mark.django_db
def test_what_is_paused_says_no_day(client):
    version, holder = make_badge(validity_months=1), make_user()
    credential = make_credential(version, holder)
    manager = make_member(credential.issuer, "manager")
    revoking.suspend(credential, reason="being_checked", by=manager)
    client.force_login(holder)
    badge = version.achievement

    text = client.get(reverse("start", args=[badge.issuer.slug, badge.slug])).text

    assert "You hold this." in text
    assert "You can renew it from" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("months", [1, 2, 4])
def test_what_was_just_awarded_is_not_awarded_again(months):
    version, holder = make_badge(validity_months=months), make_user()
    make_credential(version, holder)

    with pytest.raises(awarding.AlreadyHeld):
        make_credential(version, holder)


@pytest.mark.django_db
def test_a_badge_of_a_month_is_renewed_near_its_end():
    version, holder = make_badge(validity_months=1), make_user()
    older = make_credential(version, holder, days_ago=17)

    newer = make_credential(version, holder)

    older.refresh_from_db()
    assert older.superseded_by == newer
