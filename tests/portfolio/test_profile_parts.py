"""A person's public page: what is on it, part by part."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from portfolio.accounts.names import initials, tag_of
from portfolio.models import Collection
from tests.factories import make_badge, make_credential, make_issuer
from tests.portfolio.findable import make_proving_badge, make_skill
from tests.portfolio.public_page import (
    amina,
    ended,
    get,
    main_of,
    page,
    public,
    say,
    section,
)

pytestmark = pytest.mark.django_db

__all__ = ["amina"]  # a fixture


def titles(part):
    return re.findall(r'<bdi lang="[^"]*">([^<]+)</bdi>', part)


def hold(holder, version, **fields):
    return make_credential(version, holder, visibility="public", **fields)


# Head


def test_the_head_shows_what_the_owner_says(client, amina):
    say(
        amina,
        other_name="أمينة يوسف",
        languages=["English", "العربية"],
        open_to_work_at=timezone.now(),
    )
    text = page(client)
    assert "<title>Amina Yusuf – Staff nurse, acute medicine –" in text
    assert "<bdi>Amina Yusuf</bdi> <bdi" in text
    assert '<bdi class="other-script" lang="und-Arab">أمينة يوسف</bdi></h1>' in text
    assert "<bdi>Bristol</bdi>" in text
    assert "<bdi>English</bdi>, <bdi>العربية</bdi>" in text
    assert "Open to work" in text
    assert '<span class="avatar" aria-hidden="true">AY</span>' in text
    assert "I trained in <strong>Khartoum</strong>." in text


def test_a_head_without_words_has_no_empty_places(client, amina):
    say(amina, headline="", place="", about="")
    text = main_of(client)
    for absent in ("Open to work", "lead", "Place:", "Languages:", "About", "Also"):
        assert absent not in text
    described = 'name="description" content="Amina Yusuf on Cairn: credentials'
    assert described in page(client)


def test_links_are_shown_by_their_domain_and_vouched_for_by_nobody(client, amina):
    urls = [
        "https://www.amina.example/cv/?a=1&b=2",
        "https://xn--pple-43d.example/",
        "https://аpple.example/",  # a Cyrillic letter
    ]
    for position, url in enumerate(urls, start=1):
        amina.profile.links.create(url=url, position=position)

    text = get(client).content.decode()

    assert text.count('rel="nofollow ugc noopener"') == 3
    assert 'href="https://www.amina.example/cv/?a=1&amp;b=2"' in text
    assert "<bdi>amina.example</bdi>" in text
    assert text.count("<bdi>xn--pple-43d.example</bdi>") == 2


def test_an_address_that_acts_is_not_drawn_wherever_it_came_from(client, amina):
    amina.profile.links.create(url="javascript:alert(1)", position=1)
    assert "javascript:" not in page(client)


# Pins


def test_without_pins_the_newest_of_six_badges_are_large(client, amina):
    repeated = make_badge(name="Audit", is_repeatable=True)
    for days in (3, 2, 1):
        hold(amina, repeated, days_ago=days)
    for number in range(7):
        public(amina, f"Badge {number}", days_ago=10 + number)

    large = section(page(client), "pinned")

    assert "Newest credentials" in large
    assert titles(large) == ["Audit", *(f"Badge {number}" for number in range(5))]


def test_pins_are_large_in_the_owners_order(client, amina):
    held = [public(amina, name) for name in ("First", "Second", "Third")]
    for position, number in ((1, 2), (2, 0)):
        amina.pins.create(credential=held[number], position=position)

    large = section(page(client), "pinned")

    assert "Chosen by Amina Yusuf" in large
    assert titles(large) == ["Third", "First"]
    assert "In force until" in large
    assert large.count(held[0].issuer_name) >= 1


# Skills


def test_each_skill_has_its_proofs_and_the_best_level(client, amina):
    handover, sepsis = make_skill("Handover"), make_skill("Sepsis")
    ward = make_proving_badge("Safe ward", (handover, 2), (sepsis, 1))
    shift = make_proving_badge("Leading a shift", (handover, 4))
    for version in (ward, shift):
        hold(amina, version)

    shown = section(page(client), "skills")

    first, second = shown.split('<li class="skill">')[1:]
    assert "Handover" in first
    assert "Expert" in first
    assert titles(first) == ["Leading a shift", "Safe ward"]
    assert "Foundation" in second
    assert titles(second) == ["Safe ward"]


def test_attended_is_apart_and_says_so(client, amina):
    writing, talking = make_skill("Writing"), make_skill("Talking")
    assessed = make_proving_badge("Reports", (writing, 1))
    day = make_proving_badge(
        "Writing day", (writing, 3), (talking, 3), assessment="attended"
    )
    for version in (day, assessed):
        hold(amina, version)

    text = page(client)
    proven, attended = section(text, "skills"), section(text, "attended")

    assert titles(proven) == ["Reports", "Writing day"]
    assert "Foundation" in proven
    assert "Advanced" not in proven
    assert re.search(
        r'Writing day</bdi></a> <span class="meta">Attended</span>', proven
    )
    assert "Attended, not assessed" in attended
    assert "Talking" in attended
    assert "Writing<" not in attended
    assert text.index('id="skills"') < text.index('id="attended"')


def test_repeats_of_one_badge_prove_a_skill_once(client, amina):
    skill = make_skill("Audits")
    version = make_proving_badge("Audit", (skill, 2), is_repeatable=True)
    older, newer = hold(amina, version, days_ago=40), hold(amina, version, days_ago=2)

    proven = section(page(client), "skills")

    assert titles(proven) == ["Audit"]
    assert newer.token in proven
    assert older.token not in proven


def test_many_skills_and_many_proofs_are_a_fold_away(client, amina):
    skills = [make_skill(f"Skill number {number:02}") for number in range(10)]
    hold(amina, make_proving_badge("All of them", *((each, 2) for each in skills)))
    for number in range(5):
        hold(amina, make_proving_badge(f"Also {number}", (skills[0], 1)))

    proven = section(page(client), "skills")

    assert "and 2 more" in proven
    assert "2 more skills" in proven
    for skill in skills:
        assert proven.count(f"{skill.name}<") == 1


# Own words


def test_own_words_are_apart_from_what_is_proven(client, amina):
    hold(amina, make_proving_badge("Reports", (make_skill("Clear Writing"), 2)))
    say(amina, own_words=["Cannulation", "clear writing", "rota planning"])

    text = page(client)
    says = section(text, "says")

    assert "<bdi>Cannulation</bdi>, <bdi>rota planning</bdi>" in says
    assert "clear writing" not in says
    assert "<bdi>Amina Yusuf</bdi>’s own words. No credential here shows these." in says
    assert "Cannulation" not in text.replace(says, "")


# All credentials


def test_each_credential_leads_to_its_page_with_issuer_and_state(client, amina):
    issuer = make_issuer("Harbour Health Trust")
    endless = {"issuer": issuer, "validity_months": None}
    credential = public(amina, "Safe handover", badge=endless)
    soon = public(amina, "Fire safety", badge={"validity_months": 12}, days_ago=350)

    line = section(page(client), "line")

    for each in (credential, soon):
        assert line.count(f'href="{each.get_absolute_url()}"') == 1
    assert "<bdi>Harbour Health Trust</bdi> · In force, no end date" in line
    end = f"{soon.valid_until.day} {soon.valid_until:%B %Y}"
    assert f"In force, ends on {end}" in line


def test_repeats_of_a_badge_are_one_line_with_a_fold(client, amina):
    version = make_badge(name="Audit", is_repeatable=True)
    held = [hold(amina, version, days_ago=days) for days in (2, 80, 160, 240)]
    public(amina, "Between", days_ago=100)

    line = section(page(client), "line")

    assert titles(line) == ["Audit", "Between"]
    newest = held[0].issued_at
    assert f"×4, latest {newest:%B %Y}" in line
    inside = line.partition("<details")[2].partition("</details>")[0]
    assert re.findall(r'href="([^"]+)"', inside) == [
        each.get_absolute_url() for each in held
    ]


def test_ended_ones_are_in_a_fold_with_their_day(client, amina):
    old = ended(amina)
    public(amina, "Safe handover")
    say(amina, shows_ended_at=timezone.now())

    line = section(page(client), "line")
    standing, _, folded = line.partition('class="fold ended"')

    assert "Old times" not in standing
    assert "1 that has ended" in folded
    assert f"Ended on {old.valid_until.day} {old.valid_until:%B %Y}" in folded


def test_the_count_of_checked_ones_is_true(client, amina):
    public(amina, "Safe handover")
    assert "The credential on this page was checked today at" in page(client)
    ended(amina)
    say(amina, shows_ended_at=timezone.now())
    assert "All 2 credentials on this page were checked today at" in page(client)


def test_without_credentials_name_and_words_stay(client, amina):
    text = page(client)
    assert "Amina Yusuf" in text
    assert "Khartoum" in text
    for absent in ("checked today", "All credentials", "with proof", "credentials yet"):
        assert absent not in text


# Collections


def test_public_collections_are_listed_with_what_visitors_see_of_them(client, amina):
    shown, old = public(amina, "Shown"), ended(amina)
    secret = make_credential(holder=amina, visibility="link")
    for visibility, name in (
        ("public", "For the ward"),
        ("link", "Hidden by link"),
        ("private", "Hidden from all"),
    ):
        made = Collection.objects.create(
            owner=amina,
            name=name,
            visibility=visibility,
            description="Three of **them** & more.",
        )
        for position, each in enumerate((shown, old, secret), start=1):
            made.items.create(owner=amina, credential=each, position=position)
    empty = Collection.objects.create(
        owner=amina, name="Hidden for it is empty", visibility="public"
    )
    empty.items.create(owner=amina, credential=secret, position=1)

    text = page(client)
    listed = section(text, "collections")

    public_one = Collection.objects.get(name="For the ward")
    assert f'href="{public_one.get_absolute_url()}"' in listed
    assert "Three of them & more." in listed
    assert "2 credentials" in listed
    assert "Hidden" not in text


# Names


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amina Yusuf", "AY"),
        ("Mei", "M"),
        ("José Luis de la Cruz", "JC"),
        ("陳 美", "陳"),
        ("أمينة يوسف", "أ"),
        ("olena d", "OD"),
        ("", ""),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("أمينة يوسف", "und-Arab"),
        ("陳美玲", "und-Hani"),
        ("Олена", "und-Cyrl"),
        ("O’Neill", "und-Latn"),
        ("ᐃᓄᒃ", ""),
        ("’ -", ""),
        ("", ""),
    ],
)
def test_a_name_is_tagged_with_its_script_and_no_language(name, tag):
    assert tag_of(name) == tag
