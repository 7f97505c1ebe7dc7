"""Badges earned elsewhere: brought here, checked again, removed again.

Nothing is fetched. What came is kept byte for byte with what could be checked of it;
what could not is never called good. Removing takes everything away but the row, which
says that there was something.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from credentials import judging, reading, strict_json
from credentials.elsewhere import pictures, proofs
from credentials.elsewhere.proofs import Examined, Signature
from credentials.elsewhere.recipients import MadeOut
from credentials.elsewhere.telling import ISSUER_LENGTH, NotABadge, Told, told_by
from credentials.holdings import holdings_changed
from credentials.judging import Judgement
from credentials.models import Credential, CredentialEvent, ImportedDocument
from credentials.reading import Found
from credentials.verifying import Verdict

if TYPE_CHECKING:
    from portfolio.models import User

log = logging.getLogger(__name__)

#: As many from elsewhere one person keeps. Whoever presses at the same instant may get
#: a few more: it is a bound on space, and no promise.
MOST = 200


class Refusal(StrEnum):
    """Why a badge from elsewhere is not taken."""

    NOT_GENUINE = "not_genuine"
    OURS = "ours"  # issued here, to this person
    SOMEBODY_ELSES = "somebody_elses"  # issued here, to somebody else
    OF_NO_RECORD = "of_no_record"  # signed here, and no record knows it
    MADE_OUT_TO_ANOTHER = "made_out_to_another"
    KNOWN = "known"  # this person has it already
    ONLY_AN_ADDRESS = "only_an_address"
    NOT_A_BADGE = "not_a_badge"
    TOO_MANY = "too_many"


class NotTaken(Exception):
    """It is not taken. ``credential`` is the one that its holder has already.

    ``address`` is the e-mail that the file names in the open; empty for a hashed one.
    """

    def __init__(
        self,
        reason: Refusal,
        *,
        credential: Credential | None = None,
        address: str = "",
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.credential = credential
        self.address = address


@dataclass(frozen=True, slots=True)
class _Brought:
    """A badge that may be kept, before anything is written."""

    found: Found
    told: Told
    examined: Examined
    made_out: MadeOut
    has_address: bool
    picture: bytes | None


def bring(
    data: bytes,
    *,
    holder: User,
    addresses: Collection[str],
    now: datetime | None = None,
) -> Credential:
    """Keep the badge in a file for whoever earned it, private at first.

    ``addresses`` are those that the holder has confirmed. Takes up to some seconds
    before it writes, and locks nothing meanwhile. Raises NotTaken, or
    ``reading.NoCredentialFound``.
    """
    brought = _judged(data, holder, addresses)
    now = (now or timezone.now()).replace(microsecond=0)
    try:
        return _keep(brought, holder, now)
    except IntegrityError as error:
        if "award_key" in str(error) or "importeddocument_once" in str(error):
            raise _known(_award_key(holder, brought.told)) from error
        raise


def check_again(credential: Credential, *, now: datetime | None = None) -> Verdict:
    """Judge the stored bytes anew and record what came out; tell who listens."""
    imported = ImportedDocument.objects.get(credential=credential)
    verdict = judge_again(imported, now=now)
    credential.imported.refresh_from_db()
    credential.refresh_from_db(fields=["signature_checked_at"])
    return verdict


def judge_again(imported: ImportedDocument, *, now: datetime | None = None) -> Verdict:
    """As ``check_again``, for a document with its bytes."""
    verdict, report = _judged_again(imported)
    if verdict == Verdict.NOT_GENUINE:
        log.error("document %s from elsewhere is not what came", imported.pk)
    _record(imported, verdict, report, now or timezone.now())
    return verdict


@transaction.atomic
def remove(
    credential: Credential, *, by: User, now: datetime | None = None
) -> Credential:
    """Take a badge from elsewhere away again: bytes, words and picture are deleted.

    The row stays without them, like that of every credential whose details are gone,
    and the same badge can be brought again. Raises DoesNotExist unless ``by`` has it.
    """
    now = now or timezone.now()
    own = Credential.objects.filter(holder=by, source=Credential.Source.IMPORTED)
    still = own.exclude(state=Credential.State.ERASED).select_for_update()
    row = still.get(pk=credential.pk)
    imported = ImportedDocument.objects.only("picture").get(credential=row)
    Credential.objects.filter(pk=row.pk).update(
        state=Credential.State.ERASED,
        state_changed_at=now,
        state_changed_by=by,
        erased_at=now,
        recipient_name="",
        recipient_email="",
        award_key=f"removed:{row.pk}",
    )
    ImportedDocument.objects.filter(pk=imported.pk).delete()
    CredentialEvent.objects.create(
        credential=row, kind=CredentialEvent.Kind.ERASED, at=now, by=by
    )
    holdings_changed(by.pk)
    if picture := str(imported.picture.name or ""):
        transaction.on_commit(lambda: default_storage.delete(picture))
    row.refresh_from_db()
    return row


def report_of(examined: Examined) -> dict[str, Any]:
    """What is stored of a check: words that the page has sentences for."""
    return {
        "signature": examined.signature.value,
        "why": examined.why.value,
        "has_status": examined.has_status,
    }


def _judged(data: bytes, holder: User, addresses: Collection[str]) -> _Brought:
    """Judge it and ask whose it is. Raises NotTaken."""
    found = reading.find_credential(data)
    judgement = judging.judge_found(found)
    _refuse_ours(judgement, holder)
    if judgement.verdict == Verdict.NOT_GENUINE or judgement.examined is None:
        raise NotTaken(Refusal.NOT_GENUINE)
    told = judgement.told or _refuse_what_tells_nothing(found)
    made_out = told.recipient.compare(addresses)
    if made_out == MadeOut.TO_ANOTHER:
        raise NotTaken(Refusal.MADE_OUT_TO_ANOTHER, address=told.recipient.address)
    if Credential.objects.filter(award_key=_award_key(holder, told)).exists():
        raise _known(_award_key(holder, told))
    held = ImportedDocument.objects.filter(holder=holder)
    if held.count() >= MOST:
        raise NotTaken(Refusal.TOO_MANY)
    picture = pictures.picture_in(data, told.image)
    return _Brought(
        found,
        told,
        judgement.examined,
        made_out,
        _has_address(found, told, addresses),
        picture,
    )


def _has_address(found: Found, told: Told, addresses: Collection[str]) -> bool:
    """Whether anybody who reads the file reads an e-mail address of its holder."""
    raw = found.raw.lower()
    inside = any(each.lower().encode() in raw for each in addresses)
    return inside or bool(told.recipient.address)


def _refuse_ours(judgement: Judgement, holder: User) -> None:
    """What was issued here is in the records already, or is none of ours."""
    if not judgement.is_ours:
        return
    credential = judgement.credential
    if credential is None:
        is_false = judgement.verdict == Verdict.NOT_GENUINE
        raise NotTaken(Refusal.NOT_GENUINE if is_false else Refusal.OF_NO_RECORD)
    if credential.holder_id != holder.pk:
        raise NotTaken(Refusal.SOMEBODY_ELSES)
    raise NotTaken(Refusal.OURS, credential=credential)


def _refuse_what_tells_nothing(found: Found) -> Told:
    try:
        return told_by(found)
    except NotABadge as error:
        is_address = error.is_address
        reason = Refusal.ONLY_AN_ADDRESS if is_address else Refusal.NOT_A_BADGE
        raise NotTaken(reason) from None


def _known(award_key: str) -> NotTaken:
    known = Credential.objects.filter(award_key=award_key).first()
    return NotTaken(Refusal.KNOWN, credential=known)


def _award_key(holder: User, told: Told) -> str:
    """One badge, one person: the issuer's id and its own id say which (equality)."""
    named = "\0".join([str(holder.pk), told.issuer, told.identifier])
    return f"imported:{hashlib.sha256(named.encode()).hexdigest()}"


