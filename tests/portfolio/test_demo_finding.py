"""The demo's people as employers find them, as its content has them."""

from __future__ import annotations

from urllib.parse import parse_qs

from portfolio.demo.content import load
from portfolio.employers import saved_searches
from portfolio.talent.asking import Search


def test_only_people_who_may_be_found_are_kept_and_counted() -> None:
    content = load()
    findable = {each.key for each in content.people if each.talent_search}
    owners = {each.owner for each in content.employers}

    assert {each.person for each in content.kept} <= findable
    assert {each.person for each in content.found} <= findable
    assert {each.by for each in content.kept} <= owners


def test_searches_ask_what_can_be_saved() -> None:
    content = load()
    skills = {each.key for each in content.skills}

    for told in content.searches:
        search = Search.read(parse_qs(told.query))
        assert search.names_something or told.skills
        assert saved_searches.query_of(search) == told.query
        assert set(told.skills) <= skills
