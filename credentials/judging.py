"""What ``/verify/`` answers for a file, a link or an id that somebody brings.

Credentials of this site are judged here; those of others honestly cannot be checked.
Nothing of a file is shown unless its signature is good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from credentials import reading, sealing, signing_keys, tokens, verifying
from credentials.http import parts_of
from credentials.models import Credential, Issuer
from credentials.models.holdings import TOKEN_LENGTH
from credentials.verifying import Verdict

# What people read for what: Crockford's digits have no i, l, o and u.
READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})
NOT_DIGITS = re.compile(r"[^0-9a-z]")
HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")
TOKEN = re.compile(rf"[0-9a-hjkmnp-tv-z]{{{TOKEN_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to a file. ``credential`` is set when our record belongs to it.

    ``host`` is where a foreign credential says it comes from, "" when it is ours.
    """

    verdict: Verdict
    credential: Credential | None = None
    host: str = ""


def judge(data: bytes) -> Judgement:
    """Judge the one credential in a file. Raises ``reading.NoCredentialFound``."""
    found = reading.find_credential(data)
    if found.kind == "ob2":
        return Judgement(Verdict.UNCHECKED)
    if found.jwt is not None:
        return _judge_token(found.jwt)
    return _judge_document(found.document or {})


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


def is_address(text: str) -> bool:
    """Tell whether the text is a link to another site."""
    return bool(_host_of(text.strip()))


def _judge_document(document: Mapping[str, Any]) -> Judgement:
    issuer_id = sealing.issuer_of(document) or ""
    if not _is_ours(issuer_id, document.get("id")):
        return Judgement(Verdict.UNCHECKED, host=_host(issuer_id, document.get("id")))
    issuer = _issuer(issuer_id)
    if issuer is None:
        return Judgement(Verdict.NOT_GENUINE)
    try:
        sealing.verify_document(document, public_keys=signing_keys.public_keys(issuer))
    except sealing.SealingUnavailable:
        return Judgement(Verdict.UNCHECKED)
    except sealing.SealingError:
        return Judgement(Verdict.NOT_GENUINE)
    return _judge_record(document, issuer)


def _judge_token(token: str) -> Judgement:
    claimed = tokens.claimed_document(token)
    issuer_id = sealing.issuer_of(claimed) or ""
    if not _is_ours(issuer_id, claimed.get("id")):
        return Judgement(Verdict.UNCHECKED, host=_host(issuer_id, claimed.get("id")))
    issuer = _issuer(issuer_id)
    if issuer is None:
        return Judgement(Verdict.NOT_GENUINE)
    try:
        document = sealing.verify_jwt(
            token, public_keys=signing_keys.public_keys(issuer)
        )
    except sealing.SealingError:
        return Judgement(Verdict.NOT_GENUINE)
    return _judge_record(document, issuer)


def _judge_record(document: Mapping[str, Any], issuer: Issuer) -> Judgement:
    """The signature is good: what does our record say about this credential today?"""
    token = token_in(str(document.get("id", "")))
    credential = (
        Credential.objects.select_related("issuer", "signing_key", "superseded_by")
        .filter(token=token, issuer=issuer)
        .first()
    )
    if credential is None:
        # Signed with our key and yet not in the records: nobody can say whether it
        # was withdrawn, so nobody is told that it is fine.
        return Judgement(Verdict.UNCHECKED)
    return Judgement(verifying.status_of(credential).verdict, credential)


def _is_ours(issuer_id: str, document_id: object) -> bool:
    """Anything that names this site as issuer or place has to verify as ours."""
    host = urlsplit(settings.SITE_URL).netloc
    ours = f"did:web:{host.replace(':', '%3A')}"
    named = f"{issuer_id}:".lower().startswith(f"{ours}:".lower())
    return named or _host_of(str(document_id)) == urlsplit(settings.SITE_URL).hostname


def _issuer(issuer_id: str) -> Issuer | None:
    slug = issuer_id.rpartition(":")[2]
    if not SLUG.fullmatch(slug):  # a file can say anything, NUL too
        return None
    issuer = Issuer.objects.filter(slug=slug).first()
    return issuer if issuer and issuer.did == issuer_id else None


def _host(issuer_id: str, document_id: object) -> str:
    """Return the host that a foreign credential names, only if it reads like one."""
    host = _host_of(str(document_id))
    if issuer_id.startswith("did:web:"):
        host = issuer_id.split(":")[2].partition("%3A")[0]
    elif issuer_id.startswith("https://"):
        host = _host_of(issuer_id)
    return host if HOST.fullmatch(host) else ""


def _host_of(address: str) -> str:
    """Return the host of a web address, "" for anything else."""
    parts = parts_of(address)
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
