"""The demo's content: organisations, badges, people and what happened between them.

Words and facts live in the TOML files of this folder; here they become dataclasses. An
unknown or missing field stops the loading, so that a typing error cannot go unseen.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from portfolio.demo.content import reading_pathways
from portfolio.demo.content.finding_shapes import FoundCount, KeptPerson, SavedSearch
from portfolio.demo.content.pathway_shapes import Wish
from portfolio.demo.content.shapes import (
    Badge,
    Collection,
    Content,
    Credential,
    Criterion,
    Employer,
    Endorsement,
    Evidence,
    Issuer,
    Member,
    Person,
    Review,
    Role,
    RubricLevel,
    SampleFile,
    Skill,
    Submission,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Content", "load"]

type Raw = dict[str, Any]


@cache
def load() -> Content:
    """Read every content file, once in a process: nothing changes what they say.

    Raises TypeError for a field that is unknown or missing, and
    ``tomllib.TOMLDecodeError`` for a file that is not TOML.
    """
    folder = files(__name__)
    people = _read(folder / "people.toml")
    pathways = _read(folder / "pathways.toml")
    finding = _read(folder / "finding.toml")
    return Content(
        issuers=_all(Issuer, _read(folder / "issuers.toml")["issuers"]),
        skills=_all(Skill, _read(folder / "skills.toml")["skills"]),
        badges=_badges(folder / "badges"),
        people=_all(Person, people["people"]),
        members=_all(Member, people["members"]),
        submissions=tuple(
            _submission(raw)
            for raw in _read(folder / "submissions.toml")["submissions"]
        ),
        credentials=_all(Credential, _read(folder / "credentials.toml")["credentials"]),
        outcomes=tuple(map(reading_pathways.outcome, pathways["outcomes"])),
        pathways=tuple(map(reading_pathways.pathway, pathways["pathways"])),
        journeys=tuple(map(reading_pathways.journey, pathways["journeys"])),
        wishes=_all(Wish, pathways["wishes"]),
        kept=_all(KeptPerson, finding["kept"]),
        searches=_all(SavedSearch, finding["searches"]),
        found=_all(FoundCount, finding["found"]),
        collections=_all(Collection, _read(folder / "collections.toml")["collections"]),
        endorsements=_all(
            Endorsement, _read(folder / "endorsements.toml")["endorsements"]
        ),
        employers=tuple(
            _build(Employer, raw, roles=_all(Role, raw["roles"]))
            for raw in _read(folder / "employers.toml")["employers"]
        ),
    )


def _read(file: Traversable) -> Raw:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _build[T](shape: type[T], raw: Raw, **parts: Any) -> T:
    """Make one entry; lists become tuples, ``parts`` replace raw fields."""
    fields = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in raw.items()
    }
    return shape(**(fields | parts))


def _all[T](shape: type[T], rows: list[Raw]) -> tuple[T, ...]:
    return tuple(_build(shape, raw) for raw in rows)


def _badges(folder: Traversable) -> tuple[Badge, ...]:
    """Read one file per issuer, in the order of their names."""
    found: list[Badge] = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            document = _read(file)
            found += [_badge(raw, document["issuer"]) for raw in document["badges"]]
    return tuple(found)


def _badge(raw: Raw, issuer: str) -> Badge:
    numbers = {
        name: Decimal(str(raw[name]))
        for name in ("cost", "effort_hours", "credits")
        if name in raw
    }
    criteria = tuple(_criterion(row) for row in raw["criteria"])
    return _build(Badge, raw, issuer=issuer, criteria=criteria, **numbers)


def _criterion(raw: Raw) -> Criterion:
    """Make a criterion; the file says which level is required by its position."""
    levels = tuple(
        RubricLevel(
            name=name, description=words, is_required=position == raw["required"]
        )
        for position, (name, words) in enumerate(raw["levels"], start=1)
    )
    rest = {name: value for name, value in raw.items() if name != "required"}
    return _build(Criterion, rest, levels=levels)


def _submission(raw: Raw) -> Submission:
    return _build(
        Submission,
        raw,
        evidence=tuple(_evidence(row) for row in raw.get("evidence", [])),
        reviews=_all(Review, raw.get("reviews", [])),
    )


def _evidence(raw: Raw) -> Evidence:
    file = _build(SampleFile, raw["file"]) if "file" in raw else None
    return _build(Evidence, raw, file=file)
