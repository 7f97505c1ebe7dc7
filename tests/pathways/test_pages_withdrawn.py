"""What pages say of a pathway whose credential is gone, or was held before."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from credentials import revoking
from pathways import completing, enrolling, evaluating
from pathways.models import Completion
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import make_outcome, make_pathway

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def learner(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def text(client, address: str) -> str:
    body = client.get(address).content.decode().partition("<main")[2]
    return " ".join(strip_tags(body).split())


@pytest.fixture
def withdrawn(issuer, learner):
    """A pathway whose credential a manager withdrew because a part was."""
    badges = [make_badge(issuer) for _ in range(2)]
    version = make_pathway(issuer, *([badge] for badge in badges))
    lost, _other = [make_credential(badge, learner) for badge in badges]
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    manager = make_member(issuer, "manager")
    revoking.revoke(lost, reason="mistake", by=manager)
    evaluating.evaluate(learner.pk)
    completing.withdraw(Completion.objects.get(), by=manager)
    return version


def test_a_withdrawn_credential_is_not_under_review_any_more(client, withdrawn):
    words = text(client, withdrawn.pathway.get_absolute_url())
    assert "Withdrawn Completed on" in words
    assert "Under review" not in words
    assert "Your credential stands" not in words
    assert "Open again" not in words
    assert "Issued to you" not in words
    assert "See your credential" in words


def test_who_lost_the_credential_can_leave_and_join_a_newer_version(client, withdrawn):
    assert "Leave this pathway" in text(client, withdrawn.pathway.get_absolute_url())


@pytest.mark.parametrize("name", ["pathways", "me"])
def test_lists_say_that_the_credential_was_withdrawn(client, withdrawn, name):
    words = text(client, reverse(name))
    assert "Under review" not in words
    assert "Withdrawn" in words


def test_nothing_is_recommended_for_a_withdrawn_credential(client, withdrawn):
    assert "Replaces the part" not in text(client, reverse("next_steps"))


def test_a_credential_that_is_held_already_is_not_promised(client, issuer, learner):
    outcome, badge = make_outcome(issuer), make_badge(issuer)
    first, second = (make_pathway(issuer, [badge], outcome=outcome) for _ in range(2))
    make_credential(badge, learner)
    enrolling.enrol(first.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    address = second.pathway.get_absolute_url()
    assert "Claim" not in text(client, address)
    enrolling.enrol(second.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    words = text(client, address)
    assert "You hold this credential already, so it is not issued again." in words
    assert "in a moment" not in words
    assert "Being issued" not in words + text(client, reverse("me"))


def test_nobody_is_sent_to_earn_a_badge_that_they_hold_and_that_is_paused(
    client, issuer, learner
):
    alpha = make_badge(issuer, name="Alpha", effort_hours=1)
    beta = make_badge(issuer, name="Beta", effort_hours=9)
    version = make_pathway(issuer, [alpha, beta])
    held = make_credential(alpha, learner)
    enrolling.enrol(version.pathway, learner=learner)
    manager = make_member(issuer, "manager")
    revoking.suspend(held, reason="mistake", by=manager)
    words = text(client, version.pathway.get_absolute_url())
    assert "Does not count: paused" in words
    assert "Start with Beta" in words
    make_credential(beta, learner)
    assert "Start with" not in text(client, version.pathway.get_absolute_url())
