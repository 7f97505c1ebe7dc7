"""Whether a holding counts for a leaf, and if not, why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from pathways.rules.tree import HeldState, Holding, Kind, Rule


class Why(StrEnum):
    """Why something that is held does not count for a leaf."""

    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    OTHER_VERSION = "other_version"
    LOW_LEVEL = "low_level"
    UNTRUSTED = "untrusted"
    ENDED = "ended"


_BY_STATE = {
    HeldState.SUSPENDED: Why.SUSPENDED,
    HeldState.REVOKED: Why.REVOKED,
    HeldState.SUPERSEDED: Why.SUPERSEDED,
}


class Shelf:
    """Holdings, oldest first, found by the leaf that they are about."""

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self._about: defaultdict[tuple[Kind, int | None], list[Holding]]
        self._about = defaultdict(list)
        for holding in sorted(holdings, key=_age):
            for subject in subjects(holding):
                self._about[subject].append(holding)

    def about(self, rule: Rule) -> Sequence[Holding]:
        """What is about the badge, skill or pathway of a leaf, counting or not."""
        return self._about.get(subject_of(rule), ())


def subject_of(rule: Rule) -> tuple[Kind, int | None]:
    """What a leaf asks for: the badge, the skill, or the pathway."""
    if rule.kind == Kind.BADGE:
        return Kind.BADGE, rule.achievement
    if rule.kind == Kind.SKILL:
        return Kind.SKILL, rule.skill
    return Kind.PATHWAY, rule.pathway


def subjects(holding: Holding) -> set[tuple[Kind, int | None]]:
    """What leaves a holding is about. From elsewhere it only ever proves skills."""
    found: set[tuple[Kind, int | None]]
    found = {(Kind.SKILL, skill) for skill, _level in holding.skills}
    if not holding.issuer:
        if holding.achievement is not None:
            found.add((Kind.BADGE, holding.achievement))
        if holding.pathway is not None:
            found.add((Kind.PATHWAY, holding.pathway))
    return found


def why_not(
    rule: Rule, holding: Holding, trusted: frozenset[str], now: datetime
) -> Why | None:
    """Why a holding does not count for a leaf that it is about; None: it counts.

    What can never change comes before what time brings: somebody with an old version
    that has also ended is told of the version.
    """
    if holding.state != HeldState.ACTIVE:
        return _BY_STATE[holding.state]
    if rule.kind == Kind.BADGE and not _is_version(rule, holding.version):
        return Why.OTHER_VERSION
    if rule.kind == Kind.SKILL and level_of(rule, holding) < rule.level:
        return Why.LOW_LEVEL
    if holding.issuer and holding.issuer not in trusted:
        return Why.UNTRUSTED
    return Why.ENDED if _is_over(rule, holding, now) else None


def level_of(rule: Rule, holding: Holding) -> int:
    """The level at which a holding proves the skill of a leaf; 0: not at all."""
    return max(
        (level for skill, level in holding.skills if skill == rule.skill), default=0
    )


def _is_version(rule: Rule, version: int) -> bool:
    if rule.first_version is not None and version < rule.first_version:
        return False
    return rule.last_version is None or version <= rule.last_version


def _is_over(rule: Rule, holding: Holding, now: datetime) -> bool:
    """Whether it ended, and the days that it counts after its end are over too.

    At the very moment of its end a credential has ended, as everywhere on the site.
    """
    if holding.valid_until is None or rule.keeps is None:
        return False
    return holding.valid_until + rule.keeps <= now


def _age(holding: Holding) -> tuple[datetime, str]:
    return holding.issued_at, holding.key
