"""Every mail: both forms, the same words, links of our own."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.utils.html import strip_tags

from credentials import digests, mailing, reviewing, revoking, tasks
from credentials.models import CredentialEvent, ProblemReport
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_opinion,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

SITE = "https://cairn.example.org"


@pytest.fixture
def version():
    return make_badge(make_issuer("Fish & Chips"), name="Cook <safely>")


def decide(version, decision: str, **fields):
    """A decided submission whose mail was sent by its job."""
    submission = make_submission(version, make_user("Zoë O'Neil"))
    first = version.criteria.get(position=1)
    opinion = make_opinion(
        submission,
        decision,
        notes={first.pk: "A <b>note</b> & more"},
        **{"comment": "First line.\n\nIt's <i>fine</i> & good.", **fields},
    )
    reviewer = make_member(version.achievement.issuer)
    reviewing.decide(submission, opinion, by=reviewer)
    tasks.mail_decision(str(submission.pk), submission.round)
    return submission


def forms(message) -> tuple[str, str]:
    """The text and the HTML of a mail, after what holds for every one of them."""
    [(html, kind)] = [(a.content, a.mimetype) for a in message.alternatives]
    assert kind == "text/html"
    assert "\n" not in message.subject
    assert not re.search(r"&(amp|lt|gt|#\d+|quot|#x27);", message.body)
    assert "{" not in message.body + html
    assert not re.search(r"<(img|script|link|iframe)\b", html)
    for address in re.findall(r"https?://[^\s\"<]+", message.body + html):
        assert address.startswith(SITE)
    assert not re.search(r"\n{4,}", message.body)
    for line in message.body.split("\n--\n")[0].splitlines():
        said = " ".join(line.lstrip("- ").split())
        assert said in " ".join(strip_tags(html.replace("<br>", " ")).split()) or (
            any(char in said for char in "<>&'")
        )
    return message.body, html


def test_an_approval_leads_to_the_credential(version):
    submission = decide(version, "approve")

    [message] = mail.outbox
    text, html = forms(message)
    assert message.to == [submission.learner.email]
    assert message.subject == "Your evidence for Cook <safely> was approved"
    assert "Hello Zoë O'Neil," in text
    assert "Fish & Chips approved your evidence for Cook <safely>." in text
    assert "Fish &amp; Chips approved your evidence" in html
    assert "It's <i>fine</i> & good." in text
    assert "<i>" not in html
    assert f"{SITE}{submission.credential.get_absolute_url()}" in text
    assert f"{SITE}{submission.get_absolute_url()}" in text
    assert text.count("https://") == 3


def test_a_return_says_what_to_change_at_which_point(version):
    submission = decide(version, "return")

    text, html = forms(mail.outbox[0])
    assert mail.outbox[0].subject.endswith("needs changes")
    assert "1. Point 1 (level seen: Able)\nA <b>note</b> & more" in text
    assert "A &lt;b&gt;note&lt;/b&gt; &amp; more" in html
    assert f"{SITE}{submission.get_absolute_url()}" in text
    assert "Point 2" not in text


def test_a_decline_gives_the_reason_and_the_way_to_try_again(version):
    decide(version, "decline")

    text, html = forms(mail.outbox[0])
    assert "Reason: The evidence does not show the criteria." in text
    assert "You can try again with other evidence." in text
    assert "You can try again with other evidence." in html


def test_a_retry_carries_the_same_message_id(version):
    submission = decide(version, "return")
    tasks.mail_decision(str(submission.pk), submission.round)

    first, second = (m.message()["Message-ID"] for m in mail.outbox)
    assert first == second == f"<decision-{submission.pk}-1@cairn.example.org>"


@pytest.mark.parametrize(
    ("kind", "subject", "says"),
    [
        ("revoke", "was withdrawn by Fish & Chips", "withdrew your credential"),
        ("suspend", "was paused by Fish & Chips", "It may come back."),
        ("reinstate", "is in force again", "back in force"),
    ],
)
def test_a_holder_hears_of_every_change_of_state(version, kind, subject, says):
    credential = make_credential(version)
    manager = make_member(version.achievement.issuer, "manager")
    if kind == "reinstate":
        revoking.suspend(credential, reason="being_checked", note="", by=manager)
        revoking.reinstate(credential, reason="other", note="It is fine.", by=manager)
    else:
        reason = "holder_asked" if kind == "revoke" else "being_checked"
        change = getattr(revoking, kind)
        change(credential, reason=reason, note="Only for staff.", by=manager)
    event = CredentialEvent.objects.latest("pk")

    tasks.mail_state_change(event.pk)

    text, _ = forms(mail.outbox[0])
    assert mail.outbox[0].subject == f"Cook <safely> {subject}"
    assert says in text
    assert "Only for staff" not in text
    assert "It is fine" not in text
    assert ("Reason given:" in text) == (kind != "reinstate")
    assert f"{SITE}{credential.get_absolute_url()}" in text


def test_the_digest_lists_what_waits_and_no_names(version):
    learner = make_user("Hidden Name")
    first = make_submission(version, learner)
    second = make_submission(version)
    reviewer = make_member(version.achievement.issuer)

    assert digests.send_digest(reviewer.pk, day="2026-11-21")

    text, _ = forms(mail.outbox[0])
    assert mail.outbox[0].subject == "2 submissions wait for a review"
    assert text.index(first.reference) < text.index(second.reference)
    assert "Hidden Name" not in text
    assert f"{SITE}/admin/credentials/submission/" in text


def test_nobody_gets_an_empty_digest(version):
    reviewer = make_member(version.achievement.issuer)

    assert not digests.send_digest(reviewer.pk, day="2026-11-21")
    assert mail.outbox == []


def test_a_problem_report_reaches_issuer_and_operator(version):
    credential = make_credential(version)
    report = ProblemReport.objects.create(
        credential=credential,
        message="The name\nis <wrong>.",
        reply_to="me@people.example.org",
    )

    tasks.mail_problem(report.pk)

    text, html = forms(mail.outbox[0])
    assert mail.outbox[0].to == [
        version.achievement.issuer.email,
        "operator@cairn.example.org",
    ]
    assert "The name\nis <wrong>." in text
    assert "me@people.example.org" in text
    assert "is &lt;wrong&gt;." in html


def test_a_subject_is_one_line_of_at_most_150_characters():
    subject = mailing.one_line("A\r\nBcc: everybody@example.org " + "x" * 200)

    assert "\n" not in subject
    assert "\r" not in subject
    assert len(subject) == 150
