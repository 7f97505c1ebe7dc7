"""The page that says what to earn next: what stands on it, for whom, and when not."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials import publishing as badge_publishing
from credentials import revoking, submitting
from credentials.models import Credential
from pathways import enrolling, evaluating, next_steps, wishing
from pathways.models import Completion
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
from tests.pathways.making import make_outcome, make_pathway, rule
from tests.pathways.stacks import badges_of, complete, make_stack

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def page(client, status=200):
    response = client.get(reverse("next_steps"))
    assert response.status_code == status
    return html.unescape(response.content.decode())


def on_pathway(learner, *stages, name="The way", **fields):
    """A pathway that somebody is on."""
    version = make_pathway(None, *stages, name=name, **fields)
    enrolling.enrol(version.pathway, learner=learner)
    return version


def names(learner):
    gathered = next_steps.gather(learner, timezone.now())
    return [card.version.name for card in gathered.cards]


def test_visitors_are_led_to_the_log_in(client):
    response = client.get(reverse("next_steps"))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_it_is_kept_nowhere_and_listed_nowhere(client, mei):
    response = client.get(reverse("next_steps"))
    assert "no-store" in response["Cache-Control"]
    assert b'<meta name="robots" content="noindex">' in response.content


def test_my_credentials_lead_to_it(client, mei):
    assert (
        f'href="{reverse("next_steps")}"' in client.get(reverse("me")).content.decode()
    )


def test_without_pathways_and_wishes_it_names_two_ways_to_begin(client, mei):
    make_badge()
    text = page(client)
    assert "Begin with one of two things" in text
    assert f'href="{reverse("pathways")}">Find a pathway' in text
    assert 'href="#wishes">Wish for a skill' in text
    assert "How this list is made" not in text


def test_each_badge_says_why_and_how_long_it_takes(client, mei):
    first = make_badge(name="First things", effort_hours=4)
    second = make_badge(name="Second things", effort_hours=20)
    on_pathway(mei, [first], rule("all", second, after=["Stage 1"]))
    wishing.wish(first.skills.get().pk, 2, learner=mei)

    text = page(client)

    asked = f"{first.skills.get().name}, level Intermediate or higher"
    assert f"Proves a skill that you wish for: {asked}." in text
    assert text.count("One of the 2 steps that are left of The way.") == 2
    assert "It counts there after Stage 1." in text
    assert "about 4 hours" in text
    assert "Start with First things" in text
    assert names(mei) == ["First things", "Second things"]


def test_what_completes_a_pathway_says_so_and_comes_first(client, mei):
    held, last = make_badge(), make_badge(name="The last one", effort_hours=60)
    on_pathway(mei, [held, last], name="Nearly there")
    on_pathway(mei, [make_badge(name="A short one", effort_hours=1), make_badge()])
    make_credential(held, mei)

    assert "Completes Nearly there." in page(client)
    assert names(mei)[0] == "The last one"


def test_a_way_around_says_what_is_left_after_it(client, mei):
    # Two of the three at 10 hours are the shortest way; the third one helps as well.
    one, two = make_badge(effort_hours=10), make_badge(effort_hours=10)
    around = make_badge(name="Around", effort_hours=12)
    on_pathway(mei, rule("at_least", one, two, around, count=2))
    assert (
        "Another way through The way. Left after it: about 10 hours instead of about "
        "20 hours." in page(client)
    )


def test_a_draft_comes_as_continue_and_leads_to_it(client, mei):
    badge = make_badge(name="Begun")
    on_pathway(mei, [badge, make_badge(effort_hours=50)])
    draft = make_draft(badge, mei, complete=False)

    text = page(client)

    assert "Continue with Begun" in text
    assert f'<a href="{draft.get_absolute_url()}">Continue: <bdi' in text
    assert "In progress" in text


def test_what_came_back_from_the_reviewer_says_so(client, mei):
    badge = make_badge(name="Came back")
    on_pathway(mei, [badge, make_badge()])
    make_submission(badge, mei, state="returned")
    assert "Returned" in page(client)


def test_what_is_with_a_reviewer_or_held_is_not_listed_and_the_first_is_counted(
    client, mei
):
    waiting, held, open_one = make_badge(), make_badge(), make_badge(name="Open")
    on_pathway(mei, [waiting, held, open_one])
    make_submission(waiting, mei, state="in_review")
    make_credential(held, mei)

    assert names(mei) == ["Open"]
    assert "1 badge is not listed because it is with a reviewer." in page(client)


def test_when_all_is_with_reviewers_there_is_nothing_to_begin(client, mei):
    waiting = make_badge()
    on_pathway(mei, [waiting])
    make_submission(waiting, mei)
    assert "What you handed in is with its reviewers." in page(client)


def test_when_everything_is_reached_it_says_so(client, mei):
    version = make_stack(1)
    complete(version, mei)
    assert "You have completed all of your pathways." in page(client)

    skill = badges_of(version)[0].skills.get()
    wishing.wish(skill.pk, 2, learner=mei)
    text = page(client)
    assert "and you hold the skills that you wish for" in text
    assert "A badge that you hold proves it" in text


def test_a_pathway_that_nothing_on_offer_completes_is_named(client, mei):
    gone, here = make_badge(), make_badge()
    version = on_pathway(mei, [gone, here], name="Blocked")
    designer = make_member(gone.achievement.issuer, "designer")
    badge_publishing.retire(gone.achievement, by=designer)
    text = page(client)
    assert "Nothing on offer completes Blocked at the moment." in text
    assert "Nothing that you can begin today takes you further." in text
    assert version.name == "Blocked"


def test_a_credential_under_review_asks_for_its_lost_part(client, mei):
    version = make_stack(2, name="Lost", when_lost="review")
    complete(version, mei)
    first = badges_of(version)[0]
    lost = Credential.objects.get(holder=mei, achievement=first.achievement)
    manager = make_member(lost.issuer, "manager")
    revoking.revoke(lost, reason=Credential.Reason("mistake"), by=manager)
    evaluating.evaluate(mei.pk)
    assert Completion.objects.get(learner=mei).standing == "review"

    assert names(mei) == [first.name]
    assert "Replaces the part of Lost that no longer counts." in page(client)


def test_what_excludes_another_step_is_set_aside_with_its_reason(client, mei):
    both, wanted = make_badge(name="Both"), make_badge(name="Wanted")
    on_pathway(mei, [both, make_badge()], name="One")
    on_pathway(mei, rule("apart", wanted, both), name="Other")
    text = page(client)
    assert "Both" not in names(mei)
    assert "Both: it does not count together with other steps of Other." in text


def test_another_pathway_is_a_step_with_the_hours_that_are_left_of_it(client, mei):
    issuer = make_issuer()
    done, open_one = (
        make_badge(issuer, effort_hours=5),
        make_badge(issuer, effort_hours=7),
    )
    outcome = make_outcome(issuer, name="Inner credential")
    inner = make_pathway(issuer, [done, open_one], outcome=outcome, name="Inner")
    on_pathway(mei, [inner, make_badge(issuer, effort_hours=3)], name="Outer")
    make_credential(done, mei)

    assert "A pathway of its own, about 7 hours left" in page(client)
    assert "Inner credential" in names(mei)

    make_credential(open_one, mei)
    assert "You hold all that its pathway asks for" in page(client)

    enrolling.enrol(inner.pathway, learner=mei)
    assert "Inner credential" not in names(mei)


def test_nobody_sees_the_pathways_and_wishes_of_others(client, mei):
    other = make_user()
    on_pathway(other, [make_badge(name="Somebody’s badge")], name="Somebody’s way")
    skill = make_badge().skills.get()
    wishing.wish(skill.pk, 2, learner=other)
    text = page(client)
    assert "Somebody" not in text
    assert "Begin with one of two things" in text


def test_at_most_twenty_stand_there_and_the_others_are_counted(client, mei):
    issuer = make_issuer()
    designer = make_member(issuer, "designer")
    drafts = [make_draft_version(issuer, criteria=1) for _ in range(22)]
    badges = [badge_publishing.publish(draft, by=designer) for draft in drafts]
    on_pathway(mei, badges)
    text = page(client)
    assert text.count('<article class="card') == 20
    assert "2 more badges help, too." in text


def test_a_longer_list_asks_no_more_of_the_database(client, mei):
    first, second = make_badge(), make_badge()
    on_pathway(mei, [first, make_badge()])
    wishing.wish(second.skills.get().pk, 2, learner=mei)
    make_draft(first, mei, complete=False)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)

    issuer = make_issuer()
    for _ in range(2):
        badge = make_badge(issuer)
        nested = make_pathway(issuer)
        on_pathway(mei, [badge, nested, make_badge(issuer)])
        wishing.wish(badge.skills.get().pk, 1, learner=mei)
        submitting.start(badge.achievement, learner=mei)
    with CaptureQueriesContext(connection) as many:
        page(client)

    assert len(many) == len(few)
    assert len(many) <= 12
