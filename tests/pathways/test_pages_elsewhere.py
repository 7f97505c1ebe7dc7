"""Pathways where other pages tell of them: badge, issuer, own page, profile, parts."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from credentials import publishing, revoking, sharing
from credentials.models import Credential
from pathways import enrolling, evaluating
from portfolio.models import Profile
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import make_draft_pathway, make_outcome, make_pathway

pytestmark = pytest.mark.django_db

Visibility = Credential.Visibility


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def learner():
    return make_user("Mei Tan")


@pytest.fixture
def version(issuer):
    """Two stages of one badge each; a first exit after the first stage."""
    alpha, beta = make_badge(issuer, name="Alpha"), make_badge(issuer, name="Beta")
    first = make_outcome(issuer, name="First stop")
    return make_pathway(issuer, [alpha], [beta], name="UX Researcher", exits={1: first})


def badges(version):
    return [
        row.achievement.current_version
        for row in version.requirements.filter(kind="badge").order_by("pk")
    ]


@pytest.fixture
def outcome(version, learner):
    """What the learner was awarded for the whole of it."""
    for badge in badges(version):
        make_credential(badge, learner)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    found = learner.completions.get(exit__requirement__parent=None)
    return found.credential


def words(client, address: str) -> str:
    body = client.get(address).content.decode().partition("<main")[2]
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", body, flags=re.S)).split())


def section(client, address: str, name: str) -> str:
    """The markup of the section with this heading."""
    html = str(client.get(address).content.decode())
    _, _, rest = html.partition(f'<section class="flow" aria-labelledby="{name}"')
    return rest.partition("</section>")[0]


def own(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def test_a_badge_says_where_it_leads_and_at_which_stage(client, issuer, version):
    beta = badges(version)[1]
    make_draft_pathway(issuer, [beta], name="Secret plans")
    leads = section(client, beta.achievement.get_absolute_url(), "leads")
    assert version.pathway.get_absolute_url() in leads
    assert "Stage 2 of 2: Stage 2" in leads
    assert "Secret plans" not in leads


def test_a_badge_leads_also_where_a_skill_is_asked_for_that_it_proves(client, issuer):
    alpha = make_badge(issuer, name="Alpha")
    proved = alpha.skill_levels.get()
    version = make_pathway(issuer, [(proved.skill, proved.level)], name="By skill")
    better = make_draft_version(issuer)
    better.skill_levels.create(skill=proved.skill, level=4)
    publishing.publish(better, by=make_member(issuer, "designer"))
    named = make_pathway(issuer, [alpha], [(proved.skill, proved.level)])
    too_high = make_pathway(issuer, [(proved.skill, 4)])

    leads = section(client, alpha.achievement.get_absolute_url(), "leads")

    assert version.pathway.get_absolute_url() in leads
    assert leads.count(f"as a proof of {proved.skill.name}") == 1
    assert named.pathway.get_absolute_url() in leads
    assert too_high.pathway.get_absolute_url() not in leads
    assert "Stage 1 of 2: Stage 1" in leads


def test_a_badge_of_no_pathway_says_nothing_of_that(client, issuer):
    assert "Where it leads" not in words(
        client, make_badge(issuer).achievement.get_absolute_url()
    )


def test_an_outcome_says_which_pathway_gives_it(client, version):
    first, last = (each.outcome.achievement for each in version.exits.order_by("-pk"))
    ways = {
        strip_tags(section(client, each.get_absolute_url(), "comes")).strip()
        for each in (first, last)
    }
    assert any("Issued when the whole pathway is complete" in way for way in ways)
    assert any("when “Stage 1” is complete" in way for way in ways)


def test_an_issuer_lists_its_pathways(client, issuer, version):
    make_draft_pathway(issuer, name="Secret plans")
    listed = section(client, issuer.get_absolute_url(), "pathways")
    assert "UX Researcher" in listed
    assert "Secret plans" not in listed
    other = make_issuer()
    assert "Its pathways" not in words(client, other.get_absolute_url())


def test_the_own_page_has_a_bar_and_what_is_left(learner, version):
    client = own(learner)
    assert "You are on no pathway." in words(client, "/me/")
    make_credential(badges(version)[0], learner)
    enrolling.enrol(version.pathway, learner=learner)
    listed = section(client, "/me/", "pathways")
    assert version.pathway.get_absolute_url() in listed
    assert 'max="2" value="1"' in listed
    assert "1 to go" in listed
    assert "You are on no pathway." not in words(client, "/me/")


def test_the_own_page_says_when_one_is_completed_or_under_review(
    learner, issuer, version, outcome
):
    client = own(learner)
    listed = section(client, "/me/", "pathways")
    assert "Completed" in listed
    assert "<progress" not in listed
    _withdraw_a_part(learner, issuer)
    assert "Under review" in section(client, "/me/", "pathways")


def _withdraw_a_part(learner, issuer):
    part = Credential.objects.filter(holder=learner, title="Alpha").get()
    revoking.revoke(
        part, reason=Credential.Reason.MISTAKE, by=make_member(issuer, "manager")
    )
    evaluating.evaluate(learner.pk)


def test_the_own_page_takes_twelve_queries_at_most_for_any_number(learner, issuer):
    client = own(learner)
    counts = []
    for more in (1, 3):
        for _one in range(more):
            version = make_pathway(issuer)
            enrolling.enrol(version.pathway, learner=learner)
            make_credential(badges(version)[0], learner)
            make_draft(badges(version)[1], learner)
        client.get("/me/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/me/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_a_profile_lists_whole_pathways_that_are_public(
    client, learner, version, outcome
):
    Profile.objects.filter(user=learner).update(public_at=outcome.issued_at)
    address = learner.profile.get_absolute_url()
    assert "Pathways completed" not in words(client, address)
    for each in Credential.objects.filter(holder=learner, source="pathway"):
        sharing.show_to(each, Visibility.PUBLIC, by=learner)
    html = client.get(address).content.decode()
    completed = html.partition('aria-labelledby="pathways"')[2].partition("</section>")[
        0
    ]
    assert "UX Researcher" in completed
    assert version.pathway.get_absolute_url() in completed
    assert "First stop" not in completed


def test_an_outcome_shows_its_parts_with_their_states(client, learner, issuer, outcome):
    address = outcome.get_absolute_url()
    parts = strip_tags(section(client, address, "parts"))
    assert parts.count("In force") == 2
    _withdraw_a_part(learner, issuer)
    shown = section(client, address, "parts")
    assert "Withdrawn" in shown
    assert "Under review since" in shown
    assert "withdrawn.svg" in shown
    assert outcome.completion.version.get_absolute_url() in shown


def test_links_of_parts_are_given_to_visitors_only_when_they_are_public(
    client, learner, outcome
):
    alpha, beta = Credential.objects.filter(holder=learner, source="submission")
    sharing.show_to(alpha, Visibility.PUBLIC, by=learner)
    shown = section(client, outcome.get_absolute_url(), "parts")
    assert alpha.token in shown
    assert beta.token not in shown
    assert beta.title in shown
    assert beta.token in section(own(learner), outcome.get_absolute_url(), "parts")


def test_private_parts_are_counted_and_nothing_more(client, learner, issuer, outcome):
    part = Credential.objects.get(holder=learner, title="Alpha")
    sharing.show_to(part, Visibility.PRIVATE, by=learner)
    address = outcome.get_absolute_url()
    shown = section(client, address, "parts")
    assert "1 part is not shown." in shown
    assert "Alpha" not in shown
    assert part.token not in client.get(address).content.decode()
    staff = own(make_member(issuer, "reviewer"))
    for trusted in (own(learner), staff):
        seen = section(trusted, address, "parts")
        assert "Alpha" in seen
        assert "not shown" not in seen
    stranger = own(make_user())
    assert "Alpha" not in section(stranger, address, "parts")


def test_the_record_is_offered_to_its_holder_alone(client, learner, issuer, outcome):
    address = outcome.get_absolute_url()
    assert "Download as CLR" in words(own(learner), address)
    for other in (client, own(make_member(issuer, "manager"))):
        assert "Download as CLR" not in words(other, address)


def test_a_visitor_costs_four_queries_however_many_parts(
    client, learner, issuer, django_assert_max_num_queries
):
    many = [make_badge(issuer) for _ in range(6)]
    version = make_pathway(issuer, many)
    for badge in many:
        make_credential(badge, learner)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    outcome = learner.completions.get().credential
    with django_assert_max_num_queries(4):
        assert client.get(outcome.get_absolute_url()).status_code == 200
