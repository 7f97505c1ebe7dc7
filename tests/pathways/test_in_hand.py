"""A badge in hand that does not count and cannot be earned again: on no route."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from credentials import awarding, publishing, revoking
from pathways import enrolling
from pathways.holdings_of import holdings_of, keeps_from_earning
from pathways.reading_rules import tree_of
from pathways.rules import routes, words
from pathways.rules.standing import evaluate
from pathways.rules.tree import NEVER, HeldState, Tree
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways import crowds
from tests.pathways.making import make_pathway, rule
from tests.pathways.trees import (
    NOW,
    all_of,
    at_least,
    badge,
    credits_from,
    held,
    skill,
    way,
)


def paused(number, **more):
    return held(number, state=HeldState.SUSPENDED, again_from=NEVER, **more)


def said(root, *holdings, key=1):
    return words.why(evaluate(Tree(root), holdings, NOW).at(key))


def planned(root, *holdings):
    found = routes.remaining(Tree(root), holdings, NOW)
    return [step.way.achievement for step in found.steps], found.is_possible


def test_a_route_leads_around_it_and_says_why_that_way_is_closed():
    root = at_least(1, 1, badge(2, hours=1), badge(3, hours=9))
    assert planned(root, paused(2)) == ([3], True)
    assert said(root, paused(2), key=2) == [
        "You hold Badge 2, paused; it cannot be earned again while you hold it."
    ]
    assert said(root, paused(2)) == ["Earn 1 more of these: Badge 3."]


def test_where_no_way_leads_around_it_what_else_is_missing_is_left():
    root = all_of(1, badge(2), badge(3))
    found = routes.remaining(Tree(root), [paused(2)], NOW)
    assert planned(root, paused(2)) == ([3], False)
    assert found.is_cut
    assert planned(root, paused(2), held(3)) == ([], False)


def test_what_nothing_on_offer_meets_is_closed_whatever_is_in_hand():
    found = routes.remaining(
        Tree(all_of(1, badge(2), badge(3, ways=()))), [paused(2)], NOW
    )
    assert (found.steps, found.is_possible, found.is_cut) == ((), False, False)


def test_another_version_in_hand_is_named_with_what_it_keeps_from():
    newer = badge(2, first_version=2, ways=(way(2, version=2),))
    assert planned(newer, held(2, again_from=NEVER)) == ([], False)
    assert said(newer, held(2, again_from=NEVER), key=2) == [
        "You hold version 1 of Badge 2; version 2 or newer counts.",
        "You hold Badge 2; it cannot be earned again while you hold it.",
    ]
    assert planned(newer, held(2, again_from=NOW)) == ([2], True)


def test_a_skill_names_the_badge_in_hand_that_would_prove_it_today():
    proving = (way(5, skills=((1, 2),)), way(6, skills=((1, 2),)))
    root = all_of(1, skill(2, 1, 2, ways=proving))
    old = held(5, again_from=NEVER, skills=())
    assert planned(root, old) == ([6], True)
    assert said(root, old, key=2) == [
        "You hold Badge 5; it cannot be earned again while you hold it."
    ]


def test_credits_are_not_made_up_with_a_badge_in_hand():
    parts = badge(2, hours=1, credits=4), badge(3, hours=9, credits=4)
    old = held(2, credits=1, again_from=NEVER)
    assert planned(credits_from(1, 4, *parts), old) == ([3], True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "days_ago", "days", "repeatable", "refused"),
    [
        ("active", 400, None, False, True),
        ("active", 400, 61, False, True),
        ("active", 400, 59, False, False),
        ("active", 400, -1, False, False),
        ("active", 14, 16, False, True),  # its second half has not begun
        ("active", 16, 14, False, False),
        ("active", 400, None, True, False),
        ("suspended", 400, 59, False, True),
        ("suspended", 400, None, True, False),
    ],
)
def test_holdings_say_what_awarding_will_say(
    state, days_ago, days, repeatable, refused
):
    version, holder, now = make_badge(), make_user(), timezone.now()
    version.achievement.is_repeatable = repeatable
    version.achievement.save(update_fields=["is_repeatable"])
    credential = crowds.held(
        version,
        holder,
        now,
        state=state,
        state_reason="" if state == "active" else "mistake",
        issued_at=now - timedelta(days=days_ago),
        valid_until=None if days is None else now + timedelta(days=days),
        once_key=None if repeatable else f"{version.achievement_id}:{holder.pk}",
    )
    credential.save()

    found = holdings_of(credential.holder_id)

    held_now = awarding.holding(version.achievement, credential.holder)
    says = held_now is not None and not awarding.can_renew(held_now, now)
    assert says is refused
    assert keeps_from_earning(version.achievement_id, found, now) is refused


@pytest.fixture
def issuer(db):
    return make_issuer()


@pytest.fixture
def learner(client, db):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def pause(credential):
    manager = make_member(credential.issuer, "manager")
    revoking.suspend(credential, reason="mistake", by=manager)


def text(client, address):
    body = client.get(address).content.decode().partition("<main")[2]
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", body, flags=re.S)).split())


PAUSED = "You hold Alpha, paused; it cannot be earned again while you hold it."


def test_the_page_says_why_there_is_no_way_and_what_can_be_done(
    client, issuer, learner
):
    alpha = make_badge(issuer, name="Alpha", effort_hours=1)
    beta = make_badge(issuer, name="Beta", effort_hours=9)
    version = make_pathway(issuer, [alpha, beta], name="Both")
    pause(make_credential(alpha, learner))
    enrolling.enrol(version.pathway, learner=learner)
    address = version.pathway.get_absolute_url()

    left = text(client, address).partition("What is left")[2]
    assert "There is no way to complete it at the moment." in left
    assert PAUSED in left
    assert "What else is missing can be earned meanwhile: Beta about 9 hours" in left
    choices = left.partition("What if")[2].partition("Show")[0]
    assert "Beta" in choices
    assert "Alpha" not in choices
    assert f"Nothing on offer completes Both at the moment. {PAUSED}" in text(
        client, reverse("next_steps")
    )

    make_credential(beta, learner)
    assert f"There is no way to complete it at the moment. {PAUSED}" in text(
        client, address
    )


def test_nobody_imagines_a_badge_that_they_hold_paused(client, issuer, learner):
    alpha, beta = (make_badge(issuer, name=name) for name in ("Alpha", "Beta"))
    version = make_pathway(issuer, [alpha, beta])
    pause(make_credential(alpha, learner))
    address = version.pathway.get_absolute_url()
    value = f"badges/{issuer.slug}/{alpha.achievement.slug}"

    other = f"badges/{issuer.slug}/{beta.achievement.slug}"
    assert "Leave what-if" in text(client, f"{address}?also={other}")
    assert "Leave what-if" not in text(client, f"{address}?also={value}")


def test_a_pathway_is_closed_by_what_is_in_hand_and_its_page_says_why(
    client, issuer, learner
):
    alpha = make_badge(issuer, name="Alpha")
    inner = make_pathway(issuer, [alpha], name="Inner")
    other = make_badge(issuer, name="Other", effort_hours=90)
    outer = make_pathway(
        issuer, rule("at_least", inner, other, count=1, title="Either"), name="Outer"
    )
    last = make_pathway(issuer, [inner], name="Last")
    pause(make_credential(alpha, learner))
    enrolling.enrol(last.pathway, learner=learner)
    holdings, now = holdings_of(learner.pk), timezone.now()
    given = inner.exits.get().outcome.name

    route = routes.remaining(tree_of(outer, holdings=holdings), holdings, now)
    assert [step.way.name for step in route.steps] == ["Other"]
    page = text(client, last.pathway.get_absolute_url())
    assert f"You cannot earn {given} at the moment. The page of its pathway" in page
    assert "Start with" not in page
    assert PAUSED in text(client, inner.pathway.get_absolute_url())


def test_what_ends_soon_is_planned_again(client, issuer, learner):
    alpha = make_badge(issuer, name="Alpha", effort_hours=1)
    designer = make_member(issuer, "designer")
    make_credential(alpha, learner, days_ago=600)
    newer = publishing.publish(
        publishing.draft_next(alpha.achievement, by=designer), by=designer
    )
    version = make_pathway(
        issuer,
        rule(
            "all",
            rule("badge", achievement=newer.achievement, first_version=2),
            title="Newest",
        ),
    )
    enrolling.enrol(version.pathway, learner=learner)
    address = version.pathway.get_absolute_url()

    assert "Start with" not in text(client, address)
    assert "You hold Alpha; it cannot be earned again" in text(client, address)
    other = make_user()
    make_credential(alpha, other, days_ago=700)  # ends within 60 days
    enrolling.enrol(version.pathway, learner=other)
    client.force_login(other)
    assert "Start with Alpha" in text(client, address)
