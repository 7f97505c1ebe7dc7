"""Owners whose accounts go, and people who said no to an organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio import mailing as own_mails
from portfolio import tasks
from portfolio.employers import membership, organisations
from portfolio.models import (
    Employer,
    EmployerInvitation,
    EmployerMember,
    User,
)
from tests import factories
from tests.logging_in import log_in
from tests.portfolio.organisations import join, make_employer, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer() -> Employer:
    return make_employer(name="Harbour")


def close(person: User) -> None:
    """As the operator does it."""
    person.is_active = False
    person.save()


def delete(person: User) -> None:
    person.delete()


def owners(employer: Employer) -> list[User]:
    members = employer.members.filter(is_owner=True, user__is_active=True)
    return [each.user for each in members.order_by("joined_at")]


@pytest.mark.parametrize("goes", [close, delete])
def test_the_colleague_who_joined_first_follows_the_last_owner(
    employer: Employer, goes: Any
) -> None:
    last = owner_of(employer)
    first, second = join(employer), join(employer)

    goes(last)

    assert owners(employer) == [first]
    tasks.mail_new_owner(employer.members.get(user=first).pk)
    (sent,) = mail.outbox
    assert sent.to == [first.email]
    assert "You joined first" in str(sent.body)
    assert not employer.members.get(user=second).is_owner


@pytest.mark.parametrize("goes", [close, delete])
def test_nothing_changes_while_another_owner_is_there(
    employer: Employer, goes: Any
) -> None:
    last, other, colleague = (
        owner_of(employer),
        join(employer, is_owner=True),
        join(employer),
    )

    goes(last)

    assert owners(employer) == [other]
    goes(colleague)
    assert owners(employer) == [other]


def test_a_closed_colleague_follows_nobody(employer: Employer) -> None:
    first, second = join(employer), join(employer)
    close(first)

    close(owner_of(employer))

    assert owners(employer) == [second]


def test_the_operator_closes_an_account_on_its_page(
    client: Client, employer: Employer
) -> None:
    last, colleague = owner_of(employer), join(employer)
    operator = factories.make_user(is_staff=True, is_superuser=True)
    log_in(client, operator)

    address = reverse("admin:portfolio_user_change", args=[last.pk])
    client.post(address, {"full_name": last.full_name})

    assert owners(employer) == [colleague]


def test_an_organisation_goes_with_its_last_account_and_what_it_signed_stays(
    employer: Employer,
) -> None:
    owner = owner_of(employer)
    Employer.objects.update(domain_proved_at=timezone.now())
    signing = organisations.found_issuer(email="a@harbour.example", by=owner)

    delete(owner)

    assert not Employer.objects.exists()
    signing.refresh_from_db()
    assert signing.keys.exists()


def test_an_organisation_stays_when_its_last_account_is_closed(
    employer: Employer,
) -> None:
    owner = owner_of(employer)

    close(owner)

    assert EmployerMember.objects.get().user == owner


def ask(employer: Employer, email: str) -> EmployerInvitation:
    asked = membership.invite(email, by=owner_of(employer))
    tasks.mail_invitation(asked.pk)
    return asked


def decline(employer: Employer, person: User) -> EmployerInvitation:
    asked = ask(employer, person.email)
    membership.decline(asked.token, by=person)
    mail.outbox.clear()
    return asked


def test_who_said_no_is_asked_again_on_the_site_and_gets_no_mail(
    employer: Employer,
) -> None:
    person, owner = factories.make_user(), owner_of(employer)
    asked = decline(employer, person)
    assert membership.uninvite(asked.pk, by=owner) == person.email
    assert not membership.asked_by(employer, timezone.now()).exists()

    again = ask(employer, person.email)

    assert not mail.outbox
    assert membership.asked_by(employer, timezone.now()).get() == again
    assert membership.invitations_to(person, timezone.now()).get() == again
    assert membership.accept(again.token, by=person) == employer


def test_another_address_of_theirs_gets_no_mail_either(employer: Employer) -> None:
    person = factories.make_user()
    EmailAddress.objects.create(
        user=person, email="second@people.example.org", verified=True
    )
    decline(employer, person)

    ask(employer, "second@people.example.org")

    assert not mail.outbox


def test_another_organisation_may_write(employer: Employer) -> None:
    person = factories.make_user()
    decline(employer, person)

    ask(make_employer(), person.email)

    assert [each.to for each in mail.outbox] == [[person.email]]


@pytest.mark.parametrize(("days", "mails"), [(89, 0), (91, 1)])
def test_a_no_is_remembered_for_ninety_days(
    employer: Employer, days: int, mails: int
) -> None:
    person = factories.make_user()
    asked = decline(employer, person)
    then = timezone.now() - timedelta(days=days)
    EmployerInvitation.objects.update(declined_at=then, asked_at=then)
    assert not membership.asked_by(employer, timezone.now()).exists()

    again = ask(employer, person.email)

    assert len(mail.outbox) == mails
    assert (again.pk == asked.pk) is not bool(mails)


def test_what_was_taken_back_is_not_mailed(employer: Employer) -> None:
    person = factories.make_user()
    asked = decline(employer, person)
    EmployerInvitation.objects.update(
        declined_at=timezone.now() - timedelta(days=100), taken_back_at=timezone.now()
    )
    asked.refresh_from_db()

    own_mails.tell_of_invitation(asked)

    assert not mail.outbox
