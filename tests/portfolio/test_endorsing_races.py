"""Two people decide about an endorsement at the same instant."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import revoking, sharing, verifying
from credentials.models import Credential, IssuerMember
from portfolio.endorsing import asking, documents, giving
from portfolio.endorsing.giving import Words
from portfolio.models import Endorsement
from tests.credentials.racing import at_once, meanwhile, meet, without_unique
from tests.factories import make_badge, make_credential, make_issuer, make_user
from tests.portfolio.endorsed import WORDS, Kind, State, make_manager

pytestmark = pytest.mark.django_db(transaction=True)

ONCE = ("portfolio_endorsement", "endorsement_once_for_achievement")
STANDS = Words(Kind.ENDORSES, "We know them.")


def given_at_once(monkeypatch) -> list[Any]:
    organisation, badge = make_issuer(), make_badge().achievement
    one, other = make_manager(organisation), make_manager(organisation)
    # Both have looked for what was asked, and found nothing, before one signs.
    meet(monkeypatch, documents, "seal", 2)
    return at_once(
        *[
            lambda by=by: giving.give(organisation, badge, WORDS, by=by).state
            for by in (one, other)
        ]
    )


def test_two_managers_who_give_the_same_at_once_give_it_once(monkeypatch):
    outcomes = given_at_once(monkeypatch)
    assert Counter(outcomes) == {State.GIVEN: 1, "AlreadyGiven": 1}
    assert Endorsement.objects.count() == 1
    jobs = ProcrastinateJob.objects.filter(task_name="portfolio.mail_endorsement")
    assert jobs.count() == 1


def test_control_without_the_constraint_it_is_given_twice(monkeypatch):
    with without_unique(ONCE):
        outcomes = given_at_once(monkeypatch)
        assert Counter(outcomes) == {State.GIVEN: 2}
        assert Endorsement.objects.count() == 2


def asked() -> tuple[Endorsement, Any]:
    organisation, holder = make_issuer(), make_user()
    manager = make_manager(organisation)
    credential = make_credential(holder=holder)
    endorsement = asking.ask_about_credential(
        organisation, credential, request="You know me.", by=holder
    )
    return endorsement, manager


def again(endorsement: Endorsement) -> Endorsement:
    return Endorsement.objects.select_related("organisation").get(pk=endorsement.pk)


@contextmanager
def without_rules():
    """The triggers away, so that what they guard can go wrong."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portfolio_endorsement DISABLE TRIGGER USER")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE portfolio_endorsement CASCADE")
            cursor.execute("ALTER TABLE portfolio_endorsement ENABLE TRIGGER USER")


@pytest.mark.parametrize("_time", range(3))
def test_accepting_and_taking_back_at_once_lets_one_through(_time):
    endorsement, manager = asked()
    accepted, taken_back = at_once(
        lambda: giving.accept(again(endorsement), STANDS, by=manager).state,
        lambda: asking.take_back(again(endorsement), by=endorsement.asked_by),
    )
    left = [each.state for each in Endorsement.objects.all()]
    if taken_back is None:
        assert left == []
        assert accepted in {"AlreadyDecided", "DoesNotExist"}
    else:
        assert (left, taken_back) == ([State.GIVEN], "AlreadyDecided")


def test_what_was_taken_back_meanwhile_is_not_signed(monkeypatch):
    endorsement, manager = asked()
    meanwhile(
        monkeypatch,
        documents,
        "seal",
        lambda: asking.take_back(again(endorsement), by=endorsement.asked_by),
    )
    with pytest.raises(giving.AlreadyDecided):
        giving.accept(again(endorsement), STANDS, by=manager)
    assert not Endorsement.objects.exists()


def hidden(credential: Credential) -> None:
    assert credential.holder
    sharing.show_to(credential, Credential.Visibility.PRIVATE, by=credential.holder)


def withdrawn(credential: Credential) -> None:
    by = make_manager(credential.issuer)
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, by=by)


