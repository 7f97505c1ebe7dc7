"""Marks in private texts, and what a stage has: who acts, and what there is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from portfolio.models import User

MARK = re.compile(r"zq([a-z]+)qz", re.IGNORECASE)


def mark(name: str) -> str:
    """Return the word that stands for a private text: letters alone, found anywhere."""
    return f"zq{name.replace('-', '')}qz"


#: One form for every page: each reads the names that it knows.
FORM: dict[str, Any] = {
    "action": "withdraw",
    "algorithm": "Ed25519",
    "comment": "No.",
    "decision": "decline",
    "declared": "on",
    "decline_reason": "other",
    "full_name": "Some Name",
    "idempotency_key": "6f0c5b26-6d43-4a8e-8b3c-0f2f0d5a9f11",
    "message": "This is wrong.",
    "name": "Changed",
    "position": "2",
    "post": "yes",
    "reason": "mistake",
    "round": "1",
    "text": "Words",
    "url": "https://example.org/x",
    "visibility": "private",
}


@dataclass
class Stage:
    """Who acts (clients by name), and what addresses are made of (values by name)."""

    clients: dict[str, Client] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=FORM.copy)


def row_of(row: Any) -> dict[str, Any]:
    return {"object_id": row.pk, "pk": row.pk}
