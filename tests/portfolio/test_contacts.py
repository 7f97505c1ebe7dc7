"""Writing to somebody whose address stays hidden until they say yes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio import contacting, tasks
from portfolio.models import ContactRequest, Profile, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted() -> User:
    """Somebody whose public page says that they are open to work."""
    person = factories.make_user("Mei Tan", email="mei@hidden.example")
    Profile.objects.filter(user=person).update(
        public_at=timezone.now(), open_to_work_at=timezone.now()
    )
    return person


@pytest.fixture
def sender(client: Client) -> User:
    """Somebody signed in."""
    person = factories.make_user("Sam Okoro", email="sam@hidden.example")
    client.force_login(person)
    return person


def page_of(person: User) -> str:
    return reverse("contact_person", args=[person.profile.handle])


def write(client: Client, person: User, **answers: Any) -> Any:
    return client.post(page_of(person), {"message": "Come and work here.", **answers})


def answer(client: Client, contact: ContactRequest, wanted: str) -> Any:
    address = reverse("answer_contact", args=[contact.token])
    return client.post(address, {"answer": wanted})


def test_a_message_reaches_the_other_one_without_any_address(
    client: Client, sender: User, wanted: User
) -> None:
    response = write(client, wanted, organisation="Harbour")

    assert response.status_code == 303
    contact = ContactRequest.objects.get()
    tasks.mail_contact(contact.pk)
    (told,) = mail.outbox
    assert told.to == ["mei@hidden.example"]
    assert "Come and work here." in told.body
    assert "sam@hidden.example" not in str(told.message())
    client.force_login(wanted)
    shown = client.get(reverse("contacts")).content.decode()
    assert "Come and work here." in shown
    assert "sam@hidden.example" not in shown


def test_accepting_shows_both_addresses_and_tells_the_sender(
    client: Client, sender: User, wanted: User
) -> None:
    write(client, wanted)
    contact = ContactRequest.objects.get()
    client.force_login(wanted)

    assert answer(client, contact, "accept").status_code == 303

    assert "sam@hidden.example" in client.get(reverse("contacts")).content.decode()
    client.force_login(sender)
    assert "mei@hidden.example" in client.get(reverse("contacts")).content.decode()
    tasks.mail_contact_answer(contact.pk)
    assert "mei@hidden.example" in mail.outbox[-1].body


@pytest.mark.parametrize("wanted_answer", ["decline", "withdraw"])
def test_addresses_stay_hidden_when_it_is_declined_or_taken_back(
    client: Client, sender: User, wanted: User, wanted_answer: str
) -> None:
    write(client, wanted)
    contact = ContactRequest.objects.get()
    client.force_login(wanted if wanted_answer == "decline" else sender)

    assert answer(client, contact, wanted_answer).status_code == 303

    for person, hidden in ((sender, b"mei@hidden"), (wanted, b"sam@hidden")):
        client.force_login(person)
        assert hidden not in client.get(reverse("contacts")).content


def test_a_second_answer_changes_nothing_and_says_so(
    client: Client, sender: User, wanted: User
) -> None:
    write(client, wanted)
    contact = ContactRequest.objects.get()
    contacting.withdraw(contact)
    client.force_login(wanted)

    assert answer(client, contact, "accept").status_code == 409
    contact.refresh_from_db()
    assert contact.state == ContactRequest.State.WITHDRAWN


def test_nobody_answers_for_somebody_else(
    client: Client, sender: User, wanted: User
) -> None:
    write(client, wanted)
    contact = ContactRequest.objects.get()

    assert answer(client, contact, "accept").status_code == 404
    client.force_login(factories.make_user())
    for each in ("accept", "decline", "withdraw"):
        assert answer(client, contact, each).status_code == 404
    client.force_login(wanted)
    assert answer(client, contact, "withdraw").status_code == 404
    contact.refresh_from_db()
    assert contact.state == ContactRequest.State.SENT


@pytest.mark.parametrize(
    "switches", [{"public_at": None}, {"open_to_work_at": None}], ids=str
)
def test_who_is_open_to_nobody_is_not_written_to(
    client: Client, sender: User, wanted: User, switches: dict[str, Any]
) -> None:
    Profile.objects.filter(user=wanted).update(**switches)

    assert client.get(page_of(wanted)).status_code == 404
    assert write(client, wanted).status_code == 404
    assert not ContactRequest.objects.exists()


def test_a_page_switched_off_since_it_was_read_refuses_the_message(
    sender: User, wanted: User
) -> None:
    profile = Profile.objects.get(user=wanted)
    Profile.objects.filter(user=wanted).update(public_at=None)

    with pytest.raises(contacting.NotOpen):
        contacting.ask(profile, by=sender, organisation="", message="Hello")


def test_one_message_waits_at_a_time(
    client: Client, sender: User, wanted: User
) -> None:
    write(client, wanted)

    again = write(client, wanted, message="And again.")

    assert again.status_code == 409
    assert "And again." in again.content.decode()
    assert ContactRequest.objects.count() == 1


def test_the_database_keeps_two_waiting_messages_apart(
    sender: User, wanted: User
) -> None:
    both = {"sender": sender, "recipient": wanted, "message": "Hello"}
    ContactRequest.objects.create(**both)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContactRequest.objects.create(**both)


def test_the_sixth_message_of_a_day_waits_with_its_words(
    client: Client, sender: User, wanted: User
) -> None:
    for _time in range(5):
        write(client, wanted)
        ContactRequest.objects.all().delete()

    response = write(client, wanted, message="One more")

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "One more" in response.content.decode()
    assert not ContactRequest.objects.exists()


def test_an_empty_message_is_asked_for(
    client: Client, sender: User, wanted: User
) -> None:
    response = write(client, wanted, message=" ", organisation="Harbour")

    assert response.status_code == 422
    assert "Write a message." in response.content.decode()
    assert "Harbour" in response.content.decode()


def test_visitors_are_asked_to_sign_in(client: Client, wanted: User) -> None:
    response = client.get(page_of(wanted))

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_messages_take_the_same_queries_however_many(
    client: Client, wanted: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(wanted)
    for _number in range(12):
        ContactRequest.objects.create(
            sender=factories.make_user(), recipient=wanted, message="Hello"
        )

    with django_assert_max_num_queries(8):
        client.get(reverse("contacts"))
