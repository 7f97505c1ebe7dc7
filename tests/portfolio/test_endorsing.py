"""Who may say what about what is others', and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import revoking, sharing
from credentials.models import Credential, IssuerMember
from portfolio.endorsing import acting, asking, giving
from portfolio.endorsing.giving import Words
from portfolio.models import Endorsement
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
    make_user,
)
from tests.portfolio.endorsed import (
    WORDS,
    Kind,
    State,
    make_employer,
    make_given,
    make_manager,
)

pytestmark = pytest.mark.django_db
STANDS = Words(Kind.ENDORSES, "We worked with them for a year.")


@pytest.fixture
def organisation():
    return make_issuer("Harbour")


@pytest.fixture
def manager(organisation):
    return make_manager(organisation)


@pytest.fixture
def credential():
    return make_credential(make_badge(name="Usability testing"), make_user("Mei Tan"))


def ask(organisation, credential, **fields: Any) -> Endorsement:
    by = fields.pop("by", credential.holder)
    return asking.ask_about_credential(
        organisation, credential, request="You know my work.", by=by
    )


def jobs() -> list[tuple[int, str]]:
    rows = ProcrastinateJob.objects.filter(task_name="portfolio.mail_endorsement")
    return [(each.args["endorsement_id"], each.args["what"]) for each in rows]


def test_a_manager_recognises_the_badge_of_another_issuer(organisation, manager):
    badge = make_badge().achievement

    given = giving.give(organisation, badge, WORDS, by=manager)

    given.refresh_from_db()
    assert (given.state, given.kind, given.decided_by) == (
        "given",
        "interview",
        manager,
    )
    assert given.document
    assert given.status_list.issuer == organisation
    assert jobs() == [(given.pk, "given")]


def test_people_of_an_employer_with_a_proved_domain_and_keys_decide_for_it():
    member = make_employer()
    given = giving.give(
        member.employer.issuer, make_badge().achievement, WORDS, by=member.user
    )
    assert given.state == State.GIVEN


def no_role(organisation):
    return make_user()


def reviewer(organisation):
    return make_member(organisation, "reviewer")


def designer(organisation):
    return make_member(organisation, "designer")


def manager_of_another(organisation):
    return make_manager()


def kept_out_of_the_admin(organisation):
    person = make_manager(organisation)
    person.is_staff = False
    person.save()
    return person


def inactive(organisation):
    person = make_manager(organisation)
    person.is_active = False
    person.save()
    return person


def of_an_unproved_employer(organisation):
    return make_employer(proved=False).user


STRANGERS = [
    no_role,
    reviewer,
    designer,
    manager_of_another,
    kept_out_of_the_admin,
    inactive,
    of_an_unproved_employer,
]


@pytest.mark.parametrize("make", STRANGERS)
def test_nobody_else_decides(organisation, manager, credential, make):
    stranger = make(organisation)
    asked = ask(organisation, credential)
    given = make_given(organisation=organisation)

    for decide in (
        lambda: giving.give(organisation, make_badge().achievement, WORDS, by=stranger),
        lambda: giving.accept(asked, STANDS, by=stranger),
        lambda: giving.decline(asked, by=stranger),
        lambda: giving.withdraw(given, by=stranger),
    ):
        with pytest.raises(giving.NotAllowed):
            decide()

    assert set(Endorsement.objects.values_list("state", flat=True)) == {
        "asked",
        "given",
    }


@pytest.mark.parametrize("make", STRANGERS)
def test_the_database_asks_the_same_when_a_page_forgets(
    organisation, manager, credential, make, monkeypatch
):
    stranger = make(organisation)
    asked = ask(organisation, credential)
    given = make_given(organisation=organisation)
    monkeypatch.setattr(acting, "acts_for", lambda user, organisation: True)

    for decide in (
        lambda: giving.give(organisation, make_badge().achievement, WORDS, by=stranger),
        lambda: giving.accept(asked, STANDS, by=stranger),
        lambda: giving.decline(asked, by=stranger),
        lambda: giving.withdraw(given, by=stranger),
    ):
        with pytest.raises(giving.NotAllowed):
            decide()


def test_the_operator_decides_for_everybody_and_gets_no_mail(organisation, manager):
    operator = make_user(is_staff=True, is_superuser=True)
    assert acting.acts_for(operator, organisation)
    assert list(acting.deciders_of(organisation)) == [manager]


def test_one_own_things_are_not_endorsed(organisation, manager):
    own = make_badge(organisation)
    for target in (organisation, own.achievement):
        with pytest.raises(giving.CannotBeEndorsed):
            giving.give(organisation, target, STANDS, by=manager)
    with pytest.raises(giving.CannotBeEndorsed):
        ask(organisation, make_credential(own))


@pytest.mark.parametrize("what", ["badge", "issuer", "credential"])
def test_the_database_refuses_ones_own_too(organisation, manager, what, monkeypatch):
    own = make_badge(organisation)
    monkeypatch.setattr(asking, "check_target", lambda *given: None)
    monkeypatch.setattr(giving, "check_target", lambda *given: None)
    tries: dict[str, Callable[[], object]] = {
        "badge": lambda: giving.give(organisation, own.achievement, WORDS, by=manager),
        "issuer": lambda: giving.give(organisation, organisation, STANDS, by=manager),
        "credential": lambda: ask(organisation, make_credential(own)),
    }
    with pytest.raises(IntegrityError, match=r"issue|somebody_else"):
        tries[what]()


def test_a_badge_that_was_never_published_is_not_recognised(organisation, manager):
    draft = make_draft_version().achievement
    with pytest.raises(giving.CannotBeEndorsed):
        giving.give(organisation, draft, WORDS, by=manager)


def test_a_credential_is_endorsed_when_its_holder_asks(
    organisation, manager, credential
):
    asked = ask(organisation, credential)
    assert (asked.state, asked.document) == ("asked", "")

    giving.accept(asked, STANDS, by=manager)

    assert asked.state == State.GIVEN
    assert jobs() == [(asked.pk, "asked"), (asked.pk, "given")]


def test_nobody_else_asks_about_a_credential(organisation, credential):
    with pytest.raises(giving.NotAllowed):
        ask(organisation, credential, by=make_user())


@pytest.mark.parametrize("state", ["asked", "given"])
def test_the_database_knows_no_credential_endorsed_without_its_holder(
    organisation, manager, credential, state
):
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(
            organisation=organisation, credential=credential, asked_by=manager
        )
    assert not Endorsement.objects.exists()


def test_what_nobody_else_sees_or_is_withdrawn_is_not_asked_about(
    organisation, credential
):
    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=credential.holder)
    with pytest.raises(asking.StillPrivate):
        ask(organisation, credential)
    sharing.show_to(credential, Credential.Visibility.LINK, by=credential.holder)
    revoking.revoke(
        credential,
        reason=Credential.Reason.MISTAKE,
        by=make_manager(credential.issuer),
    )
    with pytest.raises(giving.CannotBeEndorsed):
        ask(organisation, Credential.objects.get(pk=credential.pk))


def test_nobody_endorses_a_credential_that_they_hold(organisation):
    holder = make_manager(organisation)
    asked = ask(organisation, make_credential(holder=holder))
    with pytest.raises(giving.NotAllowed):
        giving.accept(asked, STANDS, by=holder)


def test_the_people_behind_a_badge_ask_for_its_recognition(organisation, manager):
    badge = make_badge().achievement
    fields = {"kind": Kind.CREDIT, "request": "It is about as much work as yours."}
    for role in ("designer", "manager"):
        person = make_member(badge.issuer, role)
        asked = asking.ask_about_badge(organisation, badge, by=person, **fields)
        giving.decline(asked, by=manager)
        assert asked.state == State.DECLINED
    for stranger in (make_member(badge.issuer, "reviewer"), make_user()):
        with pytest.raises(giving.NotAllowed):
            asking.ask_about_badge(organisation, badge, by=stranger, **fields)


def test_giving_what_was_asked_for_answers_it(organisation, manager):
    badge = make_badge().achievement
    asked = asking.ask_about_badge(
        organisation,
        badge,
        kind=Kind.INTERVIEW,
        request="Have a look.",
        by=make_member(badge.issuer, "designer"),
    )
    given = giving.give(organisation, badge, WORDS, by=manager)
    assert (given.pk, given.state) == (asked.pk, "given")


def test_the_same_is_asked_and_given_once_and_again_after_it_was_withdrawn(
    organisation, manager, credential
):
    asked = ask(organisation, credential)
    with pytest.raises(asking.AlreadyAsked):
        ask(organisation, credential)
    giving.accept(asked, STANDS, by=manager)
    with pytest.raises(asking.AlreadyAsked):
        ask(organisation, credential)
    giving.withdraw(asked, by=manager)
    assert ask(organisation, credential).state == State.ASKED

    badge = make_badge().achievement
    first = giving.give(organisation, badge, WORDS, by=manager)
    with pytest.raises(giving.AlreadyGiven):
        giving.give(organisation, badge, WORDS, by=manager)
    giving.withdraw(first, by=manager)
    assert giving.give(organisation, badge, WORDS, by=manager).pk != first.pk


def test_taking_back_leaves_nothing_and_comes_too_late_after_an_answer(
    organisation, manager, credential
):
    asked = ask(organisation, credential)
    with pytest.raises(giving.NotAllowed):
        asking.take_back(asked, by=manager)
    asking.take_back(asked, by=credential.holder)
    assert not Endorsement.objects.exists()

    asked = ask(organisation, credential)
    giving.accept(asked, STANDS, by=manager)
    with pytest.raises(giving.AlreadyDecided):
        asking.take_back(asked, by=credential.holder)
    assert Endorsement.objects.in_force().count() == 1


def test_what_was_decided_is_not_decided_again(organisation, manager, credential):
    asked = ask(organisation, credential)
    giving.decline(asked, by=manager)
    for decide in (
        lambda: giving.accept(asked, STANDS, by=manager),
        lambda: giving.decline(asked, by=manager),
        lambda: giving.withdraw(asked, by=manager),
    ):
        with pytest.raises(giving.AlreadyDecided):
            decide()
    assert Endorsement.objects.get().state == State.DECLINED


@pytest.mark.parametrize(
    "change",
    [
        {"comment": "Other words."},
        {"kind": "pay"},
        {"document": "{}"},
        {"status_index": 1},
        {"request": "Nothing"},
        {"state": "asked", "decided_at": None, "document": ""},
        {"state": "declined", "document": "", "status_list": None},
    ],
)
def test_what_was_signed_stays(organisation, manager, change):
    given = make_given(organisation=organisation, by=manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.filter(pk=given.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        given.delete()


def test_losing_the_role_ends_deciding_at_once(organisation, manager):
    given = make_given(organisation=organisation, by=manager)
    IssuerMember.objects.filter(user=manager).delete()
    with pytest.raises(giving.NotAllowed):
        giving.withdraw(given, by=manager)


def test_a_failed_decision_sends_nothing(organisation, manager, monkeypatch):
    def fail(*args: Any, **fields: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(giving, "_tell", fail)
    with pytest.raises(RuntimeError):
        giving.give(organisation, make_badge().achievement, WORDS, by=manager)
    assert not Endorsement.objects.exists()
    assert jobs() == []


def test_an_employer_that_lost_its_proof_decides_nothing():
    member = make_employer(founded=False)
    organisation = make_issuer(kind="employer")
    member.employer.issuer = organisation
    member.employer.save()
    given = make_given(organisation=organisation, by=member.user)
    member.employer.issuer = None
    member.employer.domain_proved_at = None
    member.employer.domain_checked_at = timezone.now()
    member.employer.save()
    with pytest.raises(giving.NotAllowed):
        giving.withdraw(given, by=member.user)
