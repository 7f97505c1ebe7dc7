"""All the learners of a version at once: the few who changed, each once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from credentials.models import Credential
from pathways import running_out, sweeping, tasks
from pathways.models import Sweep
from pathways.verdicts import Verdicts
from tests.credentials.racing import meanwhile
from tests.pathways.crowds import enqueued, held, join_all, make_people, sweep
from tests.pathways.making import make_draft_pathway
from tests.pathways.stacks import badges_of, make_stack

pytestmark = pytest.mark.django_db


@pytest.fixture
def _small_chunks(monkeypatch):
    monkeypatch.setattr(sweeping, "CHUNK", 2)


def make_crowd(count=7, missing=3, **fields):
    """People on a pathway who hold all that it asks for, but every so manieth."""
    version = make_stack(2)
    people = make_people(count)
    join_all(version, people)
    ready = [one for number, one in enumerate(people) if number % missing]
    for badge in badges_of(version):
        Credential.objects.bulk_create(
            held(badge, one, timezone.now(), **fields) for one in ready
        )
    return version, people, [one.pk for one in ready]


def test_those_for_whom_something_changed_are_enqueued_and_nobody_else():
    version, people, ready = make_crowd()

    (done,) = sweep(version)

    assert enqueued() == ready
    assert (done.learners, done.enqueued) == (len(people), len(ready))
    assert done.finished_at is not None


@pytest.mark.usefixtures("_small_chunks")
def test_a_sweep_that_was_killed_between_chunks_goes_on_where_it_was():
    version, people, ready = make_crowd()
    (half, other) = sweeping.prepare(version.pk)

    sweeping.go_on(half.pk, chunks=1)
    half.refresh_from_db()
    assert (half.last, half.finished_at) == (people[1].pk, None)
    assert enqueued() == [pk for pk in ready if pk <= half.last]
    for each in (half, other, half):
        sweeping.go_on(each.pk)

    assert sorted(enqueued()) == ready
    assert sum(each.learners for each in version.sweeps.all()) == len(people)


@pytest.mark.usefixtures("_small_chunks")
def test_a_sweep_that_was_killed_inside_a_chunk_left_nothing_of_it():
    version, _people, ready = make_crowd()
    first = sweeping.prepare(version.pk)[0]

    def killed():
        with transaction.atomic():
            sweeping.look_at_chunk(first, Verdicts(version))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    row = Sweep.objects.get(pk=first.pk)
    assert (row.last, row.learners, enqueued()) == (0, 0, [])

    for each in version.sweeps.all():
        sweeping.go_on(each.pk)
    assert sorted(enqueued()) == ready


@pytest.mark.usefixtures("_small_chunks")
def test_a_job_leaves_what_remains_to_another_one():
    version, _people, ready = make_crowd(4)
    sweeping.prepare(version.pk, 1)
    (whole,) = version.sweeps.all()

    sweeping.go_on(whole.pk, chunks=1)
    assert enqueued("pathways.sweep") == [whole.pk]
    tasks.sweep(sweep_id=whole.pk)

    assert enqueued("pathways.sweep") == [whole.pk]
    assert enqueued() == ready


@pytest.mark.usefixtures("_small_chunks")
def test_ranges_hold_everybody_once_and_about_as_many_each():
    version, _people, ready = make_crowd(9)

    one, two = sweeping.begin(version.pk)

    assert (one.above, one.until, two.until) == (0, two.above, sweeping.NO_END)
    assert enqueued("pathways.sweep") == [one.pk, two.pk]
    for each in (one, two):
        tasks.sweep(sweep_id=each.pk)
        each.refresh_from_db()
    assert sorted([one.learners, two.learners]) == [4, 5]
    assert sorted(enqueued()) == ready


@pytest.mark.usefixtures("_small_chunks")
def test_beginning_again_looks_at_everybody_again():
    version, people, _ready = make_crowd()
    half = sweeping.begin(version.pk)[0]
    sweeping.go_on(half.pk, chunks=1)

    again = sweeping.begin(version.pk)

    assert [each.pk for each in again] == [each.pk for each in version.sweeps.all()]
    assert again[0].pk == half.pk
    for each in again:
        sweeping.go_on(each.pk)
    assert sum(each.learners for each in version.sweeps.all()) == len(people)


def test_a_range_that_nobody_needs_any_more_is_taken_away(monkeypatch):
    version, _people, _ready = make_crowd()
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    gone = sweeping.prepare(version.pk)[1]
    monkeypatch.setattr(sweeping, "CHUNK", 2000)

    assert len(sweeping.prepare(version.pk)) == 1
    sweeping.go_on(gone.pk)  # its job is still there, and finds nothing
    assert not Sweep.objects.filter(pk=gone.pk).exists()
    assert enqueued() == []


def test_a_version_that_nobody_is_on_is_swept_at_once():
    (done,) = sweep(make_stack(1))

    assert (done.learners, done.enqueued) == (0, 0)
    assert done.finished_at is not None


def test_a_chunk_costs_the_same_for_few_and_for_many(django_assert_num_queries):
    version, _few, _ready = make_crowd(3)
    verdicts = Verdicts(version)
    (whole,) = sweeping.prepare(version.pk)

    # who, what they completed, what they hold; the jobs; how far it came
    with django_assert_num_queries(5):
        sweeping.look_at_chunk(whole, verdicts)
    more, _many, _ready = make_crowd(40)
    (whole,) = sweeping.prepare(more.pk)
    verdicts = Verdicts(more)
    with django_assert_num_queries(5):
        sweeping.look_at_chunk(whole, verdicts)
    assert whole.learners == 40


def test_the_rules_are_read_once_for_many_chunks(
    monkeypatch, django_assert_max_num_queries
):
    version, people, _ready = make_crowd(12)
    monkeypatch.setattr(sweeping, "CHUNK", 3)
    (whole,) = sweeping.prepare(version.pk, 1)

    # 5 chunks of 2 + 1 + 3 + 1 + 1 queries at most, and 4 for the rules
    with django_assert_max_num_queries(5 * 8 + 4):
        sweeping.go_on(whole.pk)
    whole.refresh_from_db()
    assert whole.learners == len(people)


def test_a_night_in_which_much_ends_is_a_sweep(monkeypatch):
    monkeypatch.setattr(running_out, "MANY", 2)
    end = timezone.now()
    version, _people, _ready = make_crowd(6, valid_until=end)
    other = make_stack(1)
    join_all(other, make_people(3))

    tasks.look_for_ended(timestamp=int(end.timestamp()) + 1)

    assert enqueued("pathways.sweep") == [each.pk for each in version.sweeps.all()]
    assert not other.sweeps.exists()
    assert enqueued() == []


def test_the_command_sweeps_one_pathway_or_all():
    one, _people, _ready = make_crowd()
    other = make_stack(1)
    draft = make_draft_pathway()

    name = f"{one.pathway.issuer.slug}/{one.pathway.slug}"
    call_command("pathway", "sweep", name, stdout=StringIO())
    assert enqueued("pathways.sweep") == [each.pk for each in one.sweeps.all()]
    call_command("pathway", "sweep", stdout=StringIO())

    assert other.sweeps.count() == 1
    assert not draft.sweeps.exists()
    with pytest.raises(CommandError, match="no pathway"):
        call_command("pathway", "sweep", "nobody/nothing")


@pytest.mark.django_db(transaction=True)
class TestTwoJobsAtOnce:
    """Two jobs of the same range, as when one seemed to be dead."""

    def test_the_second_one_finds_it_taken(self, monkeypatch):
        version, _people, ready = make_crowd()
        (whole,) = sweeping.prepare(version.pk)
        meanwhile(monkeypatch, Verdicts, "chunk", lambda: sweeping.go_on(whole.pk))

        sweeping.go_on(whole.pk)

        assert enqueued() == ready

    def test_without_holding_the_row_both_would_work(self, monkeypatch):
        version, _people, ready = make_crowd()
        (whole,) = sweeping.prepare(version.pk)
        monkeypatch.setattr(
            sweeping, "_taken", lambda pk: Sweep.objects.filter(pk=pk).first()
        )
        meanwhile(
            monkeypatch,
            Verdicts,
            "chunk",
            lambda: sweeping.go_on(whole.pk, chunks=1),
        )

        sweeping.go_on(whole.pk, chunks=1)

        assert sorted(enqueued()) == sorted(ready * 2)
