"""The frame of the admin: who comes in, what the first page says, no inline code."""

import re

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from portfolio.models import User
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db

INDEX = "admin:index"


def test_visitors_log_in_where_everybody_does(client):
    first = client.get(reverse(INDEX))
    second = client.get(first["Location"])

    assert second["Location"] == f"{reverse('account_login')}?next=/admin/"


def test_learners_are_turned_away(client):
    client.force_login(make_user())

    response = client.get(reverse(INDEX), follow=True)

    assert response.status_code == 403


def test_staff_who_are_logged_in_already_go_on(client):
    client.force_login(make_member(make_issuer()))
    login = reverse("admin:login")

    assert client.get(login, {"next": "/admin/"})["Location"] == "/admin/"
    away = client.get(login, {"next": "https://evil.example/"})
    assert away["Location"] == reverse(INDEX)


def test_passwords_are_changed_with_the_account(client):
    client.force_login(make_member(make_issuer()))

    response = client.get(reverse("admin:password_change"))

    assert response["Location"] == reverse("account_change_password")


def test_the_first_page_says_how_much_waits(client):
    badge = make_badge()
    reviewer = make_member(badge.achievement.issuer)
    client.force_login(reviewer)
    assert "Nothing waits for you." in client.get(reverse(INDEX)).text

    make_submission(badge)
    make_submission(badge)
    make_submission(badge, reviewer)
    make_submission()

    text = client.get(reverse(INDEX)).text
    assert "2 submissions wait for a decision." in text
    assert reverse("admin:credentials_submission_changelist") in text
    assert "Recent actions" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Elige una opción"), ("ar", "اختر خيارًا")]
)
def test_the_menu_of_actions_begins_in_the_readers_language(client, language, words):
    issuer = make_issuer()
    make_credential(make_badge(issuer))
    client.force_login(make_member(issuer, "manager", language=language))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    text = client.get(reverse("admin:credentials_credential_changelist")).text

    assert f'<option value="" selected>- {words} -</option>' in text
    assert "Select an option" not in text


def test_staff_without_a_role_read_what_to_do(client):
    client.force_login(make_user(is_staff=True))

    assert "You act for no issuer yet." in client.get(reverse(INDEX)).text


@pytest.fixture
def pages(client):
    """The address of every kind of page that is drawn."""
    client.force_login(make_user(is_staff=True, is_superuser=True))
    submission = make_submission()
    badge = submission.version
    draft = make_draft_version(badge.achievement.issuer)
    credential = make_credential(badge)
    issuer = badge.achievement.issuer
    rows = [badge, draft, draft.achievement, credential, issuer, draft.criteria.first()]
    addresses = [reverse(INDEX), "/admin/credentials/"]
    for model in admin.site._registry:
        info = (model._meta.app_label, model._meta.model_name)
        addresses.append(reverse("admin:{}_{}_changelist".format(*info)))
    for row in rows:
        for page in ["change", "history"]:
            name = f"admin:credentials_{row._meta.model_name}_{page}"
            addresses.append(reverse(name, args=[row.pk]))
    for name in ["publish", "retire"]:
        chosen = draft.achievement if name == "publish" else badge.achievement
        arguments = [chosen.pk, name]
        addresses.append(reverse("admin:credentials_achievement_step", args=arguments))
    state = reverse("admin:credentials_credential_state", args=["withdraw"])
    return [
        *addresses,
        f"{state}?id={credential.pk}",
        reverse("admin:credentials_issuer_add"),
        reverse("admin:credentials_issuer_rotate", args=[issuer.pk]),
        reverse("admin:credentials_achievement_add"),
        reverse("admin:credentials_skill_add"),
        reverse("admin:credentials_achievementversion_delete", args=[draft.pk]),
        reverse("admin:credentials_submission_review", args=[submission.pk]),
        reverse("admin:credentials_submission_history", args=[submission.pk]),
        reverse("admin:portfolio_user_change", args=[submission.learner_id]),
    ]


def test_no_page_has_inline_scripts_or_styles(client, pages):
    for address in pages:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        text = response.text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text), (
            address
        )
        for script in re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL):
            assert not script.strip(), address
        for policy in ["script-src 'self'", "style-src 'self'"]:
            assert policy in response["Content-Security-Policy"], address


def test_every_page_has_one_heading_and_a_title(client, pages):
    for address in pages:
        text = client.get(address, follow=True).text
        assert len(re.findall(r"<h1[ >]", text)) == 1, address
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]
        assert "staff" in title, address


def test_only_superusers_see_people(client):
    person = make_user("Mei Tan")
    change = reverse("admin:portfolio_user_change", args=[person.pk])
    client.force_login(make_member(make_issuer(), "manager"))
    assert client.get(change).status_code == 403
    assert client.get(reverse("admin:portfolio_user_changelist")).status_code == 403

    operator = make_user(is_staff=True, is_superuser=True)
    log_in(client, operator)
    form = {"full_name": "Mei Tan", "is_staff": "on", "email": "other@example.org"}
    client.post(change, form)

    kept = person.email
    person.refresh_from_db()
    assert (person.is_active, person.is_staff, person.email) == (False, True, kept)


def test_superusers_do_not_lock_themselves_out(client):
    operator = make_user(is_staff=True, is_superuser=True)
    client.force_login(operator)
    change = reverse("admin:portfolio_user_change", args=[operator.pk])

    client.post(change, {"full_name": "New Name"})

    operator = User.objects.get(pk=operator.pk)
    assert operator.full_name == "New Name"
    assert operator.is_active
    assert operator.is_superuser
