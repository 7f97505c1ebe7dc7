"""Looking again at domains that were proved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials.models import Issuer
from portfolio import tasks
from portfolio.employers import keeping_proof, organisations, proving
from portfolio.endorsing import acting
from portfolio.models import Employer, EmployerMember
from tests.portfolio.organisations import join, make_employer, owner_of
from tests.portfolio.test_proving import says, silent

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def employer() -> Employer:
    """An organisation whose domain was proved just now, with keys of its own."""
    made = make_employer(name="Harbour", domain="harbour.example", is_proved=True)
    organisations.found_issuer(email="a@harbour.example", by=owner_of(made))
    made.refresh_from_db()
    return made


def look(employer: Employer, weeks: float, network: Any = None) -> bool | None:
    return keeping_proof.look_again(
        employer.pk, network=network or silent(), now=timezone.now() + weeks * WEEK
    )


def lose(employer: Employer) -> None:
    for week in (1, 2, 3):
        assert look(employer, week) is False
    employer.refresh_from_db()


def test_two_looks_that_find_nothing_take_nothing_away(
    client: Client, employer: Employer
) -> None:
    assert [look(employer, 1), look(employer, 2)] == [False, False]

    employer.refresh_from_db()
    assert employer.is_proved
    assert employer.missed_looks == 2
    client.force_login(owner_of(employer))
    page = client.get(reverse("organisation")).content.decode()
    assert "The proof was not there when we looked" in page
    assert proving.expected(employer) in page


def test_a_look_that_finds_it_begins_the_count_anew(employer: Employer) -> None:
    shown = says(proving.expected(employer))
    answers = [look(employer, 1), look(employer, 2), look(employer, 3, shown)]
    answers += [look(employer, 4), look(employer, 5)]

    assert answers == [False, False, True, False, False]
    employer.refresh_from_db()
    assert employer.is_proved


def test_three_in_a_row_take_the_label_away_and_owners_are_told(
    client: Client, employer: Employer
) -> None:
    colleague = join(employer)
    lose(employer)

    assert not employer.is_proved
    issuer = Issuer.objects.get(employer=employer)
    assert issuer.verified_domain == ""
    assert not acting.acts_for(owner_of(employer), issuer)
    for job in ProcrastinateJob.objects.filter(task_name="portfolio.mail_lost_domain"):
        tasks.mail_lost_domain(**job.args)
    (sent,) = mail.outbox
    assert sent.to == [owner_of(employer).email]
    assert "harbour.example" in str(sent.body)
    client.force_login(colleague)
    page = client.get(reverse("organisation")).content.decode()
    assert "Domain not proved" in page
    assert "three times in a row" in page
    assert "You sign again once the domain is proved." in page


def test_what_was_lost_can_be_proved_again(employer: Employer) -> None:
    lose(employer)

    assert proving.look(employer.pk, network=says(proving.expected(employer)))

    employer.refresh_from_db()
    assert employer.is_proved
    assert employer.domain_lost_at is None
    issuer = Issuer.objects.get(employer=employer)
    assert issuer.verified_domain == "harbour.example"
    assert acting.acts_for(owner_of(employer), issuer)
    owner = EmployerMember.objects.get(employer=employer)
    tasks.mail_lost_domain(owner.pk)
    assert not mail.outbox


def test_a_second_run_of_the_same_look_counts_once(employer: Employer) -> None:
    assert [look(employer, 1), look(employer, 1), look(employer, 1.1)] == [
        False,
        None,
        None,
    ]

    employer.refresh_from_db()
    assert employer.missed_looks == 1


def test_a_domain_that_changed_meanwhile_is_left_alone(employer: Employer) -> None:
    other = make_employer(domain="quay.example", is_proved=True)

    def records(_name: str) -> list[str]:
        Employer.objects.filter(pk=other.pk).update(domain="pier.example")
        return []

    assert look(other, 1, silent(text_records=records)) is None
    other.refresh_from_db()
    assert other.missed_looks == 0


def due(at: datetime) -> list[int]:
    return keeping_proof.due(at)


def test_proved_domains_are_due_each_week(employer: Employer) -> None:
    make_employer()  # not proved
    now = timezone.now()

    assert due(now + timedelta(days=6)) == []
    assert due(now + WEEK) == [employer.pk]
    with override_settings(DEMO=True):
        assert due(now + WEEK) == []
    tasks.look_at_domains(0)
    assert not ProcrastinateJob.objects.filter(task_name="portfolio.look_again")
    Employer.objects.filter(pk=employer.pk).update(domain_proved_at=now - WEEK)
    tasks.look_at_domains(0)
    (job,) = ProcrastinateJob.objects.filter(task_name="portfolio.look_again")
    assert job.args == {"employer_id": employer.pk}
