"""Jobs of people's pages. They take ids, call one function, and may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from credentials.tasks import RETRY


@app.task(retry=RETRY, name="portfolio.rewrite_findable", priority=-1)
def rewrite_findable(learner_id: int) -> None:
    """Make the rows anew that somebody is found by, or take them away."""
    from portfolio.talent import rows

    rows.rewrite(learner_id)


@app.task(retry=RETRY, name="portfolio.mail_contact")
def mail_contact(contact_id: int) -> None:
    """Mail somebody that a message waits for them."""
    from portfolio import mailing
    from portfolio.models import ContactRequest

    people = ContactRequest.objects.select_related("sender", "recipient")
    mailing.tell_of_contact(people.get(pk=contact_id))


@app.task(retry=RETRY, name="portfolio.mail_contact_answer")
def mail_contact_answer(contact_id: int) -> None:
    """Mail the sender of a message what was answered."""
    from portfolio import mailing
    from portfolio.models import ContactRequest

    people = ContactRequest.objects.select_related("sender", "recipient")
    mailing.tell_of_answer(people.get(pk=contact_id))


@app.periodic(cron="*/20 * * * *")
@app.task(name="portfolio.count_areas", retry=RETRY, priority=-10)
def count_areas(timestamp: int) -> None:
    """Count the skills that the talent search begins with, so that no page has to."""
    from portfolio.talent import counting

    counting.refresh_areas()


@app.periodic(cron="40 3 * * *")
@app.task(name="portfolio.forget_found_counts", retry=RETRY, priority=-10)
def forget_found_counts(timestamp: int) -> None:
    """Each night: delete counts that nobody sees any more."""
    from django.utils import timezone

    from portfolio.talent import found_counts

    found_counts.forget_old(timezone.now())
