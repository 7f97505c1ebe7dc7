"""Reading the demo's file of pathways."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portfolio.demo.content.pathway_shapes import (
    Journey,
    Node,
    Outcome,
    Pathway,
    PathwayVersion,
)

type Raw = dict[str, Any]


def outcome(raw: Raw) -> Outcome:
    """Make an outcome; numbers with decimals are exact."""
    numbers = {name: Decimal(str(raw[name])) for name in ("effort_hours", "credits")}
    criteria = tuple((title, words) for title, words in raw["criteria"])
    return Outcome(**(raw | numbers | {"criteria": criteria}))


def pathway(raw: Raw) -> Pathway:
    """Make a pathway with its versions, the oldest first."""
    versions = tuple(_version(each) for each in raw["versions"])
    return Pathway(**(raw | {"versions": versions}))


def journey(raw: Raw) -> Journey:
    """Make a journey."""
    return Journey(**raw)


def _version(raw: Raw) -> PathwayVersion:
    return PathwayVersion(**(raw | {"root": _node(raw["root"])}))


def _node(raw: Raw) -> Node:
    parts: Raw = {
        "needs": tuple(raw.get("needs", ())),
        "children": tuple(_node(child) for child in raw.get("children", ())),
    }
    if "credits" in raw:
        parts["credits"] = Decimal(str(raw["credits"]))
    return Node(**(raw | parts))
