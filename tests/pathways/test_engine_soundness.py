"""What is refused before it is published."""

from dataclasses import replace

import pytest

from pathways.rules import soundness
from pathways.rules.tree import Tree
from tests.pathways.trees import (
    all_of,
    apart,
    at_least,
    badge,
    credits_from,
    pathway,
    skill,
    way,
)

A, B = badge(10, name="A", credits=2), badge(11, name="B", credits=2)


def problems(*children, trusted=()):
    return soundness.problems(
        Tree(all_of(1, *children, title="All"), frozenset(trusted))
    )


def test_a_pathway_of_every_kind_of_rule_is_sound():
    assert (
        problems(
            at_least(2, 1, A, B),
            credits_from(3, 3, badge(4, credits=2), badge(5, credits=1), needs=(2,)),
            apart(6, badge(7), badge(8)),
            skill(9, 1, ways=(way(20, skills=((1, 2),)),)),
            pathway(12, 1, ways=(way(21, pathway=1),), is_optional=True),
        )
        == []
    )


@pytest.mark.parametrize(
    ("child", "says"),
    [
        (all_of(2, title="G"), "“G” has nothing in it."),
        (
            all_of(2, replace(A, is_optional=True), title="G"),
            "“G” has only optional parts, so it would ask for nothing.",
        ),
        (
            at_least(2, 0, A, title="G"),
            "“G” has to ask for at least 1 of its parts.",
        ),
        (at_least(2, 2, A, title="G"), "“G” asks for 2, and has 1 part."),
        (at_least(2, 3, A, B, title="G"), "“G” asks for 3, and has 2 parts."),
        (
            credits_from(2, 0, A, title="G"),
            "“G” has to ask for more than 0 credits.",
        ),
        (
            credits_from(2, 5, A, B, title="G"),
            "“G” asks for more than the 4 credits of all its badges.",
        ),
        (
            apart(2, A, title="G"),
            "“G” needs two parts: what counts, and what does not go with it.",
        ),
        (
            at_least(2, 2, A, replace(A, key=12), title="G"),
            "“A” stands twice in “G”.",
        ),
        (
            at_least(2, 1, A, replace(B, is_optional=True), title="G"),
            "“B” cannot be optional: that is for parts of a group that asks for all.",
        ),
        (
            replace(A, first_version=3, last_version=2),
            "“A”: the first version is newer than the last.",
        ),
        (
            replace(A, children=(B,)),
            "Nothing can lie inside “A”: it is no group.",
        ),
        (
            at_least(2, 2, A, badge(12, ways=()), title="G"),
            "Nobody can meet “G” with what is on offer today.",
        ),
        (
            apart(2, A, replace(A, key=12), B, title="G"),
            "“A” stands twice in “G”.",
        ),
        (
            apart(2, all_of(3, A, B), replace(A, key=12), title="G"),
            "Nobody can meet “G” with what is on offer today.",
        ),
        (
            replace(A, needs=(99,)),
            "“A” waits for something that is not in this pathway.",
        ),
        (replace(A, needs=(10,)), "“A” cannot wait for itself."),
    ],
)
def test_what_everybody_or_nobody_would_meet_is_refused(child, says):
    assert says in problems(child)


def test_only_the_group_that_is_at_fault_is_named():
    dead = at_least(3, 2, A, badge(12, ways=()), title="Dead")
    assert problems(all_of(2, dead, title="Stage"), B) == [
        "Nobody can meet “Dead” with what is on offer today."
    ]


def test_a_badge_that_nobody_can_earn_any_more_may_be_one_of_several():
    assert problems(at_least(2, 1, badge(12, ways=()), B)) == []


def test_what_excludes_need_not_be_on_offer():
    assert problems(apart(2, A, all_of(3, badge(12, ways=())))) == []


def test_a_dead_end_is_refused_even_where_another_way_goes_round_it():
    dead = credits_from(3, 5, A, title="Dead")
    assert problems(at_least(2, 1, dead, B)) == [
        "“Dead” asks for more than the 2 credits of all its badges."
    ]


def test_a_skill_that_only_others_prove_needs_others_that_are_trusted():
    assert problems(skill(2, 1)) == [
        "Nobody can meet “All” with what is on offer today."
    ]
    assert problems(skill(2, 1), trusted=["did:web:a.example"]) == []


def test_what_waits_in_a_circle_is_refused():
    circle = [replace(A, needs=(11,)), replace(B, needs=(10,))]
    assert problems(*circle) == [
        "“A” and “B” wait for each other.",
        "“B” and “A” wait for each other.",
    ]


def test_a_circle_through_the_groups_around_is_refused():
    stage = all_of(2, A, needs=(3,), title="Stage")
    other = all_of(3, B, replace(badge(12), needs=(10,)), title="Other")
    assert "“Badge 12” and “A” wait for each other." in problems(stage, other)
    longer = all_of(3, B, needs=(10,), title="Other")
    assert "“Other” and “A” wait for each other." in problems(stage, longer)


@pytest.mark.parametrize("needs", [{10: (2,)}, {2: (10,)}, {10: (1,)}])
def test_nothing_waits_for_what_it_is_part_of_or_what_is_part_of_it(needs):
    stage = all_of(
        2, replace(A, needs=needs.get(10, ())), B, needs=needs.get(2, ()), title="G"
    )
    assert any("one is part of the other" in text for text in problems(stage))


def test_nothing_waits_for_what_only_excludes():
    root = problems(apart(2, A, B), replace(badge(12), needs=(11,)))
    assert root == [
        "“Badge 12” cannot wait for “B”, "
        "which is there because it does not go with something."
    ]
