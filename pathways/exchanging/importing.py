"""A document becomes a draft: looked at first, written when somebody confirms it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.validators import slug_re
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from credentials.models import Issuer
from credentials.publishing import NotAllowed
from pathways.exchanging import matching
from pathways.exchanging.matching import Found
from pathways.exchanging.plans import Plan, PlanNode
from pathways.exchanging.reading import Refused, Sentence, read
from pathways.models import (
    Exit,
    Pathway,
    PathwayVersion,
    Requirement,
    TrustedIssuer,
)
from pathways.rules import words
from pathways.rules.tree import Kind, Rule

if TYPE_CHECKING:
    from portfolio.models import User

__all__ = ["DryRun", "NotAllowed", "Refused", "dry_run", "take_over"]

Need = Requirement.needs.through


@dataclass(frozen=True, slots=True)
class DryRun:
    """What taking a document over would do. Nothing was written.

    ``problems`` keep it from being done. ``rules`` are all rules: how deep each lies,
    its title and what it asks for in words.
    """

    plan: Plan
    issuer: Issuer
    slug: str
    number: int  # the version that the draft gets
    is_new: bool  # whether the pathway is made, too
    found: Found
    problems: list[Sentence]
    rules: list[tuple[int, str, str]]

    @property
    def can_be_done(self) -> bool:
        return not self.problems and not self.found.missing


def dry_run(data: bytes, *, issuer: Issuer, by: User, slug: str = "") -> DryRun:
    """Return what would become of a document at an issuer.

    ``slug`` is the address name, the document's own when empty: a pathway of that name
    gets a next version. Raises NotAllowed unless the person designs for the issuer,
    Refused when the document cannot be read.
    """
    if not Issuer.objects.staffed_by(by, "designer", "manager").contains(issuer):
        raise NotAllowed
    plan = read(data)
    slug = slug or _slug_of(plan)
    versions = PathwayVersion.objects.filter(pathway__issuer=issuer, pathway__slug=slug)
    last = versions.order_by("-number").first()
    found = matching.find(plan, issuer)
    return DryRun(
        plan=plan,
        issuer=issuer,
        slug=slug,
        number=last.number + 1 if last else 1,
        is_new=not Pathway.objects.filter(issuer=issuer, slug=slug).exists(),
        found=found,
        problems=list(_problems(plan, found, issuer, slug, last)),
        rules=list(_outline(plan.root, 0)),
    )


def _problems(
    plan: Plan,
    found: Found,
    issuer: Issuer,
    slug: str,
    last: PathwayVersion | None,
) -> Iterator[Sentence]:
    """What keeps a plan from being taken over, beside what is missing."""
    if len(slug) > 80 or not slug_re.match(slug):
        yield _("Give an address name of letters without accents, digits and hyphens.")
    if last and not last.is_published:
        yield _("This pathway has a draft already. Publish it first.")
    for pathway in found.pathways.values():
        if (pathway.issuer_id, pathway.slug) == (issuer.pk, slug):
            yield _("It asks for the pathway that it would become.")
    gives = Counter(node.gives for node in plan.root.walk() if node.gives)
    trusted = Counter(identifier for identifier, _name in plan.trusted)
    for address, times in (gives + trusted).items():
        if times > 1:
            yield _("It names this twice: %s.") % address


@transaction.atomic
def take_over(
    data: bytes, *, issuer: Issuer, by: User, slug: str = ""
) -> PathwayVersion:
    """Write a document as a draft, never published by itself.

    Raises as ``dry_run``, and Refused when that found problems, or what is asked for
    is missing here.
    """
    Issuer.objects.select_for_update().get(pk=issuer.pk)
    run = dry_run(data, issuer=issuer, by=by, slug=slug)
    if not run.can_be_done:
        raise Refused([*run.problems, *run.found.missing])
    pathway, _made = Pathway.objects.get_or_create(issuer=issuer, slug=run.slug)
    plan = run.plan
    version = PathwayVersion.objects.create(
        pathway=pathway,
        number=run.number,
        name=plan.name,
        promise=plan.promise,
        description=plan.description,
        language=plan.language,
        expired=plan.expired,
        grace_days=plan.grace_days,
        when_lost=plan.when_lost,
    )
    TrustedIssuer.objects.bulk_create(
        TrustedIssuer(version=version, identifier=identifier, name=name)
        for identifier, name in plan.trusted
    )
    _write_rules(plan, run.found, version)
    return version


def _slug_of(plan: Plan) -> str:
    """The address name of a document: that of its own address, or of its name."""
    place = matching.place_of(plan.address, "pathway", "pathway_version")
    return place[1] if place else slugify(plan.name)[:80].strip("-")


def _write_rules(plan: Plan, found: Found, version: PathwayVersion) -> None:
    """Write all nodes a level at a time, then what comes before what, and exits."""
    rows: dict[int, Requirement] = {}
    level: list[tuple[PlanNode, PlanNode | None, int]] = [(plan.root, None, 1)]
    while level:
        made = [
            _row(node, found, version, rows[parent.number] if parent else None, place)
            for node, parent, place in level
        ]
        Requirement.objects.bulk_create(made)
        for (node, _parent, _place), row in zip(level, made, strict=True):
            rows[node.number] = row
        level = [
            (child, node, place)
            for node, _parent, _place in level
            for place, child in enumerate(node.children, 1)
        ]
    nodes = list(plan.root.walk())
    Need.objects.bulk_create(
        Need(from_requirement=rows[node.number], to_requirement=rows[needed])
        for node in nodes
        for needed in node.needs
    )
    Exit.objects.bulk_create(
        Exit(
            version=version,
            requirement=rows[node.number],
            outcome=found.outcomes[node.gives],
        )
        for node in nodes
        if node.gives in found.outcomes
    )


def _row(
    node: PlanNode,
    found: Found,
    version: PathwayVersion,
    parent: Requirement | None,
    place: int,
) -> Requirement:
    asked: Any = found.at(node)
    return Requirement(
        version=version,
        parent=parent,
        position=place,
        kind=node.kind.value,
        title=node.title,
        is_optional=node.is_optional,
        count=node.count,
        credits=node.credits,
        achievement=asked if node.kind == Kind.BADGE else None,
        first_version=node.first_version,
        last_version=node.last_version,
        skill=asked if node.kind == Kind.SKILL else None,
        level=node.level,
        pathway=asked if node.kind == Kind.PATHWAY else None,
        expired=node.expired,
        grace_days=node.grace_days,
    )


def _outline(node: PlanNode, depth: int) -> Iterator[tuple[int, str, str]]:
    sentence = words.sentence(_rule(node))
    yield depth, node.title, "" if sentence == node.title else sentence
    for child in node.children:
        yield from _outline(child, depth + 1)


def _rule(node: PlanNode) -> Rule:
    """A node for words alone."""
    return Rule(
        key=node.number,
        kind=node.kind,
        title=node.title,
        name=node.name,
        children=tuple(_rule(child) for child in node.children),
        count=node.count or 0,
        credits=node.credits or Decimal(0),
        first_version=node.first_version,
        last_version=node.last_version,
        level=node.level or 0,
    )
