"""What a learner sees of being found, and of messages that wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio import contacting
from portfolio.models import FoundCount, Profile, User
from portfolio.talent import found_counts
from tests import factories
from tests.portfolio.findable import make_findable, make_proving_badge, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client: Client) -> User:
    """Somebody findable, signed in."""
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    person = make_findable(badge)
    client.force_login(person)
    return person


def page(client: Client) -> str:
    response = client.get(reverse("found"))
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_says_how_often_and_through_what_but_not_by_whom(
    client: Client, learner: User
) -> None:
    searcher = factories.make_user("Sam Okoro")
    client.force_login(searcher)
    for _again in range(3):
        client.get(reverse("talent"), {"q": "welding"})
    client.force_login(learner)

    shown = page(client)

    assert "You stood in the results of 3 searches" in shown
    assert '<th scope="row">Welding</th>' in shown
    assert searcher.full_name not in shown


def test_small_numbers_are_said_as_they_are(client: Client, learner: User) -> None:
    skill = make_skill("Driving")
    FoundCount.objects.create(learner=learner, skill=skill, day=timezone.localdate())

    assert "the results of 1 search in" in page(client)


def test_what_is_older_than_ninety_days_is_not_said(
    client: Client, learner: User
) -> None:
    day = timezone.localdate() - found_counts.KEPT - timedelta(days=1)
    skill = make_skill("Driving")
    FoundCount.objects.create(learner=learner, skill=skill, day=day)

    assert "Nobody found you by a skill in the last 90 days." in page(client)


def test_one_sees_only_ones_own(client: Client, learner: User) -> None:
    skill = make_skill("Driving")
    other = factories.make_user()
    FoundCount.objects.create(learner=other, skill=skill, day=timezone.localdate())

    assert "Driving" not in page(client)


def test_whoever_may_not_be_found_is_told_where_that_is_chosen(
    client: Client, learner: User
) -> None:
    Profile.objects.filter(user=learner).update(talent_search_at=None)

    shown = page(client)

    assert "Nobody finds your page by looking for skills here." in shown
    assert reverse("settings") in shown


def test_the_own_page_leads_to_messages_and_counts(
    client: Client, learner: User
) -> None:
    shown = client.get(reverse("me")).content.decode()

    assert f'href="{reverse("contacts")}"' in shown
    assert f'href="{reverse("found")}"' in shown
    assert "Answer:" not in shown
    assert f'href="{reverse("found")}"' in (
        client.get(reverse("settings")).content.decode()
    )


def test_messages_that_wait_need_an_answer(client: Client, learner: User) -> None:
    for _number in range(2):
        sender = factories.make_user()
        asked = contacting.ask(
            learner.profile, by=sender, organisation="", message="Hello"
        )

    assert "2 messages wait" in client.get(reverse("me")).content.decode()
    contacting.decline(asked)
    assert "1 message waits" in client.get(reverse("me")).content.decode()
