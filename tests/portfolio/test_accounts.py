"""Signing up, in and out; passwords, addresses and their limits."""

from __future__ import annotations

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portfolio.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "seven stones in a row"
MEI = {"full_name": "Mei Tan", "email": "mei@example.org", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def mei():
    return make_user("Mei Tan", email="mei@example.org", password=PASSWORD)


def sign_in(client, email="mei@example.org", password=PASSWORD, **extra):
    form = {"login": email, "password": password}
    return client.post(reverse("account_login"), form, **extra)


def code_in(message):
    [code] = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", message.body, re.MULTILINE)
    return code


def squeezed(text):
    return "".join(unescape(text).split())


def is_signed_in(client):
    return "_auth_user_id" in client.session


# Signing up


def test_a_new_learner_signs_up_with_a_code_and_lands_on_their_page(client):
    response = client.post(reverse("account_signup"), MEI)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)

    response = client.post(response["Location"], {"code": code_in(mail.outbox[0])})

    assert response["Location"] == reverse("me")
    assert is_signed_in(client)
    user = User.objects.get(email="mei@example.org")
    assert (user.full_name, user.profile.handle) == ("Mei Tan", "mei-tan")
    assert user.profile.public_at is None
    assert EmailAddress.objects.get(user=user).verified


def test_the_name_is_asked_first_and_kept_as_typed(client):
    page = client.get(reverse("account_signup")).content.decode()
    names = re.findall(r'<input[^>]*name="(full_name|email|password1)"', page)
    assert names == ["full_name", "email", "password1"]

    client.post(reverse("account_signup"), {**MEI, "full_name": "  李 Li-Ming "})
    assert User.objects.get().full_name == "李 Li-Ming"


def test_a_sign_up_with_mistakes_keeps_the_answers_and_names_each(client):
    response = client.post(
        reverse("account_signup"),
        {"full_name": "\u202eMei", "email": "mei", "password1": "short"},
    )
    page = response.content.decode()

    assert "<title>Error: Create an account" in page
    for field in ("full_name", "email", "password1"):
        assert f'href="#id_{field}"' in page
    assert page.count("Enter an e-mail address such as name@example.org.") == 2
    assert 'value="mei"' in page
    assert "short" not in re.findall(r'value="([^"]*)"', page)
    assert not User.objects.exists()


def test_a_known_address_gets_the_same_answer_and_a_mail_about_it(client, mei):
    response = client.post(reverse("account_signup"), MEI)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert client.get(response["Location"]).status_code == 200
    assert User.objects.count() == 1
    assert mail.outbox[0].subject == "You have an account on Cairn already"


def test_a_wrong_code_is_said_and_the_third_ends_the_try(client):
    client.post(reverse("account_signup"), MEI)
    address = reverse("account_email_verification_sent")

    answers = [client.post(address, {"code": "AAAA-AAAA"}) for _ in range(3)]

    assert b"This is not the code that we sent." in answers[0].content
    assert answers[2].status_code == 302
    assert not is_signed_in(client)


