"""People whom an organisation keeps in mind: shown only while they may be found.

An entry of somebody who switched the search off stays in the table and nowhere else:
no list shows it, no number counts it, and it is as if it were not there until they
choose to be found again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import BaseExpression

from portfolio.employers import membership
from portfolio.models import (
    ContactRequest,
    Employer,
    EmployerMember,
    Profile,
    ShortlistEntry,
    User,
)
from portfolio.models.profiles import ProfileQuerySet

#: People of one organisation; whoever keeps more keeps a copy of the search.
MOST_KEPT = 100
NOTE_LENGTH = 1000

_UNDO = "let-go"


class NotFindable(Exception):
    """There is no such page, or its owner may not be found, or it is one's own."""


class TooManyKept(Exception):
    """As many people are kept as can be."""


class ChangedMeanwhile(Exception):
    """A colleague wrote another note, or let the person go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry as a member sees it: the person, and the last message to them."""

    entry: ShortlistEntry
    profile: Profile
    contact: ContactRequest | None
    is_own_contact: bool

    @property
    def handle(self) -> str:
        """The address of the person's page, which names the entry too."""
        return self.profile.handle

    @property
    def note_mark(self) -> str:
        """What a form carries, to see whether the note is still the same."""
        return mark_of(self.entry.note)


@dataclass(frozen=True, slots=True)
class LetGo:
    """An entry that was just removed, as long as that can be taken back."""

    key: str
    handle: str


def employer_of(user: User) -> Employer | None:
    """The organisation that somebody acts for. One query."""
    member = membership.employment_of(user)
    return member.employer if member else None


def visible(employer: Employer) -> QuerySet[ShortlistEntry]:
    """The entries of people who may be found at this moment."""
    return ShortlistEntry.objects.filter(
        employer=employer, learner__profile__in=Profile.objects.findable()
    )


def keep(handle: str, *, by: User) -> bool:
    """Keep the owner of a page; whether they were not kept before.

    Raises NotFindable or TooManyKept, and ``membership.NotMember``. The organisation is
    locked, so that colleagues take turns, and the page, so that nobody is kept after
    their switch went off.
    """
    with transaction.atomic():
        employer = membership.acting(by)
        page = _locked(handle)
        if page is None or page.user_id == by.pk:
            raise NotFindable
        entries = visible(employer)
        if entries.filter(learner=page.user_id).exists():
            return False
        if entries.count() >= MOST_KEPT:
            raise TooManyKept
        _write(ShortlistEntry(employer=employer, learner_id=page.user_id, added_by=by))
    return True


def entry_of(employer: Employer, handle: str) -> ShortlistEntry | None:
    """The entry of the owner of a page, while they may be found."""
    found = visible(employer).select_related("learner__profile", "added_by")
    return found.filter(learner__profile__in=Profile.objects.at([handle])).first()


def write_note(entry: ShortlistEntry, note: str, *, mark: str, by: User) -> None:
    """Write a note over the one that ``mark`` stands for.

    Raises ChangedMeanwhile, and ``membership.NotMember``.
    """
    with transaction.atomic():
        own = membership.acting(by).shortlist.select_for_update()
        row = own.filter(pk=entry.pk).first()
        if row is None or mark_of(row.note) != mark:
            raise ChangedMeanwhile
        if row.note != note:
            ShortlistEntry.objects.filter(pk=row.pk).update(note=note)
    entry.note = note


def mark_of(note: str) -> str:
    """A short name of a note as it is, for a form to carry."""
    return hashlib.sha256(note.encode()).hexdigest()[:16]


def let_go(
    entry: ShortlistEntry, session: MutableMapping[str, Any], *, by: User
) -> LetGo:
    """Remove an entry, and remember it in the session of who did it.

    Raises ``membership.NotMember``.
    """
    profile = entry.learner.profile
    undo = LetGo(secrets.token_urlsafe(9), profile.handle)
    with transaction.atomic():
        own = membership.acting(by).shortlist
        deleted, _rows = own.filter(pk=entry.pk).delete()
    if deleted:
        session[_UNDO] = {
            "key": undo.key,
            "employer": entry.employer_id,
            "learner": entry.learner_id,
            "note": entry.note,
            "added_by": entry.added_by_id,
            "added_at": entry.added_at.isoformat(),
        }
    return undo


