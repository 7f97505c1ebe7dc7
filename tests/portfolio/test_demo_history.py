"""What happened in the demo runs forward, by the right people and for a reason."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from credentials.models import Credential, Evidence, Submission
from portfolio.demo.content import load
from portfolio.demo.content.shapes import Badge, Content, Person
from portfolio.demo.content.shapes import Credential as HeldCredential
from portfolio.demo.content.shapes import Submission as HandIn

DAYS_IN_MONTH = 30.44


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


def _ended(content: Content, credential: HeldCredential) -> bool:
    months = content.badge(credential.badge).validity_months
    return months is not None and credential.days_ago > months * DAYS_IN_MONTH


def _person(content: Content, key: str) -> Person:
    return next(person for person in content.people if person.key == key)


def test_submissions_occur_in_every_state(content: Content) -> None:
    states = Counter(submission.status for submission in content.submissions)
    assert set(states) == set(Submission.Status.values)
    assert any(
        submission.status == "submitted" and len(submission.sent_days_ago) > 1
        for submission in content.submissions
    )


def test_the_reviewer_has_work_of_others_and_some_of_it_is_old(
    content: Content,
) -> None:
    issuers = {member.issuer for member in content.members if member.person == "ana"}
    waiting = [
        submission
        for submission in content.submissions
        if submission.status == "submitted"
        and content.badge(submission.badge).issuer in issuers
        and submission.learner != "ana"
    ]
    assert len(waiting) >= 3
    assert max(submission.sent_days_ago[-1] for submission in waiting) > 14


def test_a_person_has_one_open_submission_per_badge(content: Content) -> None:
    still_open = Counter(
        (submission.learner, submission.badge)
        for submission in content.submissions
        if submission.status in Submission.OPEN
    )
    assert set(still_open.values()) == {1}


def _moments(submission: HandIn) -> list[int]:
    """Days since each step, in the order in which the steps were taken."""
    moments = [submission.started_days_ago]
    for number, sent in enumerate(submission.sent_days_ago):
        moments.append(sent)
        is_last = number == len(submission.sent_days_ago) - 1
        if is_last and submission.review_began_days_ago is not None:
            moments.append(submission.review_began_days_ago)
        if number < len(submission.reviews):
            moments.append(submission.reviews[number].days_ago)
    if submission.withdrawn_days_ago is not None:
        moments.append(submission.withdrawn_days_ago)
    return moments


def test_the_history_of_a_submission_runs_forward(content: Content) -> None:
    for submission in content.submissions:
        moments = _moments(submission)
        assert all(earlier >= later for earlier, later in pairwise(moments))
        assert _person(content, submission.learner).joined_days_ago >= moments[0]
        assert (submission.status == "in_review") <= (
            submission.review_began_days_ago is not None
        )
        assert (submission.status == "withdrawn") == (
            submission.withdrawn_days_ago is not None
        )


def test_a_submission_was_decided_as_often_as_its_state_says(content: Content) -> None:
    last = {"returned": "return", "approved": "approve", "declined": "decline"}
    for submission in content.submissions:
        decisions = [review.decision for review in submission.reviews]
        assert all(decision == "return" for decision in decisions[:-1])
        if submission.status in last:
            assert decisions[-1] == last[submission.status]
            assert len(decisions) == len(submission.sent_days_ago)
        elif submission.sent_days_ago:
            assert len(decisions) == len(submission.sent_days_ago) - 1


def test_evidence_is_one_thing_for_a_criterion_of_its_badge(content: Content) -> None:
    for submission in content.submissions:
        count = len(content.badge(submission.badge).criteria)
        texts = Counter(
            (item.criterion, item.round)
            for item in submission.evidence
            if item.kind == "text"
        )
        assert all(number == 1 for number in texts.values())
        for item in submission.evidence:
            assert 1 <= item.criterion <= count
            assert item.kind in Evidence.Kind.values
            assert item.visibility in Evidence.Visibility.values
            given = {"text": item.text, "link": item.url, "file": item.file}
            assert [kind for kind, value in given.items() if value] == [item.kind]
            if item.file:
                assert item.file.kind in ("pdf", "png", "txt")
                assert item.file.name.endswith("." + item.file.kind)
        if submission.status != "draft":
            first = [item for item in submission.evidence if item.round == 1]
            assert {item.criterion for item in first} == set(range(1, count + 1))


def test_reviews_speak_about_every_criterion_and_never_of_own_work(
    content: Content,
) -> None:
    for submission in content.submissions:
        badge = content.badge(submission.badge)
        staff = {
            member.person for member in content.members if member.issuer == badge.issuer
        }
        for review in submission.reviews:
            assert review.by in staff - {submission.learner}
            assert len(review.levels) == len(review.notes) == len(badge.criteria)
            for level, item in zip(review.levels, badge.criteria, strict=True):
                assert 0 <= level <= len(item.levels)
            assert review.comment
            assert (review.decision == "decline") == bool(review.decline_reason)
            assert review.decline_reason in ("", *Submission.DeclineReason.values)


def test_approval_below_a_required_level_has_a_reason(content: Content) -> None:
    overridden = 0
    for submission in content.submissions:
        criteria = content.badge(submission.badge).criteria
        for review in submission.reviews:
            if review.decision == "approve":
                below = any(
                    level < item.required_position
                    for level, item in zip(review.levels, criteria, strict=True)
                )
                assert below == bool(review.override_reason)
                overridden += below
    assert overridden == 1


def test_credentials_occur_in_every_state(content: Content) -> None:
    states = {item.state for item in content.credentials}
    assert states == {"active", "suspended", "revoked", "superseded"}
    assert any(
        item.state == "active" and _ended(content, item) for item in content.credentials
    )
    reasons = {item.reason for item in content.credentials if item.state == "revoked"}
    assert reasons == {
        "mistake",
        "not_own_work",
        "rules_no_longer_met",
        "holder_asked",
    }


def test_the_learner_holds_credentials_of_all_sorts(content: Content) -> None:
    held = [item for item in content.credentials if item.holder == "amina"]
    assert len(held) >= 9
    assert {item.state for item in held} == {
        "active",
        "suspended",
        "revoked",
        "superseded",
    }
    assert sum(item.state == "active" and _ended(content, item) for item in held) == 1
    left = [
        months * DAYS_IN_MONTH - item.days_ago
        for item in held
        if item.state == "active"
        and (months := content.badge(item.badge).validity_months)
    ]
    assert sum(0 < days <= 30 for days in left) == 1


def test_a_state_other_than_active_says_when_why_and_who(content: Content) -> None:
    keys = {item.key for item in content.credentials if item.key}
    for item in content.credentials:
        if item.state == "active":
            assert (item.state_days_ago, item.reason, item.by) == (None, "", "")
            continue
        assert item.state_days_ago is not None
        assert item.state_days_ago < item.days_ago
        assert item.by != item.holder
        assert item.note
        if item.state == "superseded":
            assert item.superseded_by in keys
        else:
            assert item.reason in Credential.Reason.values


def test_credentials_are_younger_than_their_holder_issuer_and_before_retirement(
    content: Content,
) -> None:
    issuers = {issuer.slug: issuer for issuer in content.issuers}
    for item in content.credentials:
        badge = content.badge(item.badge)
        assert badge.status != "draft"
        assert item.days_ago < _person(content, item.holder).joined_days_ago
        assert item.days_ago < issuers[badge.issuer].registered_days_ago
        assert item.days_ago > (badge.retired_days_ago or 0)
        assert item.visibility in Credential.Visibility.values
        assert content.reviewer_for(badge, item.holder) != item.holder


def test_levels_of_credentials_reach_what_their_badge_requires(
    content: Content,
) -> None:
    for item in content.credentials:
        if item.levels:
            criteria = content.badge(item.badge).criteria
            for level, criterion in zip(item.levels, criteria, strict=True):
                assert criterion.required_position <= level <= len(criterion.levels)


def test_approved_submissions_and_their_credentials_tell_the_same_story(
    content: Content,
) -> None:
    approved = {
        submission.key: submission
        for submission in content.submissions
        if submission.status == "approved"
    }
    told = {item.submission: item for item in content.credentials if item.submission}
    assert set(told) == set(approved)
    for key, item in told.items():
        submission = approved[key]
        assert (item.holder, item.badge) == (submission.learner, submission.badge)
        assert item.days_ago == submission.reviews[-1].days_ago


def _held_for_good(content: Content, badge: Badge) -> list[str]:
    return [
        item.holder
        for item in content.credentials
        if item.badge == badge.slug
        and item.state in ("active", "suspended")
        and not _ended(content, item)
    ]


def test_a_badge_for_once_is_held_once_and_not_asked_for_again(
    content: Content,
) -> None:
    for badge in content.badges:
        if not badge.repeatable:
            holders = _held_for_good(content, badge)
            assert len(holders) == len(set(holders))
            asking = {
                submission.learner
                for submission in content.submissions
                if submission.badge == badge.slug
                and submission.status in Submission.OPEN
            }
            assert not asking & set(holders)
