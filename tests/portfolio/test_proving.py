"""Proving a domain: by a record, by a file, by nothing else; and how often."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import fetching
from portfolio import tasks
from portfolio.employers import proving
from portfolio.models import Employer, User
from tests import factories
from tests.credentials.loopback import HOST, serving, text
from tests.portfolio.organisations import join, make_employer, make_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    """Somebody signed in."""
    person = factories.make_user("Sam Okoro")
    client.force_login(person)
    return person


@pytest.fixture
def employer(owner: User) -> Employer:
    """The organisation of the one who is signed in."""
    return make_employer(owner, domain=HOST, name="Harbour")


def silent(**other: Any) -> fetching.Network:
    """A network in which nobody answers."""

    def nobody(_host: str) -> list[Any]:
        raise fetching.CouldNotRead

    values: dict[str, Any] = {"look_up": nobody, "text_records": nobody}
    return fetching.Network(**{**values, **other})


def says(*records: str) -> fetching.Network:
    """A network in which the domain has these TXT records and no web site."""
    return silent(text_records=lambda _name: list(records))


def test_a_record_proves_the_domain_and_pages_say_since_when(
    client: Client, employer: Employer
) -> None:
    role = make_role(employer)

    assert proving.look(
        employer.pk, network=says("v=spf1 -all", proving.expected(employer))
    )

    employer.refresh_from_db()
    assert employer.is_proved
    for address in (reverse("organisation"), role.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "Domain proved on" in page
        assert HOST in page
        assert "Domain not proved" not in page


@pytest.mark.parametrize("around", ["{}", "# ours\r\n  {}  \r\n", "one\n{}\ntwo"])
def test_a_line_of_the_file_proves_the_domain(
    employer: Employer, tmp_path: Any, around: str
) -> None:
    content = text(around.format(proving.expected(employer)))
    with serving(tmp_path, content) as site:
        assert proving.look(employer.pk, network=site.network())

    assert site.asked[0][0] == "/.well-known/cairn.txt"
    employer.refresh_from_db()
    assert employer.is_proved


@pytest.mark.parametrize(
    "said", ["{proof}", "x cairn-verification={proof}", "cairn-verification={proof}0"]
)
def test_nothing_else_proves_it(
    client: Client, employer: Employer, tmp_path: Any, said: str
) -> None:
    shown = said.format(proof=employer.proof)
    with serving(tmp_path, text(shown)) as site:
        network = site.network(text_records=lambda _name: [shown])
        assert not proving.look(employer.pk, network=network)

    employer.refresh_from_db()
    assert not employer.is_proved
    assert employer.domain_checked_at
    assert "neither was there" in client.get(reverse("organisation")).content.decode()


def test_the_proof_of_another_organisation_proves_nothing(employer: Employer) -> None:
    other = make_employer(domain=HOST)

    assert not proving.look(employer.pk, network=says(proving.expected(other)))


def test_a_domain_that_changed_meanwhile_is_not_proved_by_the_old_one(
    employer: Employer,
) -> None:
    shown = proving.expected(employer)

    def records(_name: str) -> list[str]:
        Employer.objects.filter(pk=employer.pk).update(domain="quay.example")
        return [shown]

    assert not proving.look(employer.pk, network=silent(text_records=records))

    employer.refresh_from_db()
    assert not employer.is_proved


def test_the_second_organisation_that_proves_a_domain_is_told(
    client: Client, employer: Employer
) -> None:
    first = make_employer(domain=HOST)
    assert proving.look(first.pk, network=says(proving.expected(first)))

    assert not proving.look(employer.pk, network=says(proving.expected(employer)))

    page = client.get(reverse("organisation")).content.decode()
    assert "Another organisation here has proved" in page
    assert "Domain not proved" in page


def test_asking_looks_at_nothing_but_leaves_a_job(
    client: Client, employer: Employer
) -> None:
    assert client.post(reverse("check_domain")).status_code == 303

    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs")
        (name, given) = cursor.fetchone()
    assert name == tasks.prove_domain.name
    assert json.loads(given) == {"employer_id": employer.pk}
    employer.refresh_from_db()
    assert employer.domain_checked_at is None
    page = client.get(reverse("organisation")).content.decode()
    assert "It takes up to a minute" in page


def test_an_organisation_is_looked_at_six_times_an_hour(
    client: Client, employer: Employer
) -> None:
    for _time in range(proving.PER_EMPLOYER):
        assert client.post(reverse("check_domain")).status_code == 303

    response = client.post(reverse("check_domain"))

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0


def test_what_is_proved_is_not_looked_at_again(
    client: Client, employer: Employer
) -> None:
    Employer.objects.update(domain_proved_at=timezone.now())

    client.post(reverse("check_domain"))

    assert not proving.look(employer.pk, network=says(proving.expected(employer)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_a_job_for_what_is_gone_does_nothing() -> None:
    assert not proving.look(987_654_321, network=says("anything"))


def test_who_may_not_ask_uses_up_nothing_of_what_the_owner_may(
    client: Client, employer: Employer
) -> None:
    colleague = Client()
    colleague.force_login(join(employer))
    for _time in range(proving.PER_EMPLOYER):
        assert colleague.post(reverse("check_domain")).status_code == 403

    assert client.post(reverse("check_domain")).status_code == 303
