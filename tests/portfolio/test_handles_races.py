"""Two people want one address at the same instant."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from portfolio.accounts import handles
from portfolio.models import FormerHandle, Profile
from tests.credentials.racing import at_once, meanwhile, meet
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

TRIGGER = "profile_handle_is_free"


def make_page(handle):
    user = make_user()
    Profile.objects.filter(user=user).update(handle=handle)
    return Profile.objects.get(user=user)


def move(profile, handle):
    def work():
        handles.move(profile, handle, now=timezone.now())
        return "moved"

    return work


def test_of_two_who_take_one_address_one_gets_it(monkeypatch):
    first, second = make_page("first"), make_page("second")
    meet(monkeypatch, handles, "_forget", 2)

    outcomes = at_once(move(first, "wanted"), move(second, "wanted"))

    assert Counter(outcomes) == Counter(moved=1, Taken=1)
    assert Profile.objects.filter(handle="wanted").count() == 1
    # Whoever did not get it has given nothing up.
    assert FormerHandle.objects.count() == 1
    assert {"first", "second"} & set(Profile.objects.values_list("handle", flat=True))


def take_meanwhile(monkeypatch):
    """Look an address up; its owner gives it up before it is taken."""
    owner, other = make_page("old-name"), make_page("other")
    gave = meanwhile(monkeypatch, handles, "_forget", move(owner, "new-name"))
    outcome = at_once(move(other, "old-name"))
    assert gave == ["moved"]
    other.refresh_from_db()
    return outcome, other.handle


def test_an_address_that_is_given_up_meanwhile_still_leads_to_its_owner(monkeypatch):
    assert take_meanwhile(monkeypatch) == (["Taken"], "other")


def test_control_without_the_trigger_it_leads_to_somebody_else(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE portfolio_profile DISABLE TRIGGER {TRIGGER}")
    try:
        assert take_meanwhile(monkeypatch) == (["moved"], "old-name")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE portfolio_profile ENABLE TRIGGER {TRIGGER}")


def test_the_trigger_refuses_whoever_writes_the_row():
    owner, other = make_page("old-name"), make_page("other")
    handles.move(owner, "new-name", now=timezone.now())

    with pytest.raises(IntegrityError, match="still leads to another page"):
        Profile.objects.filter(pk=other.pk).update(handle="old-name")
    FormerHandle.objects.update(until=timezone.now())
    assert Profile.objects.filter(pk=other.pk).update(handle="old-name") == 1
