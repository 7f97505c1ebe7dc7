"""A pathway version as a document: the same rules make the same document."""

from __future__ import annotations

import json
from typing import Any

from credentials.documents import absolute
from credentials.languages import offered, written_in
from pathways.exchanging import terms
from pathways.models import PathwayVersion, Requirement
from pathways.reading_rules import tree_of
from pathways.rules import words
from pathways.rules.tree import Kind, Rule


def document_of(version: PathwayVersion) -> dict[str, Any]:
    """Return a version, published or not, as JSON-LD in CTDL's terms. Four queries.

    Nothing personal is in it: neither who wrote or published it nor who is on it.
    """
    with written_in(version.language):
        return {
            "@context": terms.CONTEXT,
            "@graph": _Writer(version).graph(),
        }


def as_bytes(document: dict[str, Any]) -> bytes:
    """Return a document as it is sent and kept: UTF-8, readable, the same each time."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


class _Writer:
    def __init__(self, version: PathwayVersion) -> None:
        self.version = version
        self.rows = list(
            Requirement.objects.filter(version=version)
            .select_related(
                "achievement__issuer",
                "skill",
                "pathway__issuer",
                "exit__outcome__achievement__issuer",
            )
            .prefetch_related("needs")
            .order_by("position", "pk")
        )
        self.row_at = {row.pk: row for row in self.rows}
        tree = tree_of(version, ways=False)
        self.rules = list(tree.root.walk()) if self.rows else []
        self.numbers = {rule.key: place for place, rule in enumerate(self.rules, 1)}
        self.ids = {key: f"_:rule-{number}" for key, number in self.numbers.items()}

    def graph(self) -> list[dict[str, Any]]:
        return [self._pathway(), *(self._component(rule) for rule in self.rules)]

    def _text(self, text: str) -> dict[str, str]:
        return {self.version.language: text}

    def _pathway(self) -> dict[str, Any]:
        version, pathway = self.version, self.version.pathway
        address = absolute(version.get_absolute_url())
        parts = list(self.ids.values())
        trusts = [
            {"@id": each.identifier, "ceterms:name": self._text(each.name)}
            for each in version.trusted_issuers.order_by("identifier")
        ]
        return _filled(
            {
                "@id": address,
                "@type": terms.PATHWAY,
                "ceterms:name": self._text(version.name),
                "ceterms:description": self._text(version.promise),
                "ceterms:subjectWebpage": address,
                "ceterms:ownedBy": [absolute(pathway.issuer.get_absolute_url())],
                "ceterms:hasDestinationComponent": parts[:1],
                "ceasn:hasPart": parts,
                "cairn:longDescription": _filled_text(self._text(version.description)),
                "cairn:version": version.number,
                "cairn:expired": version.expired,
                "cairn:graceDays": version.grace_days,
                "cairn:whenLost": version.when_lost,
                "cairn:trusts": trusts,
            }
        )

    def _component(self, rule: Rule) -> dict[str, Any]:
        row = self.row_at[rule.key]
        gives = absolute(row.exit.outcome.get_absolute_url()) if _exit(row) else ""
        shared = {
            "@id": self.ids[rule.key],
            "@type": terms.COMPONENT_OF.get(rule.kind, terms.BASIC),
            "ceterms:name": self._name(rule),
            "cairn:rule": rule.kind.value,
            "cairn:title": _filled_text(self._text(rule.title)),
            "cairn:optional": rule.is_optional or None,
            "cairn:gives": gives,
            "cairn:expired": row.expired,
            "cairn:graceDays": row.grace_days,
            "ceterms:prerequisite": [
                self.ids[key]
                for key in sorted(rule.needs, key=self.numbers.__getitem__)
            ],
        }
        own = self._group(rule, gives) if rule.kind.is_group else self._leaf(row)
        return _filled({**shared, **own})

    def _name(self, rule: Rule) -> dict[str, str]:
        """What a component is called: every one has a name."""
        if rule.title or rule.name:
            return self._text(rule.title or rule.name)
        return {self._spoken(): words.sentence(rule)}

    def _spoken(self) -> str:
        """The language in which our own sentences are written here."""
        return offered(self.version.language)

    def _leaf(self, row: Requirement) -> dict[str, Any]:
        if row.achievement:
            return {
                "ceterms:credentialType": terms.BADGE_TYPE,
                "ceterms:proxyFor": absolute(row.achievement.get_absolute_url()),
                "cairn:fromVersion": row.first_version,
                "cairn:toVersion": row.last_version,
            }
        if row.skill:
            return {"ceterms:proxyFor": row.skill.uri, "cairn:level": row.level}
        assert row.pathway  # noqa: S101 - a constraint says so, mypy cannot know
        return {
            "ceterms:componentCategory": terms.PATHWAY_CATEGORY,
            "ceterms:proxyFor": absolute(row.pathway.get_absolute_url()),
        }

    def _group(self, rule: Rule, gives: str) -> dict[str, Any]:
        kind: dict[str, Any] = {"ceterms:componentCategory": terms.GROUP_CATEGORY}
        if gives:
            kind = {
                "@type": terms.CREDENTIAL,
                "ceterms:credentialType": terms.BADGE_TYPE,
                "ceterms:proxyFor": gives,
            }
        return {
            **kind,
            "ceasn:hasChild": [self.ids[child.key] for child in rule.children],
            "ceterms:hasCondition": [self._condition(rule)],
        }

    def _condition(self, rule: Rule) -> dict[str, Any]:
        """What of a group counts. CTDL has no word for credits, nor for *not with*."""
        targets, others = rule.children, rule.children[:0]
        if rule.kind == Kind.NOT_TOGETHER:
            targets, others = targets[:1], targets[1:]
        elif rule.kind == Kind.ALL:
            targets = tuple(child for child in targets if not child.is_optional)
        number = rule.count if rule.kind == Kind.AT_LEAST else len(targets)
        by_credits = rule.kind == Kind.CREDITS
        return _filled(
            {
                "@type": terms.CONDITION,
                "ceterms:description": {self._spoken(): words.sentence(rule)},
                "ceterms:requiredNumber": None if by_credits else number,
                "cairn:credits": f"{rule.credits:.2f}" if by_credits else None,
                "ceterms:targetComponent": [self.ids[each.key] for each in targets],
                "cairn:notTogetherWith": [self.ids[each.key] for each in others],
            }
        )


def _exit(row: Requirement) -> bool:
    return hasattr(row, "exit")


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """What is there: nothing, empty text and empty lists are left out."""
    return {
        name: value for name, value in values.items() if value not in (None, "", [], {})
    }


def _filled_text(text: dict[str, str]) -> dict[str, str]:
    return {language: words for language, words in text.items() if words}
