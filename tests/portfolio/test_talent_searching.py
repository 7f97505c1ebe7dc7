"""Who is found by what, in which order, and who is never found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portfolio.models import FindablePerson, Profile, ProvenSkill
from portfolio.talent import ranking, rows, searching
from portfolio.talent.asking import Search
from portfolio.talent.counting import MOST_OPTIONS, options
from portfolio.talent.people import people
from portfolio.talent.searching import Found, find
from tests import factories
from tests.portfolio.findable import (
    NOW,
    hold,
    make_findable,
    make_proving_badge,
    make_skill,
)

pytestmark = pytest.mark.django_db


def found(words: str = "", **given: Any) -> list[int]:
    lists = {"q": [words]} | {
        name: value if isinstance(value, list) else [value]
        for name, value in given.items()
    }
    return list(find(Search.read(lists), NOW).learners)


def test_somebody_is_found_by_a_skill_a_badge_and_their_own_headline() -> None:
    skill = make_skill("Sepsis screening")
    badge = make_proving_badge("Recognising early", (skill, 2))
    person = make_findable(badge, headline="Paramedic on the road")
    make_findable(make_proving_badge("Plastering", (make_skill("Plaster"), 1)))

    assert found("sepsis") == [person.pk]
    assert found("recognising") == [person.pk]
    assert found("paramedic") == [person.pk]
    assert found(skill=str(skill.pk)) == [person.pk]


def test_accents_case_unfinished_and_mistyped_words_find_it_too() -> None:
    person = make_findable(
        make_proving_badge("Café barista", (make_skill("Espresso preparation"), 2))
    )

    for words in ("CAFÉ", "cafe", "espr", "espreso", "barsita espresso"):
        assert found(words) == [person.pk], words


def test_several_words_are_all_asked_for() -> None:
    sepsis = make_proving_badge("Sepsis", (make_skill("Sepsis screening"), 2))
    arabic = make_proving_badge("Arabic", (make_skill("Interpreting Arabic"), 2))
    both = make_findable(sepsis, arabic)
    make_findable(sepsis)
    there = make_findable(sepsis, place="Lisbon")

    assert found("sepsis arabic") == [both.pk]
    assert found("sepsis lisbon") == [there.pk]
    assert found("sepsis rust") == []


def test_three_things_are_all_asked_for_by_whichever_credential() -> None:
    badges = [
        make_proving_badge(name, (make_skill(name), 2))
        for name in ("Sewing", "Welding", "Baking")
    ]
    everything = make_findable(*badges)
    make_findable(*badges[:2])
    make_findable(*badges[1:])

    assert found("sewing welding baking") == [everything.pk]
    skills = [str(row.skill_id) for row in everything.findable.proven_skills.all()]
    assert found(skill=skills) == [everything.pk]


def test_words_side_by_side_that_name_a_skill_are_one_thing() -> None:
    analysis = make_proving_badge("Numbers", (make_skill("Data analysis"), 2))
    both = make_proving_badge(
        "Other", (make_skill("Data entry"), 2), (make_skill("Market analysis"), 2)
    )
    there = make_findable(analysis, place="Leeds")
    make_findable(analysis, place="York")
    make_findable(both, place="Leeds")

    assert found("data analysis leeds") == [there.pk]
    assert found("leeds data analysis") == [there.pk]


def test_a_word_that_people_say_is_no_slip_of_a_name_that_is_like_it() -> None:
    badge = make_proving_badge("Bricklaying", (make_skill("Bricklaying"), 2))
    make_findable(badge)
    assert found("brickla")
    there = make_findable(
        make_proving_badge("Sewing", (make_skill("Sewing"), 1)), place="Bristol"
    )

    assert found("bristol") == [there.pk]


def test_words_of_which_people_say_one_can_still_be_a_name_mistyped() -> None:
    proves = make_findable(make_proving_badge("Books", (make_skill("Tax analysis"), 2)))
    other = make_proving_badge("Sewing", (make_skill("Sewing"), 1))
    make_findable(other, headline="Analyst")

    assert found("txa analyst") == [proves.pk]


def test_who_only_says_it_stands_below_everybody_who_proves_it() -> None:
    sewing, other = make_skill("Sewing"), make_skill("Forklift")
    strong = make_proving_badge(
        "Forklift", (other, 4), is_supervised=True, is_identity_checked=True
    )
    says = make_findable(strong, headline="Sewing teacher")
    says_too = make_findable(
        make_proving_badge("Talk", (other, 4), assessment="attended"),
        headline="Sewing since 1999",
    )
    attended = make_findable(
        make_proving_badge("Day", (sewing, 1), assessment="attended")
    )

    assert found("sewing") == [attended.pk, says.pk, says_too.pk]


def test_who_only_says_it_is_below_though_newer_when_the_newest_come_first() -> None:
    sewing = make_skill("Sewing")
    other = make_proving_badge("Forklift", (make_skill("Forklift"), 4))
    proves = make_findable(make_proving_badge("Seams", (sewing, 1)))
    says = make_findable(headline="Sewing teacher")
    hold(other, says, issued_at=NOW - timedelta(days=1))
    rows.rewrite(says.pk, NOW)

    result = find(Search.read({"q": ["sewing"], "sort": ["newest"]}), NOW)

    assert list(result.learners) == [proves.pk, says.pk]
    assert result.said == {says.pk}


@pytest.mark.parametrize("sort", ["match", "newest"])
@pytest.mark.parametrize("near", [1, 3, 7])
def test_looking_at_the_best_rows_first_finds_the_same_people(
    monkeypatch: pytest.MonkeyPatch, sort: str, near: int
) -> None:
    sewing, forklift = make_skill("Sewing"), make_skill("Forklift")
    seams = [make_proving_badge("Seams", (sewing, level)) for level in (1, 2, 3)]
    lifts = make_proving_badge("Lifting", (forklift, 2))
    for days, badge in enumerate(seams * 2):
        person = make_findable(lifts if days % 2 else badge)
        hold(badge, person, issued_at=NOW - timedelta(days=days * 7 % 5))
        rows.rewrite(person.pk, NOW)
    says = make_findable(headline="Sewing teacher")
    hold(lifts, says, issued_at=NOW)
    rows.rewrite(says.pk, NOW)
    everybody = found("sewing forklift", sort=sort)
    assert len(everybody) == 4

    monkeypatch.setattr(searching, "MOST_NEAR", near)
    for counted in (1, 2, 3):
        monkeypatch.setattr(ranking, "MOST_COUNTED", counted)
        assert found("sewing forklift", sort=sort) == everybody[: counted + 1]


def test_the_stronger_proof_comes_first_then_the_level_then_the_newer() -> None:
    skill = make_skill("Handover")

    def of(level: int, **how: Any) -> int:
        return make_findable(make_proving_badge("Shift", (skill, level), **how)).pk

    attended = of(4, assessment="attended")
    low = of(2)
    high = of(3)
    watched = of(1, is_supervised=True, is_identity_checked=True)
    newer = make_findable()
    hold(
        make_proving_badge("Shift again", (skill, 2)),
        newer,
        issued_at=NOW - timedelta(days=1),
    )
    rows.rewrite(newer.pk, NOW)

    assert found("handover") == [watched, high, newer.pk, low, attended]


def test_filters_ask_of_one_and_the_same_proof() -> None:
    skill = make_skill("Welding")
    low = make_findable(
        make_proving_badge("Welding", (skill, 1)), languages=["Español"], place="Málaga"
    )
    high = make_findable(
        make_proving_badge("Welding well", (skill, 3)), open_to_work_at=NOW
    )

    assert found("welding", level="2") == [high.pk]
    assert found("welding", open="yes") == [high.pk]
    assert found("welding", place="malaga") == [low.pk]
    assert found("welding", language="español") == [low.pk]
    assert found("welding", since="2027") == []
    issuer = ProvenSkill.objects.get(learner=low.pk).issuer
    assert found("welding", issuer=issuer.slug) == [low.pk]


def test_who_did_not_choose_to_be_found_is_not() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    make_findable(badge, talent_search_at=None)
    make_findable(badge, public_at=None, talent_search_at=None)

    assert found("welding") == []
    assert not FindablePerson.objects.exists()


def test_private_withdrawn_and_ended_credentials_prove_nothing() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    for fields in (
        {"visibility": "private"},
        {"visibility": "link"},
        {"state": "revoked", "state_reason": "mistake"},
        {"state": "suspended", "state_reason": "being_checked"},
        {"valid_until": NOW - timedelta(days=1)},
    ):
        person = make_findable()
        hold(badge, person, **fields)
        rows.rewrite(person.pk, NOW)

    assert found("welding") == []


def test_what_ended_since_the_rows_were_made_is_not_found() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    person = make_findable()
    hold(badge, person, valid_until=NOW + timedelta(days=1))
    rows.rewrite(person.pk, NOW)
    search = Search.read({"q": ["welding"]})

    assert list(find(search, NOW).learners) == [person.pk]
    assert list(find(search, NOW + timedelta(days=2)).learners) == []


def test_nobody_is_found_by_name_or_without_asking_for_something() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    person = make_findable(badge, place="Leeds")

    assert found(person.full_name) == []
    assert found() == []
    assert found(place="Leeds") == []
    assert found("w") == []


def test_results_show_people_as_they_are_now_and_not_as_the_rows_say() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    off, hidden, stays = make_findable(badge), make_findable(badge), make_findable()
    hold(badge, stays)
    rows.rewrite(stays.pk, NOW)
    Profile.objects.filter(user=off).update(talent_search_at=None)
    hidden.credentials.update(visibility="private")
    result = find(Search.read({"q": ["welding"]}), NOW)

    shown = people(result.learners, result.things, NOW)

    assert len(result.learners) == 3
    assert [person.profile.user_id for person in shown] == [stays.pk]


@pytest.mark.parametrize(("read", "total", "is_more"), [(4, 3, False), (3, 2, True)])
def test_more_is_said_only_of_what_is_surely_exceeded(
    monkeypatch: pytest.MonkeyPatch, read: int, total: int, is_more: bool
) -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    for _number in range(3):
        make_findable(badge)
    for most in ("FEW_ROWS", "MOST_ROWS"):
        monkeypatch.setattr(ranking, most, read)

    result = find(Search.read({"q": ["welding"]}), NOW)

    assert (result.total, result.is_more) == (total, is_more)


def test_whoever_has_many_rows_hides_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More rows are read where the best are of few people."""
    issuer = factories.make_issuer(slug="guild")
    skills = [make_skill(name) for name in ("Welding", "Milling", "Turning")]
    strong = make_proving_badge("Metal", *((each, 4) for each in skills), issuer=issuer)
    other = make_proving_badge("Seams", (make_skill("Sewing"), 1), issuer=issuer)
    everybody = [make_findable(strong).pk, make_findable(other).pk]
    monkeypatch.setattr(ranking, "FEW_ROWS", 3)

    assert found(issuer=["guild"]) == everybody


