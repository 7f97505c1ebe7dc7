"""An organisation says what it accepts: given, agreed to, declined, withdrawn.

Each decision is one transaction. Whoever decides is looked at first, what is decided
is compared and set, and the jobs that tell of it commit with it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from credentials import verifying
from credentials.models import Achievement, Credential, Issuer
from portfolio import tasks
from portfolio.endorsing import acting, documents
from portfolio.models import Endorsement, User

if TYPE_CHECKING:
    from collections.abc import Iterator

State = Endorsement.State
Kind = Endorsement.Kind


class NotAllowed(Exception):
    """The person does not decide for this organisation, or decides on their own."""


class AlreadyGiven(Exception):
    """The organisation has said this already and has not withdrawn it."""


class AlreadyDecided(Exception):
    """Somebody was faster: it was decided, withdrawn or taken back."""


class CannotBeEndorsed(Exception):
    """It is the organisation's own, or not in force, or nobody may speak about it."""


class StillPrivate(Exception):
    """Nobody but its holder sees the credential: whoever is asked could not look."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an organisation decided to say: the kind, and a comment in Markdown."""

    kind: Kind
    comment: str


def give(
    organisation: Issuer,
    target: Achievement | Issuer,
    words: Words,
    *,
    by: User,
    now: datetime | None = None,
) -> Endorsement:
    """Say something about a badge or an issuer without having been asked; signed.

    Where the same was asked for, this is the answer. Raises NotAllowed, AlreadyGiven,
    CannotBeEndorsed, NoActiveKey or a SealingError.
    """
    _check_decider(organisation, by)
    check_target(organisation, target)
    endorsement = Endorsement(
        organisation=organisation,
        kind=words.kind,
        comment=words.comment,
        state=State.GIVEN,
        decided_by=by,
        **_column(target),
    )
    with _refusals(), transaction.atomic():
        if asked := _asked_for(endorsement):
            return _accept(asked, words, by=by, now=now)
        documents.seal(endorsement, now or timezone.now())
        endorsement.save(force_insert=True)
        _tell("given", endorsement)
    return endorsement


def accept(
    endorsement: Endorsement,
    words: Words,
    *,
    by: User,
    now: datetime | None = None,
) -> Endorsement:
    """Agree to what was asked for, in the organisation's own words; signed.

    Raises NotAllowed, AlreadyDecided, AlreadyGiven, CannotBeEndorsed, StillPrivate,
    NoActiveKey or a SealingError.
    """
    _check_decider(endorsement.organisation, by)
    if endorsement.credential and endorsement.credential.holder_id == by.pk:
        raise NotAllowed
    with _refusals(), transaction.atomic():
        check_target(endorsement.organisation, _as_it_is_now(endorsement))
        return _accept(endorsement, words, by=by, now=now)


def decline(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    """Say no to what was asked for. Raises NotAllowed or AlreadyDecided."""
    _check_decider(endorsement.organisation, by)
    with _refusals(), transaction.atomic():
        _set(
            endorsement,
            State.ASKED,
            state=State.DECLINED,
            decided_by=by,
            decided_at=now or timezone.now(),
        )
        _tell("declined", endorsement)
    endorsement.refresh_from_db()


def withdraw(
    endorsement: Endorsement, *, by: User, now: datetime | None = None
) -> None:
    """Take back what was given, for good; its bit in the status list is set.

    The same can be said anew, as another document. Raises NotAllowed or
    AlreadyDecided.
    """
    _check_decider(endorsement.organisation, by)
    with _refusals(), transaction.atomic():
        _set(
            endorsement,
            State.GIVEN,
            state=State.WITHDRAWN,
            withdrawn_by=by,
            withdrawn_at=now or timezone.now(),
        )
        _tell("withdrawn", endorsement)
    endorsement.refresh_from_db()


def check_target(
    organisation: Issuer, target: Achievement | Issuer | Credential
) -> None:
    """Refuse one's own, what is not published, and what cannot be relied on today.

    Raises CannotBeEndorsed.
    """
    if isinstance(target, Issuer):
        refused = target.pk == organisation.pk
    elif isinstance(target, Achievement):
        own = target.issuer_id == organisation.pk
        refused = own or target.current_version_id is None
    else:
        refused = target.issuer_id in {None, organisation.pk} or (
            not verifying.status_of(target).verdict.is_good
        )
    if refused:
        raise CannotBeEndorsed


def _as_it_is_now(endorsement: Endorsement) -> Achievement | Issuer | Credential:
    """What is asked about; a credential is read anew and stays so until the end.

    Raises StillPrivate when its holder shows it to nobody now.
    """
    if endorsement.credential_id is None:
        return endorsement.target
    rows = Credential.objects.select_for_update(of=("self",), no_key=True)
    credential = rows.select_related("signing_key").get(pk=endorsement.credential_id)
    if credential.visibility == Credential.Visibility.PRIVATE:
        raise StillPrivate
    return credential


def _accept(
    endorsement: Endorsement, words: Words, *, by: User, now: datetime | None
) -> Endorsement:
    endorsement.kind, endorsement.comment = words.kind, words.comment
    documents.seal(endorsement, now or timezone.now())
    _set(
        endorsement,
        State.ASKED,
        state=State.GIVEN,
        decided_by=by,
        decided_at=endorsement.decided_at,
        **{
            name: getattr(endorsement, name)
            for name in (
                "kind",
                "comment",
                "document",
                "document_sha256",
                "signing_key",
                "status_list",
                "status_index",
            )
        },
    )
    _tell("given", endorsement)
    endorsement.refresh_from_db()
    return endorsement


def _set(endorsement: Endorsement, before: State, **values: object) -> None:
    """Compare and set: the first decision counts, a second one changes nothing."""
    rows = Endorsement.objects.filter(pk=endorsement.pk, state=before)
    if not rows.update(**values):
        raise AlreadyDecided


def _check_decider(organisation: Issuer, by: User) -> None:
    if not acting.acts_for(by, organisation):
        raise NotAllowed


def _asked_for(endorsement: Endorsement) -> Endorsement | None:
    """The same thing where it waits for an answer."""
    return (
        Endorsement.objects.filter(
            organisation=endorsement.organisation,
            kind=endorsement.kind,
            state=State.ASKED,
            **_column(endorsement.target),
        )
        .select_related("organisation", "achievement__current_version", "issuer")
        .first()
    )


def _column(
    target: Achievement | Issuer | Credential,
) -> dict[str, Achievement | Issuer | Credential]:
    return {target._meta.model_name or "": target}


def _tell(what: str, endorsement: Endorsement) -> None:
    tasks.mail_endorsement.defer(endorsement_id=endorsement.pk, what=what)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the database refuses, by the name of the rule."""
    try:
        yield
    except IntegrityError as error:
        if "endorsement_once_for" in str(error):
            raise AlreadyGiven from error
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if rule == "endorsement_by_who_may":
            raise NotAllowed from error
        raise
