"""The job that awards: once, whatever comes together, and with all its traces."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import revoking, sealing, signing_keys
from credentials.models import Credential
from pathways import enrolling, evaluating
from pathways.models import Completion, PathwayVersion
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import kept_for_a_module, make_outcome, make_pathway, rule
from tests.pathways.stacks import (
    badges_of,
    complete,
    earn,
    kinds_of,
    make_stack,
    outcome_of,
    run_jobs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        yield make_stack(1).pk, make_stack(2).pk


@pytest.fixture
def small(made):
    """A pathway of one badge."""
    return PathwayVersion.objects.get(pk=made[0])


@pytest.fixture
def stack(made):
    """A pathway of two badges, of another issuer."""
    return PathwayVersion.objects.get(pk=made[1])


def join(version, learner):
    enrolling.enrol(version.pathway, learner=learner)


def test_completing_awards_a_signed_credential_with_its_parts(stack):
    version, learner = stack, make_user("Ada Lovelace")
    parts = earn(version, learner)
    join(version, learner)

    run_jobs()

    completion = Completion.objects.get()
    ending = version.exits.get()
    outcome = completion.credential
    assert (outcome.version, outcome.holder) == (ending.outcome, learner)
    assert outcome.source == "pathway"
    assert outcome.award_key == f"pathway:{ending.pk}:{learner.pk}"
    assert outcome.recipient_name == "Ada Lovelace"
    assert (completion.exit, completion.version) == (ending, version)
    assert completion.completed_at == outcome.issued_at
    assert completion.standing == "met"
    assert [p.credential for p in completion.parts.all()] == parts
    asked = [p.requirement.achievement for p in completion.parts.all()]
    assert asked == [part.achievement for part in parts]
    assert kinds_of(completion) == ["completed"]
    assert [event.kind for event in outcome.events.all()] == ["issued"]


def test_the_last_part_brings_the_outcome_by_itself(stack):
    version, learner = stack, make_user()
    join(version, learner)
    for badge in badges_of(version):
        assert not Completion.objects.exists()
        make_credential(badge, learner)
        run_jobs()

    assert Completion.objects.get().learner == learner


def test_who_is_not_on_the_pathway_is_awarded_nothing(small):
    version, learner = small, make_user()
    earn(version, learner)

    run_jobs()

    assert not Completion.objects.exists()


def test_evaluating_again_changes_nothing(small):
    completion = complete(small)
    before = Credential.objects.count()

    for _ in range(3):
        evaluating.evaluate(completion.learner_id)

    assert Credential.objects.count() == before
    assert kinds_of(completion) == ["completed"]


def test_every_exit_that_is_reached_is_awarded():
    issuer = make_issuer()
    first, second = make_badge(issuer), make_badge(issuer)
    early = make_outcome(issuer)
    version = make_pathway(issuer, [first], [second], exits={1: early})
    learner = make_user()
    join(version, learner)

    make_credential(first, learner)
    run_jobs()
    reached = [completion.exit.outcome for completion in Completion.objects.all()]
    make_credential(second, learner)
    run_jobs()

    assert reached == [early]
    assert Completion.objects.count() == 2
    assert Completion.objects.filter(exit__outcome=outcome_of(version)).exists()


def test_pathways_in_pathways_complete_one_after_the_other():
    inner = make_stack(1)
    middle = make_pathway(None, [inner])
    outer = make_pathway(None, [middle, make_badge()])
    learner = make_user()
    for version in (outer, middle, inner):
        join(version, learner)
    earn(outer, learner)
    earn(inner, learner)

    jobs = run_jobs()

    done = {completion.version for completion in Completion.objects.all()}
    assert done == {inner, middle, outer}
    assert jobs <= 8  # three joined, two earned, three awarded


def test_an_outcome_that_is_held_already_keeps_nothing_else_back():
    issuer = make_issuer()
    badge = make_badge(issuer)
    same = make_outcome(issuer)
    one = make_pathway(issuer, [badge], outcome=same)
    two = make_pathway(issuer, [badge], outcome=same)
    three = make_pathway(issuer, [badge])
    learner = make_user()
    for version in (one, two, three):
        join(version, learner)
    make_credential(badge, learner)

    run_jobs()

    assert {c.version for c in Completion.objects.all()} == {one, three}


def test_when_the_one_held_is_withdrawn_the_pathway_gives_its_own():
    issuer = make_issuer()
    badge = make_badge(issuer)
    same = make_outcome(issuer)
    one = make_pathway(issuer, [badge], outcome=same)
    two = make_pathway(issuer, [badge], outcome=same)
    learner = make_user()
    join(one, learner)
    make_credential(badge, learner)
    run_jobs()
    join(two, learner)
    run_jobs()
    first = Completion.objects.get()

    manager = make_member(issuer, "manager")
    revoking.revoke(first.credential, reason="mistake", by=manager)
    run_jobs()

    assert Completion.objects.exclude(pk=first.pk).get().version == two


def test_an_award_that_was_taken_is_passed_over(small, stack, caplog):
    version, other, learner = small, stack, make_user()
    ending = version.exits.get()
    make_credential(badges_of(small)[0], key=f"pathway:{ending.pk}:{learner.pk}")
    for each in (version, other):
        earn(each, learner)
        join(each, learner)

    evaluating.evaluate(learner.pk)

    assert Completion.objects.get().version == other
    assert "was awarded to learner" in caplog.text


def test_an_issuer_without_a_key_holds_up_its_own_outcome_alone(small, stack):
    version, other, learner = small, stack, make_user()
    for each in (version, other):
        earn(each, learner)
        join(each, learner)
    keys = signing_keys.active_keys(version.pathway.issuer)
    keys.update(retired_at=timezone.now())

    with pytest.raises(signing_keys.NoActiveKey):
        evaluating.evaluate(learner.pk)

    assert Completion.objects.get().version == other
    signing_keys.add_key(version.pathway.issuer, "Ed25519")
    signing_keys.add_key(version.pathway.issuer, "P-256")
    evaluating.evaluate(learner.pk)
    assert Completion.objects.count() == 2


def test_parts_are_what_counted_one_for_each_rule():
    issuer = make_issuer()
    held, spare, missing, bonus = (make_badge(issuer) for _ in range(4))
    skill = held.skills.get()
    repeatable = make_badge(issuer, is_repeatable=True, validity_months=12)
    version = make_pathway(
        issuer,
        rule("at_least", held, missing, spare, count=1),
        [(skill, 1), repeatable, rule("all", missing, bonus, is_optional=True)],
    )
    learner = make_user()
    first = make_credential(held, learner)
    second = make_credential(spare, learner)
    make_credential(repeatable, learner, days_ago=90)
    lasting = make_credential(repeatable, learner)
    make_credential(bonus, learner)
    join(version, learner)

    run_jobs()

    parts = [p.credential for p in Completion.objects.get().parts.all()]
    assert parts == [first, second, first, lasting]


def test_in_a_count_of_credits_every_one_is_a_part():
    issuer = make_issuer()
    one = make_badge(issuer, credits=2)
    two = make_badge(issuer, credits=3)
    skill = one.skills.get()
    two_proves = two.skills.get()
    version = make_pathway(
        issuer, rule("credits", (skill, 1), (two_proves, 1), credits=5)
    )
    learner = make_user()
    credentials = [make_credential(badge, learner) for badge in (one, two)]
    join(version, learner)

    run_jobs()

    parts = [p.credential for p in Completion.objects.get().parts.all()]
    assert parts == credentials


def test_what_had_to_come_before_an_exit_is_a_part_of_it():
    issuer = make_issuer()
    before, after = make_badge(issuer), make_badge(issuer)
    early = make_outcome(issuer)
    version = make_pathway(
        issuer,
        [before],
        rule("all", after, title="Later", gives=early, after=["Stage 1"]),
    )
    learner = make_user()
    credentials = [make_credential(badge, learner) for badge in (before, after)]
    join(version, learner)

    run_jobs()

    completion = Completion.objects.get(exit__outcome=early)
    assert [p.credential for p in completion.parts.all()] == credentials


def waiting():
    return ProcrastinateJob.objects.filter(task_name="pathways.evaluate").count()


@pytest.mark.parametrize("change", ["award", "suspend", "reinstate", "revoke", "renew"])
def test_every_change_of_a_credential_enqueues_one_look(stack, change):
    badge = make_badge(stack.pathway.issuer, validity_months=1)
    learner, manager = make_user(), make_member(badge.achievement.issuer, "manager")
    credential = make_credential(badge, learner, days_ago=25)
    if change == "reinstate":
        revoking.suspend(credential, reason="being_checked", by=manager)
    before = waiting()

    if change == "award":
        make_credential(badges_of(stack)[0], learner)
    elif change == "renew":
        make_credential(badge, learner)
    else:
        getattr(revoking, change)(credential, reason="mistake", by=manager)

    assert waiting() == before + 1


def test_a_look_that_finds_nothing_costs_three_queries(
    stack, django_assert_num_queries
):
    learner = make_user()
    earn(stack, learner)

    # the turn, the exits ahead, what was completed; and two for the transaction
    with django_assert_num_queries(5):
        evaluating.evaluate(learner.pk)


def test_a_look_costs_the_same_for_one_pathway_and_for_many(
    small, stack, django_assert_num_queries
):
    learner = make_user()
    nested = make_pathway(None, [small, stack])
    complete(small, learner)

    with django_assert_num_queries(7):
        evaluating.evaluate(learner.pk)
    complete(stack, learner)
    join(nested, learner)
    evaluating.evaluate(learner.pk)
    with django_assert_num_queries(7):
        evaluating.evaluate(learner.pk)


def test_the_outcome_is_verified_as_any_other(small):
    completion = complete(small)
    issuer = completion.credential.issuer

    document = completion.credential.document.encode()

    assert b"resultDescription" not in document
    sealing.verify_document(
        json.loads(document),
        public_keys=signing_keys.public_keys(issuer),
    )


def test_a_pathway_that_is_retired_is_still_completed(small):
    version, learner = small, make_user()
    join(version, learner)
    version.pathway.retired_at = timezone.now() - timedelta(days=1)
    version.pathway.retired_by = version.published_by
    version.pathway.save()
    earn(version, learner)

    run_jobs()

    assert Completion.objects.get().version == version
