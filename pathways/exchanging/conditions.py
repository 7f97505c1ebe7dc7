"""What a group of rules asks for, out of its component's condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from pathways.exchanging import terms
from pathways.exchanging.values import Values
from pathways.rules.tree import Kind

MAX_COUNT = 32767


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of rule, with what only some kinds have; ids of what is optional."""

    kind: Kind
    count: int | None = None
    credits: Decimal | None = None
    optional: frozenset[str] = frozenset()


def asked_by(values: Values, children: Sequence[str]) -> Asked:
    """Return what a component asks for: as ``cairn:rule`` says, else by its shape."""
    named = values.choice("cairn:rule", [kind.value for kind in Kind])
    if named and not Kind(named).is_group:
        return Asked(Kind(named))
    if not named and not children and not values.obj.get("ceterms:hasCondition"):
        return Asked(_leaf(values))
    return _group(values, Kind(named) if named else None, children)


def _leaf(values: Values) -> Kind:
    """A component from elsewhere: its type says what it stands for."""
    for kind in (Kind.BADGE, Kind.SKILL):
        if values.obj.get("@type") == terms.COMPONENT_OF[kind]:
            return kind
    if values.obj.get("ceterms:componentCategory") == terms.PATHWAY_CATEGORY:
        return Kind.PATHWAY
    values.add(_("It is neither a badge, a skill, a pathway nor a group of these."))
    return Kind.BADGE


def _group(values: Values, named: Kind | None, children: Sequence[str]) -> Asked:
    conditions = values.objects("ceterms:hasCondition")
    if len(conditions) > 1 or any(
        one.get("ceterms:hasCondition") for one in conditions
    ):
        values.add(_("It has several conditions: put each into a group of its own."))
        return Asked(named or Kind.ALL)
    obj = conditions[0] if conditions else {}
    condition = Values(obj, values.who, values.language)
    asked = _read(condition, named, children)
    values.problems += condition.problems
    return asked


def _read(condition: Values, named: Kind | None, children: Sequence[str]) -> Asked:
    number = condition.whole("ceterms:requiredNumber", 0, MAX_COUNT)
    if named == Kind.AT_LEAST:
        if not number:
            condition.add(_("It does not say how many (ceterms:requiredNumber)."))
        return Asked(named, count=number or 1)
    if named == Kind.CREDITS:
        amount = condition.decimal("cairn:credits")
        if amount is None:
            condition.add(_("It does not say how many credits (cairn:credits)."))
        return Asked(named, credits=amount or Decimal(1))
    if named:
        return Asked(named)
    return _by_shape(condition, number, children)


def _by_shape(condition: Values, number: int | None, children: Sequence[str]) -> Asked:
    """A group from elsewhere: of its targets so many, or all; the others are extra."""
    targets = condition.links("ceterms:targetComponent")
    if set(targets) - set(children):
        condition.add(_("It asks for components that do not lie in it."))
    if condition.obj.get("ceterms:hasConstraint"):
        condition.add(_("It has a constraint (ceterms:hasConstraint): not known here."))
    if condition.obj.get("ceterms:logicalOperator"):
        condition.add(
            _("It has an operator (ceterms:logicalOperator): not known here.")
        )
    targets = targets or list(children)
    if number is None or number == len(targets):
        return Asked(Kind.ALL, optional=frozenset(children) - frozenset(targets))
    if set(targets) != set(children) or not number:
        condition.add(_("It counts only some of what lies in it."))
    return Asked(Kind.AT_LEAST, count=number or 1)
