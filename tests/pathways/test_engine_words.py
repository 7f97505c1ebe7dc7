"""The rules in words, and each "not yet"."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from pathways.rules import words
from pathways.rules.standing import evaluate
from pathways.rules.tree import HeldState, Kind, Tree
from tests.pathways.trees import (
    DAY,
    NOW,
    all_of,
    apart,
    at_least,
    badge,
    credits_from,
    group,
    held,
    pathway,
    skill,
    way,
)

SURVEY = badge(10, name="Survey design", credits=4)
TESTING = badge(11, name="Usability testing", credits=2)
FIELD = badge(12, name="Field study", credits=3)


def why(root, *holdings, key=None, trusted=()):
    standing = evaluate(Tree(root, frozenset(trusted)), holdings, NOW)
    return words.why(standing.at(root.key if key is None else key))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (all_of(1, SURVEY), "This one"),
        (all_of(1, SURVEY, TESTING), "Both of these"),
        (all_of(1, SURVEY, TESTING, FIELD), "All 3 of these"),
        (
            all_of(1, SURVEY, replace(FIELD, is_optional=True)),
            "All of these that are not optional",
        ),
        (at_least(1, 1, SURVEY, TESTING), "Any 1 of these 2"),
        (at_least(1, 2, SURVEY, TESTING, FIELD), "Any 2 of these 3"),
        (at_least(1, 2, SURVEY, TESTING), "Both of these"),
        (credits_from(1, 6, SURVEY, TESTING, FIELD), "At least 6 of 9 credits"),
        (credits_from(1, "1.50", SURVEY, FIELD), "At least 1.5 of 7 credits"),
        (credits_from(1, 10, badge(2, credits=20)), "At least 10 of 20 credits"),
        (credits_from(1, 1, badge(2, credits=1)), "At least 1 of 1 credit"),
        (credits_from(1, 1, skill(2, 3)), "At least 1 credit from these"),
        (credits_from(1, 6, SURVEY, skill(2, 3)), "At least 6 credits from these"),
        (credits_from(1, 6, badge(2, ways=())), "At least 6 credits from these"),
        (
            apart(1, SURVEY, TESTING),
            "Survey design, not together with Usability testing",
        ),
        (
            apart(1, SURVEY, TESTING, FIELD),
            "Survey design, not together with Usability testing, Field study",
        ),
        (TESTING, "Usability testing"),
        (replace(TESTING, first_version=2), "Usability testing, version 2 or newer"),
        (replace(TESTING, last_version=2), "Usability testing, version 2 or older"),
        (
            replace(TESTING, first_version=2, last_version=4),
            "Usability testing, versions 2 to 4",
        ),
        (
            replace(TESTING, first_version=2, last_version=2),
            "Usability testing, version 2",
        ),
        (skill(1, 3, level=2), "Skill 3, level Intermediate or higher"),
        (skill(1, 3, level=4), "Skill 3, level Expert"),
        (pathway(1, 5), "The pathway Pathway 5"),
    ],
)
def test_each_kind_of_rule_has_its_sentence(rule, says):
    assert words.sentence(rule) == says


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.is_group])
def test_an_unfinished_group_has_a_sentence_too(kind):
    assert words.sentence(group(1, kind)) == "Nothing yet"
    assert why(group(1, kind)) == ["Nothing is in here yet."]
    one = group(1, kind, SURVEY, count=1, credits=1)
    assert words.sentence(one) not in ("", "Nothing yet")


@pytest.mark.parametrize(
    ("keeps", "says"),
    [
        (timedelta(0), ""),
        (DAY, "Also counts for 1 day after its end."),
        (90 * DAY, "Also counts for 90 days after its end."),
        (None, "Also counts after its end."),
    ],
)
def test_how_long_something_counts_after_its_end(keeps, says):
    assert words.after_end(replace(TESTING, keeps=keeps)) == says


def test_a_group_is_called_by_its_title_or_by_what_is_in_it():
    methods = at_least(1, 1, SURVEY, TESTING)
    assert words.label(replace(methods, title="Methods")) == "Methods"
    assert words.label(methods) == "Any 1 of these 2 (Survey design, Usability testing)"


def test_names_stand_as_they_are():
    odd = replace(TESTING, name="100 % <b>safe</b> %(name)s")
    assert words.sentence(odd) == odd.name
    assert why(odd) == [f"You do not hold {odd.name} yet."]


def test_what_is_met_needs_no_reason():
    assert why(TESTING, held(11)) == []


def test_groups_say_what_is_missing():
    held_one = held(10, credits=4)
    both = all_of(1, SURVEY, TESTING, replace(FIELD, is_optional=True))
    assert why(both, held_one) == ["Still needed: Usability testing."]
    some = at_least(1, 2, SURVEY, TESTING, FIELD)
    assert why(some, held_one) == [
        "Earn 1 more of these: Usability testing, Field study."
    ]
    assert why(credits_from(1, 6, SURVEY, TESTING), held_one) == [
        "4 of 6 credits so far.",
        "More come with: Usability testing.",
    ]


def test_not_together_says_what_is_missing_and_what_is_in_the_way():
    methods = replace(all_of(2, TESTING), title="Methods")
    root = apart(1, SURVEY, FIELD, methods)
    assert why(root) == ["Still needed: Survey design."]
    assert why(root, held(10), held(12), held(11)) == [
        "Does not count together with Field study, which you hold.",
        "Does not count together with Methods, which you have met.",
    ]


def test_what_waits_says_for_what():
    root = all_of(1, TESTING, replace(FIELD, needs=(11,)))
    assert why(root, key=12) == [
        "Needs Usability testing first.",
        "You do not hold Field study yet.",
    ]
    assert why(root, held(12), key=12) == [
        "Needs Usability testing first.",
        "You hold Field study: it counts after that.",
    ]


@pytest.mark.parametrize(
    ("holding", "says"),
    [
        ({"valid_until": NOW}, "Usability testing ended on 3 May 2026."),
        ({"state": HeldState.REVOKED}, "Usability testing is withdrawn."),
        ({"state": HeldState.SUSPENDED}, "Usability testing is paused."),
        (
            {"state": HeldState.SUPERSEDED},
            "Usability testing is replaced by a newer one.",
        ),
    ],
)
def test_a_badge_that_does_not_count_says_why(holding, says):
    assert why(TESTING, held(11, **holding)) == [says]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (1, "and counts for 1 day after its end."),
        (90, "and counts for 90 days after its end."),
    ],
)
def test_an_end_with_a_grace_says_how_long_it_was(days, says):
    ended = held(11, valid_until=NOW - 90 * DAY)
    (said,) = why(replace(TESTING, keeps=days * DAY), ended)
    assert said == f"Usability testing ended on 2 February 2026 {says}"


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (3, None, "version 3 or newer counts."),
        (None, 1, "version 1 or older counts."),
        (3, 3, "version 3 counts."),
        (3, 4, "versions 3 to 4 count."),
    ],
)
def test_another_version_says_which_counts(first, last, says):
    rule = replace(TESTING, first_version=first, last_version=last)
    assert why(rule, held(11, version=2)) == [
        f"You hold version 2 of Usability testing; {says}"
    ]


def test_skills_say_which_level_and_whose_badges_count():
    offered = way(11, skills=((3, 1),))
    rule = skill(1, 3, level=2, ways=(offered, way(12, skills=((3, 2),))))
    assert why(rule) == [
        "You hold no badge yet that proves this: Skill 3, level Intermediate or higher."
    ]
    assert why(rule, held(11, skills=((3, 1),))) == [
        "Badge 11 proves Skill 3 at level Foundation, not Intermediate."
    ]
    assert why(rule, held(99, skills=((3, 1),))) == [
        "A badge for Skill 3 proves Skill 3 at level Foundation, not Intermediate."
    ]
    elsewhere = held(None, issuer="did:web:a.example", skills=((3, 4),))
    assert why(rule, elsewhere) == [
        "A badge by did:web:a.example proves Skill 3, but does not count here."
    ]


def test_what_is_not_offered_says_so():
    assert why(replace(TESTING, ways=())) == [
        "You do not hold Usability testing yet.",
        "Usability testing is not offered at the moment.",
    ]
    assert why(skill(1, 3)) == [
        "You hold no badge yet that proves this: Skill 3, level Foundation or higher.",
        "No badge on offer proves this: Skill 3, level Foundation or higher.",
    ]
    assert why(pathway(1, 5)) == [
        "You have not completed the pathway Pathway 5 yet.",
        "The pathway Pathway 5 is not offered at the moment.",
    ]


def test_what_nobody_can_meet_says_so():
    root = all_of(1, replace(TESTING, needs=(99,)))
    assert why(root, held(11), key=11) == [
        "Nobody can meet Usability testing as it stands."
    ]


def test_numbers_and_dates_are_written_as_the_language_does():
    with translation.override("es"):
        assert "1,5" in words.sentence(credits_from(1, "1.5", SURVEY, FIELD))
        (said,) = why(TESTING, held(11, valid_until=NOW))
        assert "mayo" in said
