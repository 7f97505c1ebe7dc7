"""What a signed document says, for pages and papers.

Nothing here comes from a second copy: a page shows the name, badge, criteria and
dates that were signed, and beside them what is true today (``verifying``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """One criterion and the level that was seen. ``level`` 0 means: none was said."""

    number: int
    title: str
    statement: str
    level_name: str = ""
    level: int = 0
    levels: int = 0
    required_level: int = 0

    @property
    def is_met(self) -> bool:
        """Whether the level is the required one or a higher one."""
        return self.level > 0 and self.level >= self.required_level


@dataclass(frozen=True, slots=True)
class ShownSkill:
    """A skill with its address in the framework that it comes from."""

    name: str
    address: str
    framework: str
    level_words: str


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """An item that was public at approval, by the id of its row."""

    pk: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A signed AchievementCredential in the words of a page."""

    holder_name: str
    title: str
    lang: str
    promise: str
    description: str
    issuer_name: str
    issuer_id: str
    issuer_url: str
    issued_at: datetime
    valid_until: datetime | None
    criteria: tuple[ShownCriterion, ...]
    skills: tuple[ShownSkill, ...]
    evidence: tuple[ShownEvidence, ...]
    cryptosuite: str
    key_address: str
    status_list: str
    status_index: str

    @property
    def key_words(self) -> str:
        """The last four characters of the key's name, as people compare them."""
        return self.key_address[-4:]


def shown(document: str) -> Shown:
    """Read the stored text of a document that ``documents`` built, once it is signed.

    Call it only for bytes that are known to be the signed ones: of anything else
    nothing may be shown. Raises KeyError or ValueError for other documents.
    """
    signed = json.loads(document)
    subject = signed["credentialSubject"]
    achievement = subject["achievement"]
    promise, _, description = achievement["description"].partition("\n\n")
    (proof,) = signed["proof"]
    status = signed["credentialStatus"]
    ends = signed.get("validUntil")
    return Shown(
        holder_name=_holder_name(subject["identifier"]),
        title=signed["name"],
        lang=achievement["inLanguage"],
        promise=promise,
        description=description,
        issuer_name=signed["issuer"]["name"],
        issuer_id=signed["issuer"]["id"],
        issuer_url=signed["issuer"]["url"],
        issued_at=datetime.fromisoformat(signed["validFrom"]),
        valid_until=datetime.fromisoformat(ends) if ends else None,
        criteria=tuple(_criteria(achievement, subject.get("result", []))),
        skills=tuple(_skill(entry) for entry in achievement.get("alignment", [])),
        evidence=tuple(_evidence(item) for item in signed.get("evidence", [])),
        cryptosuite=proof["cryptosuite"],
        key_address=proof["verificationMethod"],
        status_list=status["statusListCredential"],
        status_index=status["statusListIndex"],
    )


def _holder_name(identifiers: Iterable[Json]) -> str:
    for identifier in identifiers:
        if identifier["identityType"] == "name" and not identifier["hashed"]:
            return str(identifier["identityHash"])
    raise ValueError("the document names no holder")


def _criteria(achievement: Json, results: Iterable[Json]) -> Iterable[ShownCriterion]:
    achieved = {one["resultDescription"]: one["achievedLevel"] for one in results}
    lines = achievement["criteria"]["narrative"].split("\n")
    rubric = {one["id"]: one for one in achievement.get("resultDescription", [])}
    if len(rubric) > len(lines):
        raise ValueError("more is judged than the criteria say")
    for number, line in enumerate(lines, start=1):
        key = f"{achievement['id']}#criterion-{number}"
        if key in rubric:
            yield _criterion(number, line, rubric[key], achieved.get(key))
        else:
            yield _bare_criterion(number, line)


def _bare_criterion(number: int, line: str) -> ShownCriterion:
    """One that nobody is judged by: its badge is earned by completing a pathway."""
    title, mark, statement = line.removeprefix(f"{number}. **").partition(".** ")
    if not mark:
        raise ValueError("a criterion has no title")
    return ShownCriterion(number=number, title=title, statement=statement)


def _criterion(
    number: int, line: str, described: Json, achieved: str | None
) -> ShownCriterion:
    title = described["name"]
    levels = described["rubricCriterionLevel"]
    places = {level["id"]: place for place, level in enumerate(levels, start=1)}
    place = places[achieved] if achieved else 0
    return ShownCriterion(
        number=number,
        title=title,
        statement=line.removeprefix(f"{number}. **{title}.** "),
        level_name=levels[place - 1]["name"] if place else "",
        level=place,
        levels=len(levels),
        required_level=places.get(described.get("requiredLevel"), 0),
    )


def _skill(alignment: Json) -> ShownSkill:
    # "Intermediate (2/4)": the scale is in the words, the page shows the first.
    words, _, _ = alignment.get("targetDescription", "").partition(" (")
    return ShownSkill(
        name=alignment["targetName"],
        address=alignment["targetUrl"],
        framework=alignment.get("targetFramework", ""),
        level_words=words,
    )


def _evidence(item: Json) -> ShownEvidence:
    return ShownEvidence(
        pk=UUID(item["id"].rstrip("/").rsplit("/", 1)[1]), name=item["name"]
    )
