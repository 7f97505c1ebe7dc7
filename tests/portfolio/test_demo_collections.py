"""The demo's collections, as its content has them."""

from __future__ import annotations

from credentials.models import Credential
from portfolio.collections.collecting import SHOWN_IN
from portfolio.demo.content import load


def test_there_is_one_for_each_who_may_see_it() -> None:
    told = load().collections
    assert {each.visibility for each in told} == set(Credential.Visibility.values)


def test_people_collect_what_they_hold() -> None:
    content = load()
    outcomes = {each.slug for each in content.outcomes}
    for told in content.collections:
        held = {each.badge for each in content.credentials if each.holder == told.owner}
        assert set(told.badges) <= held | outcomes
        assert len(set(told.badges)) == len(told.badges)


def test_a_public_one_has_something_that_visitors_do_not_see() -> None:
    content = load()
    shown = SHOWN_IN[Credential.Visibility.PUBLIC]
    seen = {each.badge: each.visibility for each in content.credentials}
    public = [each for each in content.collections if each.visibility == "public"]
    assert any(seen.get(badge, "public") not in shown for badge in public[0].badges)
