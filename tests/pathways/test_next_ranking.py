"""What comes first among what could be earned next, by example."""

from decimal import Decimal
from fractions import Fraction

from pathways.reasons import sentence
from pathways.recommending import Aim, Goal, recommend, wish
from pathways.rules.tree import NEVER, HeldState, Tree
from tests.pathways.trees import (
    DAY,
    NOW,
    all_of,
    apart,
    at_least,
    badge,
    credits_from,
    held,
    pathway,
    way,
)


def goal(name, *children, key=None, **more):
    """A pathway that asks for all of these."""
    root = all_of(1, *children, **more)
    return Goal(Aim.PATHWAY, key or hash(name) % 1000, name, Tree(root))


def numbers(plan):
    return [each.way.achievement for each in plan.advice]


def advice_for(plan, number):
    return next(each for each in plan.advice if each.way.achievement == number)


def test_without_goals_nothing_is_recommended():
    plan = recommend([], [held(1)], NOW)
    assert plan.advice == ()
    assert plan.open_goals == ()


def test_what_completes_a_pathway_comes_before_what_is_shorter():
    nearly = goal("Nearly", badge(2), badge(3, hours=90))
    begun = goal("Begun", badge(4, hours=1), badge(5, hours=1))
    plan = recommend([begun, nearly], [held(2)], NOW)

    assert numbers(plan) == [3, 4, 5]
    assert plan.advice[0].completes == 1


def test_what_completes_two_pathways_comes_before_what_completes_one():
    one = goal("One", badge(2, hours=1))
    two, three = goal("Two", badge(3, hours=9)), goal("Three", badge(3, hours=9))
    assert numbers(recommend([one, two, three], [], NOW)) == [3, 2]


def test_then_comes_what_does_most_of_what_is_left_for_each_hour():
    short = goal("Short", badge(2, hours=5), badge(3, hours=5))
    long = goal("Long", badge(4, hours=2), badge(5, hours=48))
    assert numbers(recommend([long, short], [], NOW)) == [2, 3, 4, 5]


def test_a_badge_that_helps_with_two_things_counts_for_both():
    one = goal("One", badge(2), badge(3))
    two = goal("Two", badge(3), badge(4))
    plan = recommend([one, two], [], NOW)

    assert numbers(plan)[0] == 3
    assert [each.goal.name for each in plan.advice[0].reasons] == ["One", "Two"]
    assert [each.share for each in plan.advice[0].reasons] == [Fraction(1, 2)] * 2


def test_of_equal_ones_what_counts_at_once_comes_first_then_the_shorter_then_by_name():
    one = goal("One", badge(2, hours=1, needs=(3,)), badge(3, hours=8), badge(4))
    plan = recommend([one], [], NOW)

    assert numbers(plan) == [3, 4, 2]
    (reason,) = advice_for(plan, 2).reasons
    assert [rule.key for rule in reason.waits_for] == [3]

    same = goal("Same", *(badge(n) for n in (9, 7, 8)))
    assert numbers(recommend([same], [], NOW)) == [7, 8, 9]


def test_a_wished_skill_counts_like_a_pathway_and_does_not_come_before_one_completed():
    ways = [way(7, 4, skills=((1, 3),)), way(8, 1, skills=((1, 2),))]
    wished = wish(1, "Skill 1", 3, ways)
    whole = goal("Whole", badge(2, hours=40))
    plan = recommend([whole, wished], [], NOW)

    assert numbers(plan) == [2, 7]
    (reason,) = advice_for(plan, 7).reasons
    assert (reason.goal, reason.share) == (wished, 1)


def test_the_shortest_proof_of_a_wish_comes_first_and_the_others_after_it():
    ways = [way(n, hours, skills=((1, 2),)) for n, hours in ((7, 9), (8, 3), (9, 5))]
    plan = recommend([wish(1, "Skill 1", 2, ways)], [], NOW)
    assert numbers(plan) == [8, 9, 7]


def test_a_wish_that_is_fulfilled_recommends_nothing():
    ways = [way(7, 9, skills=((1, 2),)), way(8, 3, skills=((1, 2),))]
    plan = recommend([wish(1, "Skill 1", 2, ways)], [held(7, skills=((1, 2),))], NOW)
    assert plan.advice == ()
    assert plan.open_goals == plan.closed_goals == ()


