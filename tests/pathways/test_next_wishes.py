"""Wishing for skills: adding, changing, removing, and what the database holds."""

from __future__ import annotations

import html

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from credentials import publishing
from credentials.models import Skill
from pathways import wishing
from pathways.models import Wish
from pathways.models.wishes import MOST_WISHES
from tests.factories import make_badge, make_credential, make_member, make_user
from tests.pathways.making import make_outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def post(client, **fields):
    return client.post(reverse("next_steps"), fields)


def text_of(response):
    return html.unescape(response.content.decode())


def make_skills(count):
    return Skill.objects.bulk_create(
        Skill(framework="ESCO", uri=f"https://s.example/{n}", name=f"Wished {n}")
        for n in range(count)
    )


def test_a_wish_is_kept_said_and_shown(client, mei):
    skill = make_badge().skills.get()
    response = post(client, skill=skill.pk, level=2)

    assert (response.status_code, response["Location"]) == (303, reverse("next_steps"))
    wish = Wish.objects.get(learner=mei)
    assert (wish.skill, wish.level, wish.place) == (skill, 2, 1)
    text = text_of(client.get(reverse("next_steps")))
    assert f"You wish for {skill.name}, level Intermediate or higher." in text
    assert "Level Intermediate or higher" in text


def test_wishing_again_changes_the_level(client, mei):
    skill = make_badge().skills.get()
    post(client, skill=skill.pk, level=2)
    post(client, skill=skill.pk, level=4)
    assert Wish.objects.get(learner=mei).level == 4
    text = text_of(client.get(reverse("next_steps")))
    assert "Level Expert<" in text
    assert "No badge on offer proves it at this level" in text


def test_only_skills_that_a_badge_on_offer_proves_can_be_wished_for(client, mei):
    offered, gone = make_badge(), make_badge()
    retired_by = make_member(gone.achievement.issuer, "designer")
    publishing.retire(gone.achievement, by=retired_by)
    on_a_pathway = make_outcome().skills.get()
    assert list(wishing.provable()) == [offered.skills.get()]

    for skill in (gone.skills.get(), on_a_pathway):
        response = post(client, skill=skill.pk, level=1)
        assert response.status_code == 422
        assert "Choose a skill from the list." in text_of(response)
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose a skill from the list."),
        ({"skill": "", "level": "1"}, "Choose a skill from the list."),
        ({"skill": "x\x00", "level": "1"}, "Choose a skill from the list."),
        ({"skill": "9" * 40, "level": "1"}, "Choose a skill from the list."),
        ({"skill": "own"}, "Choose a level from the list."),
        ({"skill": "own", "level": "5"}, "Choose a level from the list."),
        ({"skill": "own", "level": "two"}, "Choose a level from the list."),
    ],
)
def test_what_is_no_wish_is_said_and_the_answers_are_kept(
    client, mei, fields, sentence
):
    skill = make_badge().skills.get()
    if fields.get("skill") == "own":
        fields = {**fields, "skill": skill.pk}
    response = post(client, **fields)

    assert response.status_code == 422
    text = text_of(response)
    assert "<title>Error: What could I earn next?" in text
    assert text.count(sentence) == 2  # at the top, and beside the field
    chosen = f'<option value="{skill.pk}" selected>{skill.name}<'
    assert (chosen in text) == (fields.get("skill") == skill.pk)
    assert not Wish.objects.exists()


def test_removing_a_wish_frees_its_place(client, mei):
    one, two, three = (make_badge().skills.get() for _ in range(3))
    for skill in (one, two):
        post(client, skill=skill.pk, level=1)
    response = post(client, remove=one.pk)

    assert (response.status_code, response["Location"]) == (303, reverse("next_steps"))
    text = text_of(client.get(reverse("next_steps")))
    assert f"{one.name} is no longer one of your wishes." in text
    post(client, skill=three.pk, level=1)
    assert dict(Wish.objects.values_list("skill", "place")) == {three.pk: 1, two.pk: 2}


@pytest.mark.parametrize("remove", ["", "x", "-1", "9" * 400, "12345", "١"])
def test_removing_what_is_not_there_changes_nothing(client, mei, remove):
    skill = make_badge().skills.get()
    post(client, skill=skill.pk, level=1)
    assert post(client, remove=remove).status_code == 303
    assert Wish.objects.count() == 1


def test_nobody_removes_the_wish_of_another(client, mei):
    skill = make_badge().skills.get()
    wishing.wish(skill.pk, 1, learner=make_user())
    post(client, remove=skill.pk)
    assert Wish.objects.count() == 1


def test_one_more_than_anybody_can_have_is_refused(client, mei):
    for skill in make_skills(MOST_WISHES):
        wishing.wish(skill.pk, 1, learner=mei)
    one_more = make_badge().skills.get()
    response = post(client, skill=one_more.pk, level=1)

    assert response.status_code == 409
    assert "You can wish for 20 skills at a time. Remove one first." in text_of(
        response
    )
    assert Wish.objects.filter(learner=mei).count() == MOST_WISHES
    text = text_of(client.get(reverse("next_steps")))
    assert 'name="skill"' not in text

    # One of them at another level is no more.
    assert wishing.wish(skill.pk, 3, learner=mei).level == 3


def test_a_wish_is_fulfilled_only_at_its_level(client, mei):
    badge = make_badge()
    make_credential(badge, mei)
    skill = badge.skills.get()
    wishing.wish(skill.pk, 3, learner=mei)
    fulfilled = "A badge that you hold proves it"
    assert fulfilled not in text_of(client.get(reverse("next_steps")))
    wishing.wish(skill.pk, 2, learner=mei)
    assert fulfilled in text_of(client.get(reverse("next_steps")))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"skill": 0, "place": 2}, "wish_once_per_skill"),
        ({"place": 1}, "wish_place_once"),
        ({"place": MOST_WISHES + 1}, "wish_at_most_20"),
        ({"place": 0}, "wish_at_most_20"),
        ({"level": 5}, "wish_level_on_the_scale"),
        ({"level": 0}, "wish_level_on_the_scale"),
    ],
)
def test_the_database_holds_what_wishes_promise(mei, values, constraint):
    first, second = make_skills(2)
    wishing.wish(first.pk, 1, learner=mei)
    row = {"skill": second, "place": 2, "level": 1, **values}
    if not values.get("skill", 1):
        row["skill"] = first
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Wish.objects.create(learner=mei, **row)
