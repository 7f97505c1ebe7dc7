"""Whether the signature of a credential from elsewhere is good, without the network.

An issuer that is a ``did:key`` is its own key, so its signature can be checked here;
whose key that is, nobody can say. Any other issuer publishes its keys at an address
that this site does not open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from credentials import keys, sealing, tokens
from credentials.elsewhere.origins import DID_KEY, key_end
from credentials.reading import Found


class Signature(StrEnum):
    """What can be said of a signature."""

    GOOD = "good"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


class Why(StrEnum):
    """Why a signature could not be checked."""

    NONE = ""
    KEYS_ELSEWHERE = "keys_elsewhere"  # its issuer publishes them on another site
    HOSTED = "hosted"  # it carries no signature: only its own site can tell
    UNKNOWN_FORM = "unknown_form"  # a kind of proof or context that we do not know
    MORE_THAN_SIGNED = "more_than_signed"  # it says more than its signature covers
    UNAVAILABLE = "unavailable"  # no check can be made here at all


@dataclass(frozen=True, slots=True)
class Examined:
    """A signature and what it rests on. ``key`` is the did:key that signed, or empty.

    ``has_status`` says that a list elsewhere tells whether it was withdrawn.
    """

    signature: Signature
    why: Why = Why.NONE
    key: str = ""
    has_status: bool = False

    @property
    def key_words(self) -> str:
        """The last four characters of the key, as people compare them."""
        return key_end(self.key)


def examine(found: Found) -> Examined:
    """Check the signature as far as that goes offline. Takes up to some seconds."""
    if found.kind == "ob2":
        signed = found.document is None or _is_signed_ob2(found.document)
        return _unchecked(Why.KEYS_ELSEWHERE if signed else Why.HOSTED)
    claims = claims_of(found)
    has_status = "credentialStatus" in claims
    if found.jwt is None and "proof" not in claims:
        return _unchecked(Why.HOSTED, has_status=has_status)
    issuer = sealing.issuer_of(claims) or ""
    if not issuer.startswith(DID_KEY):
        return _unchecked(Why.KEYS_ELSEWHERE, has_status=has_status)
    try:
        key = keys.public_key_of(issuer)
    except keys.UnreadableKey:
        return _unchecked(Why.UNKNOWN_FORM, has_status=has_status)
    signature, why = _verified(found, issuer, key)
    return Examined(signature, why, key=issuer, has_status=has_status)


def claims_of(found: Found) -> Mapping[str, Any]:
    """What a credential of Open Badges 3.0 says, checked by nobody."""
    if found.jwt is None:
        return found.document or {}
    payload = tokens.claimed_document(found.jwt)
    inner = payload.get("vc")
    return inner if isinstance(inner, dict) else payload


def _verified(found: Found, issuer: str, key: keys.PublicKey) -> tuple[Signature, Why]:
    try:
        if found.jwt is not None:
            tokens.verify_self_named(found.jwt, key=key)
        else:
            method = f"{issuer}#{issuer.removeprefix(DID_KEY)}"
            document = found.document or {}
            sealing.verify_document(document, public_keys={method: key})
    except sealing.SealingError as error:
        return _failed(error, found)
    return Signature.GOOD, Why.NONE


def _failed(error: sealing.SealingError, found: Found) -> tuple[Signature, Why]:
    """Tell a signature that is wrong from one that nobody here can check."""
    if isinstance(error, sealing.SealingUnavailable):
        return Signature.UNCHECKED, Why.UNAVAILABLE
    if isinstance(error, sealing.UnsignedContent):
        return Signature.UNCHECKED, Why.MORE_THAN_SIGNED
    if isinstance(error, sealing.SignatureMismatch | sealing.IssuerMismatch):
        return Signature.BROKEN, Why.NONE
    if isinstance(error, sealing.UnknownKey) and _names_another_key(found):
        return Signature.BROKEN, Why.NONE
    return Signature.UNCHECKED, Why.UNKNOWN_FORM


def _names_another_key(found: Found) -> bool:
    """Whether the proof says itself that somebody other than the issuer signed."""
    document = found.document or {}
    proof = document.get("proof")
    proof = proof[0] if isinstance(proof, list) and proof else proof
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    issuer = sealing.issuer_of(document)
    return isinstance(method, str) and method != f"{issuer}#{str(issuer)[8:]}"


def _is_signed_ob2(document: Mapping[str, Any]) -> bool:
    """An assertion in the open is hosted; a signed one travels as a JWS."""
    verification = document.get("verification") or document.get("verify")
    kinds = verification.get("type") if isinstance(verification, dict) else ""
    return "signed" in str(kinds).lower()


def _unchecked(why: Why, *, has_status: bool = False) -> Examined:
    return Examined(Signature.UNCHECKED, why, has_status=has_status)
