"""The forms with which organisations decide and people ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credentials import revoking, sharing
from credentials.models import Credential, IssuerMember
from portfolio.employers import membership
from portfolio.endorsing import asking
from portfolio.models import Endorsement, User
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.portfolio.endorsed import (
    make_employer,
    make_manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_issuer("Harbour Health Trust")


@pytest.fixture
def manager(organisation):
    return make_manager(organisation)


@pytest.fixture
def credential():
    badge = make_badge(make_issuer("Northwind"), name="Usability testing")
    return make_credential(badge, make_user("Mei Tan"))


@pytest.fixture
def asked(organisation, manager, credential):
    return asking.ask_about_credential(
        organisation, credential, request="We worked together.", by=credential.holder
    )


def browser(person: User | None = None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def text(address: str, person: User | None = None, **asked: Any) -> str:
    response = browser(person).get(address, asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def page(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def badge_address(badge) -> tuple[str, str]:
    return badge.issuer.slug, badge.slug


def test_only_who_acts_for_an_organisation_gets_the_button_and_the_form(
    organisation, manager
):
    badge = make_badge().achievement
    address = page("recognise_badge", *badge_address(badge))
    member = make_employer().user
    for person in (manager, member):
        assert f'href="{address}"' in text(badge.get_absolute_url(), person)
        assert "Sign and publish" in text(address, person)
    for person in (
        make_user(),
        make_manager(badge.issuer),
        make_employer(proved=False).user,
        make_member(organisation, "designer"),
    ):
        assert f'href="{address}"' not in text(badge.get_absolute_url(), person)
        assert browser(person).get(address).status_code == 404
        answers = {"organisation": organisation.pk, "kind": "pay"}
        assert browser(person).post(address, answers).status_code == 404
    assert browser().get(address).status_code == 302


def test_recognising_a_badge_leads_to_its_signed_page(organisation, manager):
    badge = make_badge().achievement
    address = page("recognise_badge", *badge_address(badge))
    answers = {"organisation": organisation.pk, "kind": "pay", "comment": ""}

    response = browser(manager).post(address, answers)

    given = Endorsement.objects.get()
    assert (response.status_code, response["Location"]) == (
        303,
        given.get_absolute_url(),
    )
    assert given.kind == "pay"
    again = browser(manager).post(address, answers)
    assert again.status_code == 409
    assert "Your organisation says this already." in again.content.decode()


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"kind": ""}, "Choose what you accept it for."),
        ({"kind": "everything"}, "Choose one of these."),
        ({"kind": "other", "comment": " "}, "Say what you accept it for."),
        ({"kind": "endorses"}, "Say why you stand behind it."),
        ({"kind": "pay", "comment": "x" * 601}, "600 characters or fewer"),
        ({"kind": "pay", "organisation": ""}, "Choose an organisation."),
        ({"kind": "pay", "organisation": "999999"}, "that you act for"),
        ({"kind": "pay", "comment": "\x00"}, "hidden character"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_signs_nothing(
    organisation, manager, answers, sentence
):
    badge = make_badge().achievement
    address = page("recognise_badge", *badge_address(badge))
    given = {"organisation": organisation.pk, **answers}
    response = browser(manager).post(address, given)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Endorsement.objects.exists()


def test_one_manager_cannot_speak_for_another_organisation(manager):
    badge, other = make_badge().achievement, make_issuer()
    response = browser(manager).post(
        page("recognise_badge", *badge_address(badge)),
        {"organisation": other.pk, "kind": "pay"},
    )
    assert response.status_code == 422
    assert not Endorsement.objects.exists()


def test_endorsing_an_issuer(organisation, manager):
    issuer = make_issuer("Northwind")
    address = page("endorse_issuer", issuer.slug)
    assert f'href="{address}"' in text(issuer.get_absolute_url(), manager)
    response = browser(manager).post(
        address, {"organisation": organisation.pk, "comment": "Careful assessors."}
    )
    assert response.status_code == 303
    assert Endorsement.objects.get().issuer == issuer


def test_asking_answering_and_seeing_it(organisation, manager, credential):
    holder = credential.holder
    address = page("ask_endorsement", credential.token)
    assert f'href="{address}"' in text(page("me"), holder)
    assert f'href="{address}"' in text(page("share", credential.token), holder)
    response = browser(holder).post(
        address, {"organisation": organisation.pk, "request": "You know my work."}
    )
    assert response["Location"] == page("own_endorsements")
    assert "Harbour Health Trust" in text(page("own_endorsements"), holder)

    asked = Endorsement.objects.get()
    assert "You know my work." in text(page("endorsements"), manager)
    answer = page("answer_endorsement", asked.token)
    assert "You know my work." in text(answer, manager)
    assert browser(manager).post(answer, {"answer": "accept"}).status_code == 422
    response = browser(manager).post(
        answer, {"answer": "accept", "comment": "She led our audit."}
    )
    assert response["Location"] == asked.get_absolute_url()
    assert browser(manager).get(answer).status_code == 409
    assert "Given" in text(page("own_endorsements"), holder)
    assert "She led our audit." in text(credential.get_absolute_url())


def test_declining_and_taking_back(organisation, manager, credential, asked):
    holder = credential.holder
    answer = page("answer_endorsement", asked.token)
    assert browser(holder).post(answer, {"answer": "decline"}).status_code == 404
    assert browser(manager).post(answer, {"answer": "decline"}).status_code == 303
    assert "Declined" in text(page("own_endorsements"), holder)
    take_back = page("take_back_endorsement", asked.token)
    assert browser(holder).post(take_back).status_code == 409

    waiting = asking.ask_about_credential(
        organisation, credential, request="Once more.", by=holder
    )
    take_back = page("take_back_endorsement", waiting.token)
    assert browser(manager).post(take_back).status_code == 404
    assert browser(holder).post(take_back).status_code == 303
    assert browser(manager).post(answer, {"answer": "accept"}).status_code == 409


def test_what_cannot_be_asked_about_says_why(organisation, credential):
    holder = credential.holder
    address = page("ask_endorsement", credential.token)
    assert browser(make_user()).get(address).status_code == 404
    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=holder)
    assert "Nobody but you sees this credential" in text(address, holder)
    answers = {"organisation": organisation.pk, "request": "You know me."}
    assert browser(holder).post(address, answers).status_code == 409
    assert not Endorsement.objects.exists()


def test_an_organisation_without_anybody_who_decides_is_not_offered(credential):
    member = make_employer()
    address = page("ask_endorsement", credential.token)
    name = member.employer.issuer.name
    assert name in text(address, credential.holder)

    membership.leave(by=member.user)  # the last one takes the employer along

    assert name not in text(address, credential.holder)
    answers = {"organisation": member.employer.issuer.pk, "request": "You know me."}
    assert browser(credential.holder).post(address, answers).status_code == 422
    assert not Endorsement.objects.exists()


def test_who_went_while_the_form_was_read_is_not_asked(
    organisation, manager, credential, monkeypatch
):
    inner = asking.check_target

    def everybody_goes(*given: Any) -> None:
        inner(*given)
        IssuerMember.objects.all().delete()

    monkeypatch.setattr(asking, "check_target", everybody_goes)
    response = browser(credential.holder).post(
        page("ask_endorsement", credential.token),
        {"organisation": organisation.pk, "request": "You know me."},
    )
    assert response.status_code == 409
    assert "They cannot answer now." in response.content.decode()
    assert not Endorsement.objects.exists()


def test_what_was_made_private_or_withdrawn_meanwhile_is_not_signed(
    manager, credential, asked, monkeypatch
):
    answer = page("answer_endorsement", asked.token)
    answers = {"answer": "accept", "comment": "She led our audit."}
    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=credential.holder)
    response = browser(manager).post(answer, answers)
    assert response.status_code == 409
    assert "shows this credential to nobody now" in response.content.decode()
    assert credential.title not in response.content.decode()

    sharing.show_to(credential, Credential.Visibility.LINK, by=credential.holder)
    revoking.revoke(
        credential, reason=Credential.Reason.MISTAKE, by=make_manager(credential.issuer)
    )
    response = browser(manager).post(answer, answers)
    assert response.status_code == 409
    assert "This cannot be relied on today" in response.content.decode()
    assert Endorsement.objects.get().state == "asked"


def test_asking_the_same_twice_and_too_often(credential, organisation, manager):
    holder = credential.holder
    address = page("ask_endorsement", credential.token)
    answers = {"organisation": organisation.pk, "request": "You know me."}
    codes = [browser(holder).post(address, answers).status_code for _ in range(11)]
    assert codes == [303, *[409] * 9, 429]


def test_the_people_behind_a_badge_ask_others_to_recognise_it(organisation, manager):
    badge = make_badge().achievement
    theirs = make_manager(badge.issuer)
    address = page("ask_recognition", *badge_address(badge))
    assert f'href="{address}"' in text(badge.get_absolute_url(), theirs)
    assert browser(make_user()).get(address).status_code == 404
    response = browser(theirs).post(
        address,
        {"organisation": organisation.pk, "kind": "credit", "request": "Look at it."},
    )
    assert response.status_code == 303
    asked = Endorsement.objects.get()
    assert (asked.kind, asked.state, asked.asked_by) == ("credit", "asked", theirs)
