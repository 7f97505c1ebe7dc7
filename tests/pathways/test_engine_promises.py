"""What the engine promises of every tree and everything that somebody can hold."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from pathways.rules import routes, soundness, sweep, words
from pathways.rules.program import row_of
from pathways.rules.standing import evaluate
from pathways.rules.tree import NEVER, Kind
from tests.pathways.trees import NOW, WORLD, holdings, often, trees


@st.composite
def fewer_and_more(draw):
    """What somebody holds, and that with more added, wherever it comes in."""
    more = draw(holdings(most=10))
    return draw(st.lists(st.sampled_from(more), unique=True)) if more else [], more


def _met(tree, held):
    return {n.rule.key for n in evaluate(tree, held, NOW).root.walk() if n.is_met}


@often(70)
@given(trees(with_apart=False), fewer_and_more())
def test_more_holdings_never_take_progress_away(tree, held):
    some, more = held
    assert _met(tree, some) <= _met(tree, more)
    before, after = evaluate(tree, some, NOW), evaluate(tree, more, NOW)
    for one, other in zip(before.root.walk(), after.root.walk(), strict=True):
        assert one.done <= other.done
        assert set(one.counted) <= set(other.counted)
    assert before.done <= after.done


@often(70)
@given(trees(with_apart=False), fewer_and_more())
def test_more_holdings_never_leave_more_to_do(tree, held):
    """But for what is in hand, does not count and cannot be earned again."""
    some, more = ([replace(each, again_from=None) for each in one] for one in held)
    before, after = (routes.remaining(tree, each, NOW) for each in (some, more))
    if before.is_possible:
        assert after.is_possible
        assert after.hours <= before.hours


@often(60)
@given(trees(with_apart=False), holdings(), st.lists(st.sampled_from(WORLD)))
def test_what_is_as_good_as_earned_today_is_not_missed_for_being_in_hand(
    tree, held, gained
):
    earned = [routes.earned(way, NOW) for way in gained]
    kept = [replace(each, again_from=NEVER) for each in earned]
    before, after = (routes.remaining(tree, [*held, *e], NOW) for e in (earned, kept))
    assert (before.hours, before.is_possible) == (after.hours, after.is_possible)


@often(60)
@given(trees(), holdings())
def test_what_is_in_hand_and_cannot_be_earned_is_planned_nowhere_and_explained(
    tree, held
):
    standing = evaluate(tree, held, NOW)
    barred = {each.achievement for each in held if each.bars(NOW)}
    assert not barred & {step.way.achievement for step in standing.route.steps}
    for node in standing.root.walk():
        if node.rule.kind.is_group or node.is_met or node.counted:
            continue
        shut = [way for way in node.rule.ways if way.achievement in barred]
        assert [each.way for each in node.barred] == shut
        for way in shut:
            said = [text for text in words.why(node) if way.name in text]
            assert any("it cannot be earned again" in text for text in said)


@often(60)
@given(trees(), holdings())
def test_a_way_is_cut_where_only_badges_in_hand_close_it(tree, held):
    free = [replace(each, again_from=None) for each in held]
    cut, whole = (routes.remaining(tree, each, NOW) for each in (held, free))
    if not cut.is_possible:
        assert cut.is_cut == whole.is_possible
        assert {*cut.steps} <= {*whole.steps}
    else:
        assert whole.is_possible
        assert whole.hours <= cut.hours


@often(60)
@given(trees(), holdings(), st.randoms(use_true_random=False))
def test_the_order_of_holdings_does_not_matter(tree, held, random):
    shuffled = random.sample(held, len(held))
    one, other = evaluate(tree, held, NOW), evaluate(tree, shuffled, NOW)
    assert one.root == other.root
    assert (one.done, one.total) == (other.done, other.total)
    assert one.route == other.route
    assert [words.why(n) for n in one.root.walk()] == [
        words.why(n) for n in other.root.walk()
    ]


@often(50)
@given(trees(most_leaves=6, on_offer=True))
def test_a_sound_tree_is_met_by_its_route_and_not_by_nothing(tree):
    tree = replace(tree, trusted=frozenset())  # others could prove what none here does
    assume(not soundness.problems(tree))
    assert not evaluate(tree, [], NOW).root.is_met
    route = routes.remaining(tree, [], NOW)
    assert route.is_possible
    gained = [routes.earned(step.way, NOW) for step in route.steps]
    assert evaluate(tree, gained, NOW).root.is_met


@often(70)
@given(trees(), holdings())
def test_a_route_leads_where_it_says_step_by_step(tree, held):
    standing = evaluate(tree, held, NOW)
    for step in standing.route.steps:
        held = [*held, routes.earned(step.way, NOW)]
    assert evaluate(tree, held, NOW).root.is_met == standing.route.is_possible
    assert standing.done <= standing.total
    assert (standing.done < standing.total) or standing.root.is_met


@often(60)
@given(trees(), holdings())
def test_no_other_set_of_badges_is_cheaper_than_the_route(tree, held):
    route = routes.remaining(tree, held, NOW)
    assert route.is_exact
    cheapest = _tried_out(tree, held)
    assert route.is_possible == (cheapest is not None)
    if cheapest is not None:
        assert (route.hours, len(route.steps)) == cheapest


def _tried_out(tree, held):
    """The hours and number of badges of the best of all sets, or None."""
    verdict = sweep.compile(tree, [tree.root.key])
    barred = {each.achievement for each in held if each.bars(NOW)}
    world = [way for way in WORLD if way.achievement not in barred]
    rows = [row_of(each) for each in held]
    found = []
    for count in range(len(world) + 1):
        for chosen in combinations(world, count):
            gained = [row_of(routes.earned(way, NOW)) for way in chosen]
            if verdict([*rows, *gained], NOW):
                hours = sum((way.hours for way in chosen), Decimal(0))
                found.append((hours, count))
    return min(found, default=None)


@often(120)
@given(trees(), holdings())
def test_the_sweep_says_what_the_engine_says(tree, held):
    keys = [rule.key for rule in tree.root.walk()]
    rows = [tuple(row_of(each)) for each in held]
    assert sweep.compile(tree, keys)(rows, NOW) == _met(tree, held)


@often(60)
@given(trees(), holdings())
def test_whatever_is_not_met_is_explained(tree, held):
    for node in evaluate(tree, held, NOW).root.walk():
        said = words.why(node)
        assert bool(said) == (not node.is_met)
        assert all(text.endswith(".") for text in said)
        assert words.sentence(node.rule)
        for needed in node.waits_for:
            assert any(words.label(needed) in text for text in said)
        if node.rule.kind == Kind.BADGE and not node.is_met:
            assert any(node.rule.name in text for text in said)