def test_a_way_around_is_recommended_when_it_makes_the_rest_shorter():
    one = goal(
        "One",
        credits_from(
            2,
            4,
            badge(3, hours=4, credits=2),
            badge(4, hours=5, credits=2),
            badge(5, hours=6, credits=2),
        ),
    )
    plan = recommend([one], [], NOW)

    (reason,) = advice_for(plan, 5).reasons
    assert not reason.is_step
    assert (reason.before.hours, reason.after.hours) == (Decimal(9), Decimal(4))
    assert all(advice_for(plan, n).reasons[0].is_step for n in (3, 4))


def test_a_way_around_that_leaves_as_much_is_not_recommended():
    one = goal("One", badge(2), at_least(3, 1, badge(4, hours=1), badge(5, ways=())))
    two = goal("Two", badge(2), badge(6, is_optional=True))
    assert numbers(recommend([one], [], NOW)) == [4, 2]
    assert numbers(recommend([two], [], NOW)) == [2]


def test_what_is_held_or_with_a_reviewer_is_not_recommended():
    one = goal("One", *(badge(n, first_version=2) for n in (2, 3, 4, 5, 6)))
    holdings = [
        held(2, again_from=NEVER),  # of an older version that does not count
        held(3, state=HeldState.SUSPENDED, again_from=NEVER),
        held(4, valid_until=NOW - DAY),
        held(5, state=HeldState.REVOKED),
    ]
    plan = recommend([one], holdings, NOW, waiting={6})
    assert numbers(plan) == []  # version 1 is what is offered

    two = goal("Two", *(badge(n) for n in (2, 3, 4, 5, 6)))
    assert numbers(recommend([two], holdings, NOW, waiting={6})) == [4, 5]


def test_what_can_be_earned_again_is_recommended_where_the_one_in_hand_does_not_count():
    one = goal("One", badge(2, first_version=2, ways=(way(2, version=2),)), badge(3))
    soon = held(2, valid_until=NOW + DAY, again_from=NOW - DAY)
    assert numbers(recommend([one], [soon], NOW)) == [2, 3]


def test_a_badge_in_hand_that_does_not_count_closes_the_goal_and_the_rest_goes_on():
    one = goal("One", badge(2), badge(3), badge(4))
    paused = held(2, state=HeldState.SUSPENDED, again_from=NEVER)
    plan = recommend([one], [paused], NOW)

    assert numbers(plan) == [3, 4]
    assert plan.closed_goals == plan.open_goals == (one,)
    assert [sentence(each.reasons[0]) for each in plan.advice] == [
        "One of the 2 other steps that are missing of One."
    ] * 2
    last = recommend([one], [paused, held(3), held(4)], NOW)
    assert (last.advice, last.open_goals, last.closed_goals) == ((), (), (one,))


def test_what_closes_the_rest_of_such_a_goal_is_set_aside():
    paused = held(2, state=HeldState.SUSPENDED, again_from=NEVER)
    one = goal("One", badge(2), apart(4, badge(5), badge(3)))
    other = goal("Other", badge(3))
    plan = recommend([one, other], [paused], NOW)
    assert [each.way.achievement for each in plan.set_aside] == [3]


def test_what_takes_something_away_is_set_aside_and_said():
    one = goal("One", badge(2), badge(3))
    other = goal("Other", apart(4, badge(5), badge(2)))
    plan = recommend([one, other], [], NOW)

    assert numbers(plan) == [5, 3]
    (aside,) = plan.set_aside
    assert aside.way.achievement == 2
    assert [each.name for each in aside.hurts] == ["Other"]


def test_a_pathway_that_nothing_leads_to_is_closed_and_recommends_nothing():
    one = goal("One", badge(2), badge(3, ways=()))
    plan = recommend([one], [], NOW)
    assert plan.advice == ()
    assert [each.name for each in plan.closed_goals] == ["One"]


def test_another_pathway_is_a_step_unless_somebody_is_on_it():
    nested = way(9, 30, pathway=5)
    one = goal("One", pathway(2, 5, ways=(nested,)), badge(3))
    assert numbers(recommend([one], [], NOW)) == [3, 9]
    assert numbers(recommend([one], [], NOW, joined={5})) == [3]


def test_what_takes_no_hours_comes_first_and_breaks_nothing():
    nested = way(9, 0, pathway=5)
    one = goal("One", pathway(2, 5, ways=(nested,)), badge(3), badge(4))
    assert numbers(recommend([one], [], NOW)) == [9, 3, 4]
    plan = recommend([one], [held(3), held(4)], NOW)
    assert [each.completes for each in plan.advice] == [1]
