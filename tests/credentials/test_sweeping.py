"""What is done at night: signatures verified anew, what nobody needs thrown away."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from credentials import sweeping, tasks
from credentials.models import Credential
from tests.factories import make_badge, make_credential

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(monkeypatch):
    """Three credentials of one issuer, checked two at a time."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    version = make_badge()
    made = [make_credential(version, key=f"night:{n}") for n in range(3)]
    yesterday = timezone.now() - timedelta(days=1)
    Credential.objects.update(signature_checked_at=yesterday)
    return sorted(made, key=lambda credential: credential.pk)


def spoil(credential, document):
    """What a broken disk does: other bytes in the same row."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE credentials_credential DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE credentials_credential SET document = %s WHERE id = %s",
            [document, credential.pk],
        )
        cursor.execute("ALTER TABLE credentials_credential ENABLE TRIGGER USER")


def due(since):
    return Credential.objects.filter(signature_checked_at__lt=since).count()


def test_all_signatures_are_verified_in_batches(three):
    since = timezone.now()

    last = sweeping.check_signatures(since=since)
    assert (last, due(since)) == (three[1].pk, 1)

    assert sweeping.check_signatures(since=since, after=last) is None
    assert due(since) == 0
    assert Credential.objects.filter(is_signature_good=True).count() == 3


def test_a_check_that_was_cut_short_goes_on_where_it_was(three):
    since = timezone.now()
    sweeping.check_signatures(since=since)
    Credential.objects.filter(pk=three[1].pk).update(signature_checked_at=None)

    sweeping.check_signatures(since=since)

    assert due(since) == 0
    assert not Credential.objects.filter(signature_checked_at=None).exists()


def test_keys_are_read_once_for_all_credentials_of_an_issuer(
    three, django_assert_num_queries
):
    with django_assert_num_queries(1 + 1 + 1):  # rows, keys, what came out
        sweeping.check_signatures(since=timezone.now())


@pytest.mark.parametrize("odd", ["other words", "a list", "no JSON"])
def test_a_bad_one_is_marked_and_keeps_no_other_one_from_being_checked(three, odd):
    since = timezone.now()
    other = (three[0].document or "").replace("Shows point", "Shews point")
    spoil(three[0], {"other words": other, "a list": "[]", "no JSON": "{"}[odd])

    sweeping.check_signatures(since=since)

    checked = Credential.objects.filter(signature_checked_at__gte=since)
    assert dict(checked.values_list("pk", "is_signature_good")) == {
        three[0].pk: False,
        three[1].pk: True,
    }


def test_the_job_leaves_the_rest_to_another_job(three, monkeypatch):
    deferred = []
    monkeypatch.setattr(
        tasks.check_some_signatures, "defer", lambda **values: deferred.append(values)
    )
    now = timezone.now()

    tasks.check_signatures(int(now.timestamp()))
    while deferred:
        tasks.check_some_signatures(**deferred.pop())

    assert due(now.replace(microsecond=0)) == 0


def test_ended_sessions_are_thrown_away_at_night_and_others_stay():
    now = timezone.now()
    for key, ends in (("ended", -1), ("running", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now + timedelta(days=ends)
        )

    sweeping.forget_old()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]
