"""What somebody holds becomes what the engine reads, in one query."""

from __future__ import annotations

from decimal import Decimal

import pytest

from credentials import revoking
from credentials.models import Credential
from pathways import enrolling, evaluating
from pathways.holdings_of import holdings_of, holdings_of_many
from tests.factories import make_badge, make_credential, make_member, make_user
from tests.pathways.stacks import complete, earn, make_stack, outcome_of

pytestmark = pytest.mark.django_db


def test_a_credential_is_read_with_credits_and_skills_of_its_version():
    badge = make_badge(credits=Decimal("2.5"))
    credential = make_credential(badge)

    (held,) = holdings_of(credential.holder_id)

    skill = badge.skill_levels.get()
    assert (held.key, held.achievement) == (str(credential.pk), badge.achievement_id)
    assert (held.version, held.state) == (1, "active")
    assert (held.issued_at, held.valid_until) == (
        credential.issued_at,
        credential.valid_until,
    )
    assert (held.credits, held.skills) == (
        Decimal("2.5"),
        ((skill.skill_id, skill.level),),
    )
    assert (held.pathway, held.issuer) == (None, "")


def test_every_state_is_read_but_erased():
    holder = make_user()
    paused, withdrawn, gone = (make_credential(holder=holder) for _ in range(3))
    for credential, change in ((paused, "suspend"), (withdrawn, "revoke")):
        by = make_member(credential.issuer, "manager")
        getattr(revoking, change)(credential, reason="mistake", by=by)
    Credential.objects.filter(pk=gone.pk).update(
        state="erased",
        erased_at=gone.issued_at,
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )

    states = [held.state for held in holdings_of(holder.pk)]

    assert sorted(states) == ["revoked", "suspended"]


def test_the_outcome_of_the_last_exit_says_which_pathway_it_completes():
    version, learner = make_stack(1), make_user()
    complete(version, learner)

    held = {h.achievement: h.pathway for h in holdings_of(learner.pk)}

    assert held.pop(outcome_of(version).achievement_id) == version.pathway_id
    assert list(held.values()) == [None]


def test_one_query_for_one_learner_and_for_many(django_assert_num_queries):
    version = make_stack(2)
    learners = [make_user() for _ in range(3)]
    for learner in learners[:2]:
        earn(version, learner)
        enrolling.enrol(version.pathway, learner=learner)
        evaluating.evaluate(learner.pk)

    with django_assert_num_queries(1):
        one = holdings_of(learners[0].pk)
    with django_assert_num_queries(1):
        many = holdings_of_many([learner.pk for learner in learners])

    assert many[learners[0].pk] == one
    assert [len(held) for held in many.values()] == [3, 3, 0]
