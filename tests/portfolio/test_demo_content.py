"""The demo's content is complete, true to its own rules and fits the tables."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from credentials.models import (
    Achievement,
    AchievementVersion,
    Criterion,
    Issuer,
    Review,
    RubricLevel,
    Skill,
    Submission,
)
from credentials.models.artwork import Glyph, Hue, Kind
from portfolio.demo.content import load
from portfolio.demo.content.shapes import Content
from portfolio.models import Profile

#: Every criterion begins with one of these: English, Spanish and Arabic imperatives.
VERBS = frozenset(
    re.findall(
        r"\w+",
        """
        Allocate Answer Ask Assess Attend Bring Build Calculate Change Check Choose
        Close Complete Correct Cost Count Decide Declare Describe Divide Explain Feed
        Find Follow Gather Give Group Hand Hold Identify Inspect Interview Invite
        Isolate Join Label Locate Measure Mix Name Pack Plan Plot Point Present Propose
        Prove Read Report Restore Return Rewrite Run Send Separate Set Shape Show Stop
        Strip Take Teach Tell Track Use Watch Withhold Write
        Limpia Mide Responde Separa
        اشرح اطلب انقل ترجم
        """,
    )
)


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


def _criteria(content: Content):
    return [item for badge in content.badges for item in badge.criteria]


def test_there_is_as_much_as_the_demo_promises(content: Content) -> None:
    kinds = Counter(badge.status for badge in content.badges)
    assert len(content.issuers) >= 3
    assert kinds["published"] >= 18
    assert kinds["draft"] == 1
    assert kinds["retired"] == 1
    assert sum(person.kind == "learner" for person in content.people) >= 12
    assert len(content.credentials) >= 60


def test_names_and_addresses_are_given_once(content: Content) -> None:
    for values in (
        [issuer.slug for issuer in content.issuers],
        [badge.slug for badge in content.badges],
        [badge.name for badge in content.badges],
        [badge.promise for badge in content.badges],
        [skill.key for skill in content.skills],
        [skill.uri for skill in content.skills],
        [person.key for person in content.people],
        [person.email for person in content.people],
        [person.handle for person in content.people],
        [submission.key for submission in content.submissions],
        [item.key for item in content.credentials if item.key],
    ):
        assert len(values) == len(set(values))


def test_every_criterion_is_different_and_begins_with_a_verb(content: Content) -> None:
    statements = [item.statement for item in _criteria(content)]
    assert len(statements) == len(set(statements))
    for statement in statements:
        first = re.split(r"[ ,]", statement)[0]
        assert first in VERBS
        assert not first[0].islower()


def test_every_listed_verb_is_used(content: Content) -> None:
    used = {re.split(r"[ ,]", item.statement)[0] for item in _criteria(content)}
    assert used == VERBS


def test_badges_have_three_to_five_criteria_with_words_for_each_level(
    content: Content,
) -> None:
    for badge in content.badges:
        assert 3 <= len(badge.criteria) <= 5
        for item in badge.criteria:
            assert 2 <= len(item.levels) <= 4
            assert sum(level.is_required for level in item.levels) == 1
            assert item.required_position > 1
            assert all(level.name and level.description for level in item.levels)
            assert item.title
            assert item.hand_in
            assert item.example


def test_no_two_rubrics_describe_the_same_thing(content: Content) -> None:
    words = [level.description for item in _criteria(content) for level in item.levels]
    assert len(words) == len(set(words))


def _texts(content: Content):
    """Pairs of rows and the table and columns that their texts go to."""
    submissions = content.submissions
    criteria = _criteria(content)
    rubric_levels = [level for item in criteria for level in item.levels]
    return [
        (content.issuers, Issuer, "name description complaints"),
        (content.skills, Skill, "name description code"),
        (content.badges, Achievement, "slug"),
        (content.badges, AchievementVersion, "name promise description"),
        (content.badges, AchievementVersion, "assessment_words"),
        (criteria, Criterion, "title statement hand_in"),
        (
            rubric_levels,
            RubricLevel,
            "name description",
        ),
        (submissions, Submission, "about help_received"),
        ([x for item in submissions for x in item.reviews], Review, "comment"),
        (content.people, Profile, "handle headline place about"),
    ]


def test_texts_fit_their_columns(content: Content) -> None:
    for rows, model, fields in _texts(content):
        for field in fields.split():
            length = model._meta.get_field(field).max_length
            assert length is not None
            assert max(len(getattr(row, field)) for row in rows) <= length


def test_choices_are_those_of_the_tables(content: Content) -> None:
    for issuer in content.issuers:
        assert issuer.kind in Issuer.Kind.values
        assert issuer.hue in Hue.values
        assert issuer.glyph in Glyph.values
    for badge in content.badges:
        assert badge.hue in Hue.values
        assert badge.glyph in Glyph.values
        assert badge.kind in (Kind.SKILL, Kind.PROJECT)
        assert badge.delivery in AchievementVersion.Delivery.values
        assert badge.assessment in AchievementVersion.Assessment.values
        assert badge.achievement_type in AchievementVersion.Type.values
        assert badge.level in (1, 2, 3, 4)
        assert badge.eqf in (None, *range(1, 9))
        assert bool(badge.cost) == bool(badge.currency)


def test_every_area_way_of_delivery_and_level_occurs(content: Content) -> None:
    offered = [badge for badge in content.badges if badge.status == "published"]
    assert {badge.glyph for badge in offered} == set(Glyph.values)
    assert {badge.delivery for badge in offered} == set(
        AchievementVersion.Delivery.values
    )
    assert {badge.level for badge in offered} == {1, 2, 3, 4}
    assert {badge.assessment for badge in offered} == {"assessed", "attended"}
    assert {"en", "es", "ar"} == {badge.language for badge in offered}
    assert any(badge.cost for badge in offered)
    assert any(not badge.cost for badge in offered)


def test_skills_have_addresses_of_known_frameworks(content: Content) -> None:
    esco = re.compile(r"http://data\.europa\.eu/esco/skill/[0-9a-f-]{36}")
    onet = re.compile(
        r"https://www\.onetonline\.org/find/descriptor/result/2\.[AB]\..+"
    )
    known = {"ESCO": esco, "O*NET": onet}
    for skill in content.skills:
        assert known[skill.framework].fullmatch(skill.uri)
        if skill.framework == "O*NET":
            assert skill.uri.endswith("/" + skill.code)


def test_badges_prove_skills_that_exist(content: Content) -> None:
    keys = {skill.key for skill in content.skills}
    for badge in content.badges:
        assert 2 <= len(badge.skills) <= 5
        assert set(badge.skills) <= keys
        assert set(badge.skills.values()) <= {1, 2, 3, 4}
    assert keys == {key for badge in content.badges for key in badge.skills}


def _addresses(content: Content) -> list[str]:
    return [
        *(issuer.url for issuer in content.issuers),
        *(badge.course_url for badge in content.badges),
        *(link for person in content.people for link in person.links),
        *(
            item.url
            for submission in content.submissions
            for item in submission.evidence
            if item.url
        ),
    ]


def test_invented_addresses_end_in_example(content: Content) -> None:
    for address in _addresses(content):
        assert re.fullmatch(r"https://[a-z0-9.-]+\.example(/[^ ]*)?", address)
    for issuer in content.issuers:
        assert issuer.email.endswith(".example")
    for person in content.people:
        assert person.email.endswith("@example.org")


def test_the_five_log_ins_are_there(content: Content) -> None:
    emails = {person.email for person in content.people if person.log_in}
    names = ("learner", "reviewer", "manager", "employer", "admin")
    assert emails == {f"{name}@example.org" for name in names}
    assert [person.email for person in content.people if person.superuser] == [
        "admin@example.org"
    ]


def test_names_come_from_many_scripts(content: Content) -> None:
    names = "".join(person.full_name for person in content.people)
    for script in (
        r"[\u0370-\u03FF]",  # Greek
        r"[\u0400-\u04FF]",  # Cyrillic
        r"[\u0590-\u05FF]",  # Hebrew
        r"[\u0600-\u06FF]",  # Arabic
        r"[\u0900-\u097F]",  # Devanagari
        r"[\u0E00-\u0E7F]",  # Thai
        r"[\u1EA0-\u1EF9]",  # Vietnamese
        r"[\u4E00-\u9FFF]",  # Han
        r"[\uAC00-\uD7AF]",  # Hangul
    ):
        assert re.search(script, names)
