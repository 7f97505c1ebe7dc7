"""Endorsements whose signatures are verified anew each night."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portfolio import tasks
from portfolio.endorsing import showing, verifying_again
from portfolio.models import Endorsement
from tests.factories import make_badge, make_issuer
from tests.portfolio.endorsed import make_given, make_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> list[Endorsement]:
    """Three endorsements by one organisation, checked two at a time."""
    monkeypatch.setattr(verifying_again, "BATCH", 2)
    organisation = make_issuer()
    by = make_manager(organisation)
    return [make_given(organisation=organisation, by=by) for _number in range(3)]


def spoil(endorsement: Endorsement, document: str) -> None:
    """What a broken disk does, with a digest that fits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE portfolio_endorsement DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE portfolio_endorsement SET document = %s,"
            " document_sha256 = encode(sha256(convert_to(%s, 'UTF8')), 'hex')"
            " WHERE id = %s",
            [document, document, endorsement.pk],
        )
        cursor.execute("ALTER TABLE portfolio_endorsement ENABLE TRIGGER USER")


def found_good() -> dict[int, bool]:
    checked = Endorsement.objects.filter(signature_checked_at__isnull=False)
    return dict(checked.values_list("pk", "is_signature_good"))


def test_all_are_verified_in_batches(
    three: list[Endorsement], django_assert_num_queries: Any
) -> None:
    since = timezone.now()

    with django_assert_num_queries(1 + 1 + 1):  # rows, keys, what came out
        last = verifying_again.check_signatures(since=since)

    assert last == three[1].pk
    assert verifying_again.check_signatures(since=since, after=last) == 0
    assert found_good() == {each.pk: True for each in three}
    assert verifying_again.check_signatures(since=since) == 0


@pytest.mark.parametrize("odd", ["other words", "a list", "no JSON"])
def test_a_bad_one_is_shown_nowhere_and_its_page_says_so(
    client: Client, three: list[Endorsement], odd: str
) -> None:
    bad = three[0]
    other = bad.document.replace("We know their work.", "We love their work.")
    spoil(bad, {"other words": other, "a list": "[]", "no JSON": "{"}[odd])
    assert Endorsement.objects.in_force().filter(pk=bad.pk).exists()

    verifying_again.check_signatures(since=timezone.now())

    assert found_good() == {bad.pk: False, three[1].pk: True}
    assert not Endorsement.objects.in_force().filter(pk=bad.pk).exists()
    assert bad.achievement is not None
    assert showing.on_badge_page(bad.achievement, None).accepted_by == []
    page = client.get(bad.get_absolute_url()).content.decode()
    assert "no longer trusted" in page
    assert "We love their work." not in page


def test_what_was_never_signed_is_not_looked_at() -> None:
    badge = make_badge()
    asked = Endorsement.objects.create(
        organisation=make_issuer(), achievement=badge.achievement, kind="interview"
    )

    verifying_again.check_signatures(since=timezone.now())

    asked.refresh_from_db()
    assert asked.signature_checked_at is None


def test_the_job_leaves_the_rest_to_another_job(
    three: list[Endorsement], monkeypatch: pytest.MonkeyPatch
) -> None:
    deferred: list[dict[str, Any]] = []
    monkeypatch.setattr(
        tasks.check_some_endorsements,
        "defer",
        lambda **values: deferred.append(values),
    )

    tasks.check_endorsements(int(timezone.now().timestamp()))
    while deferred:
        tasks.check_some_endorsements(**deferred.pop())

    assert len(found_good()) == len(three)