@pytest.mark.parametrize("sort", ["match", "newest"])
def test_who_only_says_it_never_takes_the_place_of_a_proof(
    monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """Also where not all rows are read, and what is said is newer than what is not."""
    skill = make_skill("Sewing")
    proves = []
    for days in (30, 60):
        person = make_findable()
        for number in range(3):
            badge = make_proving_badge(f"Seams {days} {number}", (skill, 2))
            hold(badge, person, issued_at=NOW - timedelta(days=days + number))
        rows.rewrite(person.pk, NOW)
        proves.append(person.pk)
    for _number in range(2):
        says = make_findable(headline="Sewing teacher")
        hold(
            make_proving_badge("Lifting", (make_skill(f"Lifting {says.pk}"), 4)),
            says,
            issued_at=NOW,
        )
        rows.rewrite(says.pk, NOW)
    monkeypatch.setattr(ranking, "MOST_PEOPLE", 3)
    monkeypatch.setattr(ranking, "FEW_ROWS", 3)

    first, second, third = found("sewing", sort=sort)

    assert [first, second] == proves
    assert third not in proves


def test_options_count_the_people_found_who_have_them_too() -> None:
    welding, first_aid = make_skill("Welding"), make_skill("First aid")
    badge = make_proving_badge("Welding", (welding, 2))
    other = make_proving_badge("First aid", (first_aid, 1))
    both = make_findable(badge, other, languages=["Polish"], open_to_work_at=NOW)
    one = make_findable(badge)

    people = Found([both.pk, one.pk], 2, is_more=False, things=[])
    counted = options(people, NOW)

    by_skill = {each.label: each.people for each in counted["skill"]}
    assert by_skill == {"Welding": 2, "First aid": 1}
    assert [(each.label, each.people) for each in counted["language"]] == [
        ("polish", 1)
    ]
    assert counted["open"][0].people == 1


def test_what_somebody_proved_twice_counts_once() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    person = make_findable(badge, badge)
    assert ProvenSkill.objects.filter(learner=person.pk).count() == 2

    counted = options(Found([person.pk], 1, is_more=False, things=[]), NOW)

    for group in ("skill", "badge", "issuer"):
        assert [each.people for each in counted[group]] == [1]


def test_a_language_without_a_letter_is_none_and_nobody_is_open_by_it() -> None:
    badge = make_proving_badge("Welding", (make_skill("Welding"), 2))
    open_too = make_findable(badge, languages=["\u0301", "É", "e"], open_to_work_at=NOW)
    closed = make_findable(badge, languages=["\u0301"])
    # Rows of before could have one.
    FindablePerson.objects.filter(pk=closed.pk).update(languages=[""])

    found = Found([open_too.pk, closed.pk], 2, is_more=False, things=[])
    counted = options(found, NOW)

    assert [each.people for each in counted["open"]] == [1]
    assert ("e", 1) in [(each.label, each.people) for each in counted["language"]]


@pytest.mark.parametrize("is_open", [True, False])
def test_no_group_has_more_than_twelve_options(is_open: bool) -> None:
    spoken = [chr(ord("a") + number) * 3 for number in range(MOST_OPTIONS + 2)]
    badges = [
        make_proving_badge(name, (make_skill(name), 1)) for name in ("Sewing", *spoken)
    ]
    since = NOW if is_open else None
    people = [
        make_findable(*badges, languages=each, open_to_work_at=since).pk
        for each in (spoken[:7], spoken[7:])
    ]

    counted = options(Found(people, 2, is_more=False, things=[]), NOW)

    assert len(counted["skill"]) == len(counted["badge"]) == MOST_OPTIONS
    assert len(counted["language"]) == MOST_OPTIONS
    assert ("open" in counted) == is_open
