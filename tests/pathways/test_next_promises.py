"""What recommendations promise, whatever the pathways, the wishes and the holdings."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pathways.recommending import Aim, Goal, left, recommend, wish
from pathways.rules import routes
from tests.pathways.trees import NOW, WORLD, holdings, often, trees


def small(with_apart):
    return trees(with_apart=with_apart, most_leaves=6)


@st.composite
def goals(draw, *, with_apart=True):
    """One or two pathways and up to two wishes, some of the same name."""
    grown = draw(st.lists(small(with_apart), min_size=1, max_size=2))
    paths = [
        Goal(Aim.PATHWAY, 10 + number, draw(st.sampled_from("AB")), tree)
        for number, tree in enumerate(grown)
    ]
    skills = draw(st.lists(st.integers(1, 3), max_size=2, unique=True))
    wished = [
        wish(skill, f"Skill {skill}", draw(st.integers(1, 3)), WORLD)
        for skill in skills
    ]
    return [*paths, *wished]


def after(goal, held, way):
    return routes.remaining(goal.tree, held, NOW, having=[way])


def done(route):
    return route.is_possible and not route.steps


@often(60)
@given(goals(), holdings())
def test_no_recommendation_makes_a_goal_longer_and_each_says_all_that_it_does(
    wanted, held
):
    plan = recommend(wanted, held, NOW)
    for goal in wanted:
        before = routes.remaining(goal.tree, held, NOW)
        for each in plan.advice:
            then = after(goal, held, each.way)
            said = {reason.goal: reason for reason in each.reasons}
            if before.steps:
                assert (then.is_possible, then.is_cut) >= (
                    before.is_possible,
                    before.is_cut,
                )
                assert then.hours <= before.hours
                assert left(then) <= left(before)
            assert (goal in said) == (bool(before.steps) and left(then) < left(before))
            if goal in said:
                assert left(said[goal].after) == left(then)
                assert said[goal].completes == done(then)


@often(60)
@given(goals(), holdings())
def test_what_does_strictly_more_for_no_more_hours_never_stands_below(wanted, held):
    plan = recommend(wanted, held, NOW)
    opened = [goal for goal in wanted if goal in plan.open_goals]
    does = [
        [left(after(goal, held, each.way)) for goal in opened] for each in plan.advice
    ]
    for low, lower in enumerate(plan.advice):
        for high, higher in enumerate(plan.advice[:low]):
            pairs = list(zip(does[low], does[high], strict=True))
            more = all(one <= other for one, other in pairs) and any(
                one < other for one, other in pairs
            )
            assert not (more and lower.way.hours <= higher.way.hours)


@often(40)
@given(goals(), holdings(), st.randoms(use_true_random=False))
def test_the_order_of_what_goes_in_never_matters(wanted, held, chance: random.Random):
    plan = recommend(wanted, held, NOW)
    mixed, others = wanted[:], held[:]
    chance.shuffle(mixed)
    chance.shuffle(others)
    assert recommend(mixed, others, NOW) == plan


@often(40)
@given(goals(with_apart=False), holdings())
def test_who_follows_the_first_recommendation_arrives(wanted, held):
    """Where nothing excludes another badge, nothing is left that could be done."""
    plan = recommend(wanted, held, NOW)
    for _ in range(len(WORLD) + 1):
        if not plan.advice:
            break
        held = [*held, routes.earned(plan.advice[0].way, NOW)]
        plan = recommend(wanted, held, NOW)
    assert not plan.open_goals
    for goal in plan.closed_goals:  # but for what is in hand and does not count
        assert not routes.remaining(goal.tree, held, NOW).steps


@often(25)
@given(goals(), holdings(), st.sets(st.integers(1, 8)))
def test_what_waits_for_a_reviewer_is_left_out_and_moves_nothing_else(
    wanted, held, waiting
):
    every = recommend(wanted, held, NOW)
    fewer = recommend(wanted, held, NOW, waiting=waiting)
    assert fewer == replace(
        every,
        advice=tuple(e for e in every.advice if e.way.achievement not in waiting),
        set_aside=tuple(e for e in every.set_aside if e.way.achievement not in waiting),
    )
