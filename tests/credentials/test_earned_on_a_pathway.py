"""Badges that are awarded for completing a pathway: nobody hands in work for them."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from credentials import awarding, publishing, showing, submitting
from credentials.models import Achievement, Credential, RubricLevel
from tests.credentials.test_admin_badges import change, values_of
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_outcome(issuer=None, *, published=True, **fields):
    """A badge of a pathway: what its criteria say, and nothing to hand in."""
    version = make_draft_version(issuer, earned_through="pathway", **fields)
    RubricLevel.objects.filter(criterion__version=version).delete()
    version.criteria.update(hand_in="")
    if published:
        designer = make_member(version.achievement.issuer, "designer")
        version = publishing.publish(version, by=designer)
    return version


@transaction.atomic
def award(version, holder, *, days_ago=0):
    made = awarding.prepare(
        awarding.Award(
            version=version,
            holder=holder,
            recipient_name=holder.full_name,
            source=Credential.Source.PATHWAY,
            award_key=f"pathway:1:{holder.pk}",
        ),
        now=timezone.now() - timedelta(days=days_ago),
    )
    return awarding.award(made, by=None)


def test_nobody_starts_a_badge_of_a_pathway():
    version = make_outcome()

    with pytest.raises(submitting.EarnedOnAPathway):
        submitting.start(version.achievement, learner=make_user())

    assert not version.submissions.exists()


def test_pressing_start_leads_to_a_page_that_says_why(client):
    badge = make_outcome().achievement
    client.force_login(make_user())
    address = reverse("start", args=[badge.issuer.slug, badge.slug])

    text = client.post(address, follow=True).text

    assert "It is awarded for completing a pathway." in text
    assert "Hand in evidence" not in text
    assert f'action="{address}"' not in text


@pytest.mark.parametrize("signed_in", [False, True])
def test_its_page_says_how_it_is_earned_and_offers_no_start(client, signed_in):
    badge = make_outcome(validity_months=24).achievement
    if signed_in:
        client.force_login(make_user())

    text = client.get(badge.get_absolute_url()).text

    assert "You get this badge for completing a pathway." in text
    assert reverse("start", args=[badge.issuer.slug, badge.slug]) not in text
    for words in ["What to hand in", "How each point is judged", "You can renew it"]:
        assert words not in text


def test_any_other_badge_still_offers_to_start(client):
    badge = make_badge().achievement

    text = client.get(badge.get_absolute_url()).text

    assert reverse("start", args=[badge.issuer.slug, badge.slug]) in text
    assert "completing a pathway" not in text


def test_it_is_published_without_rubric_and_without_anything_to_hand_in():
    assert make_outcome().is_published


@pytest.mark.parametrize("lacks", ["criteria", "skill_levels"])
def test_it_still_says_what_its_holder_can_do(lacks):
    version = make_outcome(published=False)
    getattr(version, lacks).all().delete()

    assert len(publishing.problems(version)) == 1


def test_a_badge_for_evidence_says_what_to_hand_in():
    version = make_draft_version()
    version.criteria.filter(position=2).update(hand_in="")

    assert publishing.problems(version) == ["Say what to hand in for criterion 2."]


def test_its_signed_credential_has_criteria_and_no_rubric(client):
    credential = award(make_outcome(), make_user("Sofia Lind"))

    achievement = json.loads(credential.document)["credentialSubject"]["achievement"]
    assert "resultDescription" not in achievement
    criteria = showing.shown(credential.document).criteria
    assert [(c.title, c.statement, c.level) for c in criteria] == [
        ("Point 1", "Shows point 1 with real work.", 0),
        ("Point 2", "Shows point 2 with real work.", 0),
    ]
    assert (
        "Shows point 2 with real work."
        in client.get(credential.get_absolute_url()).text
    )


def test_the_certificate_of_a_pathway_is_drawn(client):
    credential = award(make_outcome(), make_user())

    response = client.get(reverse("credential_pdf", args=[credential.token]))

    assert response.status_code == 200


def test_one_that_ends_soon_is_not_offered_for_renewal(client):
    holder = make_user()
    award(make_outcome(validity_months=1), holder, days_ago=20)
    client.force_login(holder)

    text = client.get(reverse("me")).text

    assert "Ends on" in text
    assert "Renew" not in text
    assert "no longer offers" not in text


def test_how_a_badge_is_earned_is_chosen_before_publication(client):
    issuer = make_issuer()
    client.force_login(make_member(issuer, "designer"))
    form = {"issuer": issuer.pk, "slug": "whole", "earned_through": "pathway"}

    first = client.post(reverse("admin:credentials_achievement_add"), form)
    badge = Achievement.objects.get(slug="whole")
    assert badge.is_earned_on_a_pathway

    text = client.get(first["Location"]).text
    assert "criteria-0-statement" in text
    assert "criteria-0-hand_in" not in text

    client.post(change(badge), {"slug": "whole", "earned_through": "evidence"})
    badge.refresh_from_db()
    assert not badge.is_earned_on_a_pathway


def test_a_draft_of_a_pathway_s_badge_is_edited_without_rubric(client):
    draft = make_outcome(published=False)
    client.force_login(make_member(draft.achievement.issuer, "designer"))
    form = values_of(client.get(change(draft))) | {"criteria-0-title": "Whole work"}

    assert "criteria-0-hand_in" not in form
    client.post(change(draft), form)

    assert draft.criteria.first().title == "Whole work"


def test_how_a_badge_is_earned_stays_once_it_is_published(client):
    badge = make_outcome().achievement
    client.force_login(make_member(badge.issuer, "designer"))

    client.post(change(badge), {"earned_through": "evidence", "is_repeatable": "on"})

    badge.refresh_from_db()
    assert badge.is_repeatable
    assert badge.is_earned_on_a_pathway


@pytest.mark.parametrize("way", ["evidence", "pathway"])
def test_below_the_forms_it_stays_too(way):
    badge = (make_badge() if way == "evidence" else make_outcome()).achievement
    other = "pathway" if way == "evidence" else "evidence"

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Achievement.objects.filter(pk=badge.pk).update(earned_through=other)
    Achievement.objects.filter(pk=badge.pk).update(earned_through=way)


def test_publishing_looks_at_how_the_badge_is_earned_now():
    """Not at what the page read: somebody may have chosen otherwise since."""
    version = make_outcome(published=False)
    Achievement.objects.filter(pk=version.achievement_id).update(
        earned_through="evidence"
    )
    designer = make_member(version.achievement.issuer, "designer")
    assert version.achievement.is_earned_on_a_pathway

    with pytest.raises(publishing.NotReady):
        publishing.publish(version, by=designer)


def test_a_credential_for_evidence_still_shows_the_level_that_was_seen():
    shown = showing.shown(make_credential().document)

    assert [(c.level, c.levels, c.is_met) for c in shown.criteria] == [(2, 3, True)] * 2
