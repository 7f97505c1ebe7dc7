"""Addresses and forms that no page of ours makes: an answer, and never an error."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.models import Issuer
from portfolio.employers import forms
from portfolio.models import Employer, ShortlistEntry, User
from portfolio.views import shortlist
from tests import factories
from tests.portfolio.findable import make_findable, make_proving_badge, make_skill
from tests.portfolio.keeping import make_employer, make_kept

pytestmark = pytest.mark.django_db

NUL = "\x00"
NO_TOKEN = NUL * 26
HOST = "harbour.example"


@pytest.fixture
def employer(client: Client) -> Employer:
    """The organisation of the one who is signed in."""
    user = factories.make_user("Sam Okoro")
    client.force_login(user)
    return make_employer(user)


@pytest.fixture
def welder() -> User:
    """Somebody findable who can weld."""
    return make_findable(make_proving_badge("Pipes", (make_skill("Welding"), 3)))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("shortlist_person", f"mei{NUL}tan"),
        ("contact_person", f"mei{NUL}tan"),
        ("saved_search", NO_TOKEN),
        ("saved_search_count", NO_TOKEN),
        ("stop_digest", NO_TOKEN),
        ("edit_role", NO_TOKEN),
        ("role", NO_TOKEN),
    ],
)
def test_what_cannot_be_an_address_is_not_found(
    client: Client, employer: Employer, name: str, given: str
) -> None:
    assert client.get(reverse(name, args=[given])).status_code == 404


@pytest.mark.parametrize(
    ("name", "given", "form"),
    [
        ("shortlist_person", f"mei{NUL}tan", {"wanted": "keep"}),
        ("answer_contact", NO_TOKEN, {"answer": "accept"}),
        ("answer_invitation", NO_TOKEN, {"answer": "accept"}),
        ("answer_invitation", "٣" * 26, {"answer": "accept"}),
    ],
)
def test_nothing_is_done_to_what_cannot_be_an_address(
    client: Client, employer: Employer, name: str, given: str, form: dict[str, str]
) -> None:
    assert client.post(reverse(name, args=[given]), form).status_code == 404


def test_people_are_compared_without_those_who_cannot_be(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder)

    response = client.get(
        reverse("compare_people"), {"who": [f"a{NUL}b", welder.profile.handle.upper()]}
    )

    assert response.status_code == 200
    assert welder.full_name in response.content.decode()


@pytest.mark.parametrize("mark", ["é", NUL, "", "x" * 10_000])
def test_a_note_with_another_mark_is_not_written(
    client: Client, employer: Employer, welder: User, mark: str
) -> None:
    entry = make_kept(employer, welder, "Call in May.")
    address = reverse("shortlist_person", args=[welder.profile.handle])

    response = client.post(address, {"wanted": "note", "note": "Mine", "mark": mark})

    assert response.status_code == 409
    assert ShortlistEntry.objects.get(pk=entry.pk).note == "Call in May."


def test_the_longest_organisation_that_is_taken_can_sign(
    client: Client, employer: Employer
) -> None:
    longest = forms.LONGEST_DOMAIN
    domain = f"{'a' * 60}.{'b' * 60}.{'c' * 60}.".ljust(longest - 3, "d") + ".eu"
    page = reverse("organisation")
    wrong = [
        {"domain": f"d{domain}", "website": ""},
        {"domain": HOST, "website": f"https://{HOST}/".ljust(201, "a")},
    ]
    for each in wrong:
        assert client.post(page, {"name": "Harbour", **each}).status_code == 422
    right = {"name": "Harbour", "domain": domain, "website": ""}
    assert client.post(page, right).status_code == 303
    Employer.objects.update(domain_proved_at=timezone.now())

    made = client.post(reverse("found_own_issuer"), {"email": "a@harbour.example"})

    assert made.status_code == 303
    assert Issuer.objects.get().url == f"https://{domain}/"


def test_trying_out_who_may_be_found_ends_for_everybody(
    client: Client, welder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlist, "PER_HOUR", 2)
    client.force_login(factories.make_user())
    address = reverse("shortlist_person", args=["nobody-there"])

    answers = [client.post(address, {"wanted": "keep"}) for _number in range(3)]

    assert [each.status_code for each in answers] == [404, 404, 429]


@pytest.mark.parametrize(
    ("answers", "sentences"),
    [
        (
            {"name": "", "domain": "localhost", "website": "harbour"},
            ["organisation&#x27;s name.", "Enter a domain such", "begins with https"],
        ),
        (
            {"domain": "quay.example", "website": "https://other.example/"},
            ["has proved that this domain", "Enter an address at quay.example."],
        ),
    ],
)
def test_all_that_is_wrong_is_said_at_once(
    client: Client, answers: dict[str, str], sentences: list[str]
) -> None:
    Employer.objects.create(domain="quay.example", domain_proved_at=timezone.now())
    client.force_login(factories.make_user())

    answers = {"name": "Harbour", "website": "", **answers}
    page = client.post(reverse("organisation"), answers).content.decode()

    assert [each for each in sentences if each not in page] == []