@transaction.atomic
def _keep(brought: _Brought, holder: User, now: datetime) -> Credential:
    """Write credential, document and history; all or nothing, the picture as well."""
    told = brought.told
    is_good = brought.examined.signature == Signature.GOOD
    credential = Credential.objects.create(
        source=Credential.Source.IMPORTED,
        award_key=_award_key(holder, told),
        holder=holder,
        recipient_name=told.holder_name,
        title=told.title,
        # Lists show the place: a name could be anybody's.
        issuer_name=told.origin[:ISSUER_LENGTH],
        issued_at=told.issued_at,
        valid_until=told.valid_until,
        visibility=Credential.Visibility.PRIVATE,
        state_changed_at=now,
        document_sha256=hashlib.sha256(brought.found.raw).hexdigest(),
        signature_checked_at=now if is_good else None,
        seen_at=now,  # by whoever brought it
    )
    imported = _document(brought, credential, holder, now)
    if brought.picture:
        imported.picture.save("", ContentFile(brought.picture), save=False)
    try:
        with transaction.atomic():
            imported.save(force_insert=True)
    except IntegrityError:
        with suppress(FileNotFoundError):
            imported.picture.delete(save=False)
        raise
    CredentialEvent.objects.create(
        credential=credential, kind=CredentialEvent.Kind.IMPORTED, at=now, by=holder
    )
    holdings_changed(holder.pk)
    return credential


