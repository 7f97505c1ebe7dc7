"""Keeping people in mind: who sees what of it, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portfolio import contacting
from portfolio.employers import shortlist
from portfolio.models import ContactRequest, Employer, Profile, ShortlistEntry, User
from portfolio.profile import switching
from tests import factories
from tests.permissions.asking import TOKENS
from tests.portfolio.findable import NOW, make_findable, make_proving_badge, make_skill
from tests.portfolio.keeping import make_employer, make_kept, make_member

pytestmark = pytest.mark.django_db

NOTE = "Call about the night shift."


@pytest.fixture
def welder() -> User:
    """Somebody findable who can weld."""
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    return make_findable(badge, headline="Pipe fitter", place="Leeds")


@pytest.fixture
def recruiter(client: Client) -> User:
    """Somebody signed in who acts for an organisation."""
    user = factories.make_user("Sam Okoro")
    client.force_login(user)
    return user


@pytest.fixture
def employer(recruiter: User) -> Employer:
    return make_employer(recruiter)


def page_of(person: User) -> str:
    return reverse("shortlist_person", args=[person.profile.handle])


def press(client: Client, person: User, wanted: str = "keep", **given: Any) -> Any:
    return client.post(page_of(person), {"wanted": wanted, **given})


def listed(client: Client, **given: Any) -> str:
    response = client.get(reverse("shortlist"), given)
    assert response.status_code == 200
    return str(response.content.decode())


def switch_off(person: User) -> None:
    profile = Profile.objects.get(user=person)
    switching.turn_off(profile, switching.TALENT_SEARCH)


def test_somebody_found_is_kept_and_listed(
    client: Client, employer: Employer, welder: User
) -> None:
    results = f"{reverse('talent')}?q=welding"

    response = press(client, welder, next=results)

    assert (response.status_code, response["Location"]) == (303, results)
    page = listed(client)
    assert welder.full_name in page
    assert "Kept by Sam Okoro on" in page


def test_htmx_gets_the_button_as_it_is_now(
    client: Client, employer: Employer, welder: User
) -> None:
    response = client.post(
        page_of(welder), {"wanted": "keep"}, headers={"HX-Request": "true"}
    )

    piece = response.content.decode()
    assert "Kept" in piece
    assert "<html" not in piece
    results = client.get(reverse("talent"), {"q": "welding"}).content.decode()
    assert f'<a class="button button-quiet button-small" href="{page_of(welder)}"' in (
        results
    )


def test_results_offer_keeping_to_whoever_is_signed_in(
    client: Client, welder: User
) -> None:
    offer = f'formaction="{page_of(welder)}"'

    assert offer not in client.get(reverse("talent"), {"q": "weld"}).content.decode()
    client.force_login(factories.make_user())
    assert offer in client.get(reverse("talent"), {"q": "weld"}).content.decode()
    client.force_login(welder)
    assert offer not in client.get(reverse("talent"), {"q": "weld"}).content.decode()


def test_a_public_page_offers_keeping_to_members_alone(
    client: Client, employer: Employer, recruiter: User, welder: User
) -> None:
    offer = f'formaction="{page_of(welder)}"'
    address = welder.profile.get_absolute_url()

    assert offer in client.get(address).content.decode()
    client.force_login(factories.make_user())
    assert offer not in client.get(address).content.decode()
    client.force_login(recruiter)
    switch_off(welder)
    assert offer not in client.get(address).content.decode()


def test_whoever_has_no_organisation_is_led_to_making_one(
    client: Client, recruiter: User, welder: User
) -> None:
    response = press(client, welder)

    assert response["Location"] == reverse("organisation")
    assert not ShortlistEntry.objects.exists()
    assert client.get(reverse("shortlist"))["Location"] == reverse("organisation")
    assert client.get(page_of(welder)).status_code == 404


def test_a_form_after_the_session_ended_leads_to_the_log_in(
    client: Client, welder: User
) -> None:
    response = press(client, welder, next="/talent/?q=welding")

    assert response["Location"].startswith(reverse("account_login"))
    assert "welding" in response["Location"]


def test_a_page_that_may_not_be_found_answers_like_an_unknown_one(
    client: Client, employer: Employer, welder: User
) -> None:
    """Guessing addresses tells nothing, by any of the presses, kept before or not."""
    make_kept(employer, welder, NOTE)
    hidden = make_findable()
    for person in (welder, hidden):
        switch_off(person)
    handles = [welder.profile.handle, hidden.profile.handle, "nobody-at-all"]

    for wanted in ("keep", "note", "let_go", ""):
        told = set()
        for handle in handles:
            address = reverse("shortlist_person", args=[handle])
            response = client.post(address, {"wanted": wanted, "note": "x"})
            words = TOKENS.sub("", response.content.decode()).replace(handle, "…")
            told.add((response.status_code, words))
        assert {status for status, _words in told} == {404}
        assert len(told) == 1
    assert ShortlistEntry.objects.get().note == NOTE


def test_the_same_holds_for_people_without_an_organisation(
    client: Client, recruiter: User, welder: User
) -> None:
    switch_off(welder)

    assert press(client, welder).status_code == 404


def test_nobody_keeps_oneself(client: Client, welder: User) -> None:
    make_employer(welder)
    client.force_login(welder)

    assert press(client, welder).status_code == 404


def test_switched_off_between_keeping_and_looking_is_gone_from_everything(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder, NOTE)
    switch_off(welder)

    page = listed(client)

    assert welder.full_name not in page
    assert NOTE not in page
    assert "People whom you keep stand here" in page
    assert client.get(page_of(welder)).status_code == 404


def test_whoever_comes_back_is_shown_again(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder, NOTE)
    switch_off(welder)

    profile = Profile.objects.get(user=welder)
    switching.turn_on(profile, switching.TALENT_SEARCH, now=NOW)

    assert NOTE in listed(client)


def test_another_organisation_sees_nothing_of_a_list(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder, NOTE)
    other = factories.make_user("Other Recruiter")
    make_employer(other, name="Elsewhere")
    client.force_login(other)

    assert welder.full_name not in listed(client)
    assert client.get(page_of(welder)).status_code == 404
    assert press(client, welder, "note", note="mine").status_code == 404
    assert press(client, welder, "let_go").status_code == 404
    assert ShortlistEntry.objects.get().note == NOTE


def test_the_person_never_sees_a_note(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder, NOTE)
    client.force_login(welder)

    addresses = ["me", "found", "contacts", "settings"]
    pages = [reverse(name) for name in addresses]
    for address in [*pages, welder.profile.get_absolute_url()]:
        page = client.get(address).content.decode()
        assert NOTE not in page
        assert employer.name not in page


def test_a_note_is_written_and_replaced(
    client: Client, employer: Employer, welder: User
) -> None:
    entry = make_kept(employer, welder)
    mark = shortlist.mark_of("")

    response = press(client, welder, "note", note=NOTE, mark=mark)

    assert response.status_code == 303
    entry.refresh_from_db()
    assert entry.note == NOTE
    assert NOTE in listed(client)


def test_a_note_that_a_colleague_changed_is_not_lost(
    client: Client, employer: Employer, welder: User
) -> None:
    entry = make_kept(employer, welder, "From the colleague.")
    old = shortlist.mark_of("")

    response = press(client, welder, "note", note="Mine.", mark=old)

    page = response.content.decode()
    assert response.status_code == 409
    assert "From the colleague." in page
    assert "Mine." in page
    entry.refresh_from_db()
    assert entry.note == "From the colleague."
    new = shortlist.mark_of("From the colleague.")
    assert press(client, welder, "note", note="Mine.", mark=new).status_code == 303


def test_a_note_that_is_too_long_stays_in_the_form(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder)
    long = "b" * (shortlist.NOTE_LENGTH + 1)

    response = press(client, welder, "note", note=long, mark=shortlist.mark_of(""))

    assert response.status_code == 422
    assert "Use 1000 characters or fewer." in response.content.decode()
    assert long in response.content.decode()


def test_removing_is_taken_back_with_the_note(
    client: Client, employer: Employer, recruiter: User, welder: User
) -> None:
    entry = make_kept(employer, welder, NOTE)

    response = press(client, welder, "let_go")

    assert not ShortlistEntry.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert f"{welder.full_name} is removed." in page
    key = response["Location"].partition("removed=")[2]
    press(client, welder, "bring_back", key=key)
    back = ShortlistEntry.objects.get()
    assert (back.note, back.added_at) == (NOTE, entry.added_at)
    press(client, welder, "bring_back", key=key)
    assert ShortlistEntry.objects.count() == 1


def test_nobody_is_brought_back_who_switched_off_meanwhile(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder, NOTE)
    address = press(client, welder, "let_go")["Location"]
    switch_off(welder)

    assert welder.full_name not in client.get(address).content.decode()
    press(client, welder, "bring_back", key=address.partition("removed=")[2])
    assert not ShortlistEntry.objects.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("sent", "Waits for an answer"),
        ("accepted", "Contact accepted"),
        ("declined", "Contact declined"),
    ],
)
def test_the_list_says_what_became_of_a_message(
    client: Client, employer: Employer, recruiter: User, welder: User, *, state, words
) -> None:
    make_kept(employer, welder)
    assert "Contact<" in listed(client)
    asked = contacting.ask(
        welder.profile, by=recruiter, organisation="", message="Hello"
    )
    if state != "sent":
        {"accepted": contacting.accept, "declined": contacting.decline}[state](asked)

    assert words in listed(client)


def test_colleagues_see_messages_in_the_organisations_name_alone(
    client: Client, employer: Employer, welder: User
) -> None:
    make_kept(employer, welder)
    colleague = make_member(employer)
    contact = contacting.ask(
        welder.profile, by=colleague, organisation="", message="A private word"
    )
    assert "Waits for an answer" not in listed(client)

    ContactRequest.objects.filter(pk=contact.pk).update(organisation=employer.name)

    page = listed(client)
    assert "Ines Ferreira wrote on" in page
    assert "A private word" not in page


def test_there_is_an_end_to_keeping(
    client: Client, employer: Employer, welder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_kept(employer, make_findable())
    monkeypatch.setattr(shortlist, "MOST_KEPT", 1)

    response = press(client, welder)

    assert response.status_code == 409
    assert "Let somebody go first." in response.content.decode()
    assert ShortlistEntry.objects.count() == 1


def test_people_who_cannot_be_shown_take_nobodys_place(
    client: Client, employer: Employer, welder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = make_findable()
    make_kept(employer, hidden)
    switch_off(hidden)
    monkeypatch.setattr(shortlist, "MOST_KEPT", 1)

    assert press(client, welder).status_code == 303


def test_the_list_takes_the_same_queries_for_one_and_for_fifty(
    client: Client,
    employer: Employer,
    recruiter: User,
    django_assert_max_num_queries: Any,
) -> None:
    def make(number: int) -> None:
        for _number in range(number):
            person = make_findable()
            make_kept(employer, person, NOTE)
            contacting.ask(
                person.profile, by=recruiter, organisation="", message="Hello"
            )

    make(1)
    with django_assert_max_num_queries(12) as few:
        listed(client)
    make(49)
    with django_assert_max_num_queries(12) as many:
        assert listed(client).count("Waits for an answer") == 50
    assert len(few) == len(many)
