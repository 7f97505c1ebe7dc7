"""What has to come first: needs, their own and those of the groups around."""

from dataclasses import replace

import pytest

from pathways.rules import sweep
from pathways.rules.program import row_of
from pathways.rules.standing import evaluate
from pathways.rules.tree import HeldState, Tree
from tests.pathways.trees import NOW, all_of, apart, at_least, badge, credits_from, held


def keys(rules):
    return [rule.key for rule in rules]


def test_a_leaf_held_too_early_waits_and_counts_once_its_need_is_met():
    tree = Tree(all_of(1, badge(2), badge(3, needs=(2,))))
    early = evaluate(tree, [held(3)], NOW).at(3)
    assert early.is_locked
    assert not early.is_met
    assert keys(early.waits_for) == [2]
    assert [each.achievement for each in early.counted] == [3]
    assert evaluate(tree, [held(3), held(2)], NOW).root.is_met


def test_a_stage_that_waits_closes_all_that_is_in_it():
    inner = all_of(4, badge(5), badge(6, needs=(5,)))
    tree = Tree(all_of(1, badge(2), all_of(3, inner, needs=(2,))))
    standing = evaluate(tree, [held(5), held(6)], NOW)
    assert keys(standing.at(5).waits_for) == [2]
    assert keys(standing.at(6).waits_for) == [2, 5]
    assert not standing.at(4).is_met
    assert standing.done == 0
    opened = evaluate(tree, [held(2), held(5), held(6)], NOW)
    assert opened.root.is_met
    assert not any(node.is_locked for node in opened.root.walk())


def test_the_sweep_knows_of_groups_that_wait_too():
    tree = Tree(all_of(1, badge(2), all_of(3, badge(4), needs=(2,))))
    verdict = sweep.compile(tree, [1, 3, 4])
    assert verdict([row_of(held(4))], NOW) == set()
    assert verdict([row_of(held(4)), row_of(held(2))], NOW) == {1, 3, 4}
    with pytest.raises(KeyError):
        sweep.compile(tree, [99])


def test_what_is_locked_gives_no_credits():
    tree = Tree(credits_from(1, 4, badge(2), badge(3, needs=(2,))))
    assert evaluate(tree, [held(3, credits=4)], NOW).root.done == 0
    assert evaluate(tree, [held(3, credits=4), held(2)], NOW).root.is_met


def test_a_need_that_is_lost_closes_again_what_waits_for_it():
    tree = Tree(all_of(1, badge(2), badge(3, needs=(2,))))
    lost = replace(held(2), state=HeldState.REVOKED)
    assert evaluate(tree, [lost, held(3)], NOW).at(3).is_locked


def test_nodes_that_wait_for_each_other_are_never_met():
    tree = Tree(all_of(1, badge(2, needs=(3,)), badge(3, needs=(2,))))
    standing = evaluate(tree, [held(2), held(3)], NOW)
    assert not standing.root.is_met
    assert not standing.at(2).is_met
    assert not standing.at(3).is_met
    assert not standing.route.is_possible


def test_a_node_that_needs_one_of_another_tree_is_never_met():
    standing = evaluate(Tree(all_of(1, badge(2, needs=(99,)))), [held(2)], NOW)
    assert not standing.root.is_met
    assert not standing.route.is_possible


def test_steps_done_and_in_all_follow_the_cheapest_route():
    methods = at_least(3, 2, badge(4, hours=5), badge(5, hours=9), badge(6, hours=1))
    tree = Tree(all_of(1, badge(2), methods, badge(7, is_optional=True)))
    nothing = evaluate(tree, [], NOW)
    assert (nothing.done, nothing.total) == (0, 3)
    some = evaluate(tree, [held(5), held(7)], NOW)
    assert (some.done, some.total) == (1, 3)
    complete = evaluate(tree, [held(2), held(5), held(6)], NOW)
    assert (complete.done, complete.total) == (3, 3)


def test_what_excludes_is_no_step():
    tree = Tree(at_least(1, 1, apart(2, badge(3), badge(4)), badge(5)))
    standing = evaluate(tree, [held(3), held(4)], NOW)
    assert standing.done == 1
    assert [step.way.achievement for step in standing.route.steps] == [5]


def test_where_nothing_leads_to_the_end_the_steps_are_never_all_done():
    tree = Tree(all_of(1, badge(2), badge(3, ways=())))
    standing = evaluate(tree, [held(2)], NOW)
    assert not standing.route.is_possible
    assert (standing.done, standing.total) == (1, 2)
    blocked = evaluate(Tree(apart(1, badge(2), badge(3))), [held(2), held(3)], NOW)
    assert (blocked.done, blocked.total) == (1, 2)
