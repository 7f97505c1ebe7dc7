"""Two members who press Keep at the same instant; a switch that goes off before."""

from __future__ import annotations

import pytest

from portfolio.employers import membership, shortlist
from portfolio.models import Profile, ShortlistEntry
from portfolio.profile import switching
from tests import factories
from tests.credentials.racing import at_once, meanwhile, meet
from tests.portfolio.findable import make_findable
from tests.portfolio.keeping import make_employer, make_kept, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def stage():
    """Two who act for one organisation, and somebody findable."""
    first = factories.make_user("Sam Okoro")
    employer = make_employer(first)
    return employer, first, make_member(employer), make_findable()


def keep(person, by):
    return lambda: shortlist.keep(person.profile.handle, by=by)


def test_two_members_keep_somebody_once():
    _employer, first, second, person = stage()

    outcomes = at_once(keep(person, first), keep(person, second))

    assert sorted(outcomes) == [False, True]
    assert ShortlistEntry.objects.count() == 1


def test_without_turns_the_database_still_keeps_one(monkeypatch):
    employer, first, second, person = stage()
    monkeypatch.setattr(membership, "acting", lambda by: employer)
    monkeypatch.setattr(
        shortlist,
        "_locked",
        lambda handle: Profile.objects.get(handle=handle),
    )
    meet(monkeypatch, shortlist, "_write", 2)

    outcomes = at_once(keep(person, first), keep(person, second))

    assert outcomes == [True, True]
    assert ShortlistEntry.objects.count() == 1


def test_the_last_place_is_taken_once(monkeypatch):
    employer, first, second, person = stage()
    make_kept(employer, make_findable())
    other = make_findable()
    monkeypatch.setattr(shortlist, "MOST_KEPT", 2)

    outcomes = at_once(keep(person, first), keep(other, second))

    assert sorted(map(str, outcomes)) == ["TooManyKept", "True"]
    assert ShortlistEntry.objects.count() == 2


def test_a_switch_that_goes_off_first_wins(monkeypatch):
    _employer, first, _second, person = stage()
    profile = Profile.objects.get(user=person)
    off = meanwhile(
        monkeypatch,
        shortlist,
        "_locked",
        lambda: switching.turn_off(profile, switching.TALENT_SEARCH),
    )

    assert at_once(keep(person, first)) == ["NotFindable"]
    assert off == [True]
    assert not ShortlistEntry.objects.exists()


def test_of_two_notes_at_once_one_is_told_of_the_other():
    employer, first, second, person = stage()
    entry = make_kept(employer, person)
    mark = shortlist.mark_of("")

    outcomes = at_once(
        lambda: shortlist.write_note(entry, "One.", mark=mark, by=first),
        lambda: shortlist.write_note(entry, "Two.", mark=mark, by=second),
    )

    assert sorted(map(str, outcomes)) == ["ChangedMeanwhile", "None"]
