"""The cheapest way on, by example, and where many badges make it an upper bound."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from pathways.rules import choosing, routes
from pathways.rules.standing import evaluate
from pathways.rules.tables import Tables
from pathways.rules.tree import Tree, Way
from tests.pathways.trees import (
    NOW,
    WORLD,
    all_of,
    apart,
    at_least,
    badge,
    credits_from,
    held,
    holdings,
    often,
    skill,
    trees,
    way,
)


def route(root, *held_ones, **more):
    return routes.remaining(Tree(root), held_ones, NOW, **more)


def numbers(found):
    return [step.way.achievement for step in found.steps]


def test_nothing_remains_where_all_is_met():
    found = route(all_of(1, badge(2)), held(2))
    assert found.is_possible
    assert found.steps == ()
    assert found.first is None
    assert found.hours == 0


def test_of_several_the_shortest_are_chosen():
    root = at_least(1, 2, *(badge(n, hours=20 - n) for n in range(2, 8)))
    assert numbers(route(root)) == [7, 6]
    assert route(root).hours == Decimal(27)


def test_a_badge_that_serves_twice_beats_two_shorter_ones():
    both = way(9, 7, skills=((1, 1), (2, 1)))
    one, other = way(7, 5, skills=((1, 1),)), way(8, 4, skills=((2, 1),))
    root = all_of(1, skill(2, 1, ways=(one, both)), skill(3, 2, ways=(other, both)))
    assert numbers(route(root)) == [9]


def test_what_others_need_comes_first_and_then_the_shortest():
    root = all_of(
        1,
        badge(2, hours=1, needs=(4,)),
        badge(3, hours=5),
        badge(4, hours=9),
        badge(5, hours=2, needs=(2,)),
    )
    found = route(root)
    assert numbers(found) == [3, 4, 2, 5]
    assert found.first.rule.key == 3


def test_what_a_part_waits_for_is_part_of_its_price():
    root = at_least(1, 1, badge(2, hours=1, needs=(4,)), badge(3, hours=5), badge(4))
    assert numbers(route(root)) == [3]


def test_a_badge_that_excludes_is_not_on_the_way():
    cheap = Way(7, "Badge 7", Decimal(1), Decimal(0), ((1, 1),))
    other = Way(8, "Badge 8", Decimal(9), Decimal(0), ((1, 1),))
    root = all_of(1, apart(2, badge(3), badge(7)), skill(4, 1, ways=(cheap, other)))
    assert numbers(route(root)) == [8, 3]


def test_what_excludes_what_excludes_opens_the_way_again():
    root = apart(1, badge(2), apart(3, badge(4, 2), badge(5)))
    assert sorted(numbers(route(root))) == [2, 5]


def test_somebody_who_holds_what_excludes_has_no_way():
    root = apart(1, badge(2), badge(3))
    assert not route(root, held(3)).is_possible
    assert not route(root, held(2), held(3)).is_possible


def test_credits_are_made_up_at_least_hours_with_those_that_are_held():
    root = credits_from(
        1,
        6,
        badge(2, hours=30, credits=6),
        badge(3, hours=8, credits=2),
        badge(4, hours=9, credits=4),
        badge(5, hours=1, credits=1),
    )
    assert numbers(route(root)) == [3, 4]
    assert numbers(route(root, held(4, credits=4), held(5, credits=1))) == [3]


def test_several_badges_for_one_skill_make_up_credits_together():
    offered = tuple(way(n, n, credits=2, skills=((1, 1),)) for n in (2, 3, 4))
    assert numbers(route(credits_from(1, 4, skill(5, 1, ways=offered)))) == [2, 3]


def test_more_of_a_group_that_is_met_can_still_bring_credits():
    parts = badge(3, credits=2), badge(4, credits=2, is_optional=True)
    one_held = held(3, credits=2)
    for group in (at_least(2, 1, *parts), all_of(2, *parts)):
        assert numbers(route(credits_from(1, 4, group), one_held)) == [4]


def test_what_is_met_and_will_be_excluded_is_met_in_another_way():
    either = at_least(2, 1, apart(3, badge(4), badge(5)), badge(6))
    root = all_of(1, either, badge(7, 5))
    assert sorted(numbers(route(root, held(4)))) == [5, 6]


def test_a_badge_earned_again_counts_only_what_it_adds():
    parts = [badge(2, hours=1, credits=4), badge(3, hours=9, credits=2)]
    old = held(2, version=1, credits=3)
    assert numbers(route(credits_from(1, 4, *parts), old)) == [2]
    assert numbers(route(credits_from(1, 6, *parts), old)) == [2, 3]


def test_a_target_has_a_route_of_its_own():
    root = all_of(1, badge(2), all_of(3, badge(4), badge(5)))
    assert numbers(route(root, target=3)) == [4, 5]
    with pytest.raises(KeyError):
        route(root, target=99)


def test_what_somebody_imagines_to_have_is_no_step():
    root = all_of(1, badge(2), badge(3))
    assert numbers(route(root, having=[way(2)])) == [3]


def test_what_is_not_offered_any_more_leads_nowhere_and_an_old_one_still_counts():
    root = all_of(1, badge(2, ways=()), badge(3))
    assert not route(root).is_possible
    assert route(root).steps == ()
    assert numbers(route(root, held(2))) == [3]


def test_a_version_offered_today_that_does_not_count_is_no_way():
    root = badge(1, ways=(way(1, version=3),), last_version=2)
    assert not route(root).is_possible


@pytest.mark.parametrize("count", [1, 5, 14])
def test_many_branches_that_share_nothing_are_solved_exactly(count):
    parts = [
        all_of(100 + n, badge(200 + n, hours=n), badge(300 + n, hours=1))
        for n in range(1, 15)
    ]
    found = route(at_least(1, count, *parts))
    assert found.hours == sum(n + 1 for n in range(1, count + 1))
    assert len(found.steps) == 2 * count


def test_credits_from_many_badges_are_made_up_exactly():
    badges = [badge(n, hours=3 * n, credits=2) for n in range(2, 20)]
    badges.append(badge(20, hours=19, credits=5))
    found = route(credits_from(1, 9, *badges))
    assert numbers(found) == [2, 3, 20]  # 34 hours; five of the others take 60


def test_of_many_badges_only_what_is_missing_is_made_up():
    badges = [badge(n, hours=2, credits=1) for n in range(10, 24)]
    root = credits_from(1, 5, *badges, badge(30, hours=3, credits=5), badge(31))
    assert numbers(route(root, held(31, credits=4))) == [10]
    assert numbers(route(root)) == [30]


def test_badges_that_all_share_a_skill_are_too_many_and_still_a_way():
    offered = tuple(way(n, 40 - n, skills=((n % 5, 1), (7, 1))) for n in range(10, 30))
    leaves = [
        skill(2 + s, s, ways=tuple(w for w in offered if w.skills[0][0] == s))
        for s in range(5)
    ]
    root = all_of(1, credits_from(50, 1, badge(60, credits=1)), at_least(9, 4, *leaves))
    found = route(root)
    assert numbers(found) == [60, 29, 28, 27, 26]


@pytest.fixture
def _few_at_once(monkeypatch):
    """As if trees were so large that their badges cannot be tried in all sets."""
    monkeypatch.setattr(choosing, "MOST", 1)


@pytest.mark.usefixtures("_few_at_once")
@settings(often(40), suppress_health_check=[*HealthCheck])  # one limit for all examples
@given(trees(with_apart=False, most_leaves=8), holdings(most=4))
def test_a_route_that_is_no_more_than_a_bound_is_followed_to_the_end(tree, held_ones):
    found = routes.remaining(tree, held_ones, NOW)
    gained = [routes.earned(step.way, NOW) for step in found.steps]
    standing = evaluate(tree, [*held_ones, *gained], NOW)
    assert standing.root.is_met == found.is_possible
    if not found.is_possible:
        everything = [*held_ones, *(routes.earned(way, NOW) for way in WORLD)]
        assert not evaluate(tree, everything, NOW).root.is_met
    for dropped in gained:  # and none of it is needless
        fewer = [*held_ones, *(each for each in gained if each is not dropped)]
        assert not evaluate(tree, fewer, NOW).root.is_met


def test_more_badges_than_can_be_tried_are_refused():
    with pytest.raises(ValueError, match="At most 12"):
        Tables(None, (0, []), [None] * 13, 0)