def test_the_eleventh_sign_up_of_a_network_waits(client):
    for number in range(10):
        client.cookies.clear()
        client.post(
            reverse("account_signup"),
            {**MEI, "email": f"{number}@example.org"},
            REMOTE_ADDR=f"192.0.2.{number}",
        )
    assert User.objects.count() == 10

    client.cookies.clear()
    response = client.post(reverse("account_signup"), MEI, REMOTE_ADDR="192.0.2.99")
    assert response.status_code == 429
    assert User.objects.count() == 10

    elsewhere = client.post(reverse("account_signup"), MEI, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 302


# Signing in and out


def test_signing_in_leads_to_the_page_that_asked_for_it(client, mei):
    response = client.post(
        reverse("account_login"),
        {"login": "MEI@example.org", "password": PASSWORD, "next": "/me/settings/"},
    )

    assert response["Location"] == "/me/settings/"
    assert is_signed_in(client)


def test_a_foreign_address_is_not_where_signing_in_leads(client, mei):
    response = client.post(
        reverse("account_login"),
        {"login": mei.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert response["Location"] == reverse("me")


@pytest.mark.parametrize("email", ["mei@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_read_alike(client, mei, email):
    page = sign_in(client, email, "wrong").content.decode()

    assert "<title>Error: Sign in" in page
    assert "The e-mail address or the password is not right." in page
    assert f'value="{email}"' in page


def test_the_sixth_try_on_an_account_waits_from_wherever_it_comes(client, mei):
    for number in range(5):
        answer = sign_in(
            client, "MEI@example.org", "wrong", REMOTE_ADDR=f"10.{number}.0.1"
        )
        assert answer.status_code == 422

    response = sign_in(client, "mei@EXAMPLE.org", REMOTE_ADDR="10.9.0.1")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert b"Too many tries from here." in response.content
    assert not is_signed_in(client)


def test_the_twenty_first_try_from_a_network_waits(client, mei):
    for number in range(20):
        sign_in(client, f"{number}@example.org", "wrong", REMOTE_ADDR="192.0.2.7")

    assert sign_in(client, REMOTE_ADDR="192.0.2.200").status_code == 429
    assert sign_in(client, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_an_account_without_a_confirmed_address_confirms_it_first(client):
    user = User.objects.create_user("new@example.org", PASSWORD, full_name="New")

    response = sign_in(client, user.email)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)


def test_a_closed_account_cannot_sign_in(client, mei):
    mei.is_active = False
    mei.save()

    response = client.get(sign_in(client)["Location"])

    assert b"This account is closed" in response.content
    assert not is_signed_in(client)


def test_signing_out_takes_a_press_not_a_link(client, mei):
    client.force_login(mei)

    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    assert client.post(reverse("account_logout"))["Location"] == reverse("home")
    assert not is_signed_in(client)


# Passwords


def test_a_forgotten_password_is_replaced_with_a_code(client, mei):
    response = client.post(reverse("account_reset_password"), {"email": mei.email})
    response = client.post(response["Location"], {"code": code_in(mail.outbox[0])})
    response = client.post(response["Location"], {"password1": "nine new stones"})

    assert response.status_code == 302
    assert b"Your password is changed" in client.get(response["Location"]).content
    mei.refresh_from_db()
    assert mei.check_password("nine new stones")
    assert mail.outbox[1].subject == "Your password on Cairn was changed"


def test_an_unknown_address_gets_the_same_answer_and_a_mail(client, mei):
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (mei.email, "nobody@example.org")
    ]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert client.get(answers[1]["Location"]).status_code == 200
    assert mail.outbox[1].subject == "There is no account for you on Cairn"


def test_the_fourth_code_of_an_account_within_an_hour_waits(client, mei):
    form = {"email": mei.email}
    for number in range(3):
        answer = client.post(
            reverse("account_reset_password"), form, REMOTE_ADDR=f"10.{number}.0.1"
        )
        assert answer.status_code == 302

    response = client.post(reverse("account_reset_password"), form)

    assert response.status_code == 429
    assert len(mail.outbox) == 3


def test_changing_the_password_says_so_and_ends_other_sessions(client, mei):
    other = Client()
    for browser in (client, other):
        sign_in(browser)
    form = {"oldpassword": PASSWORD, "password1": "nine new stones"}

    response = client.post(reverse("account_change_password"), form, follow=True)

    assert (
        b"Your password is changed. Other devices are signed out." in response.content
    )
    assert client.get(reverse("settings")).status_code == 200
    assert other.get(reverse("settings")).status_code == 302


def test_too_short_a_password_is_refused_beside_its_field(client, mei):
    client.force_login(mei)
    form = {"oldpassword": PASSWORD, "password1": "short"}

    page = client.post(reverse("account_change_password"), form).content.decode()

    assert 'href="#id_password1"' in page
    assert "<title>Error: Change your password" in page


# Addresses and devices


def test_a_second_address_takes_the_password_and_a_code_and_can_be_the_main_one(
    client, mei
):
    sign_in(client)
    address = {"email": "tan@example.org"}

    response = client.post(reverse("account_email"), {**address, "action_add": "1"})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert b"Enter your password again" in client.get(response["Location"]).content
    assert mail.outbox == []

    answer = {"password": PASSWORD, "next": reverse("account_email")}
    response = client.post(reverse("account_reauthenticate"), answer)
    client.post(response["Location"], {"code": code_in(mail.outbox[0])})
    client.post(reverse("account_email"), {**address, "action_primary": "1"})

    mei.refresh_from_db()
    assert mei.email == "tan@example.org"
    page = client.get(reverse("account_email")).content.decode()
    assert page.count("Confirmed") == 2
    assert "Your main address is changed." in page


def test_the_devices_are_named_and_the_others_signed_out(client, mei):
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    other = Client()
    sign_in(client, headers={"User-Agent": firefox})
    sign_in(other)

    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Linux" in page
    assert "This device" in page

    client.post(reverse("usersessions_list"))
    assert other.get(reverse("settings")).status_code == 302
    assert client.get(reverse("settings")).status_code == 200


# What holds for all


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_inactive",
        "account_password_reset_completed",
    ],
)
def test_pages_before_signing_in_are_ours_and_keep_out_of_search(client, name):
    page = client.get(reverse(name)).content.decode()

    assert '<header class="site-header">' in page
    assert 'name="robots" content="noindex"' in page
    assert "placeholder" not in page.split("<main")[1]


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_reauthenticate",
        "account_logout",
        "usersessions_list",
    ],
)
def test_pages_after_signing_in_are_ours(client, mei, name):
    client.force_login(mei)

    page = client.get(reverse(name)).content.decode()

    assert '<header class="site-header">' in page
    assert "Mei Tan" in page


def test_an_account_without_a_password_sets_one(client):
    user = make_user("Mei Tan")
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    page = client.get(reverse("account_change_password"), follow=True).content
    assert b"Your account has none yet." in page
    client.post(reverse("account_set_password"), {"password1": PASSWORD})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_mail_says_the_same_in_text_and_html_and_links_to_this_site_only(client, mei):
    client.post(reverse("account_signup"), MEI)
    client.post(reverse("account_reset_password"), {"email": mei.email})
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})

    for message in mail.outbox:
        [(html, kind)] = getattr(message, "alternatives", [])
        assert kind == "text/html"
        assert squeezed(re.sub(r"<[^>]*>", "", html)).endswith(squeezed(message.body))
        assert "\n" not in message.subject
        links = re.findall(r'(?:href|src)="([^"]+)"', html)
        assert all(
            link.startswith(("https://cairn.example.org", "mailto:")) for link in links
        )
        assert "<img" not in html


def test_a_name_with_markup_stays_text_everywhere(client):
    user = make_user("<b>Mei</b> & Co")
    client.force_login(user)

    page = client.get(reverse("settings")).content.decode()
    assert "<b>Mei</b>" not in page
    assert "&lt;b&gt;Mei&lt;/b&gt; &amp; Co" in page
