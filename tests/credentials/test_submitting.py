"""What a learner can do with a submission, and what is refused with which words."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from credentials import publishing, revoking, submitting
from credentials.models import Submission
from tests.credentials.wizard import add
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(draft):
    return draft.learner


# The functions


def test_starting_twice_gives_the_same_draft():
    version, learner = make_badge(), make_user("Mei Tan")

    first = submitting.start(version.achievement, learner=learner)
    again = submitting.start(version.achievement, learner=learner)

    assert first == again
    assert first.name_on_credential == "Mei Tan"
    assert [event.kind for event in first.events.all()] == ["started"]


def test_a_badge_that_is_held_cannot_be_started_before_its_last_60_days():
    credential = make_credential(make_badge(validity_months=12))

    with pytest.raises(submitting.AlreadyHeld) as caught:
        submitting.start(credential.achievement, learner=credential.holder)
    assert caught.value.credential == credential

    old = make_credential(make_badge(validity_months=12), days_ago=340)
    assert submitting.start(old.achievement, learner=old.holder).status == "draft"


def test_a_repeatable_badge_can_be_started_by_its_holder():
    credential = make_credential(make_badge(is_repeatable=True))

    begun = submitting.start(credential.achievement, learner=credential.holder)

    assert begun.status == "draft"


def test_a_withdrawn_credential_does_not_stand_in_the_way():
    credential = make_credential()
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason="mistake", note="Wrong person.", by=manager)

    begun = submitting.start(credential.achievement, learner=credential.holder)

    assert begun.status == "draft"


def test_a_draft_of_a_retired_badge_can_still_be_sent():
    draft = make_draft()
    manager = make_member(draft.achievement.issuer, "manager")
    publishing.retire(draft.achievement, by=manager)

    submitting.send(draft, by=draft.learner)

    assert draft.status == "submitted"
    with pytest.raises(submitting.NotOffered):
        submitting.start(draft.achievement, learner=make_user())


def test_saving_a_text_that_another_tab_changed_is_refused(draft):
    seen = submitting.seen("")
    submitting.save_text(draft, "about", "One", expected=seen)

    with pytest.raises(submitting.EditedElsewhere) as caught:
        submitting.save_text(draft, "about", "Two", expected=seen)

    assert caught.value.stored == "One"
    submitting.save_text(draft, "about", "One", expected=seen)  # the same is no clash


def test_missing_names_what_is_not_done(draft, criterion):
    missing = submitting.missing(draft)
    assert (missing.about, missing.help_received, missing.visibility) == (True,) * 3
    assert [c.position for c in missing.criteria] == [1, 2]

    submitting.add_link(draft, criterion, "https://lab.example/")
    assert [c.position for c in submitting.missing(draft).criteria] == [2]
    with pytest.raises(submitting.Incomplete):
        submitting.send(draft, by=draft.learner)


def test_a_submission_without_a_name_cannot_be_sent():
    draft = make_draft()
    Submission.objects.filter(pk=draft.pk).update(name_on_credential="")

    with pytest.raises(ValidationError):
        submitting.send(draft, by=draft.learner)


def test_an_eleventh_file_is_refused(draft, criterion):
    for _ in range(10):
        add(draft, criterion)

    with pytest.raises(submitting.TooManyFiles):
        add(draft, criterion)


def test_removing_a_file_deletes_its_bytes(
    draft, criterion, django_capture_on_commit_callbacks
):
    item = add(draft, criterion)
    name = item.file.name
    assert default_storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        submitting.remove(draft, item)

    assert not default_storage.exists(name)


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved", "withdrawn"])
def test_nothing_changes_once_it_is_sent(state):
    submission = make_submission(state=state)
    criterion = submission.version.criteria.first()
    item = submission.evidence.first()

    for change in [
        lambda: submitting.save_text(submission, "about", "Late"),
        lambda: submitting.save_evidence_text(submission, criterion, "Late"),
        lambda: submitting.add_link(submission, criterion, "https://lab.example/"),
        lambda: add(submission, criterion),
        lambda: submitting.remove(submission, item),
        lambda: submitting.choose_visibility(submission, []),
        lambda: submitting.send(submission, by=submission.learner),
        lambda: submitting.delete_draft(submission, by=submission.learner),
    ]:
        with pytest.raises(submitting.NotEditable):
            change()


@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "declined"])
def test_only_what_waits_or_was_returned_can_be_taken_back(state):
    submission = make_submission(state=state)

    with pytest.raises(submitting.NotEditable):
        submitting.withdraw(submission, by=submission.learner)
