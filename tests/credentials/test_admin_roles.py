"""Who gives and takes roles: somebody who just logged in, and everybody is told."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import tasks
from credentials.models import IssuerMember
from tests.credentials.test_admin_issuers import change, form_of, picture
from tests.factories import make_issuer, make_member, make_user
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db

PASSWORD = "a-quiet-harbour-41"
NEW = {"email": "mei@example.org", "role": "reviewer"}


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def manager(issuer):
    return make_member(issuer, "manager", full_name="Bram Visser", password=PASSWORD)


@pytest.fixture
def mei():
    return make_user("Mei Tan", email="mei@example.org")


def jobs():
    """What was enqueued: for whom, and what changed."""
    rows = ProcrastinateJob.objects.filter(task_name="credentials.mail_role_change")
    return [row.args for row in rows.order_by("id")]


def mails():
    """Run the jobs; return whom they told, and the last mail."""
    for values in jobs():
        tasks.mail_role_change(**values)
    return {address for each in mail.outbox for address in each.to}, mail.outbox[-1]


def test_an_old_log_in_changes_no_role_until_the_password(client, issuer, manager, mei):
    log_in(client, manager, minutes_ago=16)
    rows = list(issuer.members.all())

    asked = client.post(change(issuer), form_of(issuer, *rows, new=NEW, name="North"))

    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not IssuerMember.objects.filter(user=mei).exists()
    assert jobs() == []
    issuer.refresh_from_db()
    assert issuer.name == "Northwind Institute"

    client.post(
        asked["Location"], {"password": PASSWORD, "next": change(issuer)}, follow=True
    )

    assert IssuerMember.objects.get(user=mei).role == "reviewer"
    issuer.refresh_from_db()
    assert issuer.name == "North"


def test_a_log_in_of_another_person_does_not_count(client, issuer, manager, mei):
    log_in(client, manager)
    session = client.session
    session["account_authentication_methods_user"] = str(mei.pk)
    session.save()

    client.post(change(issuer), form_of(issuer, *issuer.members.all(), new=NEW))

    assert not IssuerMember.objects.filter(user=mei).exists()


def test_words_of_an_issuer_are_kept_without_a_fresh_log_in(client, issuer, manager):
    client.force_login(manager)

    client.post(change(issuer), form_of(issuer, *issuer.members.all(), name="North"))

    issuer.refresh_from_db()
    assert issuer.name == "North"


def test_pictures_are_saved_before_the_password_is_asked(client, issuer, manager, mei):
    client.force_login(manager)
    form = form_of(issuer, *issuer.members.all(), new=NEW)

    response = client.post(change(issuer), {**form, "logo": picture((60, 40))})

    assert "Save the pictures first." in response.text
    assert not IssuerMember.objects.filter(user=mei).exists()


def test_every_manager_and_the_person_are_told(client, issuer, manager, mei):
    other = make_member(issuer, "manager")
    make_member(issuer, "reviewer")
    make_member(make_issuer(), "manager")
    log_in(client, manager, minutes_ago=14)

    client.post(change(issuer), form_of(issuer, *issuer.members.all(), new=NEW))

    told, message = mails()
    assert told == {manager.email, other.email, mei.email}
    assert message.subject == "A role changed at Northwind Institute"
    sentence = "Bram Visser gave Mei Tan the role reviewer at Northwind Institute."
    assert sentence in message.body
    assert sentence in message.alternatives[0].content
    identities = {each.extra_headers["Message-ID"] for each in mail.outbox}
    assert len(identities) == len(mail.outbox)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"members-1-role": "designer"}, "from manager to designer"),
        ({"members-1-DELETE": "on"}, "ended the role manager of Mei Tan"),
    ],
)
def test_who_loses_a_role_is_told_too(client, issuer, manager, mei, fields, sentence):
    IssuerMember.objects.create(user=mei, issuer=issuer, role="manager")
    log_in(client, manager)
    rows = issuer.members.order_by("pk")

    client.post(change(issuer), form_of(issuer, *rows, **fields))

    told, message = mails()
    assert told == {manager.email, mei.email}
    assert sentence in message.body
    assert not IssuerMember.objects.filter(user=mei, role="manager").exists()


def test_a_role_that_stays_is_told_to_nobody(client, issuer, manager):
    log_in(client, manager)

    client.post(change(issuer), form_of(issuer, *issuer.members.all(), name="North"))

    assert jobs() == []


def test_operators_are_made_after_a_fresh_log_in_and_all_are_told(client, mei):
    operator = make_user(is_staff=True, is_superuser=True)
    other = make_user(is_staff=True, is_superuser=True)
    address = reverse("admin:portfolio_user_change", args=[mei.pk])
    form = {"full_name": "Mei Tan", "is_active": "on", "is_superuser": "on"}
    log_in(client, operator, minutes_ago=16)
    client.post(address, form)
    mei.refresh_from_db()
    assert not mei.is_superuser

    log_in(client, operator)
    client.post(address, form)

    mei.refresh_from_db()
    assert mei.is_superuser
    told, message = mails()
    assert told == {operator.email, other.email, mei.email}
    assert "gave Mei Tan the role operator at Cairn." in message.body


def test_a_name_is_mended_without_a_fresh_log_in(client, mei):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = reverse("admin:portfolio_user_change", args=[mei.pk])

    client.post(address, {"full_name": "Mei-Ling Tan", "is_active": "on"})

    mei.refresh_from_db()
    assert mei.full_name == "Mei-Ling Tan"


def test_people_kept_out_of_the_admin_act_for_nobody(issuer, manager):
    assert list(issuer.__class__.objects.staffed_by(manager)) == [issuer]

    manager.is_staff = False

    assert not issuer.__class__.objects.staffed_by(manager).exists()


@pytest.mark.parametrize("name", ["account_emailaddress", "usersessions_usersession"])
def test_addresses_and_sessions_have_no_page_for_operators(client, mei, name):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    app, model = name.split("_")

    for address in [f"/admin/{app}/{model}/", f"/admin/{app}/{model}/1/change/"]:
        assert client.get(address).status_code == 404
    assert EmailAddress.objects.filter(user=mei).exists()


def test_operators_see_jobs_without_what_they_were_given(client, mei):
    tasks.mail_digest.defer(reviewer_id=987654321, day="2026-01-01")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    job = ProcrastinateJob.objects.get()

    address = reverse("admin:procrastinate_procrastinatejob_changelist")
    response = client.get(address)
    assert "mail_digest" in response.text
    assert "987654321" not in response.text
    for page in ["change", "history"]:
        address = reverse(f"admin:procrastinate_procrastinatejob_{page}", args=[job.pk])
        assert client.get(address).status_code == 404
