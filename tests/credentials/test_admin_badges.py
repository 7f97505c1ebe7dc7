"""Defining badges in the admin: drafts, criteria, rubric levels, publishing."""

import re

import pytest
from django.urls import reverse

from credentials import publishing
from credentials.models import Achievement, AchievementVersion, Skill
from tests.factories import (
    make_badge,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def designer(client, issuer):
    user = make_member(issuer, "designer")
    client.force_login(user)
    return user


@pytest.fixture
def draft(issuer):
    return make_draft_version(issuer, name="Service mapping")


def step(badge, name):
    return reverse("admin:credentials_achievement_step", args=[badge.pk, name])


def change(row):
    name = row._meta.model_name
    return reverse(f"admin:credentials_{name}_change", args=[row.pk])


def values_of(response):
    """Every field of the page's form, as a browser would send it back."""
    values = {}
    for form in [
        response.context["adminform"].form,
        *(
            part
            for group in response.context["inline_admin_formsets"]
            for part in [group.formset.management_form, *group.formset.forms]
        ),
    ]:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                values[field.html_name] = getattr(value, "pk", value)
    return values


INTERVIEWING = {
    "name": "Interviewing",
    "promise": "Interviews five people without leading them.",
    "description": "For people who ask before they build.",
    "level": "2",
    "effort_hours": "6",
    "delivery": "online",
    "assessment_words": "Project review",
    "hue": "cobalt",
    "glyph": "design",
    "criteria-0-position": "1",
    "criteria-0-title": "Plan",
    "criteria-0-statement": "Writes a plan.",
    "criteria-0-hand_in": "The plan",
    "skill_levels-0-level": "2",
}


def test_a_badge_is_written_from_nothing_to_published(client, issuer, designer):
    skill = Skill.objects.create(
        framework="ESCO", uri="https://skills.example/1", name="Interviewing"
    )
    add = reverse("admin:credentials_achievement_add")
    form = {"issuer": issuer.pk, "slug": "interviewing", "earned_through": "evidence"}
    response = client.post(add, form)
    badge = Achievement.objects.get(slug="interviewing")
    first = response["Location"]
    assert first == reverse("admin:credentials_achievementversion_add") + (
        f"?badge={badge.pk}"
    )

    form = values_of(client.get(first))
    form |= INTERVIEWING | {"skill_levels-0-skill": str(skill.pk)}
    client.post(first, form)
    version = badge.versions.get()
    criterion = version.criteria.get()
    assert (criterion.title, version.number) == ("Plan", 1)

    form = values_of(client.get(change(criterion)))
    for index, name in enumerate(["Beginning", "Able"]):
        form |= {
            f"levels-{index}-position": str(index + 1),
            f"levels-{index}-name": name,
            f"levels-{index}-description": f"{name} at planning.",
        }
    form["levels-1-is_required"] = "on"
    response = client.post(change(criterion), form)
    assert response["Location"] == change(version)

    client.post(step(badge, "publish"))
    badge.refresh_from_db()
    assert badge.current_version == version
    assert badge.current_version.published_by == designer


def test_what_is_missing_is_said_before_and_after_pressing(client, designer, draft):
    draft.criteria.first().levels.all().delete()
    draft.skill_levels.all().delete()

    for response in [
        client.get(step(draft.achievement, "publish")),
        client.post(step(draft.achievement, "publish")),
    ]:
        assert "Give criterion 1 two rubric levels or more." in response.text
        assert "Add at least one skill." in response.text
    assert response.status_code == 422
    draft.refresh_from_db()
    assert not draft.is_published


def test_the_badge_page_lists_versions_and_the_next_steps(client, issuer, designer):
    version = make_badge(issuer, name="Usability testing")

    text = client.get(change(version.achievement)).text

    assert "Version 1: Usability testing" in text
    assert version.get_absolute_url() in text
    assert step(version.achievement, "draft") in text
    assert step(version.achievement, "retire") in text
    assert step(version.achievement, "publish") not in text
    assert step(version.achievement, "offer") not in text


def test_drafting_the_next_version_copies_and_leads_to_it(client, issuer, designer):
    version = make_badge(issuer)

    response = client.post(step(version.achievement, "draft"))

    draft = version.achievement.versions.get(published_at=None)
    assert response["Location"] == change(draft)
    assert (draft.number, draft.criteria.count()) == (2, 2)


def test_retiring_says_how_many_are_open_and_can_be_undone(client, issuer, designer):
    badge = make_badge(issuer).achievement
    make_submission(badge.current_version)

    asked = client.get(step(badge, "retire")).text
    badge.refresh_from_db()
    assert badge.retired_at is None
    client.post(step(badge, "retire"))
    badge.refresh_from_db()
    assert "1 submission is open." in asked
    assert badge.retired_by == designer

    client.post(step(badge, "offer"))
    badge.refresh_from_db()
    assert badge.retired_at is None


def test_pressing_a_step_twice_says_that_it_is_done(client, issuer, designer):
    badge = make_badge(issuer).achievement
    client.post(step(badge, "retire"))

    response = client.post(step(badge, "retire"), follow=True)

    assert "Somebody did that already." in response.text


def test_a_published_version_is_shown_and_never_edited(client, issuer, designer):
    version = make_badge(issuer)
    criterion = version.criteria.first()

    for row in [version, criterion]:
        text = client.get(change(row)).text
        assert "<textarea" not in text
        assert 'name="_save"' not in text
        assert client.post(change(row), {"name": "Other"}).status_code == 403
        name = row._meta.model_name
        delete = reverse(f"admin:credentials_{name}_delete", args=[row.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
    assert "A published version never changes." in client.get(change(version)).text


def test_a_version_published_meanwhile_is_not_overwritten(
    client, designer, draft, monkeypatch
):
    form = values_of(client.get(change(draft)))
    form["name"] = "Other name"
    true = AchievementVersion.full_clean

    def publish_first(version, *args, **kwargs):
        if not AchievementVersion.objects.get(pk=draft.pk).is_published:
            publishing.publish(AchievementVersion.objects.get(pk=draft.pk), by=designer)
        return true(version, *args, **kwargs)

    monkeypatch.setattr(AchievementVersion, "full_clean", publish_first)
    response = client.post(change(draft), form)

    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Service mapping"


def test_a_draft_is_edited_with_its_criteria_and_skills(client, designer, draft):
    form = values_of(client.get(change(draft)))
    form |= {
        "name": "Mapping services",
        "criteria-0-title": "New title",
        "criteria-1-DELETE": "on",
    }

    client.post(change(draft), form)

    draft.refresh_from_db()
    assert draft.name == "Mapping services"
    assert [c.title for c in draft.criteria.all()] == ["New title"]


def test_two_required_levels_are_refused(client, designer, draft):
    criterion = draft.criteria.first()
    form = values_of(client.get(change(criterion)))
    form["levels-0-is_required"] = "on"

    response = client.post(change(criterion), form)

    assert "Mark one level as required, not several." in response.text
    assert criterion.levels.filter(is_required=True).count() == 1


def test_the_mark_moves_to_another_level_in_one_save(client, designer, draft):
    criterion = draft.criteria.first()
    form = values_of(client.get(change(criterion)))
    form |= {"levels-0-is_required": "on", "levels-2-name": "Masterly"}
    del form["levels-1-is_required"]

    client.post(change(criterion), form)

    marks = list(criterion.levels.values_list("name", "is_required"))
    assert marks == [("Beginning", True), ("Able", False), ("Masterly", False)]


def test_numbers_can_be_exchanged_and_never_used_twice(client, designer, draft):
    form = values_of(client.get(change(draft)))
    form |= {"criteria-0-position": "2", "criteria-1-position": "2"}
    refused = client.post(change(draft), form)
    form["criteria-1-position"] = "1"
    client.post(change(draft), form)

    assert "Give each of these its own number." in refused.text
    assert [c.title for c in draft.criteria.all()] == ["Point 2", "Point 1"]


def test_a_cost_needs_its_currency(client, designer, draft):
    form = values_of(client.get(change(draft))) | {"cost_amount": "20"}

    response = client.post(change(draft), form)

    assert "Enter the currency of the cost." in response.text


def test_a_character_that_cannot_be_signed_is_refused(client, designer, draft):
    form = values_of(client.get(change(draft))) | {"promise": "Reads\u202eback."}

    response = client.post(change(draft), form)

    assert "contains a hidden character" in response.text


def test_skills_can_be_chosen_without_javascript(client, designer, draft):
    Skill.objects.create(
        framework="ESCO", uri="https://skills.example/x", name="Sketching"
    )

    text = client.get(change(draft)).text

    assert re.search(r"<option[^>]*>Sketching</option>", text)


def test_a_draft_can_be_thrown_away(client, designer, draft):
    delete = reverse("admin:credentials_achievementversion_delete", args=[draft.pk])

    client.post(delete, {"post": "yes"})

    assert not AchievementVersion.objects.filter(pk=draft.pk).exists()


def test_the_address_name_stays_once_published(client, issuer, designer):
    badge = make_badge(issuer, slug="first-name").achievement

    client.post(change(badge), {"slug": "second-name", "issuer": make_issuer().pk})

    badge.refresh_from_db()
    assert (badge.slug, badge.issuer) == ("first-name", issuer)


def test_a_badge_cannot_be_added_for_another_issuer(client, designer):
    foreign = make_issuer()

    response = client.post(
        reverse("admin:credentials_achievement_add"),
        {"issuer": foreign.pk, "slug": "stolen"},
    )

    assert response.status_code == 422
    assert not Achievement.objects.filter(slug="stolen").exists()


def test_reviewers_look_at_badges_and_change_nothing(client, issuer, draft):
    client.force_login(make_member(issuer, "reviewer"))

    text = client.get(change(draft.achievement)).text
    assert step(draft.achievement, "publish") not in text
    assert client.get(step(draft.achievement, "publish")).status_code == 404
    assert client.post(step(draft.achievement, "publish")).status_code == 404
    assert client.get(reverse("admin:credentials_achievement_add")).status_code == 403
    assert client.post(change(draft), {"name": "Other"}).status_code == 403


def test_a_skill_of_another_issuer_s_badge_is_not_edited(client, designer):
    foreign = make_badge(make_issuer()).skills.get()
    own = Skill.objects.create(
        framework="ESCO", uri="https://skills.example/own", name="Sketching"
    )
    form = {"framework": "ESCO", "uri": "https://skills.example/own", "name": "Drawing"}

    client.post(change(own), form)
    refused = client.post(change(foreign), {**form, "uri": foreign.uri})

    own.refresh_from_db()
    assert own.name == "Drawing"
    assert refused.status_code == 403
    assert 'name="_save"' not in client.get(change(foreign)).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_length(
    client, issuer, designer, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_badge(issuer)

    with django_assert_num_queries(6):
        response = client.get(reverse("admin:credentials_achievement_changelist"))

    assert response.text.count(">Offered<") == rows + 1  # the filter says it, too
