"""Killed at the worst moment: nothing is lost, nothing is done twice."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import reviewing, tasks
from credentials.models import Credential, IdempotencyKey, Review
from portfolio.running import postgres
from tests.credentials.crashing import (
    OTHERS,
    WAITING,
    Machine,
    ask,
    point,
    until,
    work_on_after_a_while,
)
from tests.credentials.test_admin_review import filled, page_of
from tests.factories import make_member, make_opinion, make_submission

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def port():
    return postgres.free_port()


@pytest.fixture
def machine(settings, tmp_path, port):
    settings.SITE_URL = f"http://localhost:{port}"
    # No tables of Django's: what other tests left there would be worked through.
    ask("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    machine = Machine(tmp_path, port)
    yield machine
    machine.stop()


class Desk:
    """A reviewer before a filled review form."""

    def __init__(self, machine):
        self.machine = machine
        self.submission = make_submission()
        self.reviewer = make_member(self.submission.achievement.issuer)
        browser = Client()
        browser.force_login(self.reviewer)
        self.session = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
        self.page = page_of(self.submission)
        self.form = filled(self.submission)

    def press(self):
        return self.machine.press(self.page, self.form, self.session)

    def written(self):
        """How often each thing was written that one approval writes once."""
        jobs = ProcrastinateJob.objects.filter(task_name="credentials.mail_decision")
        own = {"submission": self.submission}
        return (
            Credential.objects.filter(**own).count(),
            Review.objects.filter(**own).count(),
            IdempotencyKey.objects.filter(user=self.reviewer).count(),
            jobs.filter(args__submission_id=str(self.submission.pk)).count(),
        )


def killed_while_committing(desk, web, *, heard):
    """Press, kill the web server during COMMIT; the database heard it, or did not."""
    with ThreadPoolExecutor(1) as pool, point("award commits") as here:
        pressed = pool.submit(desk.press)
        here.reached()
        web.kill()
        if heard:
            here.let_go()
        else:
            here.cut_off()
        assert pressed.result() == "lost"
    until(lambda: not ask(OTHERS))


def test_a_web_server_killed_in_an_approval_loses_and_doubles_nothing(machine):
    before, after = Desk(machine), Desk(machine)

    killed_while_committing(before, machine.web(), heard=False)
    assert before.written() == (0, 0, 0, 0)
    before.submission.refresh_from_db()
    assert before.submission.status == "submitted"

    web = machine.web()
    assert before.press() == before.page
    assert before.written() == (1, 1, 1, 1)

    killed_while_committing(after, web, heard=True)
    assert after.written() == (1, 1, 1, 1)

    machine.web()
    assert after.press() == after.page
    assert after.written() == (1, 1, 1, 1)


def test_a_web_server_whose_parent_is_killed_leaves_nothing_behind(machine):
    web = machine.web(workers=2)

    web.signal(signal.SIGKILL)

    web.ended()
    until(lambda: not ask(OTHERS))
    assert machine.get("/livez") == 0


def test_a_web_server_that_is_asked_to_end_answers_what_was_begun(machine):
    desk, web = Desk(machine), machine.web()

    with ThreadPoolExecutor(1) as pool, point("award commits") as here:
        pressed = pool.submit(desk.press)
        here.reached()
        web.signal(signal.SIGTERM)
        until(lambda: "Stopping worker" in (machine.data / "log").read_text())
        here.let_go()
        assert pressed.result() == desk.page

    web.ended()
    assert desk.written() == (1, 1, 1, 1)
    assert not ask(OTHERS)


def approved():
    submission = make_submission()
    reviewer = make_member(submission.achievement.issuer)
    reviewing.decide(submission, make_opinion(submission), by=reviewer)
    return submission


def mails_of(machine, submission):
    """The Message-IDs of the mails about a submission that were sent."""
    wanted = f"<decision-{submission.pk}-1@"
    return [
        line
        for file in (machine.data / "mail").glob("*")
        for line in file.read_text().splitlines()
        if line.lower().startswith("message-id:") and wanted in line
    ]


def job_of(submission):
    return ProcrastinateJob.objects.get(args__submission_id=str(submission.pk))


def test_a_worker_killed_before_it_mails_mails_later_and_once(machine):
    submission = approved()

    with transaction.atomic():
        ask("LOCK TABLE credentials_review")  # the job has begun and reads
        worker = machine.worker()
        until(lambda: ask(WAITING))
        worker.kill()
    assert (job_of(submission).status, mails_of(machine, submission)) == ("doing", [])

    work_on_after_a_while(machine)

    assert job_of(submission).status == "succeeded"
    assert len(mails_of(machine, submission)) == 1


def test_a_worker_killed_after_it_mailed_mails_again_under_the_same_id(machine):
    submission = approved()

    with point("job is finished") as here:
        worker = machine.worker()
        here.reached()
        worker.kill()
        here.cut_off()
    assert job_of(submission).status == "doing"
    assert len(mails_of(machine, submission)) == 1

    work_on_after_a_while(machine)

    assert job_of(submission).status == "succeeded"
    sent = mails_of(machine, submission)
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert Credential.objects.filter(submission=submission).count() == 1


def test_a_worker_that_is_asked_to_end_finishes_its_job(machine):
    submission = approved()

    with point("job is finished") as here:
        worker = machine.worker()
        here.reached()
        worker.signal(signal.SIGTERM)
        here.let_go()
        assert worker.ended() == 0

    assert job_of(submission).status == "succeeded"
    assert len(mails_of(machine, submission)) == 1
    assert not ask(OTHERS)
    assert not ask("SELECT id FROM procrastinate_workers")


def test_a_job_that_ends_every_worker_is_given_up(machine):
    submission = approved()
    ask(
        "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s",
        tasks.MOST_TRIES,
    )

    work_on_after_a_while(machine)

    assert job_of(submission).status == "failed"
    assert mails_of(machine, submission) == []
