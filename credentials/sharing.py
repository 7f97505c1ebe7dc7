"""Who may see a credential: its holder decides, at any time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from credentials.holdings import holdings_changed
from credentials.models import Credential

if TYPE_CHECKING:
    from portfolio.models import User

Visibility = Credential.Visibility


@transaction.atomic
def show_to(
    credential: Credential, visibility: Credential.Visibility, *, by: User
) -> Credential.Visibility:
    """Let nobody else, people with the link, or everybody see it.

    Returns who saw it before, for taking the change back. Raises DoesNotExist unless
    ``by`` holds it and its details are still there.
    """
    # Only the row itself is locked, so nothing may be joined to it.
    own = Credential.objects.of(by).select_related(None).select_for_update()
    before = Visibility(own.only("visibility").get(pk=credential.pk).visibility)
    if visibility != before:
        Credential.objects.filter(pk=credential.pk).update(visibility=visibility)
        holdings_changed(by.pk)
    credential.visibility = visibility
    return before


@transaction.atomic
def show_all_to(
    tokens: Collection[str], visibility: Credential.Visibility, *, by: User
) -> dict[str, Credential.Visibility]:
    """As ``show_to`` for many at once, with one word to who listens.

    Withdrawn ones never become visible to more people; others' and unknown ones are
    left out. Returns who saw each that was changed, by token.
    """
    changed = {
        token: seen
        for token, seen, state in _locked(tokens, by)
        if seen != visibility and may_show(state, seen, visibility)
    }
    _write(changed, visibility, by)
    return changed


@transaction.atomic
def take_back(
    before: Mapping[str, str], after: Credential.Visibility, *, by: User
) -> int:
    """Undo ``show_all_to``: what still is as it was left becomes as it was before.

    ``before`` says for each token who saw it. Returns how many were changed.
    """
    kept = [token for token, seen, _state in _locked(before, by) if seen == after]
    for visibility in Visibility:
        group = [token for token in kept if before[token] == visibility]
        Credential.objects.filter(token__in=group).update(visibility=visibility)
    if kept:
        holdings_changed(by.pk)
    return len(kept)


def may_show(
    state: str, seen: Credential.Visibility, wanted: Credential.Visibility
) -> bool:
    """Whether a change of many includes one: none that is withdrawn gets wider."""
    wider = _WIDTH[wanted] > _WIDTH[seen]
    return not (wider and state == Credential.State.REVOKED)


_WIDTH = {Visibility.PRIVATE: 0, Visibility.LINK: 1, Visibility.PUBLIC: 2}


def _locked(
    tokens: Collection[str], by: User
) -> list[tuple[str, Credential.Visibility, str]]:
    """Token, visibility and state of one's own, locked in the same order by all."""
    own = Credential.objects.of(by).select_related(None).select_for_update()
    rows = own.filter(token__in=tokens).order_by("pk")
    return [
        (token, Visibility(seen), state)
        for token, seen, state in rows.values_list("token", "visibility", "state")
    ]


def _write(
    tokens: Collection[str], visibility: Credential.Visibility, by: User
) -> None:
    if tokens:
        Credential.objects.filter(token__in=tokens).update(visibility=visibility)
        holdings_changed(by.pk)
