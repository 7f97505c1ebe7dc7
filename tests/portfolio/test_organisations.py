"""An organisation: made, changed, its people, and what its pages say of it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from credentials.models import Issuer
from portfolio import tasks
from portfolio.employers import membership, organisations
from portfolio.employers.forms import read_domain
from portfolio.models import Employer, EmployerInvitation, EmployerMember, User
from tests import factories
from tests.portfolio.organisations import join, make_employer, make_role, owner_of

pytestmark = pytest.mark.django_db

HERE = "/me/organisation/"
QUERIES = 7  # of the page, however many people there are
ANSWERS = {"name": "Harbour", "domain": "harbour.example", "website": ""}


@pytest.fixture
def owner(client: Client) -> User:
    """Somebody signed in, without an organisation."""
    person = factories.make_user("Sam Okoro", email="sam@people.example.org")
    client.force_login(person)
    return person


@pytest.fixture
def employer(owner: User) -> Employer:
    """The organisation of the one who is signed in."""
    return make_employer(owner, domain="harbour.example", name="Harbour")


def press(client: Client, **answers: Any) -> Any:
    return client.post(reverse("employer_members"), answers)


def test_an_organisation_is_made_unproved_and_says_so(
    client: Client, owner: User
) -> None:
    assert "Make this organisation" in client.get(HERE).content.decode()

    assert client.post(HERE, ANSWERS).status_code == 303

    page = client.get(HERE).content.decode()
    made = Employer.objects.get()
    assert made.website == "https://harbour.example/"
    assert "Domain not proved" in page
    assert f"cairn-verification={made.proof}" in page
    assert "https://harbour.example/.well-known/cairn.txt" in page
    assert made.members.get().user == owner
    assert made.members.get().is_owner


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "Enter the organisation&#x27;s name."),
        ("domain", "127.0.0.1", "Enter a domain such as harbour.example."),
        ("domain", "localhost", "Enter a domain such as harbour.example."),
        ("domain", "har bour.example", "Enter a domain such as harbour.example."),
        ("domain", "https://[", "Enter a domain such as harbour.example."),
        ("website", "https://other.example/", "Enter an address at harbour.example."),
        ("website", "https://fakeharbour.example/", "Enter an address at harbour"),
        ("website", "harbour", "begins with https:// or http://"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_kept(
    client: Client, owner: User, field: str, value: str, sentence: str
) -> None:
    response = client.post(HERE, {**ANSWERS, field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Employer.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Harbour.Example.", "harbour.example"),
        ("https://www.harbour.example/jobs", "harbour.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_kept_as_dns_has_it(typed: str, kept: str) -> None:
    assert read_domain(typed) == kept


def test_a_domain_that_somebody_else_proved_is_refused(
    client: Client, owner: User
) -> None:
    make_employer(domain="harbour.example", is_proved=True)

    response = client.post(HERE, ANSWERS)

    assert response.status_code == 422
    assert "Another organisation here has proved" in response.content.decode()


def test_another_domain_has_to_be_proved_anew(
    client: Client, employer: Employer
) -> None:
    Employer.objects.update(domain_proved_at="2026-01-01T00:00Z")
    proof = employer.proof

    client.post(HERE, {**ANSWERS, "domain": "quay.example"})

    employer.refresh_from_db()
    assert employer.domain == "quay.example"
    assert not employer.is_proved
    assert employer.proof != proof


def test_once_it_signs_its_domain_stays_and_its_name_goes_along(
    client: Client, employer: Employer, owner: User
) -> None:
    Employer.objects.update(domain_proved_at="2026-01-01T00:00Z")
    organisations.found_issuer(email="badges@harbour.example", by=owner)

    client.post(HERE, {**ANSWERS, "name": "Quay", "domain": "quay.example"})

    employer.refresh_from_db()
    assert (employer.name, employer.domain) == ("Quay", "harbour.example")
    assert Issuer.objects.get().name == "Quay"
    with pytest.raises(organisations.DomainIsFixed):
        organisations.describe(
            name="Quay", website="https://q.example/", domain="q.example", by=owner
        )


def test_keys_are_made_with_one_press_once_the_domain_is_proved(
    client: Client, employer: Employer
) -> None:
    address = reverse("found_own_issuer")
    answers = {"email": "badges@harbour.example"}
    assert client.post(address, answers).status_code == 409
    Employer.objects.update(domain_proved_at="2026-01-01T00:00Z")

    assert client.post(address, {}).status_code == 422
    assert client.post(address, answers).status_code == 303
    assert client.post(address, answers).status_code == 303

    issuer = Issuer.objects.get()
    employer.refresh_from_db()
    assert employer.issuer == issuer
    assert (issuer.slug, issuer.kind) == ("harbour-example", "employer")
    assert issuer.verified_domain == "harbour.example"
    assert issuer.keys.count() == 2
    public = client.get(issuer.get_absolute_url()).content.decode()
    assert "badges@harbour.example" in public


def test_a_name_in_addresses_that_is_taken_gets_a_number(
    employer: Employer, owner: User
) -> None:
    factories.make_issuer(slug="harbour-example")
    Employer.objects.update(domain_proved_at="2026-01-01T00:00Z")

    made = organisations.found_issuer(email="a@harbour.example", by=owner)

    assert made.slug == "harbour-example-2"


def test_asking_tells_nobody_whether_there_is_such_an_account(
    client: Client, employer: Employer
) -> None:
    person = factories.make_user("Mei Tan", email="mei@people.example.org")
    answers = []
    for email in ("Mei@people.example.org", "nobody@people.example.org"):
        said = press(client, email=email)
        page = client.get(HERE).content.decode()
        answers.append((said.status_code, said.headers["Location"]))
        assert "Mei Tan" not in page
        assert email.lower() in page

    assert answers[0] == answers[1]
    for asked in EmployerInvitation.objects.all():
        tasks.mail_invitation(asked.pk)
    (told,) = mail.outbox
    assert told.to == ["mei@people.example.org"]
    assert "Sam Okoro asks you to act for Harbour" in told.subject
    assert "Nobody has proved that harbour.example" in told.body
    assert not EmployerMember.objects.filter(user=person).exists()


def test_who_is_asked_joins_or_declines_and_the_owner_is_not_told(
    client: Client, employer: Employer, owner: User
) -> None:
    mei = factories.make_user("Mei Tan", email="mei@people.example.org")
    press(client, email="mei@people.example.org")
    before = client.get(HERE).content.decode()
    asked = EmployerInvitation.objects.get()
    client.force_login(mei)
    assert "asks you to join" in client.get(HERE).content.decode()
    answer = reverse("answer_invitation", args=[asked.token])

    client.post(answer, {"answer": "decline"})
    assert "asks you to join" not in client.get(HERE).content.decode()
    assert client.post(answer, {"answer": "accept"}).status_code == 409
    client.force_login(owner)
    assert "Asked on" in client.get(HERE).content.decode()
    assert "Asked on" in before

    press(client, uninvite=asked.pk)
    press(client, email="mei@people.example.org")
    asked = EmployerInvitation.objects.get()
    client.force_login(mei)
    answer = reverse("answer_invitation", args=[asked.token])
    assert client.post(answer, {"answer": "accept"}).status_code == 303
    assert employer.members.get(user=mei).is_owner is False
    assert client.get(HERE).status_code == 200
    assert not EmployerInvitation.objects.exists()


def test_nobody_answers_an_invitation_to_somebody_else(
    client: Client, employer: Employer, owner: User
) -> None:
    asked = membership.invite("mei@people.example.org", by=owner)
    stranger = factories.make_user(email="stranger@people.example.org")
    client.force_login(stranger)
    answer = reverse("answer_invitation", args=[asked.token])

    assert client.post(answer, {"answer": "accept"}).status_code == 409
    client.post(answer, {"answer": "decline"})

    asked.refresh_from_db()
    assert asked.declined_at is None
    assert not EmployerMember.objects.filter(user=stranger).exists()


def test_an_address_that_was_not_proved_gets_nobody_in(
    employer: Employer, owner: User
) -> None:
    person = factories.make_user(email="mei@people.example.org")
    EmailAddress.objects.filter(user=person).update(verified=False)
    asked = membership.invite("mei@people.example.org", by=owner)

    with pytest.raises(membership.Gone):
        membership.accept(asked.token, by=person)


def test_one_acts_for_one_organisation_at_a_time(
    client: Client, employer: Employer
) -> None:
    other = make_employer()
    asked = membership.invite("sam@people.example.org", by=owner_of(other))

    answer = reverse("answer_invitation", args=[asked.token])
    response = client.post(answer, {"answer": "accept"})

    assert response.status_code == 409
    assert "Leave it first" in response.content.decode()


def test_only_owners_change_people_and_words(
    client: Client, employer: Employer, owner: User
) -> None:
    colleague = join(employer)
    client.force_login(colleague)
    page = client.get(HERE).content.decode()
    assert "Take out" not in page
    assert "Look now" not in page
    for answers in (
        {"email": "x@people.example.org"},
        {"remove": employer.members.get(user=owner).pk},
        {"owner": employer.members.get(user=colleague).pk},
    ):
        assert press(client, **answers).status_code == 403
    assert client.post(HERE, ANSWERS).status_code == 403
    assert client.post(reverse("check_domain")).status_code == 403

    assert employer.members.count() == 2
    assert not EmployerInvitation.objects.exists()


def test_an_owner_takes_nobody_out_of_another_organisation(
    client: Client, employer: Employer
) -> None:
    other = make_employer()
    asked = membership.invite("x@people.example.org", by=owner_of(other))

    press(client, remove=other.members.get().pk)
    press(client, no_owner=other.members.get().pk)
    press(client, uninvite=asked.pk)

    assert other.members.get().is_owner
    assert other.invitations.exists()


def test_the_last_owner_stays_while_others_are_there(
    client: Client, employer: Employer, owner: User
) -> None:
    colleague = join(employer)
    assert "Let a colleague change it first" in (
        client.get(reverse("leave_organisation")).content.decode()
    )
    assert client.post(reverse("leave_organisation")).status_code == 409
    own = employer.members.get(user=owner)
    assert press(client, no_owner=own.pk).status_code == 409

    press(client, owner=employer.members.get(user=colleague).pk)

    assert client.post(reverse("leave_organisation")).status_code == 303
    assert employer.members.get().user == colleague


def test_the_last_one_takes_the_organisation_along(
    client: Client, employer: Employer
) -> None:
    make_role(employer)
    assert "Leave and delete it" in (
        client.get(reverse("leave_organisation")).content.decode()
    )

    assert client.post(reverse("leave_organisation")).status_code == 303

    assert not Employer.objects.exists()
    assert client.get(reverse("roles")).headers["Location"] == HERE


def test_who_was_taken_out_finds_nothing_of_it(
    client: Client, employer: Employer, owner: User
) -> None:
    colleague = join(employer)
    role = make_role(employer)
    press(client, remove=employer.members.get(user=colleague).pk)
    client.force_login(colleague)

    answer = client.get(reverse("edit_role", args=[role.token]))
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)
    assert client.get(role.get_absolute_url()).status_code == 404


def test_twenty_people_are_asked_a_day(client: Client, employer: Employer) -> None:
    for number in range(20):
        press(client, email=f"p{number}@people.example.org")
        EmployerInvitation.objects.all().delete()

    response = press(client, email="more@people.example.org")

    assert response.status_code == 429
    assert response.headers["Retry-After"]


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_asks_as_often_however_many_there_are(
    client: Client,
    employer: Employer,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    for _number in range(count):
        EmployerMember.objects.create(employer=employer, user=factories.make_user())

    with django_assert_max_num_queries(12) as asked:
        assert client.get(HERE).status_code == 200

    assert len(asked) == QUERIES


def test_the_own_page_leads_to_the_organisation_of_who_acts_for_one(
    client: Client,
) -> None:
    employer = make_employer(name="Harbour & Sons")
    client.force_login(owner_of(employer))
    acting = client.get(reverse("me")).content.decode()
    assert (
        f'<a href="{reverse("organisation")}"><bdi>Harbour &amp; Sons</bdi>' in acting
    )

    client.force_login(factories.make_user())
    alone = client.get(reverse("me")).content.decode()
    assert "<bdi>Harbour" not in alone
