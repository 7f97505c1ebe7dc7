"""The learner's side of a submission: start, collect evidence, send, withdraw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from credentials import awarding
from credentials.models import (
    Achievement,
    Credential,
    Criterion,
    Evidence,
    Submission,
    SubmissionEvent,
)
from credentials.uploads import MAX_FILES, KeptFile
from credentials.writing import clean_name

if TYPE_CHECKING:
    from portfolio.models import User

Status = Submission.Status
Kind = SubmissionEvent.Kind

#: Texts of a submission that the wizard saves one at a time.
TEXT_FIELDS = ("about", "help_received", "name_on_credential")


class NotOffered(Exception):
    """The badge is retired or was never published."""


class EarnedOnAPathway(NotOffered):
    """Nobody hands in work for the badge: it is awarded for completing a pathway."""


class AlreadyHeld(Exception):
    """The learner holds this badge; ``credential`` is the one."""

    def __init__(self, credential: Credential) -> None:
        super().__init__(credential.pk)
        self.credential = credential


class NotEditable(Exception):
    """The submission was sent, decided or withdrawn in the meantime."""


class EditedElsewhere(Exception):
    """Another tab saved this text since; ``stored`` is what it says now."""

    def __init__(self, stored: str) -> None:
        super().__init__()
        self.stored = stored


class TooManyFiles(Exception):
    """The submission has its ten files already."""


class Incomplete(Exception):
    """Something is missing before it can be sent; see ``missing``."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a submission from being sent."""

    about: bool = False
    help_received: bool = False
    visibility: bool = False
    criteria: list[Criterion] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(
            self.about or self.help_received or self.visibility or self.criteria
        )


def seen(text: str) -> str:
    """Return a short digest that a form carries of the text it was rendered with."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def start(
    achievement: Achievement, *, learner: User, now: datetime | None = None
) -> Submission:
    """Open a draft for the current version, or return the one that is open.

    Raises NotOffered (EarnedOnAPathway for a badge that nobody hands in work for), or
    AlreadyHeld when the badge is held and cannot be renewed.
    """
    existing = _open(achievement, learner)
    if existing:
        return existing
    version = achievement.current_version
    if version is None or achievement.retired_at:
        raise NotOffered
    if achievement.is_earned_on_a_pathway:
        raise EarnedOnAPathway
    now = now or timezone.now()
    held = awarding.holding(achievement, learner)
    if held and not awarding.can_renew(held, now):
        raise AlreadyHeld(held)
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                learner=learner,
                version=version,
                achievement=achievement,
                name_on_credential=learner.full_name,
                created_at=now,
                saved_at=now,
            )
    except IntegrityError:  # the other tab was faster
        return Submission.objects.open().get(learner=learner, achievement=achievement)
    _log(submission, Kind.STARTED, by=learner, at=now)
    return submission


@transaction.atomic
def save_text(
    submission: Submission, name: str, text: str, *, expected: str | None = None
) -> None:
    """Save one of ``TEXT_FIELDS``. ``expected`` is the digest the form was made with.

    Raises NotEditable, or EditedElsewhere when the stored text is another one by now.
    """
    if name not in TEXT_FIELDS:
        raise ValueError(name)
    locked = _lock_editable(submission)
    _check_unchanged(getattr(locked, name), text, expected)
    _save(submission, **{name: text})


@transaction.atomic
def save_evidence_text(
    submission: Submission,
    criterion: Criterion,
    text: str,
    *,
    expected: str | None = None,
) -> Evidence | None:
    """Save the text for a criterion; an empty one removes it. Raises as save_text."""
    _lock_editable(submission)
    item = submission.evidence.filter(criterion=criterion, kind="text").first()
    _check_unchanged(item.text if item else "", text, expected)
    _save(submission)
    if not text:
        if item:
            item.delete()
        return None
    if item is None:
        return submission.evidence.create(criterion=criterion, kind="text", text=text)
    item.text = text
    item.save(update_fields=["text"])
    return item


@transaction.atomic
def add_link(submission: Submission, criterion: Criterion, url: str) -> Evidence:
    """Add a web address as evidence. Raises NotEditable."""
    _lock_editable(submission)
    _save(submission)
    return submission.evidence.create(criterion=criterion, kind="link", url=url)


@transaction.atomic
def add_file(submission: Submission, criterion: Criterion, kept: KeptFile) -> Evidence:
    """Keep an accepted file as evidence. Raises NotEditable or TooManyFiles.

    The row commits with the file's digests; a file whose row does not commit is
    swept away by the nightly job.
    """
    _lock_editable(submission)
    if submission.evidence.filter(kind="file").count() >= MAX_FILES:
        raise TooManyFiles
    _save(submission)
    item = Evidence(
        submission=submission,
        criterion=criterion,
        kind="file",
        file_name=kept.name,
        content_type=kept.content_type,
        size_received=kept.size_received,
        size_kept=kept.size_kept,
        sha256_received=kept.sha256_received,
        sha256_kept=kept.sha256_kept,
    )
    item.file.save(kept.name, File(kept.content), save=False)
    item.save(force_insert=True)
    return item


@transaction.atomic
def remove(submission: Submission, item: Evidence) -> None:
    """Remove an item of a draft or returned submission. Raises NotEditable."""
    _lock_editable(submission)
    _save(submission)
    if name := item.file.name:
        transaction.on_commit(lambda: item.file.storage.delete(name))
    item.delete()


@transaction.atomic
def choose_visibility(submission: Submission, public_items: Iterable[str]) -> None:
    """Make exactly these items (ids) public, the others for reviewers only."""
    _lock_editable(submission)
    wanted = set(map(str, public_items))
    for item in submission.evidence.all():
        public = str(item.pk) in wanted
        item.visibility = "public" if public else "reviewers"
        item.save(update_fields=["visibility"])
    _save(submission, visibility_chosen_at=timezone.now())


def named_in_credential(submission: Submission) -> list[Evidence]:
    """Return the items that an approved submission's signed document names."""
    credential = getattr(submission, "credential", None)
    document = (credential and credential.document) or ""
    items = submission.evidence.all()
    return [item for item in items if f"/evidence/{item.pk}/" in document]


