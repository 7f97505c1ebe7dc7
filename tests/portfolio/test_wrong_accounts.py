"""Forms of accounts and reports that come too often, or while the mails do not go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from credentials import limiting
from credentials.models import ProblemReport
from portfolio.models import User
from tests.factories import make_credential, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]

PASSWORD = "correct horse battery"
WAIT = "Too many tries from here. Try again in "


class FrailServer(EmailBackend):
    """A mail server that nobody reaches until it is back."""

    is_dead = True

    def send_messages(self, messages):
        if self.is_dead:
            raise ConnectionRefusedError(111, "refused for secret@example.org")
        return super().send_messages(messages)


@pytest.fixture
def dead(settings):
    settings.MAILERS = {
        "default": {"BACKEND": f"{FrailServer.__module__}.{FrailServer.__name__}"}
    }


@pytest.fixture
def mei():
    return make_user("Mei Tan", email="mei@example.org", password=PASSWORD)


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch):
    """No window of a limit ends while a test runs."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)


def used_up(key: str, tries: int, per: timedelta) -> None:
    for _ in range(tries):
        limiting.hit(key, limit=tries, per=per)


NETWORK = "127.0.0.0/24"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
#: name of the page: what is counted, what is typed, what stays in its field
LIMITED = {
    "account_login": (
        (f"login:net:{NETWORK}", 20, MINUTE),
        {"login": "mei@example.org", "password": PASSWORD},
        ["mei@example.org"],
    ),
    "account_signup": (
        (f"signup:net:{NETWORK}", 10, HOUR),
        {"full_name": "Ana Ribeiro", "email": "ana@example.org", "password1": PASSWORD},
        ["Ana Ribeiro", "ana@example.org"],
    ),
    "account_reset_password": (
        ("reset:mei@example.org", 3, HOUR),
        {"email": "mei@example.org"},
        ["mei@example.org"],
    ),
}


@pytest.mark.parametrize("name", LIMITED)
def test_a_form_that_came_too_often_says_how_long_and_keeps_its_answers(
    client, mei, name
):
    counted, form, kept = LIMITED[name]
    used_up(*counted)

    response = client.post(reverse(name), form)

    wait = int(response["Retry-After"])
    assert response.status_code == 429
    assert f"{WAIT}{wait} second" in response.text
    assert "<title>Error: " in response.text
    for answer in kept:
        assert f'value="{answer}"' in response.text
    assert PASSWORD not in response.text
    assert not mail.outbox
    assert User.objects.count() == 1


def test_a_report_that_came_too_often_keeps_its_words(client):
    credential = make_credential()
    used_up(f"report:{NETWORK}", 5, HOUR)
    form = {"message": "These <words> took long.", "reply_to": "eve@example.org"}

    response = client.post(reverse("report", args=[credential.token]), form)

    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 3600
    assert WAIT in response.text
    assert "These &lt;words&gt; took long.</textarea>" in response.text
    assert 'value="eve@example.org"' in response.text
    assert not ProblemReport.objects.exists()


def test_a_sign_up_with_mistakes_is_not_counted(client):
    for _ in range(11):
        response = client.post(reverse("account_signup"), {"full_name": "Ana"})
        assert response.status_code == 422
        assert 'value="Ana"' in response.text


# The mail server is dead


SAID = "We could not send the e-mail."


def test_a_sign_up_whose_code_cannot_be_sent_leaves_nothing_behind(
    client, dead, caplog
):
    form = LIMITED["account_signup"][1]

    response = client.post(reverse("account_signup"), form)

    assert (response.status_code, response["Retry-After"]) == (503, "300")
    assert SAID in response.text
    assert not User.objects.exists()
    assert "secret@example.org" not in caplog.text
    assert "ana@example.org" not in caplog.text


def test_a_dead_mail_server_does_not_tell_which_address_is_known(client, mei, dead):
    form = LIMITED["account_signup"][1]
    unknown = client.post(reverse("account_signup"), form)
    client.cookies.clear()

    known = client.post(reverse("account_signup"), {**form, "email": mei.email})

    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert list(User.objects.all()) == [mei]


def test_an_account_mail_is_in_the_language_of_who_gets_it(client, mei):
    User.objects.filter(pk=mei.pk).update(language="es")

    client.post(
        reverse("account_reset_password"),
        {"email": mei.email},
        headers={"Accept-Language": "ar"},
    )

    [sent] = mail.outbox
    assert 'lang="es"' in str(sent.alternatives[0].content)
    assert "código" in str(sent.body)


def test_after_the_mail_server_is_back_the_same_sign_up_works(
    client, dead, monkeypatch
):
    form = LIMITED["account_signup"][1]
    client.post(reverse("account_signup"), form)
    monkeypatch.setattr(FrailServer, "is_dead", False)
    cache.clear()  # three minutes later: allauth sends a code no more often

    response = client.post(reverse("account_signup"), form)

    assert response.status_code == 302
    assert response.url == reverse("account_email_verification_sent")
    assert mail.outbox[0].to == ["ana@example.org"]
    assert "code" in str(mail.outbox[0].body)


def test_a_code_for_a_new_password_that_cannot_be_sent_is_said(client, mei, dead):
    for email in ("mei@example.org", "nobody@example.org"):
        response = client.post(reverse("account_reset_password"), {"email": email})

        assert response.status_code == 503
        assert SAID in response.text


def test_a_change_holds_although_the_mail_about_it_cannot_be_sent(client, mei, dead):
    client.force_login(mei)
    form = {"oldpassword": PASSWORD, "password1": "another long password"}

    response = client.post(reverse("account_change_password"), form)

    assert response.status_code == 302
    mei.refresh_from_db()
    assert mei.check_password("another long password")
