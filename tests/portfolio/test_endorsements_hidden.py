"""Holders hide what was said about their credentials, and show it again."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.models import Credential
from portfolio.endorsing import asking, giving, hiding, showing
from portfolio.models import Endorsement, User
from tests.factories import make_badge, make_credential, make_issuer, make_user
from tests.portfolio.endorsed import Kind, make_given, make_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(client: Client) -> User:
    """Somebody signed in."""
    person = make_user("Mei Tan")
    client.force_login(person)
    return person


@pytest.fixture
def endorsed(holder: User) -> Endorsement:
    """What an organisation said about a credential of the one who is signed in."""
    organisation = make_issuer("Harbour Health Trust")
    decider = make_manager(organisation)
    credential = make_credential(make_badge(), holder)
    asked = asking.ask_about_credential(
        organisation, credential, request="We worked together.", by=holder
    )
    words = giving.Words(Kind.ENDORSES, "She led our audit.")
    return giving.accept(asked, words, by=decider)


def press(client: Client, endorsed: Endorsement, shown: str) -> None:
    address = reverse("show_endorsement", args=[endorsed.token])
    response = client.post(address, {"shown": shown})
    assert response.status_code == 303


def credential_of(endorsed: Endorsement) -> Credential:
    assert endorsed.credential is not None
    return endorsed.credential


def test_hidden_it_leaves_the_credential_and_keeps_its_own_page(
    client: Client, endorsed: Endorsement
) -> None:
    page = credential_of(endorsed).get_absolute_url()
    assert "She led our audit." in Client().get(page).content.decode()

    press(client, endorsed, "no")

    for reader in (Client(), client):
        assert "She led our audit." not in reader.get(page).content.decode()
    assert not Endorsement.objects.in_force().exists()
    own = Client().get(endorsed.get_absolute_url()).content.decode()
    assert "This endorsement is genuine." in own
    document = reverse("endorsement_json", args=[endorsed.token])
    assert Client().get(document).status_code == 200


def test_it_is_shown_again_with_one_press(
    client: Client, endorsed: Endorsement
) -> None:
    address = reverse("own_endorsements")
    assert "Shown on your credential." in client.get(address).content.decode()
    press(client, endorsed, "no")
    assert "Show on my credential" in client.get(address).content.decode()

    press(client, endorsed, "yes")

    assert len(showing.of_credential(credential_of(endorsed))) == 1
    assert "Shown on your credential." in client.get(address).content.decode()


def test_a_press_that_comes_twice_changes_nothing_more(
    holder: User, endorsed: Endorsement
) -> None:
    presses = [
        hiding.show(endorsed, is_shown=is_shown, by=holder)
        for is_shown in (True, False, False, True)
    ]

    assert presses == [False, True, False, True]


def test_nobody_else_hides_it(client: Client, endorsed: Endorsement) -> None:
    decider = make_manager(endorsed.organisation)
    client.force_login(decider)
    address = reverse("show_endorsement", args=[endorsed.token])

    assert client.post(address, {"shown": "no"}).status_code == 404
    with pytest.raises(giving.NotAllowed):
        hiding.show(endorsed, is_shown=False, by=decider)
    assert not Endorsement.objects.exclude(hidden_at=None).exists()


def test_what_is_withdrawn_has_no_switch(client: Client, endorsed: Endorsement) -> None:
    giving.withdraw(endorsed, by=make_manager(endorsed.organisation))
    address = reverse("show_endorsement", args=[endorsed.token])

    assert client.post(address, {"shown": "no"}).status_code == 404
    page = client.get(reverse("own_endorsements")).content.decode()
    assert address not in page


def test_the_database_hides_nothing_about_badges() -> None:
    given = make_given()

    with pytest.raises(IntegrityError, match="endorsement_hidden_by_a_holder"):
        Endorsement.objects.filter(pk=given.pk).update(hidden_at=timezone.now())