def replaced(credential: Credential) -> None:
    newer = make_credential(holder=credential.holder)
    rows = Credential.objects.filter(pk=credential.pk)
    rows.update(state="superseded", superseded_by=newer, once_key=None)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (hidden, giving.StillPrivate),
        (withdrawn, giving.CannotBeEndorsed),
        (replaced, giving.CannotBeEndorsed),
    ],
)
def test_what_became_of_a_credential_since_it_was_read_counts(
    change, refused, monkeypatch
):
    endorsement, manager = asked()
    rows = Endorsement.objects.select_related(
        "organisation", "credential__signing_key", "credential__holder"
    )
    read = rows.get(pk=endorsement.pk)
    other = Credential.objects.get(pk=endorsement.credential_id)
    done = meanwhile(monkeypatch, giving, "_as_it_is_now", lambda: change(other))
    with pytest.raises(refused):
        giving.accept(read, STANDS, by=manager)
    assert done == [None]
    assert Endorsement.objects.get().state == State.ASKED


def test_what_ends_while_somebody_presses_is_not_signed(monkeypatch):
    endorsement, manager = asked()
    end = endorsement.credential.valid_until
    meanwhile(
        monkeypatch,
        giving,
        "_as_it_is_now",
        lambda: monkeypatch.setattr(verifying.timezone, "now", lambda: end),
    )
    with pytest.raises(giving.CannotBeEndorsed):
        giving.accept(again(endorsement), STANDS, by=manager)
    assert Endorsement.objects.get().state == State.ASKED


def test_a_credential_stays_as_it_was_found_until_it_is_signed(monkeypatch):
    endorsement, manager = asked()

    def change_without_waiting() -> None:
        with transaction.atomic():
            Credential.objects.select_for_update(nowait=True).get()

    done = meanwhile(monkeypatch, documents, "seal", change_without_waiting)
    giving.accept(again(endorsement), STANDS, by=manager)
    assert done == ["OperationalError"]


def test_declined_meanwhile_stays_declined(monkeypatch):
    endorsement, manager = asked()
    other = make_manager(endorsement.organisation)
    meanwhile(
        monkeypatch,
        documents,
        "seal",
        lambda: giving.decline(again(endorsement), by=other),
    )
    with pytest.raises(giving.AlreadyDecided):
        giving.accept(again(endorsement), STANDS, by=manager)
    assert Endorsement.objects.get().state == State.DECLINED


def test_control_without_comparing_declined_becomes_given(monkeypatch):
    endorsement, manager = asked()
    other = make_manager(endorsement.organisation)
    meanwhile(
        monkeypatch,
        documents,
        "seal",
        lambda: giving.decline(again(endorsement), by=other),
    )

    def overwrite(row: Endorsement, before: str, **values: Any) -> None:
        Endorsement.objects.filter(pk=row.pk).update(**values)

    inner = giving._set
    calls = iter([inner])
    monkeypatch.setattr(giving, "_set", lambda *a, **f: next(calls, overwrite)(*a, **f))
    with without_rules():
        giving.accept(again(endorsement), STANDS, by=manager)
        assert Endorsement.objects.get().state == State.GIVEN


def test_a_role_that_is_taken_away_meanwhile_decides_nothing(monkeypatch):
    organisation, badge = make_issuer(), make_badge().achievement
    manager = make_manager(organisation)
    meanwhile(
        monkeypatch,
        documents,
        "seal",
        lambda: IssuerMember.objects.filter(user=manager).delete(),
    )
    with pytest.raises(giving.NotAllowed):
        giving.give(organisation, badge, WORDS, by=manager)
    assert not Endorsement.objects.exists()


def test_control_without_the_rule_in_the_database_it_decides(monkeypatch):
    organisation, badge = make_issuer(), make_badge().achievement
    manager = make_manager(organisation)
    meanwhile(
        monkeypatch,
        documents,
        "seal",
        lambda: IssuerMember.objects.filter(user=manager).delete(),
    )
    with without_rules():
        giving.give(organisation, badge, WORDS, by=manager)
        assert Endorsement.objects.get().state == State.GIVEN


def test_withdrawing_twice_at_once_withdraws_once():
    organisation, badge = make_issuer(), make_badge().achievement
    manager = make_manager(organisation)
    given = giving.give(organisation, badge, WORDS, by=manager)
    outcomes = at_once(*[lambda: giving.withdraw(again(given), by=manager)] * 2)
    assert Counter(outcomes) == {None: 1, "AlreadyDecided": 1}
