"""What the parts of the seeding share: the content, the clock and the rows so far."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from credentials.models import AchievementVersion, Criterion, Issuer

if TYPE_CHECKING:
    from portfolio.demo.content.shapes import Content
    from portfolio.models import User

#: Nobody does everything at the same minute of the day.
_SPREAD = 7 * 60


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows by the keys that the content files use; ``now`` is when seeding began."""

    content: Content
    now: datetime
    people: dict[str, User] = field(default_factory=dict)
    issuers: dict[str, Issuer] = field(default_factory=dict)
    versions: dict[str, AchievementVersion] = field(default_factory=dict)
    criteria: dict[str, list[Criterion]] = field(default_factory=dict)

    def at(self, days_ago: int, story: str, minutes: int = 0) -> datetime:
        """Return a moment at least that many days ago.

        ``story`` names whose day it was: moments of one story keep their order, and
        ``minutes`` order those of the same day.
        """
        earlier = timedelta(minutes=zlib.crc32(story.encode()) % _SPREAD + _SPREAD)
        return (
            self.now - timedelta(days=days_ago) - earlier + timedelta(minutes=minutes)
        )