def _document(
    brought: _Brought, credential: Credential, holder: User, now: datetime
) -> ImportedDocument:
    found, told = brought.found, brought.told
    kinds = {"ob2": "ob2", "document": "ob3", "jwt": "jwt"}
    return ImportedDocument(
        credential=credential,
        holder=holder,
        kind=kinds[found.kind],
        raw=found.raw,
        is_json=found.document is not None,
        has_address=brought.has_address,
        sha256=credential.document_sha256,
        external_issuer=told.issuer,
        external_id=told.identifier,
        issuer_name=told.issuer_name,
        issuer_host=told.host,
        description=told.description,
        criteria=told.criteria,
        criteria_address=told.criteria_address,
        alignments=[
            {"address": each.uri, "name": each.name, "level": each.level}
            for each in told.alignments
        ],
        skill_addresses=[each.uri for each in told.alignments],
        made_out=brought.made_out.value,
        verdict=judging.verdict_on(brought.examined).value,
        judged_at=now,
        report=report_of(brought.examined),
    )


def _judged_again(imported: ImportedDocument) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on what is stored; changed bytes are nobody's badge any more."""
    raw = bytes(imported.raw)
    changed = hashlib.sha256(raw).hexdigest() != imported.sha256
    found = None if changed else _found_again(imported, raw)
    if found is None:
        return Verdict.NOT_GENUINE, {"signature": Signature.BROKEN.value}
    examined = proofs.examine(found)
    return judging.verdict_on(examined), report_of(examined)


def _found_again(imported: ImportedDocument, raw: bytes) -> Found | None:
    """The stored credential, of the kind that it was found to be."""
    try:
        document = strict_json.load_object(raw) if imported.is_json else None
    except strict_json.UnreadableJson:
        return None
    if imported.kind == ImportedDocument.Kind.JWT:
        return Found("jwt", "jwt", raw, jwt=raw.decode("ascii"))
    is_old = imported.kind == ImportedDocument.Kind.OB2
    return Found("ob2" if is_old else "document", "json", raw, document=document)


@transaction.atomic
def _record(
    imported: ImportedDocument, verdict: Verdict, report: dict[str, Any], now: datetime
) -> None:
    row = ImportedDocument.objects.filter(pk=imported.pk)
    if not row.update(verdict=verdict.value, judged_at=now, report=report):
        return  # removed in the meantime
    if verdict == Verdict.UNKNOWN_ISSUER or report["signature"] == Signature.GOOD:
        Credential.objects.filter(pk=imported.credential_id).update(
            signature_checked_at=now
        )
    if verdict.value != imported.verdict:
        holdings_changed(imported.holder_id)
