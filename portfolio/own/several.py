"""Changes to several credentials at once: what they would do, and taking them back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from credentials import sharing
from credentials.models import Credential
from portfolio.own.outlining import Outline

if TYPE_CHECKING:
    from portfolio.models import User

Visibility = Credential.Visibility

_KEY = "several"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change of visibility does to each of the chosen ones."""

    visibility: Credential.Visibility
    changing: Sequence[Outline]
    same: Sequence[Outline]
    withdrawn: Sequence[Outline]  # they stay as they are

    @property
    def tokens(self) -> str:
        """The changing ones, as a form carries them."""
        return " ".join(each.token for each in self.changing)

    @property
    def public_now(self) -> int:
        """How many of the changing ones everybody can see until then."""
        return sum(each.visibility == Visibility.PUBLIC for each in self.changing)


@dataclass(frozen=True, slots=True)
class Undo:
    """The last change of several, as long as it can be taken back."""

    key: str
    visibility: Credential.Visibility
    before: Mapping[str, str]

    @property
    def count(self) -> int:
        return len(self.before)


def plan(chosen: Iterable[Outline], visibility: Credential.Visibility) -> Plan:
    """Say what would become of each. No query."""
    changing, same, withdrawn = [], [], []
    for each in chosen:
        seen = Visibility(each.visibility)
        if seen == visibility:
            same.append(each)
        elif sharing.may_show(each.state, seen, visibility):
            changing.append(each)
        else:
            withdrawn.append(each)
    return Plan(visibility, changing, same, withdrawn)


def change(
    session: MutableMapping[str, Any],
    tokens: Collection[str],
    visibility: Credential.Visibility,
    *,
    by: User,
) -> Undo:
    """Do it, and remember in the session of who did it how it was before."""
    before = sharing.show_all_to(tokens, visibility, by=by)
    undo = Undo(secrets.token_urlsafe(9), visibility, before)
    session[_KEY] = {
        "key": undo.key,
        "visibility": visibility.value,
        "before": {token: seen.value for token, seen in before.items()},
    }
    return undo


def undo_of(session: Mapping[str, Any], key: str) -> Undo | None:
    """The last change, if that is its key and it changed anything."""
    kept = session.get(_KEY) if key else None
    if not kept or not kept["before"]:
        return None
    if not secrets.compare_digest(kept["key"].encode(), key.encode()):
        return None
    return Undo(kept["key"], Visibility(kept["visibility"]), kept["before"])


def take_back(session: MutableMapping[str, Any], key: str, *, by: User) -> int:
    """Undo the change with that key, once; how many are as they were before.

    What was changed again since stays as it is.
    """
    undo = undo_of(session, key)
    if undo is None:
        return 0
    session.pop(_KEY, None)
    return sharing.take_back(undo.before, undo.visibility, by=by)
