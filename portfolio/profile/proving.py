"""Skills, each with the credentials that prove it: assessed and attended apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from credentials.models import AchievementSkill
from credentials.models.skills import Level
from portfolio.folding import folded
from portfolio.profile.public_lines import Line

#: As many badges are named for one skill; of the others it says how many there are.
MOST_PROOFS = 4
#: As many skills stand open; the others are a fold away.
MOST_OPEN = 8


@dataclass(frozen=True, slots=True)
class Proof:
    """The newest credential of a badge, and the level that it proves of one skill."""

    line: Line
    level: int


@dataclass(frozen=True, slots=True)
class Proven:
    """A skill and its proofs, one for each badge, the strongest first."""

    name: str
    address: str
    framework: str
    proofs: Sequence[Proof]

    @property
    def is_assessed(self) -> bool:
        """Whether somebody looked at work for at least one of them."""
        return any(not each.line.is_attended for each in self.proofs)

    @property
    def level(self) -> int:
        """The best level: among what was assessed, when anything was."""
        return max(
            each.level
            for each in self.proofs
            if each.line.is_attended != self.is_assessed
        )

    @property
    def level_words(self) -> str:
        return str(Level(self.level).label)

    @property
    def shown(self) -> Sequence[Proof]:
        return self.proofs[:MOST_PROOFS]

    @property
    def more(self) -> int:
        """How many badges prove it that are not shown beside it."""
        return len(self.proofs) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Skills:
    """All skills of a page; ``attended`` are those that nobody assessed."""

    assessed: Sequence[Proven] = ()
    attended: Sequence[Proven] = ()

    @property
    def open(self) -> Sequence[Proven]:
        """Those that stand open."""
        return self.assessed[:MOST_OPEN]

    @property
    def folded(self) -> Sequence[Proven]:
        """The others."""
        return self.assessed[MOST_OPEN:]


class _Named(NamedTuple):
    """What a badge version says of one skill."""

    version: int
    skill: int
    level: int
    name: str
    address: str
    framework: str


def skills_of(lines: Iterable[Line]) -> Skills:
    """The skills that these prove. One query, none without credentials of ours.

    Only what stands proves anything, and what another site issued proves nothing
    here: nobody vouches for who signed it. ``lines`` come newest first.
    """
    proving = [each for each in lines if each.verdict.is_good and each.version_id]
    if not proving:
        return Skills()
    named = _named({each.version_id for each in proving if each.version_id})
    proofs: dict[int, dict[object, Proof]] = defaultdict(dict)
    about: dict[int, _Named] = {}
    for line in proving:
        for skill in named[line.version_id or 0]:
            about[skill.skill] = skill
            before = proofs[skill.skill].get(line.badge)
            if before is None or _is_stronger(line, skill.level, before):
                proofs[skill.skill][line.badge] = Proof(line, skill.level)
    found = [
        _proven(about[skill], of_skill.values()) for skill, of_skill in proofs.items()
    ]
    found.sort(key=lambda each: (-each.level, -len(each.proofs), folded(each.name)))
    return Skills(
        [each for each in found if each.is_assessed],
        [each for each in found if not each.is_assessed],
    )


def _named(versions: set[int]) -> dict[int, list[_Named]]:
    rows = AchievementSkill.objects.filter(version__in=versions).values_list(
        "version", "skill", "level", "skill__name", "skill__uri", "skill__framework"
    )
    found: dict[int, list[_Named]] = defaultdict(list)
    for row in rows.order_by():
        found[row[0]].append(_Named(*row))
    return found


def _is_stronger(line: Line, level: int, than: Proof) -> bool:
    """Among credentials of one badge; of two that are as strong the newer stays."""
    return (not line.is_attended, level) > (not than.line.is_attended, than.level)


def _proven(skill: _Named, proofs: Iterable[Proof]) -> Proven:
    """Sorting keeps the order of equals: the newest stay first."""
    ordered = sorted(proofs, key=lambda each: (each.line.is_attended, -each.level))
    return Proven(skill.name, skill.address, skill.framework, ordered)
