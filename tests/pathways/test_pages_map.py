"""The map of a pathway: what it says to whom, in every state of its leaves."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from credentials import publishing as badge_publishing
from credentials import revoking
from credentials.models import Credential, Skill
from pathways import enrolling, evaluating, publishing
from pathways.models import Enrolment
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)
from tests.pathways.making import make_draft_pathway, make_pathway, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def learner(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    client.get("/me/")  # the first request of a session writes it down
    return user


def html(client, version, query="") -> str:
    response = client.get(version.pathway.get_absolute_url() + query)
    return str(response.content.decode())


def text(client, version, query="") -> str:
    """The words of the page, in one line."""
    body = html(client, version, query).partition("<main")[2].partition("</main>")[0]
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", body, flags=re.S)).split())


def node_of(client, version, name: str) -> str:
    """The words of one node of the map."""
    drawn = html(client, version).partition('<ol class="map')[2].partition("</section>")
    found = re.split(r'<div class="node', drawn[0])[1:]
    [words] = [strip_tags(each) for each in found if f">{name}</bdi></a>" in each]
    return " ".join(words.split())


def test_a_visitor_sees_the_rules_and_where_to_start_and_no_progress(client, issuer):
    first = make_badge(issuer, name="Interviewing", effort_hours=6)
    others = [make_badge(issuer, effort_hours=10) for _ in range(3)]
    version = make_pathway(
        issuer, [first], rule("at_least", *others, title="Methods", count=2)
    )
    words = text(client, version)
    assert "Any 2 of these 3" in words
    assert "3 steps · about 26 hours by the shortest way" in words
    assert "Start here" in words
    assert "Sign in to join" in words
    assert "<progress" not in html(client, version)
    for absent in ("to go", "You are here", "Ready to start", "Earned"):
        assert absent not in words


def test_progress_is_told_in_words_and_as_a_bar(client, issuer, learner):
    badges = [make_badge(issuer) for _ in range(3)]
    version = make_pathway(issuer, badges, name="UX Researcher")
    make_credential(badges[0], learner)
    page = html(client, version)
    assert "1 of 3 steps · 2 to go for UX Researcher" in text(client, version)
    assert '<progress aria-labelledby="progress" max="3" value="1">' in page
    assert "<title>UX Researcher – pathway, 1 of 3 steps" in page
    assert page.count('class="laid"') == 1
    assert page.count('class="next"') == 1


def test_each_state_of_a_badge_has_its_words(client, issuer, learner):
    names = ["Earned", "Draft", "Sent", "Returned", "Ready", "Later", "Gone", "Over"]
    badges = {name: make_badge(issuer, name=f"{name} one") for name in names}
    first = [badge for name, badge in badges.items() if name != "Later"]
    version = make_pathway(
        issuer, first, rule("all", badges["Later"], title="End", after=["Stage 1"])
    )
    make_credential(badges["Earned"], learner)
    make_draft(badges["Draft"], learner)
    make_submission(badges["Sent"], learner)
    make_submission(badges["Returned"], learner, state="returned")
    revoking.revoke(
        make_credential(badges["Gone"], learner),
        reason=Credential.Reason.MISTAKE,
        by=make_member(issuer, "manager"),
    )
    make_credential(badges["Over"], learner, days_ago=800)
    expected = {
        "Earned": "Earned ",
        "Draft": "In progress: 4 of 5 parts",
        "Sent": "In review",
        "Returned": "Changes asked for",
        "Ready": "Ready to start",
        "Later": "Locked: needs Stage 1",
        "Gone": "Counts no more: withdrawn",
        "Over": "Counts no more: ended ",
    }
    for name, words in expected.items():
        assert words in node_of(client, version, f"{name} one"), name


def test_the_next_step_leads_to_the_hand_in_that_is_open(client, issuer, learner):
    short = make_badge(issuer, name="Short", effort_hours=2)
    version = make_pathway(issuer, [short, make_badge(issuer, effort_hours=9)])
    enrolling.enrol(version.pathway, learner=learner)
    assert f'href="{short.achievement.get_absolute_url()}">Start with Short' in html(
        client, version
    )
    draft = make_draft(short, learner)
    assert f'href="{draft.get_absolute_url()}">Continue with Short' in html(
        client, version
    )


def test_what_waits_for_a_review_is_not_the_next_step(client, issuer, learner):
    short = make_badge(issuer, name="Short", effort_hours=2)
    longer = make_badge(issuer, name="Longer", effort_hours=9)
    version = make_pathway(issuer, [short, longer])
    enrolling.enrol(version.pathway, learner=learner)
    make_submission(short, learner)
    assert "Start with Longer" in text(client, version)
    make_submission(longer, learner)
    assert "See what you sent for Short" in text(client, version)


def test_reasons_and_the_remaining_route_are_on_the_page(client, issuer, learner):
    old = make_badge(issuer, name="Old tools")
    version = make_pathway(issuer, [old], [make_badge(issuer, effort_hours=4)])
    make_credential(old, learner, days_ago=800)
    words = text(client, version)
    assert "The shortest way from here: 2 steps, about 10 hours." in words
    assert "Why it is not complete yet" in words
    assert re.search(r"Old tools ended on \d+ \w+ \d{4}\.", words)


def test_skills_inside_a_badge_can_be_unfolded(client, issuer):
    badge = make_badge(issuer)
    skill = badge.skills.get()
    version = make_pathway(issuer, [badge])
    folded = html(client, version).partition("<details")[2].partition("</details>")[0]
    assert "1 skill in it" in folded
    assert skill.name in folded


def test_a_skill_says_which_badges_prove_it(client, issuer, learner):
    skill = Skill.objects.create(
        framework="ESCO", uri="https://skills.example/ask", name="Asking"
    )
    badge = _proving(issuer, skill, 3)
    pathway = make_pathway(issuer, [(skill, 2)])
    words = text(client, pathway)
    assert "Asking, level Intermediate or higher" in words
    assert "Not proved yet" in words
    assert "1 badge proves it" in words
    make_credential(badge, learner)
    assert "Proved " in text(client, pathway)


def _proving(issuer, skill, level):
    draft = make_draft_version(issuer, name="Proof")
    draft.skill_levels.create(skill=skill, level=level)
    badge_publishing.publish(draft, by=make_member(issuer, "designer"))
    draft.achievement.refresh_from_db()
    return draft


def test_a_complete_path_that_was_not_joined_can_be_claimed(client, issuer, learner):
    badges = [make_badge(issuer) for _ in range(2)]
    version = make_pathway(issuer, badges)
    for badge in badges:
        make_credential(badge, learner)
    words = text(client, version)
    assert "You already hold 2 of 2." in words
    assert "Claim" in words
    assert "What is left" not in words


def test_a_completed_pathway_leads_to_its_credential(client, issuer, learner):
    version = _completed(issuer, learner)
    outcome = learner.completions.get().credential
    words, page = text(client, version), html(client, version)
    assert "See your credential" in words
    assert f'href="{outcome.get_absolute_url()}"' in page
    assert "Issued to you" in words
    assert "What if" not in words


@pytest.mark.parametrize(
    ("when_lost", "says"),
    [
        ("review", "Under review since"),
        ("keep", "You keep it: it was awarded under the rules of version 1."),
    ],
)
def test_a_lost_part_is_told_and_its_stage_is_open_again(
    client, issuer, learner, when_lost, says
):
    version = _completed(issuer, learner, when_lost=when_lost)
    part = Credential.objects.filter(holder=learner, source="submission").first()
    revoking.revoke(
        part, reason=Credential.Reason.MISTAKE, by=make_member(issuer, "manager")
    )
    evaluating.evaluate(learner.pk)
    words = text(client, version)
    assert says in words
    assert "Open again" in words
    assert "1 of 2 steps count today" in words
    assert "See your credential" in words


def _completed(issuer, learner, **fields):
    badges = [make_badge(issuer) for _ in range(2)]
    version = make_pathway(issuer, *([badge] for badge in badges), **fields)
    for badge in badges:
        make_credential(badge, learner)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    return version


def test_policies_stand_in_good_to_know(client, issuer):
    version = make_pathway(issuer, expired="grace", grace_days=30, when_lost="keep")
    words = text(client, version)
    assert "also one that has ended in the last 30 days" in words
    assert "awarded under the rules of version 1" in words
    assert "Only badges issued on this site count." in words


def test_what_if_recalculates_and_says_that_nothing_is_saved(client, issuer, learner):
    badges = [make_badge(issuer, name=name) for name in ("Alpha", "Beta", "Gamma")]
    version = make_pathway(issuer, badges)
    value = f"badges/{issuer.slug}/{badges[1].achievement.slug}"
    words = text(client, version, f"?also={value}&also=nobody/nothing")
    assert "What if. This is how it would look if you also had Beta." in words
    assert "1 of 3 steps · 2 to go" in words
    assert "Leave what-if" in words
    assert "Counted as if you had it" in words
    assert f'value="{value}" id="also-2" checked' in html(
        client, version, f"?also={value}"
    )
    assert not Enrolment.objects.exists()
    assert "0 of 3 steps · 3 to go" in text(client, version)


def test_the_learners_own_version_is_shown_and_the_newer_one_offered(
    client, issuer, learner
):
    first = make_pathway(issuer)
    enrolling.enrol(first.pathway, learner=learner)
    second = publishing.draft_next(first.pathway, by=make_member(issuer, "designer"))
    publishing.publish(second, by=make_member(issuer, "designer"))
    words = text(client, first)
    assert "You are on version 1, and its rules stay yours." in words
    assert "This is version 1, published on" in words
    other = client.get(second.get_absolute_url()).content.decode()
    assert "You are on <a" in other
    client.logout()
    assert "This is version 2" in text(client, first)


def test_drafts_and_unknown_pathways_are_the_same_404(client, issuer):
    draft = make_draft_pathway(issuer, name="Secret plans")
    published = make_pathway(issuer)
    addresses = [
        draft.pathway.get_absolute_url(),
        draft.get_absolute_url(),
        reverse("pathway", args=[issuer.slug, "nothing"]),
        reverse("pathway_version", args=[issuer.slug, published.pathway.slug, 7]),
    ]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 404, address
        assert "Secret plans" not in response.content.decode()
    assert "Secret plans" not in client.get("/pathways/").content.decode()


def test_a_retired_pathway_is_seen_and_cannot_be_joined(client, issuer, learner):
    version = make_pathway(issuer)
    publishing.retire(version.pathway, by=make_member(issuer, "designer"))
    words = text(client, version)
    assert "Nobody can join it since" in words
    assert "Join this pathway" not in words
    assert version.name not in client.get("/pathways/").content.decode()


@pytest.mark.parametrize("size", [1, 7])
def test_the_number_of_queries_does_not_grow(
    client, issuer, learner, django_assert_max_num_queries, size
):
    stages = [[make_badge(issuer) for _ in range(size)] for _ in range(2)]
    version = make_pathway(issuer, *stages, [make_pathway(issuer)])
    enrolling.enrol(version.pathway, learner=learner)
    for badge in stages[0]:
        make_credential(badge, learner)
    make_draft(stages[1][0], learner)
    address = version.pathway.get_absolute_url()
    with django_assert_max_num_queries(12) as captured:
        assert client.get(address).status_code == 200
    assert len(captured) == 12
    client.logout()
    with django_assert_max_num_queries(7):
        assert client.get(address).status_code == 200


def test_names_are_escaped(client, issuer):
    badge = make_badge(issuer, name="<script>x</script>")
    version = make_pathway(issuer, [badge], name="<b>Way</b>", promise='"><img src=x>')
    page = html(client, version)
    assert "<script>x" not in page
    assert "<b>Way" not in page
    assert "<img src=x>" not in page


def test_grace_is_counted_from_the_end_of_a_badge(client, issuer, learner):
    badge = make_badge(issuer, name="Short lived", validity_months=1)
    version = make_pathway(issuer, [badge], expired="grace", grace_days=60)
    make_credential(badge, learner, days_ago=45)
    assert "Earned " in node_of(client, version, "Short lived")
    other = make_pathway(issuer, [badge], expired="grace", grace_days=5)
    node = node_of(client, other, "Short lived")
    assert "Counts no more: ended " in node
    assert "counts for 5 days after its end" in node
