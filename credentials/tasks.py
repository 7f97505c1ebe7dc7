"""Jobs. They take ids, fetch, call one function, and may run twice.

Jobs are deferred inside the deciding transaction, so that job and decision commit
together. Never with ``queueing_lock`` there: a collision aborts the transaction even
when it is caught.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

log = logging.getLogger(__name__)

MOST_TRIES = 12
LONGEST_WAIT = 3600  # seconds


class DoublingWait(BaseRetryStrategy):
    """Wait 5, 10, 20 … seconds, at most an hour; give up after 12 tries.

    That is three hours and more: mail servers come back. The library's own strategy
    raises its base to the power of the tries and would soon wait for years.
    """

    def get_retry_decision(
        self, *, exception: BaseException, job: Job
    ) -> RetryDecision | None:
        """Return when a failed job is tried again; None when it was the last try."""
        if job.attempts >= MOST_TRIES:
            return None
        wait = min(5 * 2**job.attempts, LONGEST_WAIT)
        return RetryDecision(retry_in={"seconds": wait})


RETRY = DoublingWait()


@app.task(retry=RETRY, name="credentials.mail_decision")
def mail_decision(submission_id: str, round: int) -> None:
    """Mail the learner the decision of one round."""
    from credentials import mailing
    from credentials.models import Review

    review = (
        Review.objects.select_related(
            "submission__learner",
            "submission__version",
            "submission__achievement__issuer",
            "submission__credential",
        )
        .prefetch_related("criteria__criterion", "criteria__level")
        .get(submission_id=submission_id, round=round)
    )
    mailing.tell_decision(review.submission, review)


@app.task(retry=RETRY, name="credentials.mail_state_change")
def mail_state_change(event_id: int) -> None:
    """Mail the holder that the state of a credential changed."""
    from credentials import mailing
    from credentials.models import CredentialEvent

    event = CredentialEvent.objects.select_related(
        "credential__holder", "credential__issuer"
    ).get(pk=event_id)
    mailing.tell_state_change(event)


@app.task(retry=RETRY, name="credentials.mail_role_change")
def mail_role_change(
    recipient_id: int,
    person_id: int,
    by_id: int,
    issuer_id: int | None,
    before: str,
    after: str,
    notice: str,
) -> None:
    """Mail one person that somebody's role changed; no issuer means the whole site.

    The role may be gone by now, so the job says which it was.
    """
    from django.contrib.auth import get_user_model

    from credentials import mailing
    from credentials.models import Issuer

    people = get_user_model().objects.in_bulk([recipient_id, person_id, by_id])
    if not people[recipient_id].is_active:
        return
    issuer = None if issuer_id is None else Issuer.objects.get(pk=issuer_id)
    mailing.tell_role_change(
        people[recipient_id],
        person=people[person_id],
        by=people[by_id],
        issuer=issuer,
        before=before,
        after=after,
        notice=notice,
    )


@app.task(retry=RETRY, name="credentials.mail_problem")
def mail_problem(report_id: int) -> None:
    """Mail a visitor's report to issuer and operator."""
    from credentials import mailing
    from credentials.models import ProblemReport

    mailing.tell_problem(
        ProblemReport.objects.select_related("credential__issuer").get(pk=report_id)
    )


@app.periodic(cron="0 6 * * *")
@app.task(name="credentials.enqueue_digests")
def enqueue_digests(timestamp: int) -> None:
    """Each morning: one digest job for each reviewer for whom something waits."""
    from credentials import digests

    day = datetime.fromtimestamp(timestamp, UTC).date().isoformat()
    for reviewer_id in digests.reviewers_with_work():
        mail_digest.defer(reviewer_id=reviewer_id, day=day)


@app.task(retry=RETRY, name="credentials.mail_digest")
def mail_digest(reviewer_id: int, day: str) -> None:
    """Mail one reviewer what waits; nothing when nothing waits any more."""
    from credentials import digests

    digests.send_digest(reviewer_id, day=day)


@app.periodic(cron="30 2 * * *")
@app.task(name="credentials.check_signatures")
def check_signatures(timestamp: int) -> None:
    """Each night: begin to verify every stored document anew."""
    since = datetime.fromtimestamp(timestamp, UTC)
    check_some_signatures.defer(since=since.isoformat(), after="")
    check_some_imported.defer(since=since.isoformat(), after=0)


@app.task(retry=RETRY, name="credentials.check_some_signatures", priority=-10)
def check_some_signatures(since: str, after: str) -> None:
    """Verify some documents, then leave the rest to another job: mails go first."""
    from credentials import sweeping

    last = sweeping.check_signatures(
        since=datetime.fromisoformat(since), after=UUID(after) if after else None
    )
    if last:
        check_some_signatures.defer(since=since, after=str(last))


@app.task(retry=RETRY, name="credentials.check_some_imported", priority=-10)
def check_some_imported(since: str, after: int) -> None:
    """Judge some documents from elsewhere anew, and leave the rest to another job."""
    from credentials import sweeping

    last = sweeping.check_imported(since=datetime.fromisoformat(since), after=after)
    if last:
        check_some_imported.defer(since=since, after=last)


@app.periodic(cron="25 * * * *")
@app.task(name="credentials.open_status_lists")
def open_status_lists(timestamp: int) -> None:
    """Each hour: open the next status list of issuers whose last one is nearly full."""
    from credentials import status_lists

    status_lists.open_ahead()


@app.periodic(cron="15 3 * * *")
@app.task(name="credentials.forget_old")
def forget_old(timestamp: int) -> None:
    """Each night: delete old counts and keys, and files whose row never committed."""
    from credentials import sweeping

    sweeping.forget_old()


@app.periodic(cron="45 3 * * *")
@app.task(name="credentials.forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Each night: delete jobs that succeeded a week ago; failed ones stay."""
    await app.job_manager.delete_old_jobs(nb_hours=7 * 24)


@app.periodic(cron="*/2 * * * *")
@app.task(name="credentials.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Give back the jobs of workers that were killed: they would stay running.

    A job that ends its worker each time is given up like one that fails each time.
    """
    for job in await app.job_manager.get_stalled_jobs():
        try:
            if job.attempts >= MOST_TRIES:
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            else:
                await app.job_manager.retry_job(job)
        except ConnectorException:  # its worker finished it in the meantime after all
            log.warning("job %s is no longer stalled", job.id)
