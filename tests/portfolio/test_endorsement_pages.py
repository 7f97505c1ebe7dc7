"""The pages of endorsements: what they show, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials import sharing
from credentials.models import Credential, Issuer
from portfolio.endorsing import asking, giving, showing
from portfolio.models import Endorsement, User
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_user,
)
from tests.portfolio.endorsed import (
    Kind,
    make_given,
    make_manager,
)

pytestmark = pytest.mark.django_db
STANDS = giving.Words(Kind.ENDORSES, "She **led** our audit.")
MOST_QUERIES = 12


@pytest.fixture
def organisation():
    return make_issuer("Harbour Health Trust")


@pytest.fixture
def manager(organisation):
    return make_manager(organisation)


@pytest.fixture
def credential():
    badge = make_badge(make_issuer("Northwind"), name="Usability testing")
    return make_credential(badge, make_user("Mei Tan"))


@pytest.fixture
def asked(organisation, manager, credential):
    return asking.ask_about_credential(
        organisation, credential, request="We worked together.", by=credential.holder
    )


@pytest.fixture
def endorsed(asked, manager):
    return giving.accept(asked, STANDS, by=manager)


def browser(person: User | None = None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def text(address: str, person: User | None = None, **asked: Any) -> str:
    response = browser(person).get(address, asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def page(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def badge_address(badge) -> tuple[str, str]:
    return badge.issuer.slug, badge.slug


def test_a_badge_says_who_accepts_it_for_what_since_when_and_leads_to_the_proof(
    organisation,
):
    badge = make_badge().achievement
    given = make_given(badge, organisation, comment="Ask for Grace.")
    other = make_given(badge, make_issuer("Northwind"), kind="endorses")

    shown = text(badge.get_absolute_url())

    assert "Accepted by" in shown
    assert "Accepts it for an interview" in shown
    assert "Ask for Grace." in shown
    assert f'datetime="{given.decided_at:%Y-%m-%d}"' in shown
    assert f'href="{given.get_absolute_url()}"' in shown
    assert "domain not proved" in shown
    assert f'href="{other.get_absolute_url()}"' in shown
    assert shown.index("Accepted by") < shown.index("Endorsed by")
    Issuer.objects.update(
        verified_domain="harbour.example", verified_domain_at=timezone.now()
    )
    shown = text(badge.get_absolute_url())
    assert "controls harbour.example" in shown
    assert "domain not proved" not in shown


def test_a_badge_that_nobody_accepts_says_nothing_to_visitors():
    shown = text(make_badge().achievement.get_absolute_url())
    assert "Accepted by" not in shown
    assert "Endorsed by" not in shown


def test_an_issuer_says_who_endorses_it_and_which_badges_it_accepts(organisation):
    issuer = make_issuer("Northwind")
    make_given(issuer, organisation, comment="Careful assessors.")
    badge = make_badge(issuer, name="Usability testing").achievement
    make_given(badge, organisation)

    assert "Careful assessors." in text(issuer.get_absolute_url())
    shown = text(organisation.get_absolute_url())
    assert "Badges of others that it accepts" in shown
    assert "Usability testing" in shown


def test_what_was_withdrawn_leaves_the_pages_and_says_so_on_its_own(
    organisation, manager
):
    badge = make_badge().achievement
    given = make_given(badge, organisation, by=manager)
    assert "This endorsement is genuine." in text(given.get_absolute_url())

    response = browser(manager).post(page("withdraw_endorsement", given.token))

    assert response.status_code == 303
    assert given.get_absolute_url() not in text(badge.get_absolute_url())
    shown = text(given.get_absolute_url())
    assert "Harbour Health Trust withdrew this endorsement on" in shown
    assert "This endorsement is genuine." not in shown
    assert "Withdrawn –" in shown
    again = browser(manager).post(page("withdraw_endorsement", given.token))
    assert again.status_code == 409


def test_an_endorsement_stands_on_its_credential(endorsed, credential):
    shown = text(credential.get_absolute_url())
    assert "Endorsed by" in shown
    assert "She <strong>led</strong> our audit." in shown
    assert endorsed.get_absolute_url() in shown
    own = text(endorsed.get_absolute_url())
    assert "Mei Tan" in own
    assert "Usability testing" in own


def test_one_about_a_private_credential_shows_nothing_more_than_that(
    endorsed, credential, manager
):
    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=credential.holder)
    for person in (None, make_user(), manager):
        for name in ("endorsement", "endorsement_json"):
            response = browser(person).get(page(name, endorsed.token))
            assert response.status_code == 404
    desk = text(page("endorsements"), manager)
    assert "Mei Tan" not in desk
    assert "Usability testing" not in desk
    assert "shows to nobody now" in desk
    assert "This endorsement is genuine." in text(
        endorsed.get_absolute_url(), credential.holder
    )


def test_one_about_an_erased_credential_is_gone(endorsed, credential):
    Credential.objects.filter(pk=credential.pk).update(
        state="erased",
        erased_at=timezone.now(),
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )
    for name in ("endorsement", "endorsement_json"):
        assert browser().get(page(name, endorsed.token)).status_code == 404


def test_a_request_is_seen_by_both_sides_alone(asked, credential, manager):
    for person in (None, make_user(), make_manager(), make_manager(credential.issuer)):
        for name in ("endorsement", "endorsement_json"):
            response = browser(person).get(page(name, asked.token))
            assert response.status_code == 404
    for person in (credential.holder, manager):
        assert "We worked together." in text(asked.get_absolute_url(), person)
    giving.decline(asked, by=manager)
    assert browser().get(asked.get_absolute_url()).status_code == 404
    assert "Declined" in text(asked.get_absolute_url(), credential.holder)
    assert asked.get_absolute_url() not in text(credential.get_absolute_url())


@pytest.mark.parametrize("token", ["0" * 26, "nothing", "%00", "a" * 400, "ü" * 26])
def test_what_is_no_endorsement_is_not_found(token, manager):
    for name in ("endorsement", "endorsement_json", "answer_endorsement"):
        assert browser(manager).get(page(name, token)).status_code == 404
    for name in ("withdraw_endorsement", "take_back_endorsement"):
        assert browser(manager).post(page(name, token)).status_code == 404


def test_an_address_that_is_nearly_one_does_nothing(asked, credential, manager):
    nearly = f"{asked.token[:9]}\0{asked.token[9:]}"
    taken_back = browser(credential.holder).post(page("take_back_endorsement", nearly))
    assert taken_back.status_code == 404
    giving.accept(asked, STANDS, by=manager)
    withdrawn = browser(manager).post(page("withdraw_endorsement", nearly))
    assert withdrawn.status_code == 404
    assert Endorsement.objects.get().state == "given"


def test_many_of_one_kind_hide_none_of_another(organisation, monkeypatch):
    monkeypatch.setattr(showing, "MOST", 2)
    badge = make_badge().achievement
    for target in (organisation, badge):
        make_given(target, make_issuer("Northwind"), kind="endorses")
    for _time in range(3):
        make_given(organisation=organisation)
        make_given(badge)

    issuer = showing.on_issuer_page(organisation, None)
    assert (len(issuer.endorsed_by), len(issuer.accepts)) == (1, 2)
    shown = showing.on_badge_page(badge, None)
    assert (len(shown.endorsed_by), len(shown.accepted_by)) == (1, 2)


def test_words_of_organisations_are_shown_and_never_run(organisation):
    badge = make_badge().achievement
    comment = "<script>x</script> [bad](javascript:alert(1)) **good**"
    given = make_given(badge, organisation, comment=comment)
    for address in (badge.get_absolute_url(), given.get_absolute_url()):
        shown = text(address)
        assert "<script>x" not in shown
        assert 'href="javascript:' not in shown
        assert "<strong>good</strong>" in shown


def test_visitors_touch_no_session(organisation):
    given = make_given(organisation=organisation)
    response = browser().get(given.get_absolute_url())
    assert not response.wsgi_request.session.accessed
    assert response["Cache-Control"] == "no-cache"
    assert response.cookies == {}


def queries(address: str, person: User | None = None) -> int:
    client = browser(person)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("what", ["badge", "issuer", "credential", "desk", "own"])
def test_the_number_of_queries_is_the_same_at_one_and_at_many(
    organisation, manager, credential, what
):
    holder = credential.holder
    badge = credential.achievement
    addresses = {
        "badge": (badge.get_absolute_url(), None),
        "issuer": (badge.issuer.get_absolute_url(), None),
        "credential": (credential.get_absolute_url(), None),
        "desk": (page("endorsements"), manager),
        "own": (page("own_endorsements"), holder),
    }

    def add() -> None:
        other = make_issuer()
        make_manager(other)  # who can be asked
        if what == "badge":
            make_given(badge, other)
        elif what == "issuer":
            make_given(badge.issuer, other)
        elif what == "desk":
            make_given(organisation=organisation, by=manager)
            asked_of(organisation, make_credential(make_badge()))
        else:
            asked = asked_of(other, credential)
            if what == "credential":
                giving.accept(asked, STANDS, by=make_manager(other))

    def asked_of(other: Issuer, about: Credential) -> Endorsement:
        assert about.holder
        return asking.ask_about_credential(
            other, about, request="You know me.", by=about.holder
        )

    add()
    one = queries(*addresses[what])
    for _ in range(3):
        add()
    assert queries(*addresses[what]) == one <= MOST_QUERIES


def test_the_page_of_an_endorsement_takes_few_queries(endorsed, organisation):
    assert queries(endorsed.get_absolute_url()) <= 5
    given = make_given(organisation=organisation)
    assert queries(given.get_absolute_url()) <= 5


def test_who_is_signed_in_sees_a_badge_in_twelve_queries(manager):
    badge = make_badge().achievement
    make_given(badge)
    assert queries(badge.get_absolute_url(), manager) <= MOST_QUERIES + 2
