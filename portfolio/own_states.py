"""Tags that say what the viewer already has of a badge, as tag.html takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict

from django.utils import timezone
from django.utils.functional import Promise

from credentials.models import AchievementVersion
from credentials.standing import Standing, standings_of

if TYPE_CHECKING:
    from portfolio.models import User


class Tag(TypedDict):
    """A state in word, shape and colour."""

    tone: str
    icon: str
    words: str | Promise


class Card(TypedDict):
    """A badge to choose, and the viewer's state with it."""

    version: AchievementVersion
    own_state: Tag | None


TAGS = {
    Standing.EARNED: ("ok", "circle-check"),
    Standing.IN_PROGRESS: ("", "circle-dashed"),
    Standing.IN_REVIEW: ("info", "clock"),
    Standing.RETURNED: ("warn", "reply"),
}


def tag(standing: Standing) -> Tag:
    """Return the tag of a standing."""
    tone, icon = TAGS[standing]
    return {"tone": tone, "icon": icon, "words": standing.label}


def cards(
    versions: Iterable[AchievementVersion], viewer: User | None
) -> Sequence[Card]:
    """Pair badges with the viewer's states: one query for all, none for visitors."""
    listed = list(versions)
    standings: dict[int, Standing] = {}
    if viewer is not None and listed:
        ids = [version.achievement_id for version in listed]
        standings = standings_of(viewer, ids, timezone.now())
    return [
        {
            "version": version,
            "own_state": tag(standings[version.achievement_id])
            if version.achievement_id in standings
            else None,
        }
        for version in listed
    ]
