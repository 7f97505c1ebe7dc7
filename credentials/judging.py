"""What ``/verify/`` answers for a file, a link or an id that somebody brings.

Credentials of this site are judged by its records; of those of others only what can be
checked without asking anybody. Nothing of a file is shown unless its signature is good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from credentials import reading, sealing, signing_keys, tokens, verifying
from credentials.elsewhere import proofs, telling
from credentials.elsewhere.proofs import Examined, Signature
from credentials.elsewhere.telling import Told
from credentials.elsewhere.words import host_of
from credentials.http import parts_of
from credentials.models import Credential, Issuer
from credentials.models.holdings import TOKEN_LENGTH
from credentials.verifying import Verdict

# What people read for what: Crockford's digits have no i, l, o and u.
READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})
NOT_DIGITS = re.compile(r"[^0-9a-z]")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")
TOKEN = re.compile(rf"[0-9a-hjkmnp-tv-z]{{{TOKEN_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to a file. ``credential`` is set when our record belongs to it.

    For a foreign one ``examined`` says what could be checked, and ``host`` where it
    says that it comes from; ``told`` is what it says, None when that is too little.
    ``is_ours`` is set for whatever names this site as its issuer or its place.
    ``endorsement`` is the token of an endorsement that a key of ours signed: its page
    says what is true of it.
    """

    verdict: Verdict
    credential: Credential | None = None
    host: str = ""
    examined: Examined | None = None
    told: Told | None = None
    is_ours: bool = False
    endorsement: str = ""


_NOT_OURS = Judgement(Verdict.NOT_GENUINE, is_ours=True)


def judge(data: bytes) -> Judgement:
    """Judge the one credential in a file. Raises ``reading.NoCredentialFound``."""
    return judge_found(reading.find_credential(data))


def judge_found(found: reading.Found) -> Judgement:
    """Judge a credential that was taken out of its file."""
    if found.kind == "ob2":
        return _judge_foreign(found, {})
    if found.jwt is not None:
        return _judge_token(found)
    return _judge_document(found)


def verdict_on(examined: Examined) -> Verdict:
    """The verdict on a foreign credential: never better than the weakest check."""
    if examined.signature == Signature.BROKEN:
        return Verdict.NOT_GENUINE
    if examined.signature == Signature.GOOD and not examined.has_status:
        return Verdict.UNKNOWN_ISSUER
    return Verdict.UNCHECKED


def token_in(text: str) -> str | None:
    """Return the credential's token in a link or an id as people copy them.

    An id may have spaces, hyphens, capitals and the usual misreadings.
    """
    text = text.strip()
    site = settings.SITE_URL.split("://", 1)[1]
    path = re.sub(r"^(https?://)?" + re.escape(site), "", text, flags=re.IGNORECASE)
    if match := re.match(r"/?c/([^/?#]+)", path):
        text = match[1]
    elif "/" in text:
        return None
    digits = NOT_DIGITS.sub("", text.lower()).translate(READ_AS)
    return digits if TOKEN.fullmatch(digits) else None


def endorsement_in(text: str) -> str:
    """Return the token in a link to an endorsement on this site; empty for none."""
    site = re.escape(settings.SITE_URL.split("://", 1)[1])
    link = rf"(?:https?://)?{site}/endorsements/({TOKEN.pattern})/(?:[?#].*)?"
    match = re.fullmatch(link, text.strip(), flags=re.IGNORECASE)
    return match[1].lower() if match else ""


def is_address(text: str) -> bool:
    """Tell whether the text is a link to another site."""
    return bool(_host_of(text.strip()))


def _judge_document(found: reading.Found) -> Judgement:
    document = found.document or {}
    issuer_id = sealing.issuer_of(document) or ""
    if not _is_ours(issuer_id, document.get("id")):
        return _judge_foreign(found, document)
    issuer = _issuer(issuer_id)
    if issuer is None:
        return _NOT_OURS
    try:
        sealing.verify_document(document, public_keys=signing_keys.public_keys(issuer))
    except sealing.SealingUnavailable:
        return Judgement(Verdict.UNCHECKED, is_ours=True)
    except sealing.SealingError:
        return _NOT_OURS
    return _judge_record(document, issuer)


def _judge_token(found: reading.Found) -> Judgement:
    token = found.jwt or ""
    claimed = tokens.claimed_document(token)
    issuer_id = sealing.issuer_of(claimed) or ""
    if not _is_ours(issuer_id, claimed.get("id")):
        return _judge_foreign(found, claimed)
    issuer = _issuer(issuer_id)
    if issuer is None:
        return _NOT_OURS
    try:
        document = sealing.verify_jwt(
            token, public_keys=signing_keys.public_keys(issuer)
        )
    except sealing.SealingError:
        return _NOT_OURS
    return _judge_record(document, issuer)


def _judge_foreign(found: reading.Found, claims: Mapping[str, Any]) -> Judgement:
    """Judge what another site issued, offline.

    Whatever its standard: what names this site as its place is a lie.
    """
    try:
        told = telling.told_by(found)
    except telling.NotABadge:
        told = None
    if told and (_is_ours(told.issuer, told.identifier) or _is_here(told.issuer)):
        return _NOT_OURS
    host = told.host if told else _host(claims)
    examined = proofs.examine(found)
    return Judgement(verdict_on(examined), host=host, examined=examined, told=told)


def _judge_record(document: Mapping[str, Any], issuer: Issuer) -> Judgement:
    """The signature is good: what does our record say about this credential today?"""
    identifier = str(document.get("id", ""))
    if endorsement := endorsement_in(identifier):
        return Judgement(Verdict.UNCHECKED, is_ours=True, endorsement=endorsement)
    token = token_in(identifier)
    credential = (
        Credential.objects.select_related("issuer", "signing_key", "superseded_by")
        .filter(token=token, issuer=issuer)
        .first()
    )
    if credential is None:
        # Signed with our key and yet not in the records: nobody can say whether it
        # was withdrawn, so nobody is told that it is fine.
        return Judgement(Verdict.UNCHECKED, is_ours=True)
    return Judgement(verifying.status_of(credential).verdict, credential, is_ours=True)


def _is_ours(issuer_id: str, document_id: object) -> bool:
    """Anything that names this site as issuer or place has to verify as ours."""
    host = urlsplit(settings.SITE_URL).netloc
    ours = f"did:web:{host.replace(':', '%3A')}"
    named = f"{issuer_id}:".lower().startswith(f"{ours}:".lower())
    return named or _is_here(str(document_id))


def _is_here(address: str) -> bool:
    return _host_of(address) == urlsplit(settings.SITE_URL).hostname


def _issuer(issuer_id: str) -> Issuer | None:
    slug = issuer_id.rpartition(":")[2]
    if not SLUG.fullmatch(slug):  # a file can say anything, NUL too
        return None
    issuer = Issuer.objects.filter(slug=slug).first()
    return issuer if issuer and issuer.did == issuer_id else None


def _host(claims: Mapping[str, Any]) -> str:
    """Return the host that a foreign credential names, only if it reads like one."""
    issuer_id = sealing.issuer_of(claims) or ""
    return host_of(issuer_id) or host_of(claims.get("id"))


def _host_of(address: str) -> str:
    """Return the host of a web address, "" for anything else."""
    parts = parts_of(address)
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
