"""What staff see of work that was taken back or is being changed, and who withdraws."""

from __future__ import annotations

import pytest

from credentials import revoking, submitting
from credentials.models import Credential, Evidence, Submission
from tests.factories import make_badge, make_credential, make_member, make_submission

pytestmark = pytest.mark.django_db

MISTAKE = Credential.Reason.MISTAKE


def seen_by_staff(submission) -> set[str]:
    reviewer = make_member(submission.achievement.issuer)
    found = Evidence.objects.visible_to(reviewer).filter(submission=submission)
    return {item.text or item.url for item in found}


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("draft", False),
        ("submitted", True),
        ("in_review", True),
        ("returned", True),
        ("approved", True),
        ("declined", True),
        ("withdrawn", False),
    ],
)
def test_staff_see_what_is_handed_in_and_not_taken_back(state, seen):
    assert bool(seen_by_staff(make_submission(state=state))) is seen


def test_what_is_written_after_a_return_waits_until_it_is_sent():
    submission = make_submission(state="returned")
    first = submission.version.criteria.all()[0]
    submitting.save_evidence_text(submission, first, "Not finished")
    submitting.add_link(submission, first, "https://new.example/")
    submission.refresh_from_db()
    assert seen_by_staff(submission) == set()
    assert not submission.is_as_sent

    submitting.send(submission, by=submission.learner)

    assert {"Not finished", "https://new.example/"} <= seen_by_staff(submission)


def test_a_draft_that_was_thrown_away_is_unknown_to_staff():
    submission = make_submission(state="draft")
    reviewer = make_member(submission.achievement.issuer)
    submitting.delete_draft(submission, by=submission.learner)

    assert not Submission.objects.reviewable_by(reviewer).exists()


def test_designers_see_no_private_credential(client):
    credential = make_credential(visibility="private")
    assert credential.issuer is not None
    for role, status in [("designer", 404), ("reviewer", 200)]:
        client.force_login(make_member(credential.issuer, role))
        assert client.get(credential.get_absolute_url()).status_code == status


def test_nobody_changes_the_state_of_a_credential_of_their_own():
    version = make_badge()
    manager = make_member(version.achievement.issuer, "manager")
    own = make_credential(version, manager)

    for change in (revoking.revoke, revoking.suspend):
        with pytest.raises(revoking.NotAllowed):
            change(own, reason=MISTAKE, by=manager)

    own.refresh_from_db()
    assert own.state == "active"


def test_a_replaced_credential_can_be_withdrawn_for_good(client):
    version = make_badge(validity_months=2)
    older = make_credential(version, days_ago=40)
    assert older.holder is not None
    newer = make_credential(version, older.holder)
    older.refresh_from_db()
    assert older.state == "superseded"
    manager = make_member(version.achievement.issuer, "manager")

    revoking.revoke(older, reason=MISTAKE, by=manager)

    assert older.state == "revoked"
    newer.refresh_from_db()
    assert newer.state == "active"
    page = client.get(older.get_absolute_url())
    assert page.status_code == 200
    assert "it was issued by mistake" in page.text
