"""The page of a badge from elsewhere: what the file says, and what was checked."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.elsewhere.proofs import Signature, Why
from credentials.models import Credential, ImportedDocument
from credentials.seeing import Sight
from credentials.verifying import Status, Verdict
from portfolio.showing.checked import TITLES, Row, day, moment_words

_UNKNOWN = ("", "circle-question-mark")
MadeOut = ImportedDocument.MadeOut


def context(sight: Sight, status: Status) -> dict[str, Any]:
    """What the template needs. Words of the file are plain text."""
    credential = sight.credential
    imported = credential.imported
    is_checked = status.verdict == Verdict.UNKNOWN_ISSUER
    return {
        "credential": credential,
        "imported": imported,
        "sight": sight,
        "status": status,
        "verdict": status.verdict.value,
        "verdict_title": TITLES[status.verdict] if is_checked else _("Unverified"),
        "tone": "unknown" if is_checked else "warn",
        "checked_at": moment_words(status.checked_at),
        "rows": rows(credential, status),
        "origin_words": origin_words(credential),
        "is_signature_good": _signature_of(imported) == Signature.GOOD,
        "skills": [each for each in imported.alignments if each["name"]],
        "has_ended": _has_ended(credential),
    }


def origin_words(credential: Credential) -> str:
    """Where it says that it comes from, and when it was checked, in one line."""
    imported = credential.imported
    checked = {"date": day(imported.judged_at), "domain": imported.origin}
    if not imported.origin:
        return _("From elsewhere; checked on %(date)s") % checked
    return _("From %(domain)s; checked on %(date)s") % checked


def rows(credential: Credential, status: Status) -> list[Row]:
    """Everything that was checked or could not be; what is in doubt comes first."""
    imported = credential.imported
    found = [
        _signature(imported),
        _issuer(imported),
        _withdrawn(imported),
        _dates(credential, status),
        _holder(imported),
        Row(_("Format"), f"{imported.get_kind_display()}.", "", "file-text"),
    ]
    return sorted(found, key=lambda row: row.tone not in {"warn", "bad"})


def _signature_of(imported: ImportedDocument) -> str:
    return str(imported.report.get("signature", ""))


def _signature(imported: ImportedDocument) -> Row:
    term = _("Signature")
    if _signature_of(imported) == Signature.GOOD:
        words = _("Correct. Made with the key ending %(key)s.")
        return Row(term, words % {"key": imported.key_end})
    said = {
        Why.KEYS_ELSEWHERE: _(
            "Not checked. Its issuer publishes its keys on another site, and we do not "
            "open other sites."
        ),
        Why.HOSTED: _(
            "There is none. Only the site that issued it can say whether it is so."
        ),
        Why.UNKNOWN_FORM: _("Not checked. It was made in a way that we do not read."),
        Why.MORE_THAN_SIGNED: _(
            "Not enough. The file says more than its signature covers."
        ),
        Why.UNAVAILABLE: _("Not checked. Try again later."),
    }
    why = imported.report.get("why", "")
    words = said[Why(why)] if why in said else _("Not checked.")
    return Row(term, words, "warn", "triangle-alert")


def _issuer(imported: ImportedDocument) -> Row:
    term, host = _("Issuer"), {"domain": imported.issuer_host}
    if imported.key_end and imported.issuer_host:
        words = _(
            "Not known here. Anyone can make a key, and nothing proves that this one "
            "belongs to %(domain)s."
        )
    elif imported.key_end:
        words = _("Not known here. Anyone can make a key.")
    elif imported.issuer_host:
        words = _("Not checked. The file names %(domain)s.")
    else:
        words = _("Not checked. The file names no place that it comes from.")
    return Row(term, words % host, *_UNKNOWN)


def _withdrawn(imported: ImportedDocument) -> Row:
    term = _("Withdrawn?")
    if imported.report.get("has_status"):
        words = _("Not known. A list on another site says so, and we do not open it.")
        return Row(term, words, "warn", "triangle-alert")
    if _signature_of(imported) == Signature.GOOD:
        return Row(term, _("The file names no place that would say so."), *_UNKNOWN)
    return Row(term, _("Not known. Only its own site can say."), *_UNKNOWN)


def _dates(credential: Credential, status: Status) -> Row:
    term, start = _("Dates"), {"start": day(credential.issued_at)}
    if credential.valid_until is None:
        words = _("Says that it is in force since %(start)s, with no end date.")
    else:
        start["end"] = day(credential.valid_until)
        words = _("Says that it is in force from %(start)s to %(end)s.")
    if status.is_in_time:
        return Row(term, words % start, "", "calendar")
    return Row(term, words % start, "warn", "clock")


def _holder(imported: ImportedDocument) -> Row:
    term = _("Holder")
    if imported.made_out == MadeOut.TO_ADDRESS:
        words = _("Made out to an e-mail address that its holder has confirmed here.")
        return Row(term, words, "", "user")
    words = _("Nothing in it that we can compare says whose it is.")
    return Row(term, words, "warn", "triangle-alert")


def _has_ended(credential: Credential) -> bool:
    end = credential.valid_until
    return end is not None and end <= timezone.now()
