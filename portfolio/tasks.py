"""Jobs of people's pages. They take ids, call one function, and may run twice."""

from __future__ import annotations

from datetime import UTC, datetime

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


@app.periodic(cron="0 7 * * 1")
@app.task(name="portfolio.look_at_searches", retry=RETRY)
def look_at_searches(timestamp: int) -> None:
    """Each Monday: one job for each saved search with a weekly mail."""
    from django.utils import timezone

    from portfolio.employers import digest

    for search_id in digest.due(timezone.now()):
        look_at_search.defer(search_id=search_id)


@app.task(retry=RETRY, name="portfolio.look_at_search", priority=-1)
def look_at_search(search_id: int) -> None:
    """See who is new for a saved search, and enqueue the mail if somebody is."""
    from django.utils import timezone

    from portfolio.employers import digest

    digest.look(search_id, timezone.now())


@app.task(retry=RETRY, name="portfolio.mail_search_digest")
def mail_search_digest(search_id: int, fresh: list[int], day: str) -> None:
    """Mail the owner of a saved search how many of these may be found now."""
    from django.utils import timezone

    from portfolio.employers import digest

    digest.send(search_id, fresh, day, timezone.now())


@app.task(retry=RETRY, name="portfolio.mail_endorsement")
def mail_endorsement(endorsement_id: int, what: str) -> None:
    """Mail those concerned: it was asked for, given, declined or withdrawn."""
    from portfolio.endorsing import mailing
    from portfolio.models import Endorsement

    found = Endorsement.objects.filter(pk=endorsement_id).first()
    if found is not None:  # it may have been taken back meanwhile
        mailing.tell(found, what)


@app.periodic(cron="35 2 * * *")
@app.task(name="portfolio.check_endorsements")
def check_endorsements(timestamp: int) -> None:
    """Each night: begin to verify the signature of every endorsement anew."""
    since = datetime.fromtimestamp(timestamp, UTC)
    check_some_endorsements.defer(since=since.isoformat(), after=0)


@app.task(retry=RETRY, name="portfolio.check_some_endorsements", priority=-10)
def check_some_endorsements(since: str, after: int) -> None:
    """Verify some endorsements, then leave the rest to another job: mails go first."""
    from portfolio.endorsing import verifying_again

    moment = datetime.fromisoformat(since)
    if last := verifying_again.check_signatures(since=moment, after=after):
        check_some_endorsements.defer(since=since, after=last)


@app.task(retry=RETRY, name="portfolio.mail_invitation")
def mail_invitation(invitation_id: int) -> None:
    """Mail whoever is asked to join an organisation, if there is such an account."""
    from portfolio import mailing
    from portfolio.models import EmployerInvitation

    asked = EmployerInvitation.objects.select_related("employer", "asked_by")
    if invitation := asked.filter(pk=invitation_id).first():
        mailing.tell_of_invitation(invitation)


@app.task(retry=RETRY, name="portfolio.mail_new_owner")
def mail_new_owner(member_id: int) -> None:
    """Mail somebody that they may change their organisation from now on."""
    from portfolio.employers import mailing
    from portfolio.models import EmployerMember

    members = EmployerMember.objects.select_related("employer", "user")
    if member := members.filter(pk=member_id, is_owner=True).first():
        mailing.tell_of_owning(member)


@app.task(retry=RETRY, name="portfolio.prove_domain")
def prove_domain(employer_id: int) -> None:
    """Look whether an organisation shows that its domain is its own."""
    from portfolio.employers import proving

    proving.look(employer_id)


@app.periodic(cron="20 4 * * *")
@app.task(name="portfolio.look_at_domains", retry=RETRY)
def look_at_domains(timestamp: int) -> None:
    """Each night: a job for each proved domain that nobody looked at for a week."""
    from django.utils import timezone

    from portfolio.employers import keeping_proof

    for employer_id in keeping_proof.due(timezone.now()):
        look_again.defer(employer_id=employer_id)


@app.task(name="portfolio.look_again", retry=RETRY, priority=-1)
def look_again(employer_id: int) -> None:
    """Look whether a proved domain still shows whose it is."""
    from portfolio.employers import keeping_proof

    keeping_proof.look_again(employer_id)


@app.task(retry=RETRY, name="portfolio.mail_lost_domain")
def mail_lost_domain(member_id: int) -> None:
    """Mail an owner that their domain is proved no longer."""
    from portfolio.employers import mailing
    from portfolio.models import EmployerMember

    members = EmployerMember.objects.select_related("employer", "user")
    if member := members.filter(pk=member_id, is_owner=True).first():
        mailing.tell_of_lost_domain(member)


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
