"""The page that tells the truth about a credential, in every state."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential, SigningKey
from tests.factories import make_badge, make_credential, make_user
from tests.portfolio.genuine_credential import (
    change,
    credential,
    holder,
    issuer,
    manager,
    see,
    version,
)
from tests.portfolio.page_words import text_of, title_of

pytestmark = pytest.mark.django_db

__all__ = ["credential", "holder", "issuer", "manager", "version"]  # fixtures

Reason = Credential.Reason


def day(moment):
    return f"{moment.day} {moment:%B %Y}"


def erase(credential):
    Credential.objects.filter(pk=credential.pk).update(
        state="erased",
        state_reason="",
        erased_at=timezone.now(),
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        holder=None,
        once_key=None,
    )


def make_ended(version, holder):
    return make_credential(version, holder, days_ago=800)


def make_replaced(version, holder):
    older = make_credential(version, holder, days_ago=700)
    return older, make_credential(version, holder)


def test_a_genuine_credential_says_so_with_issuer_holder_and_dates(client, credential):
    response = see(client, credential)
    text = text_of(response)
    assert (
        "This credential is genuine. Issued by Harbour Health Trust to Amina Yusuf on "
        f"{day(credential.issued_at)}. It ends on {day(credential.valid_until)}."
    ) in text
    assert title_of(response) == (
        "Genuine – Recognising sepsis early – Amina Yusuf – Cairn"
    )


def test_one_without_an_end_says_that_it_has_no_end_date(client, issuer):
    version = make_badge(issuer, validity_months=None)
    assert "It has no end date." in text_of(see(client, make_credential(version)))


def test_one_that_ends_soon_says_when(client, version):
    credential = make_credential(version, days_ago=710)
    text = text_of(see(client, credential))
    assert f"Genuine, and ends on {day(credential.valid_until)}." in text


def test_an_expired_one_was_genuine_and_names_whom_to_ask(client, version, holder):
    credential = make_ended(version, holder)
    response = see(client, credential)
    ended = day(credential.valid_until)
    assert (
        f"This credential was genuine and ended on {ended}. Harbour Health Trust has "
        "not renewed it. Ask Amina Yusuf for a newer one."
    ) in text_of(response)
    assert title_of(response).startswith("Ended – ")


def test_a_withdrawn_one_gives_the_public_reason_and_no_more(
    client, credential, manager
):
    revoking.revoke(
        credential, reason=Reason.NOT_OWN_WORK, note="seen in a video", by=manager
    )
    response = see(client, credential)
    text = text_of(response)
    assert (
        "Harbour Health Trust withdrew this credential on "
        f"{day(credential.state_changed_at)}. Reason given: the evidence was not the "
        "holder's own work. Do not rely on it."
    ) in text
    assert "seen in a video" not in text
    assert "Certificate (PDF)" not in text
    assert "withdrawn.svg" in response.content.decode()
    assert title_of(response).startswith("Withdrawn – ")


def test_a_paused_one_may_come_back_and_does(client, credential, manager):
    revoking.suspend(credential, reason=Reason.BEING_CHECKED, by=manager)
    text = text_of(see(client, credential))
    assert (
        "Harbour Health Trust has paused this credential since "
        f"{day(credential.state_changed_at)}. It may come back. Ask Harbour Health "
        "Trust before relying on it."
    ) in text
    revoking.reinstate(credential, reason=Reason.BEING_CHECKED, by=manager)
    assert "This credential is genuine." in text_of(see(client, credential))


def test_a_replaced_one_leads_to_the_newer_one(client, version, holder):
    older, newer = make_replaced(version, holder)
    response = see(client, older)
    assert "Harbour Health Trust replaced this credential on" in text_of(response)
    assert "The newer one is" in text_of(response)
    assert f'href="{newer.get_absolute_url()}"' in response.content.decode()


def test_a_private_newer_one_is_not_given_away(client, version, holder):
    older, newer = make_replaced(version, holder)
    Credential.objects.filter(pk=newer.pk).update(visibility="private")
    response = see(client, older)
    assert newer.token not in response.content.decode()
    assert "Ask Amina Yusuf for the newer one." in text_of(response)


def test_an_erased_one_says_so_without_a_person(client, credential):
    erase(credential)
    response = see(client, credential)
    text = text_of(response)
    assert response.status_code == 200
    assert (
        "This credential’s details were removed at its holder’s request. It is not "
        "withdrawn."
    ) in text
    assert "Harbour Health Trust" in text
    assert "Amina" not in response.content.decode()


def test_an_erased_one_that_was_withdrawn_stays_withdrawn(client, credential, manager):
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    erase(credential)
    assert "It is withdrawn." in text_of(see(client, credential))


def test_changed_bytes_are_not_genuine_and_show_nothing_from_the_file(
    client, credential
):
    changed = credential.document.replace("Amina Yusuf", "Boris Yusuf")
    change(credential, document=changed)
    response = see(client, credential)
    text = text_of(response)
    assert (
        "This file has been changed or was not signed by the issuer it names. Do not "
        "rely on anything in it."
    ) in text
    page = response.content.decode()
    for word in ["Boris", "Amina", "Recognising sepsis", "Harbour", "og:image"]:
        assert word not in page
    assert title_of(response) == "Not genuine – Cairn"


def test_a_lost_key_makes_its_credentials_not_genuine(client, credential):
    SigningKey.objects.filter(pk=credential.signing_key_id).update(
        compromised_at=timezone.now()
    )
    text = text_of(see(client, credential))
    assert "This file has been changed or was not signed" in text
    assert "Made with a key that its issuer lost." in text


def states(version, holder, manager):
    def revoked():
        credential = make_credential(version)
        revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
        return credential

    def suspended():
        credential = make_credential(version)
        revoking.suspend(credential, reason=Reason.BEING_CHECKED, by=manager)
        return credential

    def erased():
        credential = make_credential(version)
        erase(credential)
        return credential

    return {
        "This credential is genuine.": lambda: make_credential(version),
        "Genuine, and ends on": lambda: make_credential(version, days_ago=710),
        "was genuine and ended on": lambda: make_ended(version, make_user()),
        "has paused this credential": suspended,
        "withdrew this credential": revoked,
        "replaced this credential": lambda: make_replaced(version, holder)[0],
        "details were removed": erased,
    }


def test_every_state_begins_with_verdict_and_issuer_in_four_queries_and_no_cookie(
    version, holder, manager, django_assert_max_num_queries
):
    for sentence, make in states(version, holder, manager).items():
        credential = make()
        with django_assert_max_num_queries(4):
            response = Client().get(credential.get_absolute_url())
        assert response.status_code == 200, sentence
        beginning = text_of(response)[:400]
        assert sentence in beginning
        assert "Harbour Health Trust" in beginning, sentence
        assert not response.cookies, sentence
        assert "Cookie" not in response["Vary"], sentence
        assert response["Cache-Control"] == "no-cache", sentence


def test_the_page_writes_nothing(client, credential):
    before = Credential.objects.values().get(pk=credential.pk)
    see(client, credential)
    assert Credential.objects.values().get(pk=credential.pk) == before


def test_it_shows_the_signed_words_and_not_a_second_copy(client, credential, issuer):
    change(credential, recipient_name="Somebody else", title="Another title")
    issuer.name = "New Name"
    issuer.save()
    text = text_of(see(client, credential))
    assert "Somebody else" not in text
    assert "Another title" not in text
    assert "Issued by Harbour Health Trust to Amina Yusuf" in text
    assert "It is called New Name today." in text


def test_each_criterion_has_its_statement_and_its_level(client, credential):
    text = text_of(see(client, credential))
    assert "Shows point 1 with real work. Met: Able, level 2 of 3" in text
    assert "Shows point 2 with real work. Met: Able, level 2 of 3" in text


def test_the_failed_check_comes_first(client, credential, manager):
    def terms(response):
        return re.findall(r"<dt>(.*?)</dt>\s*<dd>.*?</dd>\s*</div>", checks(response))

    def checks(response):
        page = response.content.decode()
        (found,) = re.findall(r'<dl class="checks".*?</dl>', page, re.DOTALL)
        return found

    assert terms(see(client, credential)) == [
        "Signature",
        "Issuer",
        "Withdrawn?",
        "Dates",
        "Format",
        "Holder",
    ]
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    assert terms(see(client, credential))[0] == "Withdrawn?"
