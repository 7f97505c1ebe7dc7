"""A document from outside becomes a plan, or sentences that say why not.

Everything in it is looked at: what is of no known shape is refused, never guessed. The
words are read as JSON with the prefixes of ``terms``, so no context is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credentials import strict_json
from credentials.strict_json import Reason
from pathways.exchanging import terms
from pathways.exchanging.conditions import MAX_COUNT, Asked, asked_by
from pathways.exchanging.plans import Plan, PlanNode
from pathways.exchanging.values import Obj, Values
from pathways.models import PathwayVersion
from pathways.models.pathways import Expired
from pathways.readiness import MAX_DEPTH, MAX_NODES
from pathways.rules.tree import Kind

type Sentence = str | Promise

MAX_BYTES = strict_json.MAX_BYTES
#: More sentences about one file help nobody.
MAX_PROBLEMS = 20

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

_UNREADABLE: dict[Reason, Sentence] = {
    Reason.TOO_LARGE: gettext_lazy("The file is larger than 256 KB."),
    Reason.NOT_UTF8: gettext_lazy("The file is not text in UTF-8."),
    Reason.TOO_DEEP: gettext_lazy("The file nests too deep to be a pathway."),
    Reason.DUPLICATE_KEY: gettext_lazy(
        "The file names something twice in one place, so it can be read in two ways."
    ),
    Reason.LONE_SURROGATE: gettext_lazy("The file has characters that are none."),
    Reason.NOT_AN_OBJECT: gettext_lazy(
        "The file is JSON, and not of a pathway. Expected is an object, in { }, "
        "with the list of its components (@graph)."
    ),
}
_NO_JSON = gettext_lazy("The file is not JSON.")


class Refused(Exception):
    """A document cannot be taken over; ``problems`` say why, a sentence each."""

    def __init__(self, problems: list[Sentence]) -> None:
        super().__init__(problems)
        self.problems = problems


def read(data: bytes) -> Plan:
    """Return what a document tells. Raises Refused and nothing else."""
    try:
        document = strict_json.load_object(data, max_bytes=MAX_BYTES)
    except strict_json.UnreadableJson as error:
        raise Refused([_UNREADABLE.get(error.reason, _NO_JSON)]) from error
    graph = document.get("@graph")
    if not isinstance(graph, list) or not all(isinstance(one, dict) for one in graph):
        raise Refused([_("The file has no list of components (@graph).")])
    if len(graph) > MAX_NODES + 1:
        raise Refused([_too_many()])
    pathways = [one for one in graph if one.get("@type") == terms.PATHWAY]
    if len(pathways) != 1:
        raise Refused([_("The file does not describe one pathway (ceterms:Pathway).")])
    others = [one for one in graph if one is not pathways[0]]
    plan, problems = _Reader(pathways[0], others).read()
    if problems or plan is None:
        raise Refused(problems[:MAX_PROBLEMS])
    return plan


def _too_many() -> str:
    return ngettext(
        "A pathway has at most %(most)d rule.",
        "A pathway has at most %(most)d rules.",
        MAX_NODES,
    ) % {"most": MAX_NODES}


class _Reader:
    """Reads one graph. Problems are gathered, so that a file is mended in one go."""

    def __init__(self, pathway: Obj, components: list[Obj]) -> None:
        self.problems: list[Sentence] = []
        self.pathway = pathway
        self.components: dict[str, Obj] = {}
        self.numbers: dict[str, int] = {}  # by id, in reading order
        for component in components:
            self._enter(component)

    def _enter(self, component: Obj) -> None:
        key = component.get("@id")
        if not isinstance(key, str) or not 0 < len(key) <= 300:
            self.problems.append(_("A component has no @id."))
        elif key in self.components:
            self.problems.append(_("Two components have one @id: %s.") % key)
        else:
            self.components[key] = component

    def read(self) -> tuple[Plan | None, list[Sentence]]:
        values = Values(self.pathway, _("The pathway"), self._language())
        roots = values.links("ceterms:hasDestinationComponent")
        if len(roots) != 1 or roots[0] not in self.components:
            values.add(
                _("It does not name its destination (ceterms:hasDestinationComponent).")
            )
            return None, [*self.problems, *values.problems]
        self._number(roots[0], 0)
        plan = None
        if not self.problems:  # otherwise the tree may have no end
            self._refuse_loose()
            plan = self._plan(values, roots[0])
        return plan, [*self.problems, *values.problems]

    def _language(self) -> str:
        """The language of the name is that of the pathway."""
        name = self.pathway.get("ceterms:name")
        for tag in name if isinstance(name, dict) else ():
            if len(tag) <= 12 and _LANGUAGE.fullmatch(tag):
                return str(tag)
        return "en"

    def _number(self, key: str, depth: int) -> None:
        """Give each component below its number; refuse what is no tree."""
        if key not in self.components:
            self.problems.append(_("A component is missing in the file: %s.") % key)
        elif key in self.numbers:
            self.problems.append(_("A component lies in two places: %s.") % key)
        elif depth > MAX_DEPTH:
            self.problems.append(
                ngettext(
                    "Rules lie at most %(most)d level deep in each other.",
                    "Rules lie at most %(most)d levels deep in each other.",
                    MAX_DEPTH,
                )
                % {"most": MAX_DEPTH}
            )
        else:
            self.numbers[key] = len(self.numbers) + 1
            values = self._values(key)
            for child in values.links("ceasn:hasChild"):
                self._number(child, depth + 1)
            self.problems += values.problems

    def _refuse_loose(self) -> None:
        for key in self.components:
            if key not in self.numbers:
                self.problems.append(
                    _("A component lies nowhere in the pathway: %s.") % key
                )

    def _values(self, key: str) -> Values:
        who = _("Component %(number)d") % {"number": self.numbers[key]}
        return Values(self.components[key], who, self._language())

    def _plan(self, values: Values, root: str) -> Plan | None:
        expired, days = values.lasting(default=Expired.NO)
        lost = values.choice("cairn:whenLost", PathwayVersion.WhenLost.values)
        return Plan(
            address=values.link("@id"),
            name=values.text("ceterms:name", 100, is_required=True),
            promise=values.text("ceterms:description", 220, is_required=True),
            description=values.text("cairn:longDescription", 2000, has_lines=True),
            language=self._language(),
            expired=expired,
            grace_days=days,
            when_lost=lost or PathwayVersion.WhenLost.REVIEW,
            root=self._node(root),
            trusted=tuple(self._trusted(values)),
        )

    def _trusted(self, values: Values) -> Iterator[tuple[str, str]]:
        for one in values.objects("cairn:trusts"):
            each = Values(one, _("An issuer elsewhere"), self._language())
            yield each.link("@id"), each.text("ceterms:name", 120, is_required=True)
            self.problems += each.problems

    def _node(self, key: str, *, is_optional: bool = False) -> PlanNode:
        values = self._values(key)
        inside = values.links("ceasn:hasChild")
        asked = asked_by(values, inside)
        if inside and not asked.kind.is_group:
            values.add(_("It is no group, and other components lie in it."))
        if not asked.kind.is_group and not values.obj.get("ceterms:proxyFor"):
            values.add(_("It does not say what it stands for (ceterms:proxyFor)."))
        if self.numbers[key] == 1 and not asked.kind.is_group:
            values.add(_("The destination is no group of rules."))
        children = tuple(
            self._node(each, is_optional=each in asked.optional) for each in inside
        )
        node = self._filled(values, key, asked, children)
        self.problems += values.problems
        return replace(node, is_optional=True) if is_optional else node

    def _filled(
        self, values: Values, key: str, asked: Asked, children: tuple[PlanNode, ...]
    ) -> PlanNode:
        kind = asked.kind
        expired, days = values.lasting(default="")
        name = values.text("ceterms:name", 400)
        title = values.text("cairn:title", 80)
        if not values.obj.get("cairn:rule") and kind.is_group:
            title = title or name[:80]  # from elsewhere: its name is all it has
        first, last = self._versions(values) if kind == Kind.BADGE else (None, None)
        return PlanNode(
            number=self.numbers[key],
            kind=kind,
            title=title,
            name=name,
            children=children,
            is_optional=values.flag("cairn:optional"),
            count=asked.count,
            credits=asked.credits,
            stands_for="" if kind.is_group else _one(values, "ceterms:proxyFor"),
            first_version=first,
            last_version=last,
            level=self._level(values) if kind == Kind.SKILL else None,
            expired=expired,
            grace_days=days,
            needs=tuple(self._needs(values)),
            gives=_one(values, "cairn:gives"),
        )

    def _versions(self, values: Values) -> tuple[int | None, int | None]:
        first = values.whole("cairn:fromVersion", 1, MAX_COUNT)
        last = values.whole("cairn:toVersion", 1, MAX_COUNT)
        if first and last and first > last:
            values.add(_("It counts versions that end before they begin."))
        return first, last

    def _level(self, values: Values) -> int | None:
        level = values.whole("cairn:level", 1, 4)
        if level is None:
            values.add(_("It does not say from which level (cairn:level)."))
        return level

    def _needs(self, values: Values) -> Iterator[int]:
        for key in values.links("ceterms:prerequisite"):
            if key in self.numbers:
                yield self.numbers[key]
            else:
                values.add(_("It comes after something that is not in the file."))


def _one(values: Values, name: str) -> str:
    """An address that need not be there."""
    return values.link(name) if values.obj.get(name) else ""
