"""Who may find somebody's page: three switches, each with the day it went on.

All are off at first. Each is one statement in the database, so that a press in one
window never brings back what another one has just turned off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portfolio import tasks
from portfolio.models import Profile
from portfolio.talent import rows

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PageIsOff(Exception):
    """Nothing can find a page that is off: it has to be turned on first."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One of them: its column, its words, and what both of its positions mean."""

    name: str
    column: str
    title: StrOrPromise
    when_on: StrOrPromise
    when_off: StrOrPromise
    turned_on: StrOrPromise
    turned_off: StrOrPromise


PUBLIC = Switch(
    "public",
    "public_at",
    _("Public page"),
    _(
        "Anybody who opens it sees your name, what you say about yourself and the "
        "credentials that you made public. Turning it off takes it away at once, and "
        "turns the other two off with it."
    ),
    _(
        "Nobody else sees your page. Once it is on, anybody who opens it sees your "
        "name, what you say about yourself and the credentials that you made public."
    ),
    _("Your page is public. Anybody can open it."),
    _("Your page is off. Nobody else sees it, and nothing finds it."),
)
TALENT_SEARCH = Switch(
    "talent_search",
    "talent_search_at",
    _("Employers may find me by skill"),
    _("Employers who look for a skill that you can prove may find your page here."),
    _("Nobody finds your page by looking for skills here."),
    _("Employers may find your page by skill."),
    _("Employers no longer find your page by skill."),
)
SEARCH_ENGINES = Switch(
    "search_engines",
    "search_engines_at",
    _("Search engines may list my page"),
    _(
        "Also the pages of credentials that you made public. When you turn it off, "
        "search engines can take weeks to forget."
    ),
    _(
        "Search engines are told not to list your page, nor your credentials. Once it "
        "is on, they can take weeks to forget."
    ),
    _("Search engines may list your page."),
    _("Search engines are told not to list your page. They can take weeks to forget."),
)
SWITCHES: Mapping[str, Switch] = {
    each.name: each for each in (PUBLIC, TALENT_SEARCH, SEARCH_ENGINES)
}


@dataclass(frozen=True, slots=True)
class Position:
    """How a switch of somebody's page stands; ``can_turn`` is false without a page."""

    switch: Switch
    since: datetime | None
    can_turn: bool

    @property
    def means(self) -> StrOrPromise:
        """What it means as it stands."""
        return self.switch.when_on if self.since else self.switch.when_off


def positions(profile: Profile) -> Sequence[Position]:
    """All three as they stand, the page's own first. No query."""
    is_public = profile.public_at is not None
    return [
        Position(
            each,
            getattr(profile, each.column),
            can_turn=is_public or each is PUBLIC,
        )
        for each in SWITCHES.values()
    ]


def turn_on(profile: Profile, switch: Switch, *, now: datetime) -> bool:
    """Turn it on; whether it was off. The day of one that is on stays.

    Raises PageIsOff for the two that need a public page.
    """
    own = Profile.objects.filter(pk=profile.pk)
    if switch is not PUBLIC:
        own = own.filter(public_at__isnull=False)
    with transaction.atomic():
        changed = own.filter(**{switch.column: None}).update(**{switch.column: now})
        if changed and switch is TALENT_SEARCH:
            tasks.rewrite_findable.defer(learner_id=profile.user_id)
    if not changed and not own.exists():
        raise PageIsOff
    return bool(changed)


def turn_off(profile: Profile, switch: Switch) -> bool:
    """Turn it off, with all others when it is the page's own; whether it was on.

    Who is not to be found any more is out of the search before this returns.
    """
    columns = [switch.column]
    if switch is PUBLIC:
        columns = [each.column for each in SWITCHES.values()]
    own = Profile.objects.filter(pk=profile.pk, **{f"{switch.column}__isnull": False})
    with transaction.atomic():
        changed = own.update(**dict.fromkeys(columns))
        if TALENT_SEARCH.column in columns:
            rows.forget(profile.user_id)
    return bool(changed)
