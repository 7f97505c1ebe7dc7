"""Each kind of rule by example: what counts, and what does not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from pathways.rules import sweep
from pathways.rules.counting import Why
from pathways.rules.program import row_of
from pathways.rules.standing import evaluate
from pathways.rules.tree import HeldState, Tree
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
    skill,
)

MOMENT = timedelta(microseconds=1)


def is_met(root, *holdings, now=NOW, trusted=()):
    return evaluate(Tree(root, frozenset(trusted)), holdings, now).root.is_met


def at(root, key, *holdings, now=NOW):
    return evaluate(Tree(root), holdings, now).at(key)


def test_all_of_is_met_by_every_part_and_not_by_one_less():
    root = all_of(1, badge(2), badge(3))
    assert is_met(root, held(2), held(3))
    assert not is_met(root, held(2))
    assert (at(root, 1, held(2)).done, at(root, 1, held(2)).needed) == (1, 2)


def test_an_optional_part_is_shown_and_not_needed():
    root = all_of(1, badge(2), badge(3, is_optional=True))
    standing = evaluate(Tree(root), [held(2)], NOW)
    assert standing.root.is_met
    assert standing.root.needed == 1
    assert not standing.at(3).is_met


def test_a_group_of_optional_parts_only_is_never_met():
    root = all_of(1, badge(2, is_optional=True))
    assert not is_met(root)
    assert not is_met(root, held(2))


def test_at_least_is_met_by_so_many_whichever_they_are():
    root = at_least(1, 2, badge(2), badge(3), badge(4))
    assert is_met(root, held(2), held(4))
    assert not is_met(root, held(3))
    assert (at(root, 1, held(3)).done, at(root, 1, held(3)).needed) == (1, 2)


def test_credits_count_once_for_each_badge_and_the_most_of_it():
    root = credits_from(1, 5, badge(2), badge(3), skill(4, 9))
    again = [held(2, credits=3, key="a"), held(2, credits=2, key="b")]
    for ordered in (again, again[::-1]):
        assert at(root, 1, *ordered).done == 3
        for needed, met in ((3, {1}), (4, set())):
            verdict = sweep.compile(Tree(replace(root, credits=Decimal(needed))), [1])
            assert verdict(map(row_of, ordered), NOW) == met
    also_a_skill = held(2, credits=3, skills=((9, 1),))
    assert at(root, 1, also_a_skill).done == 3
    assert is_met(root, also_a_skill, held(3, credits=2))


def test_credits_are_numbers_without_needless_zeros():
    node = at(credits_from(1, "6.00", badge(2)), 1, held(2, credits="1.50"))
    assert [str(node.done), str(node.needed)] == ["1.5", "6"]


def test_credits_of_a_group_count_once_it_is_met():
    root = credits_from(1, 4, all_of(2, badge(3), badge(4)), badge(5))
    assert at(root, 1, held(3, credits=2), held(5, credits=2)).done == 2
    assert is_met(root, held(3, credits=2), held(4, credits=2))


def test_not_together_asks_for_the_first_without_the_others():
    root = apart(1, badge(2), badge(3), badge(4))
    assert is_met(root, held(2))
    assert not is_met(root)
    assert not is_met(root, held(4))
    both = at(root, 1, held(2), held(4))
    assert not both.is_met
    assert [rule.key for rule in both.blocked_by] == [4]


def test_a_part_that_is_withdrawn_excludes_nothing_any_more():
    root = apart(1, badge(2), badge(3))
    assert is_met(root, held(2), held(3, state=HeldState.REVOKED))


def test_a_skill_is_proved_by_any_badge_at_its_level_or_higher():
    root = skill(1, 7, level=2)
    assert is_met(root, held(2, skills=((7, 2),)))
    assert is_met(root, held(3, skills=((6, 1), (7, 4))))
    assert not is_met(root, held(2, skills=((7, 1),)))
    assert not is_met(root, held(2, skills=((6, 4),)))
    lapsed = at(root, 1, held(2, skills=((7, 1),))).lapsed
    assert [each.why for each in lapsed] == [Why.LOW_LEVEL]


def test_a_pathway_is_met_by_its_last_exit_and_not_by_a_badge_of_that_number():
    root = pathway(1, 5)
    assert is_met(root, held(2, pathway=5))
    assert not is_met(root, held(5))
    assert not is_met(root, held(2, pathway=5, state=HeldState.SUSPENDED))


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (None, None, {1, 2, 3, 4}),
        (2, None, {2, 3, 4}),
        (None, 2, {1, 2}),
        (2, 3, {2, 3}),
        (3, 3, {3}),
    ],
)
def test_only_these_versions_of_a_badge_count(first, last, counts):
    root = badge(1, first_version=first, last_version=last)
    met = {number for number in range(1, 5) if is_met(root, held(1, version=number))}
    assert met == counts
    for number in {1, 2, 3, 4} - counts:
        (lapsed,) = at(root, 1, held(1, version=number)).lapsed
        assert lapsed.why is Why.OTHER_VERSION


@pytest.mark.parametrize("root", [badge(1), skill(1, 7), pathway(1, 5)])
def test_what_has_ended_counts_no_more_from_the_very_moment_of_its_end(root):
    one = held(1, skills=((7, 1),), pathway=5, valid_until=NOW)
    assert is_met(root, one, now=NOW - MOMENT)
    assert not is_met(root, one, now=NOW)
    assert [each.why for each in at(root, 1, one).lapsed] == [Why.ENDED]


@pytest.mark.parametrize("root", [badge(1), skill(1, 7), pathway(1, 5)])
def test_a_grace_of_days_ends_at_the_same_moment_of_its_last_day(root):
    root = replace(root, keeps=90 * DAY)
    one = held(1, skills=((7, 1),), pathway=5, valid_until=NOW)
    assert is_met(root, one, now=NOW)
    assert is_met(root, one, now=NOW + 90 * DAY - MOMENT)
    assert not is_met(root, one, now=NOW + 90 * DAY)


def test_what_counts_after_its_end_for_good_still_counts_after_years():
    root = badge(1, keeps=None)
    assert is_met(root, held(1, valid_until=NOW), now=NOW + 9000 * DAY)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (HeldState.SUSPENDED, Why.SUSPENDED),
        (HeldState.REVOKED, Why.REVOKED),
        (HeldState.SUPERSEDED, Why.SUPERSEDED),
    ],
)
def test_other_states_never_count_not_even_in_a_grace_period(state, why):
    root = badge(1, keeps=None)
    one = held(1, state=state, valid_until=NOW - DAY)
    assert not is_met(root, one)
    assert [each.why for each in at(root, 1, one).lapsed] == [why]


def test_of_a_replaced_credential_the_newer_one_counts():
    older = held(1, state=HeldState.SUPERSEDED, key="older")
    newer = held(1, key="newer", issued_at=NOW)
    node = at(badge(1), 1, newer, older)
    assert node.is_met
    assert [each.key for each in node.counted] == ["newer"]
    assert [each.holding.key for each in node.lapsed] == ["older"]


def test_badges_from_elsewhere_prove_skills_where_their_issuer_is_trusted():
    one = held(None, issuer="did:web:a.example", skills=((7, 3),))
    assert is_met(skill(1, 7), one, trusted=["did:web:a.example"])
    assert not is_met(skill(1, 7), one, trusted=["did:web:b.example"])
    assert [each.why for each in at(skill(1, 7), 1, one).lapsed] == [Why.UNTRUSTED]


def test_badges_from_elsewhere_are_never_one_of_ours():
    one = held(None, issuer="did:web:a.example")
    pretending = held(1, issuer="did:web:a.example", pathway=5)
    for root in (badge(1), pathway(1, 5)):
        assert not is_met(root, one, pretending, trusted=["did:web:a.example"])
        assert at(root, 1, one, pretending).lapsed == ()
