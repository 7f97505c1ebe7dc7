"""A few kept people side by side: skill by skill, each with the strongest proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from credentials.models.skills import Level
from portfolio.employers.shortlist import visible
from portfolio.models import Employer, Profile, User
from portfolio.models.talent import ProvenSkill, Strength
from portfolio.talent.proofs import Shown, shown

FEWEST, MOST = 2, 5
#: Rows of the table; of more skills those that most of the people have.
MOST_SKILLS = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """The strongest proof that one person has of one skill."""

    proof: Shown
    level: str
    strength: str


@dataclass(frozen=True, slots=True)
class Row:
    """One skill, with a cell for each person; None where nothing proves it."""

    skill: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """People as columns, skills as rows; ``skills`` counts those that are not shown."""

    people: Sequence[Profile]
    rows: Sequence[Row]
    skills: int


def compare(employer: Employer, handles: Sequence[str], now: datetime) -> Comparison:
    """Compare those of these people whom the organisation keeps. Two queries.

    Who is not kept, may not be found or does not exist is left out without a word.
    """
    wanted = {handle.lower(): at for at, handle in enumerate(handles)}
    pages = Profile.objects.at(handles)
    entries = visible(employer).filter(learner__profile__in=pages)
    people = sorted(
        (_page_of(each.learner) for each in entries.select_related("learner__profile")),
        key=lambda profile: wanted[profile.handle],
    )
    best = _best([each.user_id for each in people], now)
    names = sorted(best, key=lambda name: (-len(best[name]), name.casefold(), name))
    rows = [
        Row(name, [best[name].get(each.user_id) for each in people])
        for name in names[:MOST_SKILLS]
    ]
    return Comparison(people, rows, len(names))


def _page_of(learner: User) -> Profile:
    learner.profile.user = learner
    return learner.profile


def _best(learners: Sequence[int], now: datetime) -> Mapping[str, Mapping[int, Cell]]:
    """The strongest proof of each skill by person; only what all may see today."""
    best: dict[str, dict[int, Cell]] = {}
    for row in shown(ProvenSkill.objects.filter(learner__in=learners), now):
        best.setdefault(row.skill_name, {}).setdefault(row.learner, _cell(row))
    return best


def _cell(row: Shown) -> Cell:
    return Cell(row, str(Level(row.level).label), str(Strength(row.strength).label))