@transaction.atomic
def show_today(submission: Submission, public_items: Iterable[str]) -> None:
    """Show exactly these of the items that the credential names; hide the others.

    The signed document stays as it is: its addresses obey today's choice. Items that
    it does not name stay for reviewers only. Raises NotEditable before approval.
    """
    if submission.status != Status.APPROVED:
        raise NotEditable
    wanted = set(map(str, public_items))
    named = {item.pk for item in named_in_credential(submission)}
    for item in submission.evidence.all():
        public = item.pk in named and str(item.pk) in wanted
        item.visibility = "public" if public else "reviewers"
        item.save(update_fields=["visibility"])


def missing(submission: Submission) -> Missing:
    """Return what has to be done before it can be sent. Two queries."""
    shown = {item.criterion_id for item in submission.evidence.all()}
    criteria = submission.version.criteria.all()
    return Missing(
        about=not submission.about,
        help_received=not submission.help_received,
        visibility=submission.visibility_chosen_at is None,
        criteria=[c for c in criteria if c.pk not in shown],
    )


@transaction.atomic
def send(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Send a complete draft or returned submission for review, declared as own work.

    Raises Incomplete, NotEditable, or ValidationError for the name.
    """
    now = now or timezone.now()
    _lock_editable(submission)
    submission.refresh_from_db()
    if missing(submission):
        raise Incomplete
    clean_name(submission.name_on_credential)
    won = Submission.objects.filter(pk=submission.pk, status__in=Submission.EDITABLE)
    if not won.update(
        status=Status.SUBMITTED,
        submitted_at=now,
        declared_at=now,
        saved_at=now,
        round=F("round") + 1,
    ):
        raise NotEditable
    submission.refresh_from_db()
    _log(submission, Kind.SENT, by=by, at=now)


@transaction.atomic
def withdraw(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Take a submission back, as long as no review has begun. Raises NotEditable."""
    allowed = [Status.SUBMITTED, Status.RETURNED]
    now = now or timezone.now()
    won = Submission.objects.filter(pk=submission.pk, status__in=allowed).update(
        status=Status.WITHDRAWN, saved_at=now
    )
    submission.refresh_from_db()
    if not won:
        raise NotEditable
    _log(submission, Kind.WITHDRAWN, by=by, at=now)


@transaction.atomic
def delete_draft(
    submission: Submission, *, by: User, now: datetime | None = None
) -> None:
    """Discard a draft: its evidence goes, a line of history stays.

    Raises NotEditable when it was sent before.
    """
    locked = _lock_editable(submission)
    if locked.status != Status.DRAFT:
        raise NotEditable
    for item in submission.evidence.all():
        remove(submission, item)
    now = now or timezone.now()
    _save(submission, status=Status.WITHDRAWN, about="", help_received="", saved_at=now)
    _log(submission, Kind.WITHDRAWN, by=by, at=now)


def _open(achievement: Achievement, learner: User) -> Submission | None:
    return (
        Submission.objects.open()
        .filter(achievement=achievement, learner=learner)
        .first()
    )


def _lock_editable(submission: Submission) -> Submission:
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if not locked.is_editable:
        raise NotEditable
    return locked


def _check_unchanged(stored: str, text: str, expected: str | None) -> None:
    if expected is not None and stored != text and seen(stored) != expected:
        raise EditedElsewhere(stored)


def _save(submission: Submission, **values: object) -> None:
    values = {"saved_at": timezone.now(), **values}
    Submission.objects.filter(pk=submission.pk).update(**values)
    for name, value in values.items():
        setattr(submission, name, value)


def _log(
    submission: Submission,
    kind: SubmissionEvent.Kind,
    *,
    by: User,
    at: datetime | None = None,
) -> None:
    SubmissionEvent.objects.create(
        submission=submission,
        kind=kind,
        at=at or timezone.now(),
        by=by,
        round=submission.round,
    )
