"""Shapes of what comes of looking for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPerson:
    """Somebody whom an organisation keeps; a message to them was accepted."""

    by: str
    person: str
    days_ago: int
    note: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search as its address has it, with keys of skills put before it."""

    by: str
    name: str
    query: str
    days_ago: int
    skills: tuple[str, ...] = ()
    is_mailed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCount:
    """How often somebody stood in results by a skill on one day."""

    person: str
    skill: str
    days_ago: int
    times: int
