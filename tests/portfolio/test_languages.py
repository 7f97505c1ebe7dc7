"""Which language a reader gets, and how a choice is kept."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import translation

from credentials import documents, mailing
from credentials.models import Credential, CredentialEvent
from portfolio.models import User
from portfolio.urls import urlpatterns
from portfolio.views import language as language_page
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

HOST = "cairn.example.org"
COOKIE = "__Host-language"
CHOOSE = "/language/"


@pytest.fixture
def visitor():
    return Client(SERVER_NAME=HOST, enforce_csrf_checks=True)


def language_of(response) -> tuple[str, str]:
    """The language and the direction that a page states."""
    found = re.search(r'<html lang="([^"]+)" dir="([^"]+)"', response.content.decode())
    assert found
    return found[1], found[2]


def choose(client, language: str, back: str = "/help/", **headers):
    words = {"language": language, "next": back}
    host = client.defaults.get("SERVER_NAME", "testserver")
    said = {"origin": f"https://{host}"} | headers
    return client.post(CHOOSE, words, secure=True, headers=said)


def flat(patterns):
    """Every route of ours; those of the admin and of accounts answer GET."""
    return [each for each in patterns if isinstance(each, URLPattern)]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("es-MX,es;q=0.8", ("es", "ltr")),
        ("ar", ("ar", "rtl")),
        ("de,fr", ("en", "ltr")),
        ("nonsense;;q", ("en", "ltr")),
    ],
)
def test_a_page_is_in_the_browsers_language_if_we_speak_it(visitor, asked, language):
    response = visitor.get("/help/", secure=True, headers={"accept-language": asked})

    assert language_of(response) == language
    assert response["Content-Language"] == language[0]
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_the_tests_own_language_is_not_on_offer(visitor):
    page = visitor.get("/help/", secure=True, headers={"accept-language": "en-xa"})

    assert language_of(page) == ("en", "ltr")
    assert choose(visitor, "en-xa").status_code == 400


def test_every_page_offers_every_language_in_its_own_name(visitor):
    headers = {"accept-language": "ar"}
    answer = visitor.get("/badges/?q=wound+care", secure=True, headers=headers)
    page = answer.content.decode()
    form = page[page.index('<form class="languages"') :]

    assert re.findall(r'value="(\w+)" lang="\1"[^>]*>([^<]+)<', form) == [
        ("en", "English"),
        ("es", "Español"),
        ("ar", "العربية"),
    ]
    assert 'name="next" value="/badges/?q=wound+care"' in form


def test_a_visitor_chooses_without_session_token_or_script(visitor):
    page = visitor.get("/help/", secure=True)
    assert not page.cookies
    answer = choose(visitor, "ar", origin=f"https://{HOST}")
    after = visitor.get("/help/", secure=True, headers={"accept-language": "es"})

    assert (answer.status_code, answer["Location"]) == (303, "/help/")
    assert language_of(after) == ("ar", "rtl")
    assert not after.wsgi_request.session.accessed
    cookie = answer.cookies[COOKIE]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]


def test_another_site_chooses_nothing(visitor):
    answer = choose(visitor, "ar", origin="https://evil.example")

    assert answer.status_code == 403
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "x", ""]
)
def test_the_choice_leads_back_to_pages_of_ours_alone(visitor, back):
    assert choose(visitor, "es", back)["Location"] == "/"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"https://{HOST}/nowhere/?a=b", "/nowhere/?a=b"),
        (f"https://{HOST}//evil.example/", "/"),
        ("https://evil.example/x/", "/"),
        ("http://[", "/"),
    ],
)
def test_from_a_page_that_does_not_name_itself_the_browser_leads_back(
    visitor, referer, back
):
    page = visitor.get("/nowhere/?a=b", secure=True).content.decode()
    assert "nowhere" not in page

    assert choose(visitor, "es", "", referer=referer)["Location"] == back


@pytest.mark.parametrize("name", language_page.PAGES)
def test_an_address_that_answers_no_get_leads_back_to_its_page(client, name):
    submission = make_draft()
    client.force_login(submission.learner)
    values = {
        "pk": submission.pk,
        "position": 1,
        "item": submission.evidence.first().pk,
        "token": make_credential(holder=submission.learner).token,
    }
    route = next(each for each in flat(urlpatterns) if each.name == name)
    taken = {key: values[key] for key in route.pattern.converters}
    address = reverse(name, kwargs=taken)
    assert client.get(address, secure=True).status_code == 405

    back = choose(client, "es", address)["Location"]

    assert client.get(back, secure=True).status_code == 200


def test_without_a_word_of_where_it_came_from_a_choice_changes_no_account(client):
    user = make_user()
    client.force_login(user)
    form = {"language": "es", "next": "/"}

    client.post(reverse("choose_language"), form, secure=True, headers={"Referer": ""})

    user.refresh_from_db()
    assert user.language == ""


def test_a_choice_of_somebody_signed_in_is_kept_for_their_mails(client):
    user = make_user()
    client.force_login(user)

    choose(client, "es")

    user.refresh_from_db()
    assert user.language == "es"


def test_a_choice_works_while_nothing_may_be_written(client, settings):
    settings.READ_ONLY_UNTIL = "15:00 UTC"
    user = make_user()
    client.force_login(user)

    assert choose(client, "es").cookies[COOKIE].value == "es"
    user.refresh_from_db()
    assert user.language == ""


@pytest.mark.parametrize(
    ("account", "browser", "both"), [("es", "ar", "es"), ("", "ar", "ar"), ("", "", "")]
)
def test_on_log_in_browser_and_account_agree(account, browser, both):
    user = make_user(password="wachtwoord-lang", language=account)
    client = Client(SERVER_NAME=HOST)
    if browser:
        client.cookies[COOKIE] = browser

    address = reverse("account_login")
    words = {"login": user.email, "password": "wachtwoord-lang"}
    answer = client.post(address, words, secure=True)

    user.refresh_from_db()
    assert answer.status_code == 302
    assert user.language == both
    kept = client.cookies.get(COOKIE)
    assert (kept.value if kept else "") == both


def test_who_signs_up_gets_mails_in_the_language_they_read(mailoutbox):
    client = Client(SERVER_NAME=HOST, headers={"accept-language": "es"})
    words = {
        "full_name": "Inés",
        "email": "ines@people.example.org",
        "password1": "camino-largo-largo",
    }
    client.post(reverse("account_signup"), words, secure=True)

    assert User.objects.get(email="ines@people.example.org").language == "es"
    [message] = mailoutbox
    assert message.subject == "Tu código para Cairn"
    assert 'lang="es"' in message.alternatives[0].content


@pytest.fixture
def credential():
    return make_credential(make_badge(name="Wound care"), make_user("Amina Yusuf"))


def test_a_visitors_credential_page_has_the_language_of_its_address(
    visitor, credential
):
    address = credential.get_absolute_url()
    headers = {"accept-language": "ar"}
    visitor.cookies[COOKIE] = "es"

    plain = visitor.get(address, secure=True, headers=headers)
    spanish = visitor.get(f"{address}?lang=es", secure=True, headers=headers)
    nonsense = visitor.get(f"{address}?lang=xx", secure=True, headers=headers)

    assert language_of(plain) == language_of(nonsense) == ("en", "ltr")
    assert language_of(spanish) == ("es", "ltr")
    assert "Esta credencial es auténtica." in spanish.content.decode()
    for response in (plain, spanish):
        vary = response["Vary"].split(", ")
        assert "Accept-Language" not in vary
        assert "Cookie" not in vary


def test_a_credential_page_names_its_other_languages_and_keeps_its_own(
    visitor, credential
):
    address = f"https://{HOST}{credential.get_absolute_url()}"
    page = visitor.get(f"{address}?lang=ar", secure=True).content.decode()

    assert f'<link rel="canonical" href="{address}">' in page
    alternates = re.findall(r'hreflang="([^"]+)" href="([^"]+)"', page)
    assert alternates == [
        ("en", address),
        ("es", f"{address}?lang=es"),
        ("ar", f"{address}?lang=ar"),
        ("x-default", address),
    ]
    for name in ("report", "check_again", "credential_pdf"):
        link = reverse(name, args=[credential.token])
        assert f'"{link}?lang=ar"' in page
    chosen = choose(visitor, "es", f"{credential.get_absolute_url()}?lang=ar")
    assert chosen["Location"] == f"{credential.get_absolute_url()}?lang=es"


def test_the_holder_reads_their_credential_in_their_language(client, credential):
    client.force_login(credential.holder)
    client.cookies[COOKIE] = "es"

    response = client.get(credential.get_absolute_url(), secure=True)

    assert language_of(response) == ("es", "ltr")
    assert response["Cache-Control"] == "private, no-cache"


def test_mails_are_in_the_language_of_who_gets_them(mailoutbox, settings):
    learner = make_user("Inés", language="es")
    submission = make_submission(make_badge(), learner, state="approved")
    mailing.tell_decision(submission, submission.reviews.get())
    event = CredentialEvent.objects.create(
        credential=submission.credential, kind="suspended"
    )
    mailing.tell_state_change(event)
    reviewer = make_member(submission.achievement.issuer, language="ar")
    mailing.tell_reviewer(reviewer, [submission], day="2026-11-21")
    with_no_choice = make_member(submission.achievement.issuer)
    mailing.tell_reviewer(with_no_choice, [submission], day="2026-11-21")

    decision, paused, arabic, english = mailoutbox
    assert decision.subject.endswith("está aprobada")
    assert f"{submission.credential.get_absolute_url()}?lang=es" in decision.body
    assert "puso en pausa" in paused.subject
    assert '<html lang="ar" dir="rtl">' in arabic.alternatives[0].content
    assert english.subject == "1 submission waits for a review"


def test_a_date_is_written_as_the_language_writes_it(visitor):
    version = make_badge()
    issuer = version.achievement.issuer.get_absolute_url()
    day, year = version.published_at.day, version.published_at.year

    spanish = visitor.get(issuer, secure=True, headers={"accept-language": "es"})
    english = visitor.get(issuer, secure=True)

    assert re.search(rf"{day} de [a-z]+ de {year}", spanish.content.decode())
    assert re.search(rf"{day} [A-Z][a-z]+ {year}", english.content.decode())


@pytest.mark.parametrize(
    ("language", "skill", "evidence"),
    [
        ("en", "Intermediate (2/4)", "Evidence for criterion 1"),
        ("es-MX", "Intermedio (2/4)", "Evidencia del criterio 1"),
        ("fi", "Intermediate (2/4)", "Evidence for criterion 1"),
    ],
)
def test_a_document_is_in_its_badges_language_whoever_approves(
    client, language, skill, evidence
):
    version = make_badge(language=language)
    submission = make_submission(version, public=True)
    client.force_login(make_member(version.achievement.issuer))
    client.cookies[COOKIE] = "ar"

    address = reverse("admin:credentials_submission_review", args=[submission.pk])
    answer = client.post(address, approval(submission), secure=True)

    assert answer.status_code == 302
    document = json.loads(Credential.objects.get(submission=submission).document)
    [alignment] = document["credentialSubject"]["achievement"]["alignment"]
    assert alignment["targetDescription"] == skill
    assert document["evidence"][0]["name"] == evidence


def test_a_document_has_the_same_bytes_whatever_the_reviewer_reads():
    submission = make_submission(state="approved", public=True)
    results = [
        documents.Result(criterion, criterion.levels.get(is_required=True))
        for criterion in submission.version.criteria.all()
    ]

    def document_for_a_reader_of(language: str) -> bytes:
        with translation.override(language):
            document = documents.credential_document(
                submission.credential,
                subject_id="urn:uuid:1",
                results=results,
                evidence=submission.evidence.all(),
            )
            return json.dumps(document).encode()

    english, *others = map(document_for_a_reader_of, ["en", "es", "ar"])
    assert others == [english, english]


def approval(submission) -> dict[str, str]:
    """What the review page sends when every required level is chosen."""
    levels = {
        f"level-{criterion.pk}": str(criterion.levels.get(is_required=True).pk)
        for criterion in submission.version.criteria.all()
    }
    form = {"round": str(submission.round), "idempotency_key": str(uuid.uuid4())}
    return {**levels, **form, "decision": "approve", "comment": ""}
