"""Jobs of pathways. They take ids, fetch, call one function, and may run twice.

Mails about what somebody decided go first; what the night brings goes last.
"""

from __future__ import annotations

from procrastinate.contrib.django import app

from credentials.tasks import RETRY

BY_NIGHT = -5


@app.task(retry=RETRY, name="pathways.evaluate", priority=-1)
def evaluate(learner_id: int) -> None:
    """See what somebody's credentials change on their pathways."""
    from pathways import evaluating

    evaluating.evaluate(learner_id)


@app.periodic(cron="10 2 * * *")
@app.task(name="pathways.look_for_ended", retry=RETRY)
def look_for_ended(timestamp: int) -> None:
    """Each night: enqueue the learners who lost a part because it ended."""
    from pathways import running_out

    running_out.enqueue_learners(timestamp)


@app.task(retry=RETRY, name="pathways.sweep", priority=-10)
def sweep(sweep_id: int) -> None:
    """Look at some of the learners in a range, then leave the rest to another job."""
    from pathways import sweeping

    sweeping.go_on(sweep_id)


@app.task(retry=RETRY, name="pathways.mail_event")
def mail_event(event_id: int) -> None:
    """Mail the learner what happened to an outcome."""
    from pathways import mailing
    from pathways.models import CompletionEvent

    event = CompletionEvent.objects.select_related(
        "completion__learner",
        "completion__credential",
        "completion__version__pathway__issuer",
    ).get(pk=event_id)
    mailing.tell_learner(event)


@app.task(retry=RETRY, name="pathways.mail_review")
def mail_review(event_id: int, manager_id: int) -> None:
    """Mail one manager that an outcome waits for a decision, while it does."""
    from django.contrib.auth import get_user_model

    from pathways import completing, mailing
    from pathways.models import CompletionEvent

    event = CompletionEvent.objects.get(pk=event_id)
    manager = get_user_model().objects.get(pk=manager_id)
    waiting = completing.under_review(manager).filter(pk=event.completion_id).first()
    if waiting:
        mailing.tell_manager(manager, waiting, event)
