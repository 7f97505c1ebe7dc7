"""What the review page shows, and to whom."""

import io
import re
import uuid

import pytest
from django.urls import reverse
from PIL import Image

from credentials import publishing, reviewing, submitting, uploads
from credentials.models import Submission
from tests.factories import (
    make_badge,
    make_draft,
    make_member,
    make_opinion,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission():
    return make_submission()


@pytest.fixture
def reviewer(client, submission):
    user = make_member(submission.achievement.issuer, full_name="Ana Ribeiro")
    client.force_login(user)
    return user


def page_of(submission):
    return reverse("admin:credentials_submission_review", args=[submission.pk])


def filled(submission, decision="approve", **fields):
    """What the browser sends when every required level is chosen."""
    levels = {
        f"level-{criterion.pk}": str(criterion.levels.get(is_required=True).pk)
        for criterion in submission.version.criteria.all()
    }
    form = {
        "round": str(submission.round),
        "idempotency_key": str(uuid.uuid4()),
        "decision": decision,
        "comment": "" if decision == "approve" else "Show the second part as well.",
        "decline_reason": "other" if decision == "decline" else "",
    }
    return {**levels, **form, **fields}


def test_the_page_shows_criteria_levels_and_the_evidence_beside_them(
    client, submission, reviewer
):
    text = client.get(page_of(submission)).text

    for criterion in submission.version.criteria.all():
        assert (
            f'<h2 id="e{criterion.position}"><bdi lang="en">{criterion}</bdi></h2>'
            in text
        )
        assert f"What I did for {criterion.title}." in text
    assert text.count('type="radio"') == 2 * 4
    assert text.count("Cannot tell") == 2
    assert text.count(">Required<") == 2
    assert "checked" not in text


def test_the_page_says_what_approving_does_before_it_does(client, submission, reviewer):
    text = " ".join(client.get(page_of(submission)).text.split())

    version, name = submission.version.name, submission.learner.full_name
    said = rf"Approving issues <strong>{version}</strong> to <bdi>{name}</bdi>, "
    said += r"in force to \d+ \w+ \d{4}, and emails them. Only withdrawing undoes it."
    assert re.search(said, text)


def test_a_badge_without_an_end_says_so(client):
    submission = make_submission(make_badge(validity_months=None))
    client.force_login(make_member(submission.achievement.issuer))

    assert "with no end date, and emails them" in client.get(page_of(submission)).text


@pytest.mark.parametrize("name", ["review", "begin", "history"])
def test_ones_own_work_is_absent(client, submission, reviewer, name):
    own = make_submission(submission.version, reviewer)
    address = reverse(f"admin:credentials_submission_{name}", args=[own.pk])

    assert client.get(address).status_code in {404, 405}
    assert client.post(address, filled(own)).status_code in {404, 405}
    own.refresh_from_db()
    assert own.status == "submitted"


def test_what_was_said_last_time_stands_beside_its_criterion(
    client, submission, reviewer
):
    first = submission.version.criteria.first()
    opinion = make_opinion(submission, "return", notes={first.pk: "You explain first."})
    reviewing.decide(submission, opinion, by=reviewer)
    submitting.send(submission, by=submission.learner)

    text = " ".join(client.get(page_of(submission)).text.split())

    said = (
        'Last time you saw <strong><bdi lang="en">Able</bdi></strong>'
        ' and wrote: “<bdi lang="en">You explain first.</bdi>”'
    )
    assert said in text
    assert "hand-in 2" in text
    assert "Show the second part as well." in text


def test_a_retired_badge_can_still_be_reviewed(client, submission, reviewer):
    designer = make_member(submission.achievement.issuer, "designer")
    publishing.retire(submission.achievement, by=designer)

    response = client.post(page_of(submission), filled(submission))

    assert response.status_code == 302
    submission.refresh_from_db()
    assert submission.status == "approved"


def test_files_links_and_texts_are_shown_each_in_its_way(client):
    draft = make_draft()
    criterion = draft.version.criteria.first()
    hostile = "<script>alert(1)</script> **bold** [x](javascript:alert(1))"
    submitting.save_evidence_text(draft, criterion, hostile)
    submitting.add_link(draft, criterion, "https://work.example/one?x=1&y=2")
    add_file(draft, criterion, picture(), "Screens.png")
    add_file(draft, criterion, io.BytesIO(b"Plain notes"), "Notes.txt")
    submitting.send(draft, by=draft.learner)
    client.force_login(make_member(draft.achievement.issuer))

    text = client.get(page_of(draft)).text

    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    assert "<strong>bold</strong>" in text
    link = '<a href="https://work.example/one?x=1&amp;y=2" rel="noreferrer'
    assert link in text
    shown = draft.evidence.get(file_name="Screens.png")
    notes = draft.evidence.get(file_name="Notes.txt")
    assert f'src="{reverse("evidence_file", args=[shown.pk])}"' in text
    assert f'href="{reverse("evidence_file", args=[notes.pk])}" download' in text
    assert f'src="{reverse("evidence_file", args=[notes.pk])}"' not in text


def add_file(draft, criterion, content, name):
    kept = uploads.accept(content, name=name)
    with kept.content:
        submitting.add_file(draft, criterion, kept)


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#23784a").save(drawn, "PNG")
    drawn.seek(0)
    return drawn


def test_the_history_holds_every_round_and_the_notes_for_staff(
    client, submission, reviewer
):
    opinion = make_opinion(submission, "return", staff_note="Ask Bram.")
    reviewing.decide(submission, opinion, by=reviewer)
    submitting.send(submission, by=submission.learner)
    reviewing.decide(submission, make_opinion(submission, "decline"), by=reviewer)

    address = reverse("admin:credentials_submission_history", args=[submission.pk])
    text = client.get(address).text

    assert text.count("Sent for review") == 2
    assert "Review of hand-in 1" in text
    assert "Review of hand-in 2" in text
    assert "Ask Bram." in text
    assert submission.learner.email not in text


def test_a_decided_submission_is_read_only(client, submission, reviewer):
    reviewing.decide(submission, make_opinion(submission, "decline"), by=reviewer)

    text = client.get(page_of(submission)).text

    assert "The evidence does not show the criteria" in text
    assert "<textarea" not in text
    assert 'type="radio"' not in text


def test_nothing_on_the_page_hints_at_what_does_not_exist(client, submission, reviewer):
    text = client.get(page_of(submission)).text.lower()

    for word in ["scan", "assign", "opened this", "appeal", "blind"]:
        assert word not in text


def test_a_designer_does_not_review(client, submission):
    client.force_login(make_member(submission.achievement.issuer, "designer"))

    assert client.get(page_of(submission)).status_code == 404
    assert client.post(page_of(submission), filled(submission)).status_code == 404
    assert Submission.objects.get().status == "submitted"
