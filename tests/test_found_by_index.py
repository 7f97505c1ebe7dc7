"""Pages find the few rows that they show without looking through all there are.

A page that looks through them is fast with a handful, and takes seconds with a million.
So tables are filled here until an index is worth while, and PostgreSQL says how many
rows it looked at. Pages of staff, files, and what the talent search reads by itself
stand aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client

from portfolio.demo import scale
from portfolio.models import FormerHandle, Profile, User
from tests.site_pages import make_pages

pytestmark = pytest.mark.django_db

#: A row for each person, each thing that they hold, each address that they had. What
#: the talent search reads is measured with far more people (bench/scale.py).
CROWDED = {
    "account_emailaddress",
    "credentials_credential",
    "portfolio_formerhandle",
    "portfolio_profile",
    "portfolio_user",
}
LEARNERS, CREDENTIALS = 800, 4_000
#: Nothing shows so many rows, or counts them: whoever reads them looks for others.
MANY = LEARNERS // 2
DRAWN = (".pdf", ".png", ".svg", "me/portfolio/")  # from what a page has read, too
READS = ("SELECT", "(SELECT", "WITH", "UPDATE", "DELETE")
LONG_AFTER = datetime(2999, 1, 1, tzinfo=UTC)
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker) -> Iterator[User]:
    """One of many people who hold public credentials; all rolled back at last."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            scale.fill(LEARNERS, CREDENTIALS, say=lambda _what: None)
            FormerHandle.objects.bulk_create(
                FormerHandle(
                    profile=each, handle=f"was-{each.handle}", until=LONG_AFTER
                )
                for each in Profile.objects.all()
            )
            EmailAddress.objects.bulk_create(
                EmailAddress(user=each, email=each.email, verified=True, primary=True)
                for each in User.objects.all()
            )
            gather_statistics()
            found = User.objects.filter(profile__talent_search_at__isnull=False)
            yield found.latest("pk")
            transaction.set_rollback(True)
        gather_statistics()  # some of them stay when all else is rolled back


def gather_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plans(
    client: Client, method: str, address: str, data: dict[str, str] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The queries of a request, each with what it did when it is run once more."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, *query: Any) -> Any:
        if query[0].lstrip().upper().startswith(READS):
            asked.append(query[:2])
        return execute(*query)

    with transaction.atomic(), connection.cursor() as cursor:
        with connection.execute_wrapper(note):
            answer = getattr(client, method)(f"/{address}", data, secure=True)
            b"".join(answer)
        assert method == "get" or answer.status_code == 302, "a form was refused"
        for sql, given in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", given)
            yield sql, cursor.fetchone()[0][0]["Plan"]
        transaction.set_rollback(True)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def looked_at(node: dict[str, Any]) -> float:
    """The rows that a step took from a table, also those that it passed over."""
    if node.get("Relation Name") not in CROWDED:
        return 0
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    of_one_loop = node["Actual Rows"] + sum(node.get(each, 0) for each in removed)
    return float(of_one_loop * node["Actual Loops"])


def looked_through(*request: Any) -> list[str]:
    """The tables that a request looks through, each with the query."""
    return [
        f"/{request[2]}: {node['Relation Name']}, {node.get('Filter', 'all')}\n  {sql}"
        for sql, plan in plans(*request)
        for node in nodes(plan)
        if looked_at(node) >= MANY
    ]


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_no_page_looks_through_a_table(crowd: User) -> None:
    told = [
        line
        for page in make_pages()
        if not page.is_admins and not page.pattern.endswith(DRAWN)
        for _name, client in page.clients
        for line in looked_through(client, "get", page.address())
    ]

    assert not told, "\n".join(told)


def test_neither_does_what_people_see_of_each_other(crowd: User) -> None:
    profile = Profile.objects.get(user=crowd)
    credential = crowd.credentials.filter(visibility="public").latest("pk")
    told = [
        line
        for client in (Client(), logged_in(crowd))
        for address in (
            f"p/{profile.handle}/",
            f"p/{profile.handle.upper()}/",
            f"p/was-{profile.handle}/",
            "p/never-there/",
            f"c/{credential.token}/",
            "me/",
            "me/found/",
        )
        for line in looked_through(client, "get", address)
    ]

    assert not told, "\n".join(told)


def test_neither_does_coming_in(crowd: User) -> None:
    crowd.set_password(PASSWORD)
    crowd.save()
    known = {"login": crowd.email, "password": PASSWORD}
    new = {"email": "new@example.org", "full_name": "Ann Lee", "password1": PASSWORD}
    told = [
        *looked_through(Client(), "post", "accounts/login/", known),
        *looked_through(Client(), "post", "accounts/signup/", new),
        *looked_through(
            Client(), "post", "accounts/password/reset/", {"email": crowd.email}
        ),
    ]

    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    ("index", "address", "table"),
    [
        ("profile_at_address", "p/{handle}/", "portfolio_profile"),
        ("formerhandle_at_address", "p/was-{handle}/", "portfolio_formerhandle"),
        ("credential_newest_public", "", "credentials_credential"),
    ],
)
def test_an_index_that_is_gone_is_noticed(
    crowd: User, index: str, address: str, table: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")
    handle = Profile.objects.get(user=crowd).handle

    (line,) = looked_through(Client(), "get", address.format(handle=handle))
    assert table in line
