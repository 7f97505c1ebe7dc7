"""What must come out of pressing buttons, said with a few dictionaries."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from credentials.models import Achievement, Credential
from portfolio.models import User

#: What each line of history makes of a submission, and of a credential.
SUBMISSION_AFTER = {
    "started": "draft",
    "sent": "submitted",
    "review_began": "in_review",
    "returned": "returned",
    "approved": "approved",
    "declined": "declined",
    "withdrawn": "withdrawn",
}
CREDENTIAL_AFTER = {
    "issued": "active",
    "revoked": "revoked",
    "suspended": "suspended",
    "reinstated": "active",
    "superseded": "superseded",
    "erased": "erased",
}
WAITING = {"submitted", "in_review"}
OPEN = {"draft", "returned"} | WAITING
OUTCOMES = {"approve": "approved", "return": "returned", "decline": "declined"}
CHANGES = {
    "revoke": ({"active", "suspended", "superseded"}, "revoked"),
    "suspend": ({"active"}, "suspended"),
    "reinstate": ({"suspended"}, "active"),
}


@dataclass
class Work:
    """What the model knows of a submission."""

    learner: User
    badge: Achievement
    status: str = "draft"
    round: int = 0
    is_complete: bool = False
    reviews: int = 0


@dataclass
class Held:
    """What the model knows of a credential."""

    work: Work
    issued_at: datetime
    until: datetime | None
    digest: bytes
    keeps_badge: bool
    state: str = "active"
    was_listed: bool = False
    notices: int = field(default=0)


@dataclass
class Model:
    """All submissions and credentials by id, and the time."""

    now: datetime = datetime(2031, 3, 1, 9, tzinfo=UTC)
    works: dict[uuid.UUID, Work] = field(default_factory=dict)
    held: dict[uuid.UUID, Held] = field(default_factory=dict)

    def awarded(self, work: Work, credential: Credential) -> None:
        older = self.keeper(work.learner, work.badge)
        if older:
            older.keeps_badge = False
            if older.until and older.until > self.now:
                older.state, older.was_listed = "superseded", True
        credential.refresh_from_db()
        once = not work.badge.is_repeatable
        self.held[credential.pk] = Held(
            work,
            credential.issued_at,
            credential.valid_until,
            digest(credential),
            keeps_badge=once,
        )

    def keeper(self, learner: User, badge: Achievement) -> Held | None:
        return next(
            (
                held
                for held in self.held.values()
                if (held.work.learner, held.work.badge) == (learner, badge)
                and held.keeps_badge
            ),
            None,
        )

    def is_renewable(self, held: Held) -> bool:
        if held.until is None or held.state != "active":
            return False
        window = min(timedelta(days=60), (held.until - held.issued_at) / 2)
        return held.until - self.now <= window

    def is_kept_by_another(self, work: Work) -> bool:
        keeper = self.keeper(work.learner, work.badge)
        return keeper is not None and not self.is_renewable(keeper)

    def is_listed(self, held: Held) -> bool:
        if held.state == "erased":
            return held.was_listed
        return held.state in {"suspended", "revoked", "superseded"}

    def verdict(self, held: Held) -> str:
        if held.state != "active":
            return held.state
        if held.until is None:
            return "genuine"
        if held.until <= self.now:
            return "expired"
        is_soon = held.until - self.now <= timedelta(days=30)
        return "ends_soon" if is_soon else "genuine"


def digest(credential: Credential) -> bytes:
    """A short stand-in for the exact stored bytes of document and JWT."""
    stored = f"{credential.document}\0{credential.jwt}\0{credential.document_sha256}"
    return hashlib.sha256(stored.encode()).digest()
