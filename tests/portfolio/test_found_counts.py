"""Counting people who delete their account at the same instant."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.utils import timezone

from credentials.models import Skill
from portfolio.models import FoundCount, User
from portfolio.talent import found_counts
from portfolio.talent.people import Person
from tests import factories
from tests.credentials.racing import at_once
from tests.portfolio.findable import make_skill

pytestmark = pytest.mark.django_db(transaction=True)


def found(user: User, skill: Skill) -> Person:
    """Of somebody on a page of results what is counted."""
    profile = SimpleNamespace(user_id=user.pk)
    best = SimpleNamespace(skill=skill.pk)
    return cast("Person", SimpleNamespace(profile=profile, best=best))


def counted() -> list[int]:
    return list(FoundCount.objects.values_list("learner", flat=True))


@pytest.fixture
def both() -> tuple[list[User], list[Person]]:
    users = [factories.make_user(), factories.make_user()]
    skill = make_skill("Welding")
    return users, [found(each, skill) for each in users]


def test_whoever_is_gone_since_they_were_read_is_not_counted(both: Any) -> None:
    (gone, stays), people = both
    gone.delete()

    found_counts.count(people, timezone.now())

    assert counted() == [stays.pk]


def test_whoever_is_being_deleted_is_neither_counted_nor_waited_for(both: Any) -> None:
    (gone, stays), people = both

    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        found_counts.count(people, timezone.now())

    found_counts.count(people, timezone.now())
    with transaction.atomic():
        gone.delete()
        assert at_once(count) == [None]

    assert counted() == [stays.pk]
    assert FoundCount.objects.get().times == 2


def test_a_skill_that_is_gone_is_not_counted(both: Any) -> None:
    _users, people = both
    Skill.objects.all().delete()

    found_counts.count(people, timezone.now())

    assert counted() == []
