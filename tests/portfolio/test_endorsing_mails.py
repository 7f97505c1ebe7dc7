"""Who is told of what happens to endorsements, and who is not."""

from __future__ import annotations

import pytest
from django.core import mail

from credentials import sharing
from credentials.models import Credential
from portfolio import tasks
from portfolio.endorsing import asking, giving
from portfolio.endorsing.giving import Words
from portfolio.models import Endorsement
from tests.factories import make_badge, make_credential, make_issuer, make_user
from tests.portfolio.endorsed import WORDS, Kind, make_manager

pytestmark = pytest.mark.django_db
STANDS = Words(Kind.ENDORSES, "We worked with them for a year.")


@pytest.fixture
def organisation():
    return make_issuer("Harbour")


@pytest.fixture
def manager(organisation):
    return make_manager(organisation)


@pytest.fixture
def credential():
    return make_credential(make_badge(name="Usability testing"), make_user("Mei Tan"))


def ask(organisation, credential) -> Endorsement:
    return asking.ask_about_credential(
        organisation, credential, request="You know my work.", by=credential.holder
    )


def run(what: str) -> None:
    row = Endorsement.objects.latest("pk")
    tasks.mail_endorsement(row.pk, what)


def test_those_concerned_get_a_mail(organisation, manager, credential):
    asked = ask(organisation, credential)
    run("asked")
    assert [each.to for each in mail.outbox] == [[manager.email]]
    assert "You know my work." in mail.outbox[0].body
    giving.accept(asked, STANDS, by=manager)
    run("given")
    assert mail.outbox[-1].to == [credential.holder.email]
    assert STANDS.comment in mail.outbox[-1].body
    giving.withdraw(asked, by=manager)
    run("withdrawn")
    assert mail.outbox[-1].to == [credential.holder.email]
    run("given")  # a job that comes late says nothing that is no longer so
    assert len(mail.outbox) == 3


def test_managers_of_a_badge_hear_of_its_recognition(organisation, manager):
    badge = make_badge().achievement
    theirs = make_manager(badge.issuer)
    giving.give(organisation, badge, WORDS, by=manager)
    run("given")
    assert [each.to for each in mail.outbox] == [[theirs.email]]


@pytest.mark.parametrize("what", ["asked", "given"])
def test_what_its_holder_shows_to_nobody_now_is_named_to_its_holder_alone(
    organisation, manager, credential, what
):
    asked = ask(organisation, credential)
    make_manager(credential.issuer)
    if what == "given":
        giving.accept(asked, STANDS, by=manager)
    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=credential.holder)

    run(what)

    told = [each.to for each in mail.outbox]
    assert told == ([[credential.holder.email]] if what == "given" else [])
    mail.outbox.clear()
    Endorsement.objects.update(asked_by=None)  # their account is gone
    run(what)
    assert mail.outbox == []


def test_a_request_that_was_taken_back_is_not_mailed(organisation, manager, credential):
    asked = ask(organisation, credential)
    number = asked.pk
    asking.take_back(asked, by=credential.holder)
    tasks.mail_endorsement(number, "asked")
    assert mail.outbox == []
