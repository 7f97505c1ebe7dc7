"""Pathways for tests, published by the real function."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from credentials import publishing as badge_publishing
from credentials.models import AchievementVersion, Issuer, Skill
from pathways import publishing
from pathways.models import Exit, Pathway, PathwayVersion, Requirement
from tests.factories import (
    make_badge,
    make_draft_version,
    make_issuer,
    make_member,
)

numbers = itertools.count(1)


@contextmanager
def kept_for_a_module(blocker: Any) -> Iterator[None]:
    """Make rows once for all tests of a module; they are taken back at its end."""
    with blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
        transaction.set_rollback(True)


def make_outcome(
    issuer: Issuer | None = None, *, published: bool = True, **fields: Any
) -> AchievementVersion:
    """A badge that is earned by completing a pathway."""
    values = {"validity_months": None, "earned_through": "pathway", **fields}
    version = make_draft_version(issuer, **values)
    if published:
        designer = make_member(version.achievement.issuer, "designer")
        version = badge_publishing.publish(version, by=designer)
        version.achievement.refresh_from_db()
    return version


def rule(kind: str, *children: Any, **fields: Any) -> dict[str, Any]:
    """A node that is not written yet: ``rule("at_least", badge, other, count=1)``.

    Children are other rules, badge versions (a badge leaf), pathway versions (a pathway
    leaf) or ``(skill, level)``. ``gives`` is the outcome of an exit at this node,
    ``after`` titles of nodes that come before it in the tree.
    """
    return {"kind": kind, "children": children, **fields}


def write(
    version: PathwayVersion, what: Any, parent: Requirement | None = None
) -> Requirement:
    """Write a rule and all below it into a draft, at the end of the parent."""
    values = dict(_leaf(what))
    children = values.pop("children", ())
    gives, after = values.pop("gives", None), values.pop("after", ())
    position = parent.children.count() + 1 if parent else 1
    node = Requirement.objects.create(
        version=version, parent=parent, position=position, **values
    )
    if gives:
        Exit.objects.create(version=version, requirement=node, outcome=gives)
    for title in after:
        node.needs.add(version.requirements.get(title=title))
    for child in children:
        write(version, child, node)
    return node


def _leaf(what: Any) -> Mapping[str, Any]:
    match what:
        case dict():
            return what
        case AchievementVersion():
            return {"kind": "badge", "achievement": what.achievement}
        case PathwayVersion():
            return {"kind": "pathway", "pathway": what.pathway}
        case (Skill() as skill, level):
            return {"kind": "skill", "skill": skill, "level": level}
    raise TypeError(what)


def make_draft_pathway(
    issuer: Issuer | None = None,
    *stages: Sequence[Any] | Mapping[str, Any],
    outcome: AchievementVersion | None = None,
    exits: Mapping[int, AchievementVersion] | None = None,
    pathway: Pathway | None = None,
    **fields: Any,
) -> PathwayVersion:
    """An unpublished pathway that can be published.

    A stage is a sequence of what it asks for (all of it), or a ``rule``; without any
    there are two stages of one new badge each. ``exits`` gives further outcomes by the
    number of the stage, from 1.
    """
    number = next(numbers)
    issuer = issuer or (pathway.issuer if pathway else make_issuer())
    pathway = pathway or Pathway.objects.create(
        issuer=issuer, slug=fields.pop("slug", f"way-{number}")
    )
    last = pathway.versions.order_by("-number").first()
    version = PathwayVersion.objects.create(
        pathway=pathway,
        number=last.number + 1 if last else 1,
        **{"name": f"Way {number}", "promise": "Does the whole work.", **fields},
    )
    asked = stages or tuple([make_badge(issuer)] for _ in range(2))
    written = [_stage(what, place) for place, what in enumerate(asked, start=1)]
    for place, given in (exits or {}).items():
        written[place - 1]["gives"] = given
    outcome = outcome or make_outcome(issuer)
    write(version, rule("all", *written, gives=outcome))
    return version


def _stage(what: Any, place: int) -> dict[str, Any]:
    title = f"Stage {place}"
    if isinstance(what, Mapping):
        return {"title": title, **what}
    return rule("all", *what, title=title)


def make_pathway(
    issuer: Issuer | None = None,
    *stages: Sequence[Any] | Mapping[str, Any],
    **fields: Any,
) -> PathwayVersion:
    """A published pathway; see ``make_draft_pathway``."""
    return publish(make_draft_pathway(issuer, *stages, **fields))


def publish(version: PathwayVersion) -> PathwayVersion:
    """Publish a draft as one of its designers."""
    designer = make_member(version.pathway.issuer, "designer")
    return publishing.publish(version, by=designer)


def node(version: PathwayVersion, title: str) -> Requirement:
    """The requirement with this title."""
    return version.requirements.get(title=title)
