"""Who hears what about an outcome, and in which words."""

from __future__ import annotations

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials.tasks import mail_state_change
from pathways import completing, tasks
from pathways.models import Completion
from portfolio.models import User
from tests.credentials.test_mailing import forms
from tests.pathways.making import kept_for_a_module
from tests.pathways.stacks import (
    change,
    make_stack,
    part_of,
    reviewed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        yield {
            "review": reviewed(make_stack(1)),
            "keep": reviewed(make_stack(1, when_lost="keep")),
        }


def read(made):
    completion, manager = made
    return Completion.objects.get(pk=completion.pk), User.objects.get(pk=manager.pk)


@pytest.fixture
def stack(made):
    """A completion under the policy that staff look at lost parts, and a manager."""
    return read(made["review"])


@pytest.fixture
def kept_stack(made):
    """A completion under the policy that it is kept, and a manager."""
    return read(made["keep"])


def post():
    """Do the mail jobs that wait; return subjects and texts by recipient."""
    mail.outbox.clear()
    waiting = ProcrastinateJob.objects.filter(task_name__contains=".mail_")
    for job in waiting.order_by("pk"):
        task = {
            "pathways.mail_event": tasks.mail_event,
            "pathways.mail_review": tasks.mail_review,
            "credentials.mail_state_change": mail_state_change,
        }[job.task_name]
        task(**job.args)
    told = {}
    for message in mail.outbox:
        text, _html = forms(message)
        told.setdefault(message.to[0], []).append((message.subject, text))
    return told


def test_the_learner_hears_of_the_outcome(stack):
    completion, _manager = stack
    version = completion.version

    [(subject, text)] = post()[completion.learner.email]

    title = completion.credential.title
    assert subject == f"You completed {title}"
    assert f"You completed {title} on the pathway {version.name}." in text
    assert completion.credential.get_absolute_url() in text
    assert version.get_absolute_url() in text


def test_learner_and_managers_hear_of_a_review(stack):
    completion, manager = stack
    part, title = part_of(completion), completion.credential.title
    change("suspend", part, manager)

    told = post()

    subject, text = told[completion.learner.email][-1]
    assert subject == f"A part of {title} no longer counts"
    assert f"- {part.title}" in text
    assert "stays in force for now" in text
    [(subject, text)] = told[manager.email]
    assert subject == f"{title} of Ada <b> waits for your decision"
    assert f"- {part.title}" in text
    assert "/admin/pathways/completion/" in text


def test_what_is_kept_by_policy_is_told_the_learner_alone(kept_stack):
    completion, manager = kept_stack
    change("suspend", part_of(completion), manager)

    told = post()

    assert manager.email not in told
    _subject, text = told[completion.learner.email][-1]
    assert "stays with you: it was awarded under the rules of its day" in text


def test_managers_hear_nothing_of_a_review_that_is_over(stack):
    completion, manager = stack
    change("suspend", part_of(completion), manager)
    change("reinstate", part_of(completion), manager)

    told = post()

    assert manager.email not in told
    assert told[completion.learner.email][-1][0].startswith("All parts of")


def test_the_learner_hears_that_it_was_kept(stack):
    completion, manager = stack
    change("revoke", part_of(completion), manager)
    completion.refresh_from_db()
    completing.keep(completion, by=manager, note="Between us.")

    subject, text = post()[completion.learner.email][-1]

    assert subject == f"{completion.credential.title} stays with you"
    assert "decided that it stays" in text
    assert "Between us" not in text


def test_a_withdrawal_is_told_once(stack):
    completion, manager = stack
    change("revoke", part_of(completion), manager)
    completion.refresh_from_db()
    completing.withdraw(completion, by=manager)

    subjects = [subject for subject, _text in post()[completion.learner.email]]

    withdrawn = [subject for subject in subjects if "was withdrawn by" in subject]
    assert len(withdrawn) == 2  # the part, and the outcome
    assert len(subjects) == 4  # completed, part lost


def test_mails_are_written_in_the_language_of_each_reader(stack):
    completion, manager = stack
    type(manager).objects.filter(pk=manager.pk).update(language="es")
    change("suspend", part_of(completion), manager)

    post()

    languages = {
        message.to[0]: message.alternatives[0].content.partition('lang="')[2][:2]
        for message in mail.outbox
    }
    assert languages[manager.email] == "es"
    assert languages[completion.learner.email] == "en"