def let_go_of(
    session: Mapping[str, Any], key: str, employer: Employer
) -> Profile | None:
    """The page of whom that press let go, while they may be found."""
    kept = _undo_of(session, key, employer)
    if kept is None:
        return None
    findable = Profile.objects.findable().select_related("user")
    return findable.filter(user=kept["learner"]).first()


def bring_back(session: MutableMapping[str, Any], key: str, *, by: User) -> bool:
    """Undo the removal with that key, once; whether the entry stands again.

    Where a colleague kept the same person since, theirs stays. Raises TooManyKept, and
    ``membership.NotMember``.
    """
    with transaction.atomic():
        employer = membership.acting(by)
        kept = _undo_of(session, key, employer)
        if kept is None:
            return False
        page = _locked_of(kept["learner"])
        if page is None:
            return False
        if visible(employer).count() >= MOST_KEPT:
            raise TooManyKept
        _write(
            ShortlistEntry(
                employer=employer,
                learner_id=page.user_id,
                note=kept["note"],
                added_by=User.objects.filter(pk=kept["added_by"]).first(),
                added_at=datetime.fromisoformat(kept["added_at"]),
            )
        )
    session.pop(_UNDO, None)
    return True


def kept_by(employer: Employer, user: User) -> list[Kept]:
    """Everybody whom an organisation keeps, the newest first. Two queries."""
    entries = visible(employer).select_related("learner__profile", "added_by")
    return with_contacts(entries, employer, user)


def with_contacts(
    entries: Iterable[ShortlistEntry], employer: Employer, user: User
) -> list[Kept]:
    """The entries, each with the last message that a member sent. Two queries."""
    found = list(entries)
    contacts = _last_contacts({each.learner_id for each in found}, employer, user)
    return [
        Kept(
            each,
            _with_user(each.learner),
            contacts.get(each.learner_id),
            _is_of(contacts.get(each.learner_id), user),
        )
        for each in found
    ]


def kept_for(user: User | None) -> BaseExpression:
    """Whether the organisation of somebody keeps the owner of a profile: a column."""
    if user is None:
        return Value(value=False)
    return Exists(
        ShortlistEntry.objects.filter(
            employer__members__user=user.pk, learner=OuterRef("user")
        )
    )


def is_kept(learner: int, user: User) -> bool | None:
    """Whether the organisation of somebody keeps a person; None without one. A query.

    It is theirs to know only while the person may be found: the caller looks.
    """
    entries = ShortlistEntry.objects.filter(
        employer=OuterRef("employer"), learner=learner
    )
    found = EmployerMember.objects.filter(user=user.pk)
    return found.values_list(Exists(entries), flat=True).first()


def _last_contacts(
    learners: Collection[int], employer: Employer, user: User
) -> dict[int, ContactRequest]:
    """One's own messages, and those that colleagues sent in the organisation's name."""
    asked = (
        ContactRequest.objects.filter(
            Q(sender=user)
            | Q(sender__employment__employer=employer, organisation=employer.name),
            recipient__in=learners,
        )
        .exclude(state=ContactRequest.State.WITHDRAWN)
        .select_related("sender")
        .defer("message")
        .order_by("recipient", "-sent_at", "-pk")
        .distinct("recipient")
    )
    return {each.recipient_id: each for each in asked}


def _is_of(contact: ContactRequest | None, user: User) -> bool:
    return contact is not None and contact.sender_id == user.pk


def _with_user(learner: User) -> Profile:
    learner.profile.user = learner
    return learner.profile


def _locked(handle: str) -> Profile | None:
    return _findable_locked().at([handle]).first()


def _locked_of(learner: int) -> Profile | None:
    return _findable_locked().filter(user=learner).first()


def _findable_locked() -> ProfileQuerySet:
    return Profile.objects.findable().select_for_update(of=("self",), no_key=True)


def _write(entry: ShortlistEntry) -> None:
    """Write an entry; one that is there already stays as it is."""
    ShortlistEntry.objects.bulk_create([entry], ignore_conflicts=True)


def _undo_of(
    session: Mapping[str, Any], key: str, employer: Employer
) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = session.get(_UNDO) if key else None
    if kept is None or kept["employer"] != employer.pk:
        return None
    is_same = secrets.compare_digest(kept["key"].encode(), key.encode())
    return kept if is_same else None
