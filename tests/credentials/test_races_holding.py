"""Credentials change hands and state while others look and write."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from credentials import awarding, pressing, revoking, status_lists, submitting
from credentials.models import Credential, Evidence, StatusIndex
from tests.credentials.racing import at_once, meanwhile, meet, without_unique
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_issuer,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

HELD_ONCE = ("credentials_credential", "credentials_credential_once_key_key")
PRESSED_ONCE = ("credentials_idempotencykey", "idempotencykey_used_once")


def change(function, credential, by, **values):
    own = Credential.objects.get(pk=credential.pk)
    return function(own, by=by, **{"reason": "mistake", **values})


def is_listed(credential):
    own = Credential.objects.select_related("status_list").get(pk=credential.pk)
    return status_lists.is_listed(own.status_list, own.status_index)


@pytest.fixture
def paused():
    credential = make_credential()
    manager = make_member(credential.issuer, "manager")
    revoking.suspend(credential, reason="being_checked", by=manager)
    return credential, manager


def test_what_was_withdrawn_is_not_reinstated(monkeypatch, paused):
    credential, manager = paused
    meanwhile(
        monkeypatch,
        revoking,
        "_change",
        lambda: change(revoking.revoke, credential, manager),
    )

    with pytest.raises(revoking.StateChanged):
        change(revoking.reinstate, credential, manager)

    credential.refresh_from_db()
    assert credential.state == "revoked"
    assert is_listed(credential)


def test_control_without_comparing_what_was_withdrawn_comes_back(monkeypatch, paused):
    credential, manager = paused
    guarded = revoking._change

    def blind(*args, **kwargs):
        guarded(*args, **{**kwargs, "allowed": list(Credential.State)})

    monkeypatch.setattr(revoking, "_change", blind)
    meanwhile(
        monkeypatch,
        revoking,
        "_change",
        lambda: change(revoking.revoke, credential, manager),
    )

    change(revoking.reinstate, credential, manager)

    credential.refresh_from_db()
    assert credential.state == "active"
    assert not is_listed(credential)


def test_withdrawing_and_reinstating_at_once_ends_withdrawn(paused):
    credential, manager = paused

    outcomes = at_once(
        lambda: change(revoking.revoke, credential, manager),
        lambda: change(revoking.reinstate, credential, manager),
    )

    assert outcomes[0] is None
    assert outcomes[1] in {None, "StateChanged"}
    credential.refresh_from_db()
    assert credential.state == "revoked"
    assert credential.events.last().kind == "revoked"
    assert is_listed(credential)


def test_history_has_the_order_of_what_happened_though_a_clock_was_behind(paused):
    credential, manager = paused
    now = timezone.now()

    change(revoking.reinstate, credential, manager, now=now)
    change(revoking.revoke, credential, manager, now=now - timedelta(seconds=2))

    kinds = [event.kind for event in credential.events.all()]
    assert kinds == ["issued", "suspended", "reinstated", "revoked"]


def list_read_while_revoking(monkeypatch):
    """Somebody has the list signed after the change is written, before it commits."""
    credential = make_credential()
    manager = make_member(credential.issuer, "manager")
    early = meanwhile(
        monkeypatch, revoking, "holdings_changed", lambda: is_listed(credential)
    )
    change(revoking.revoke, credential, manager)
    assert early == [False]
    return is_listed(credential)


def test_a_list_signed_during_a_withdrawal_is_not_served_after_it(monkeypatch):
    assert list_read_while_revoking(monkeypatch)


def test_control_without_the_margin_the_list_hides_the_withdrawal(monkeypatch):
    monkeypatch.setattr(status_lists, "UNSEEN", timedelta(0))

    assert not list_read_while_revoking(monkeypatch)


def test_a_slow_reader_that_stores_an_old_list_hides_nothing(monkeypatch):
    credential = make_credential()
    manager = make_member(credential.issuer, "manager")
    sign = status_lists._sign

    def sign_slowly(status_list, now):
        document = sign(status_list, now)
        at_once(lambda: slow.pop()())
        return document

    def revoke_and_read():
        monkeypatch.setattr(status_lists, "_sign", sign)
        change(revoking.revoke, credential, manager)
        assert is_listed(credential)

    slow = [revoke_and_read]
    monkeypatch.setattr(status_lists, "_sign", sign_slowly)

    assert not is_listed(credential)  # what it read before, and what it stores
    assert is_listed(credential)


def award(version, holder):
    """Award under a key that nobody else uses."""
    return make_credential(version, holder, key=f"test:{uuid.uuid4()}").pk is not None


def award_at_once(monkeypatch, count):
    """Everybody has looked for an older one before the first one writes."""
    version, holder = make_badge(), make_user()
    meet(monkeypatch, awarding, "_make_room", count, after=True)
    outcomes = at_once(*[lambda: award(version, holder)] * count)
    return Counter(outcomes), Credential.objects.filter(holder=holder)


def test_a_badge_held_once_is_awarded_once_whatever_the_keys(monkeypatch):
    outcomes, held = award_at_once(monkeypatch, 4)

    assert outcomes == {True: 1, "AlreadyHeld": 3}
    assert held.count() == 1


def test_control_without_the_constraint_a_badge_is_held_four_times(monkeypatch):
    with without_unique(HELD_ONCE):
        outcomes, held = award_at_once(monkeypatch, 4)

        assert outcomes == {True: 4}
        assert held.count() == 4


def renew_at_once(monkeypatch, count=3):
    version, holder = make_badge(validity_months=1), make_user()
    older = make_credential(version, holder, days_ago=25)
    meet(monkeypatch, awarding, "_make_room", count)
    outcomes = at_once(*[lambda: award(version, holder)] * count)
    older.refresh_from_db()
    return Counter(outcomes), older, Credential.objects.filter(holder=holder)


def test_renewing_at_once_replaces_the_older_one_once(monkeypatch):
    outcomes, older, held = renew_at_once(monkeypatch)

    assert outcomes == {True: 1, "AlreadyHeld": 2}
    assert older.state == "superseded"
    assert older.superseded_by == held.get(state="active")
    assert older.events.filter(kind="superseded").count() == 1


def test_control_without_the_constraint_it_is_renewed_more_than_once(monkeypatch):
    with without_unique(HELD_ONCE):
        outcomes, _older, held = renew_at_once(monkeypatch, 8)

        assert outcomes == {True: 8}
        # Who comes after another's commit replaces that one: seldom all eight stay.
        assert held.filter(state="active").count() > 1


def press_at_once():
    """Two presses of one form whose effect nothing else would keep from doubling."""
    draft = make_draft(complete=False)
    criterion = draft.version.criteria.first()
    key = uuid.uuid4()

    @transaction.atomic
    def press_once():
        press = pressing.press(draft.learner_id, key, b"add a link")
        if not press.led_to:
            submitting.add_link(draft, criterion, "https://work.example/")
            press.leads_to("/there/")
        return press.led_to or "/there/"

    outcomes = at_once(press_once, press_once)
    return outcomes, Evidence.objects.filter(submission=draft).count()


def test_two_presses_of_one_form_do_one_thing_and_lead_to_one_place():
    assert press_at_once() == (["/there/", "/there/"], 1)


def test_control_without_the_key_two_presses_do_two_things(monkeypatch):
    claim = pressing.CLAIM.replace("ON CONFLICT (user_id, key) DO NOTHING ", "")
    assert claim != pressing.CLAIM
    monkeypatch.setattr(pressing, "CLAIM", claim)

    with without_unique(PRESSED_ONCE):
        outcomes, links = press_at_once()

    assert (outcomes, links) == (["/there/", "/there/"], 2)


def test_a_press_that_waits_too_long_is_told_so(monkeypatch):
    user, key = make_user(), uuid.uuid4()

    def press_again():
        with transaction.atomic():
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '10ms'")
            pressing.press(user.pk, key, b"")

    with transaction.atomic():
        pressing.press(user.pk, key, b"")
        outcomes = at_once(press_again)

    assert outcomes == ["StillSaving"]


SEALED = ("document", "document_sha256", "jwt", "signing_key")


def test_two_hundred_awards_at_once_take_two_hundred_positions(monkeypatch, settings):
    settings.STATUS_LIST_SHARE = 0.001  # 131 positions: another list on the way
    version, holder = make_badge(is_repeatable=True), make_user()
    first = make_credential(version, holder)

    def copy(credential, award):  # signing takes longest, and is not raced for
        for name in SEALED:
            setattr(credential, name, getattr(first, name))

    monkeypatch.setattr(awarding, "_seal", copy)
    outcomes = at_once(*[lambda: award(version, holder)] * 200)

    assert Counter(outcomes) == {True: 200}
    taken = Credential.objects.values_list("status_list", "status_index")
    assert len(set(taken)) == 201
    assert sorted(Counter(list_id for list_id, _ in taken).values()) == [70, 131]


def test_awards_at_once_go_on_in_the_next_list(settings):
    settings.STATUS_LIST_SHARE = 0.0001  # 13 positions a list
    version, holder = make_badge(is_repeatable=True), make_user()

    outcomes = at_once(*[lambda: award(version, holder)] * 20)

    assert Counter(outcomes) == {True: 20}
    taken = Credential.objects.values_list("status_list", "status_index")
    assert len(set(taken)) == 20
    assert sorted(Counter(list_id for list_id, _ in taken).values()) == [7, 13]


def test_control_positions_drawn_at_random_are_drawn_twice():
    free = StatusIndex.objects.filter(status_list__issuer=make_issuer())
    positions = list(free.values_list("index", flat=True))

    taken = [secrets.choice(positions) for _ in range(200)]

    assert len(positions) == 262
    # 200 different ones come out less often than once in 10^40 runs.
    assert len(set(taken)) < 200


def test_the_next_list_is_opened_before_the_last_one_is_full():
    issuer = make_issuer()
    free = StatusIndex.objects.filter(status_list__issuer=issuer)
    assert status_lists.open_ahead() == 0

    kept = free.values_list("pk", flat=True)[:26]
    free.exclude(pk__in=list(kept)).delete()

    assert status_lists.open_ahead() == 1
    assert status_lists.open_ahead() == 0
    assert free.count() == 26 + 262


def test_an_award_key_is_used_once_even_without_a_submission():
    first = make_credential(key="batch:1")

    with pytest.raises(awarding.AlreadyAwarded), transaction.atomic():
        make_credential(first.version, key="batch:1")
