"""The list of submissions: what waits, oldest first."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import reviewing, submitting, uploads
from credentials.models import Submission
from tests.factories import (
    make_badge,
    make_draft,
    make_issuer,
    make_member,
    make_opinion,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

QUEUE = "admin:credentials_submission_changelist"


@pytest.fixture
def badge():
    return make_badge(name="Usability testing")


@pytest.fixture
def reviewer(client, badge):
    user = make_member(badge.achievement.issuer)
    client.force_login(user)
    return user


def sent_days_ago(badge, days):
    submission = make_submission(badge)
    then = timezone.now() - timedelta(days=days, hours=1)
    Submission.objects.filter(pk=submission.pk).update(submitted_at=then)
    return submission


def test_an_empty_queue_says_that_nothing_waits(client, badge, reviewer):
    make_submission(badge, state="approved", reviewer=reviewer)

    assert "Nothing waits for you." in client.get(reverse(QUEUE)).text


def test_the_oldest_waits_first_and_says_how_long(client, badge, reviewer):
    young = sent_days_ago(badge, 2)
    old = sent_days_ago(badge, 9)

    text = client.get(reverse(QUEUE)).text

    assert text.index(old.reference) < text.index(young.reference)
    assert "9 days" in text
    review = reverse("admin:credentials_submission_review", args=[old.pk])
    assert text.count(f'href="{review}"') == 1


def test_only_what_waits_is_shown_until_asked(client, badge, reviewer):
    waiting = make_submission(badge)
    returned = make_submission(badge, state="returned", reviewer=reviewer)

    first = client.get(reverse(QUEUE)).text
    asked = client.get(reverse(QUEUE), {"state": "returned"}).text
    everything = client.get(reverse(QUEUE), {"state": "all"}).text

    assert waiting.reference in first
    assert returned.reference not in first
    assert returned.reference in asked
    assert waiting.reference not in asked
    assert waiting.reference in everything
    assert returned.reference in everything


def test_drafts_and_own_work_never_show(client, badge, reviewer):
    draft = make_draft(badge)
    own = make_submission(badge, reviewer)

    text = client.get(reverse(QUEUE), {"state": "all"}).text

    assert draft.reference not in text
    assert own.reference not in text


def test_it_is_searched_by_reference_and_by_name(client, badge, reviewer):
    found = make_submission(badge, make_user("Mei Tan"))
    other = make_submission(badge, make_user("Olga Ivanova"))

    for words in [found.reference, "mei t"]:
        text = client.get(reverse(QUEUE), {"q": words}).text
        assert found.reference in text
        assert other.reference not in text


def test_it_is_filtered_by_badge_and_issuer(client, badge, reviewer):
    here = make_submission(badge)
    second = make_badge(make_issuer(), name="Interviewing")
    there = make_submission(second)
    reviewer.issuer_roles.create(issuer=second.achievement.issuer, role="reviewer")

    by_badge = client.get(reverse(QUEUE), {"badge": second.achievement_id}).text
    by_issuer = client.get(reverse(QUEUE), {"issuer": badge.achievement.issuer_id}).text

    assert there.reference in by_badge
    assert here.reference not in by_badge
    assert here.reference in by_issuer
    assert there.reference not in by_issuer


def test_what_came_back_and_what_came_twice_is_marked(client, badge, reviewer):
    again = make_submission(badge)
    reviewing.decide(again, make_opinion(again, "return"), by=reviewer)
    submitting.send(again, by=again.learner)
    for _ in range(2):
        copied = make_draft(badge)
        kept = uploads.accept(io.BytesIO(b"The very same notes"), name="notes.txt")
        with kept.content:
            submitting.add_file(copied, badge.criteria.first(), kept)
        submitting.send(copied, by=copied.learner)

    text = client.get(reverse(QUEUE)).text

    assert text.count("Returned before") == 1
    assert text.count("Duplicate file") == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_takes_the_same_queries_for_any_length(
    client, badge, reviewer, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_submission(badge)

    with django_assert_num_queries(8):
        response = client.get(reverse(QUEUE))

    assert response.text.count("Usability testing</td>") == rows


def test_a_row_leads_to_the_review_page_alone(client, badge, reviewer):
    submission = make_submission(badge)
    change = reverse("admin:credentials_submission_change", args=[submission.pk])

    response = client.get(change)

    review = reverse("admin:credentials_submission_review", args=[submission.pk])
    assert response["Location"] == review
    assert client.get(reverse("admin:credentials_submission_add")).status_code == 403
