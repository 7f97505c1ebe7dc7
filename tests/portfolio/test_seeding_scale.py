"""Made-up people by the thousand: what is measured must be as uneven as life is."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from credentials.models import Credential
from portfolio.demo import scale
from portfolio.models import User
from portfolio.models.talent import FindablePerson, ProvenSkill
from portfolio.talent import rows
from tests.factories import make_credential

# Statistics are gathered at the end, which no transaction may surround.
pytestmark = pytest.mark.django_db(transaction=True)

PROVEN = (
    "skill",
    "credential",
    "achievement",
    "issuer",
    "level",
    "strength",
    "earned_at",
    "valid_until",
    "place",
    "languages",
    "is_open_to_work",
)


MADE_UP = User.objects.filter(
    email__startswith="person", email__endswith="@scale.example.org"
)


@pytest.fixture
def batches_of_60(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "_BATCH", 60)


def seed(learners: int, credentials: int) -> None:
    call_command(
        "seed_scale",
        learners=learners,
        credentials=credentials,
        stdout=StringIO(),
    )


@pytest.mark.usefixtures("batches_of_60")
def test_each_part_of_the_credentials_is_drawn_anew() -> None:
    seed(40, 180)

    held = Counter(Credential.objects.values_list("holder", "achievement"))
    assert sum(held.values()) == 180
    assert max(held.values()) < 3  # one in each part, were they drawn the same
    assert all(
        '"synthetic" : true' in (each.document or "")
        for each in Credential.objects.all()
    )


@pytest.mark.usefixtures("batches_of_60")
def test_a_second_run_adds_what_is_missing() -> None:
    seed(10, 60)
    first = set(Credential.objects.values_list("pk", flat=True))

    seed(20, 120)

    assert MADE_UP.all().count() == 20
    assert Credential.objects.count() == 120
    assert not Credential.objects.filter(holder__email__startswith="designer").exists()
    assert first <= set(Credential.objects.values_list("pk", flat=True))


def test_each_number_is_drawn_once_however_the_database_joins() -> None:
    others = ("enable_hashjoin", "enable_mergejoin", "enable_material")
    with connection.cursor() as cursor:
        for way in others:
            cursor.execute(f"SET {way} = off")
        try:
            seed(20, 200)
        finally:
            for way in others:
                cursor.execute(f"RESET {way}")

    assert Credential.objects.values("award_key").distinct().count() == 200


def test_rows_of_the_search_are_those_that_the_site_would_write() -> None:
    seed(20, 200)
    people = FindablePerson.objects.values_list("pk", flat=True)
    assert people

    for learner in people:
        said = FindablePerson.objects.values().get(pk=learner)
        proven = set_of(learner)
        rows.rewrite(learner)
        assert FindablePerson.objects.values().get(pk=learner) == said
        assert set_of(learner) == proven


def set_of(learner: int) -> list[tuple[object, ...]]:
    found = ProvenSkill.objects.filter(learner=learner)
    return sorted(found.values_list(*PROVEN), key=str)


def test_a_database_with_real_credentials_is_left_alone() -> None:
    make_credential()

    with pytest.raises(CommandError):
        seed(5, 5)

    assert Credential.objects.count() == 1
    assert not MADE_UP.all().exists()
