"""The page that tells the truth about a credential, in every state."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential, SigningKey
from portfolio.models import Profile
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.portfolio.page_words import text_of, title_of

pytestmark = pytest.mark.django_db

Reason = Credential.Reason


def day(moment):
    return f"{moment.day} {moment:%B %Y}"


@pytest.fixture
def issuer():
    return make_issuer("Harbour Health Trust")


@pytest.fixture
def version(issuer):
    return make_badge(issuer, name="Recognising sepsis early")


@pytest.fixture
def holder():
    return make_user("Amina Yusuf")


@pytest.fixture
def manager(issuer):
    return make_member(issuer, "manager")


@pytest.fixture
def credential(version, holder):
    return make_credential(version, holder, days_ago=3)


def see(client, credential, **headers):
    return client.get(credential.get_absolute_url(), headers=headers)


def change(credential, **values):
    """Change a stored credential behind the back of its trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else a trigger is pending
        cursor.execute(
            "ALTER TABLE credentials_credential DISABLE TRIGGER credential_written_once"
        )
        Credential.objects.filter(pk=credential.pk).update(**values)
        cursor.execute(
            "ALTER TABLE credentials_credential ENABLE TRIGGER credential_written_once"
        )
    credential.refresh_from_db()


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


def test_private_and_absent_are_the_same_page(client, credential):
    absent = client.get(reverse("credential", args=["0" * 26]))
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    private = see(client, credential)
    assert private.status_code == absent.status_code == 404
    assert "There is nothing to show here." in text_of(private)
    assert private.content == absent.content
    for token in ["short", "0" * 27, "%00" * 26, "U" * 26]:
        other = client.get(f"/c/{token}/")
        assert (other.status_code, other.content) == (404, absent.content)


@pytest.mark.parametrize(
    "name",
    [
        "report",
        "credential_json",
        "credential_jwt",
        "credential_png",
        "credential_svg",
        "credential_qr",
        "credential_preview",
    ],
)
def test_no_address_of_a_private_credential_answers(client, credential, name):
    address = reverse(name, args=[credential.token])
    assert client.get(address).status_code == 200
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    assert client.get(address).status_code == 404


def test_holder_and_the_issuers_staff_see_a_private_one_with_a_notice(
    client, credential, holder, manager
):
    Credential.objects.filter(pk=credential.pk).update(visibility="private")
    client.force_login(holder)
    mine = see(client, credential)
    assert "Private: others read that there is nothing to show" in text_of(mine)
    assert mine["Cache-Control"].startswith("private")
    client.force_login(manager)
    assert "Private. Its holder and staff of the issuer" in text_of(
        see(client, credential)
    )
    for stranger in [make_user(), make_member(make_issuer(), "manager")]:
        client.force_login(stranger)
        assert see(client, credential).status_code == 404


def test_only_the_holder_gets_the_tools(client, credential, holder):
    assert "Change who sees it" not in text_of(see(client, credential))
    client.force_login(make_user())
    assert "Change who sees it" not in text_of(see(client, credential))
    client.force_login(holder)
    assert "Change who sees it" in text_of(see(client, credential))


@pytest.mark.parametrize(
    "kind", ["application/vc", "application/ld+json", "application/json"]
)
def test_programs_get_the_signed_document_from_the_same_address(
    client, credential, kind
):
    response = see(client, credential, accept=kind)
    assert response.content.decode() == credential.document
    assert response["Content-Type"] == kind
    assert "Accept" in response["Vary"]


def test_browsers_and_those_who_do_not_care_get_the_page(client, credential):
    for accept in ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png"]:
        response = see(client, credential, accept=accept)
        assert response["Content-Type"].startswith("text/html")
        assert "Accept" in response["Vary"]
    assert 'rel="alternate"; type="application/vc"' in response["Link"]


@pytest.mark.parametrize(
    ("visibility", "public", "listable", "is_asked_away"),
    [
        ("public", True, True, False),
        ("public", True, False, True),
        ("public", False, False, True),
        ("link", True, True, True),
    ],
)
def test_search_engines_list_a_public_one_of_somebody_who_lets_them(
    client, credential, holder, visibility, public, listable, is_asked_away
):
    now = timezone.now()
    Credential.objects.filter(pk=credential.pk).update(visibility=visibility)
    Profile.objects.filter(user=holder).update(
        public_at=now if public else None,
        search_engines_at=now if listable else None,
    )
    away = '<meta name="robots" content="noindex">'
    assert (away in see(client, credential).content.decode()) == is_asked_away
    file = client.get(reverse("credential_json", args=[credential.token]))
    assert file["X-Robots-Tag"] == "noindex"


def test_search_engines_are_sent_away_once_it_does_not_stand(
    client, credential, holder, manager
):
    now = timezone.now()
    Credential.objects.filter(pk=credential.pk).update(visibility="public")
    Profile.objects.filter(user=holder).update(public_at=now, search_engines_at=now)
    assert b'name="robots"' not in see(client, credential).content
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    assert b'name="robots" content="noindex"' in see(client, credential).content


def test_an_id_typed_from_paper_leads_to_its_page(client, credential):
    groups = "-".join(credential.groups).upper().replace("0", "O")
    response = client.get(f"/c/{groups}/?from=paper")
    assert response.status_code == 302
    assert response["Location"] == f"{credential.get_absolute_url()}?from=paper"
    absent = "Z" * 26
    assert client.get(f"/c/{absent}/")["Location"] == f"/c/{absent.lower()}/"
    assert client.get("/c/not-an-id/").status_code == 404


def test_what_networks_copy_names_no_holder(client, credential):
    page = see(client, credential).content.decode()
    metas = re.findall(r"<meta[^>]*>", page)
    assert not [meta for meta in metas if "Amina" in meta]
    preview = reverse("credential_preview", args=[credential.token])
    assert f'content="https://cairn.example.org{preview}"' in page
    assert '<meta name="robots" content="noindex">' in page
