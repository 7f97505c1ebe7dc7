"""A part is lost, comes back, or is decided about: standing, history and mails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pathways import completing, enrolling, evaluating
from pathways.models import Completion
from portfolio.models import User
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import kept_for_a_module, make_pathway, rule
from tests.pathways.stacks import (
    change,
    complete,
    kinds_of,
    make_stack,
    part_of,
    reviewed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        yield {
            "review": reviewed(make_stack(1)),
            "keep": reviewed(make_stack(1, when_lost="keep")),
        }


def read(made):
    completion, manager = made
    return Completion.objects.get(pk=completion.pk), User.objects.get(pk=manager.pk)


@pytest.fixture
def stack(made):
    """A completion under the policy that staff look at lost parts, and a manager."""
    return read(made["review"])


@pytest.fixture
def kept_stack(made):
    """A completion under the policy that it is kept, and a manager."""
    return read(made["keep"])


def standing_of(completion):
    completion.refresh_from_db()
    completion.credential.refresh_from_db()
    return completion.standing, completion.credential.state


@pytest.mark.parametrize("kind", ["revoke", "suspend"])
def test_a_lost_part_puts_the_outcome_under_review_and_leaves_it_in_force(stack, kind):
    completion, manager = stack

    change(kind, part_of(completion), manager)

    assert standing_of(completion) == ("review", "active")
    assert kinds_of(completion) == ["completed", "part_lost"]
    assert list(completing.under_review(manager)) == [completion]


def test_known_losses_are_not_written_again(stack):
    completion, manager = stack
    change("suspend", part_of(completion), manager)

    evaluating.evaluate(completion.learner_id)

    assert kinds_of(completion) == ["completed", "part_lost"]


def test_a_part_that_counts_again_ends_the_review_by_itself(stack):
    completion, manager = stack
    change("suspend", part_of(completion), manager)

    change("reinstate", part_of(completion), manager)

    assert standing_of(completion) == ("met", "active")
    assert kinds_of(completion) == ["completed", "part_lost", "met_again"]
    assert not completing.under_review(manager).exists()


def test_under_the_other_policy_the_outcome_is_kept_at_once(kept_stack):
    completion, manager = kept_stack

    change("suspend", part_of(completion), manager)
    lost = standing_of(completion)
    change("reinstate", part_of(completion), manager)

    assert lost == ("kept", "active")
    assert standing_of(completion) == ("met", "active")
    assert not completing.under_review(manager).exists()


def test_a_part_that_ends_is_lost():
    issuer = make_issuer()
    badge = make_badge(issuer, validity_months=1)
    completion, _manager = reviewed(make_pathway(issuer, [badge]))
    end = part_of(completion).valid_until

    evaluating.evaluate(completion.learner_id, now=end - timedelta(seconds=1))
    before = standing_of(completion)
    evaluating.evaluate(completion.learner_id, now=end)

    assert before == ("met", "active")
    assert standing_of(completion) == ("review", "active")


def test_a_part_counts_for_its_days_of_grace():
    issuer = make_issuer()
    badge = make_badge(issuer, validity_months=1)
    version = make_pathway(issuer, [badge], expired="grace", grace_days=30)
    completion, _manager = reviewed(version)
    end = part_of(completion).valid_until + timedelta(days=30)

    evaluating.evaluate(completion.learner_id, now=end - timedelta(seconds=1))
    before = standing_of(completion)
    evaluating.evaluate(completion.learner_id, now=end)

    assert before == ("met", "active")
    assert standing_of(completion) == ("review", "active")


def test_a_renewed_part_stands():
    issuer = make_issuer()
    badge = make_badge(issuer, validity_months=1)
    completion, _manager = reviewed(make_pathway(issuer, [badge]), days_ago=20)
    old = part_of(completion)

    make_credential(badge, completion.learner)
    evaluating.evaluate(completion.learner_id, now=old.valid_until)

    old.refresh_from_db()
    assert old.state == "superseded"
    assert standing_of(completion) == ("met", "active")


def test_another_badge_can_stand_in_for_a_lost_one():
    issuer = make_issuer()
    badges = [make_badge(issuer) for _ in range(3)]
    version = make_pathway(issuer, rule("at_least", *badges, count=2))
    completion, manager = reviewed(version)
    parts = [part.credential for part in completion.parts.all()]

    change("revoke", parts[0], manager)
    after_one = standing_of(completion)
    change("revoke", parts[1], manager)

    assert after_one == ("met", "active")
    assert standing_of(completion) == ("review", "active")
    assert completion.events.last().note == parts[0].title + "\n" + parts[1].title


def test_what_is_earned_later_and_excluded_takes_nothing_away():
    issuer = make_issuer()
    wanted, excluded = make_badge(issuer), make_badge(issuer)
    version = make_pathway(issuer, rule("apart", wanted, excluded))
    manager, learner = make_member(issuer, "manager"), make_user()
    make_credential(wanted, learner)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    completion = Completion.objects.get(learner=learner)

    make_credential(excluded, learner)
    evaluating.evaluate(learner.pk)

    assert standing_of(completion) == ("met", "active")
    assert not completing.under_review(manager).exists()


def test_a_manager_keeps_it_and_it_stays_kept(stack):
    completion, manager = stack
    change("suspend", part_of(completion), manager)
    completion.refresh_from_db()

    completing.keep(completion, by=manager, note="Spoke with her.")
    change("reinstate", part_of(completion), manager)
    change("suspend", part_of(completion), manager)

    assert standing_of(completion) == ("kept", "active")
    assert kinds_of(completion) == ["completed", "part_lost", "kept"]
    event = completion.events.last()
    assert (event.by, event.note) == (manager, "Spoke with her.")


def test_a_manager_withdraws_it(stack):
    completion, manager = stack
    change("revoke", part_of(completion), manager)
    completion.refresh_from_db()

    completing.withdraw(completion, by=manager, note="Copied work.")
    evaluating.evaluate(completion.learner_id)

    assert standing_of(completion) == ("review", "revoked")
    assert kinds_of(completion) == ["completed", "part_lost", "withdrawn"]
    assert completion.credential.state_reason == "rules_no_longer_met"
    assert completion.credential.events.last().kind == "revoked"
    assert not completing.under_review(manager).exists()


def test_a_withdrawn_outcome_does_not_come_back(stack):
    completion, manager = stack
    part = part_of(completion)
    change("suspend", part, manager)
    completion.refresh_from_db()
    completing.withdraw(completion, by=manager)

    change("reinstate", part, manager)

    assert standing_of(completion) == ("review", "revoked")
    assert kinds_of(completion) == ["completed", "part_lost", "withdrawn"]


@pytest.mark.parametrize("decide", [completing.keep, completing.withdraw])
def test_only_a_manager_of_the_issuer_decides(stack, decide):
    completion, manager = stack
    change("suspend", part_of(completion), manager)
    completion.refresh_from_db()
    strangers = [
        completion.learner,
        make_user(),
        make_member(completion.credential.issuer, "reviewer"),
        make_member(completion.credential.issuer, "designer"),
        make_member(make_issuer(), "manager"),
    ]

    for stranger in strangers:
        with pytest.raises(completing.NotAllowed):
            decide(completion, by=stranger)
        assert not completing.under_review(stranger).exists()

    assert kinds_of(completion) == ["completed", "part_lost"]


def test_nobody_decides_about_their_own():
    version = make_stack(1)
    manager = make_member(version.pathway.issuer, "manager")
    completion = complete(version, manager)
    change(
        "suspend", part_of(completion), make_member(version.pathway.issuer, "manager")
    )
    completion.refresh_from_db()

    with pytest.raises(completing.NotAllowed):
        completing.keep(completion, by=manager)

    assert not completing.under_review(manager).exists()


@pytest.mark.parametrize("decide", [completing.keep, completing.withdraw])
def test_what_is_not_under_review_any_more_is_not_decided(stack, decide):
    completion, manager = stack
    change("suspend", part_of(completion), manager)
    completion.refresh_from_db()
    stale = Completion.objects.get(pk=completion.pk)
    change("reinstate", part_of(completion), manager)

    with pytest.raises(completing.StateChanged):
        decide(stale, by=manager)

    assert standing_of(completion) == ("met", "active")
    assert kinds_of(completion) == ["completed", "part_lost", "met_again"]


def test_dates_of_standing_say_since_when(stack):
    completion, manager = stack
    began = completion.standing_since
    assert began == completion.completed_at

    change("suspend", part_of(completion), manager)

    completion.refresh_from_db()
    assert began < completion.standing_since <= timezone.now()
