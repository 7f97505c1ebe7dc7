"""Two windows that pin at the same instant."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portfolio.models import Pin
from portfolio.models.profiles import PINS
from portfolio.profile import pinning
from tests.credentials.racing import at_once, meet, without_unique
from tests.factories import make_badge, make_credential, make_user

pytestmark = pytest.mark.django_db(transaction=True)

GUARDS = (
    ("portfolio_pin", "pin_one_in_a_place"),
    ("portfolio_pin", "pin_not_too_many"),
)


def pin(credential, holder):
    return lambda: pinning.pin(credential, by=holder, now=timezone.now())


def stage(number):
    """Somebody with so many pins, and two credentials more."""
    holder, badge = make_user(), make_badge(is_repeatable=True)
    held = [
        make_credential(badge, holder, visibility="public") for _n in range(number + 2)
    ]
    for each in held[:-2]:
        pinning.pin(each, by=holder, now=timezone.now())
    return holder, *held[-2:]


def places(holder):
    return [*Pin.objects.filter(owner=holder).values_list("position", flat=True)]


def without_turns(monkeypatch):
    """Take the lock away and hold both until they have read the pins."""
    monkeypatch.setattr(pinning, "_take_turn", lambda owner: None)
    meet(monkeypatch, pinning, "_locked", 2, after=True)


def test_the_sixth_place_is_taken_once():
    holder, first, second = stage(PINS - 1)

    outcomes = at_once(pin(first, holder), pin(second, holder))

    assert sorted(map(str, outcomes)) == ["TooManyPins", "True"]
    assert places(holder) == [1, 2, 3, 4, 5, 6]


def test_two_pins_at_once_stand_in_two_places():
    holder, first, second = stage(1)

    assert at_once(pin(first, holder), pin(second, holder)) == [True, True]
    assert places(holder) == [1, 2, 3]


def test_control_without_the_lock_two_stand_in_one_place(monkeypatch):
    holder, first, second = stage(PINS - 1)
    without_turns(monkeypatch)

    with without_unique(*GUARDS):
        assert at_once(pin(first, holder), pin(second, holder)) == [True, True]
        assert places(holder) == [1, 2, 3, 4, 5, 6, 6]


def test_without_the_lock_the_database_still_refuses(monkeypatch):
    holder, first, second = stage(PINS - 1)
    without_turns(monkeypatch)

    outcomes = at_once(pin(first, holder), pin(second, holder))

    assert sorted(map(str, outcomes)) == ["IntegrityError", "True"]
    assert places(holder) == [1, 2, 3, 4, 5, 6]


def test_moving_and_taking_away_at_once_leave_no_gap():
    holder, first, second = stage(2)
    for each in (first, second):
        pinning.pin(each, by=holder, now=timezone.now())

    at_once(
        lambda: pinning.move(first.token, -2, by=holder),
        lambda: pinning.unpin(second, by=holder),
        lambda: pinning.arrange([first.token], by=holder),
    )

    assert places(holder) == [1, 2, 3]
    pins = Pin.objects.filter(owner=holder).order_by("position")
    assert pins[0].credential_id == first.pk
