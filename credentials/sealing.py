"""Signing credentials and status lists, and checking what we signed.

Data Integrity proofs (`eddsa-rdfc-2022`) are made and checked by openbadgeslib.
Its `add_data_integrity_proof` signs whatever the contexts leave of a document, so
every rule of `signable` is checked first; its verification covers statements and
not their spelling, so the spelling is checked after. Tokens are in `tokens`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import (
    OB3GuardUnavailable,
    OB3VerificationError,
    add_data_integrity_proof,
    verify_data_integrity_proof,
)
from openbadgeslib.ob3.contexts import document_loader

# Only its verifier of whole badges uses this publicly, and that one refuses status
# lists and calls an expired badge unverified. The version is pinned and
# tests/credentials/test_sealing.py shows what the function is there for.
from openbadgeslib.ob3.ldp import _check_json_ld_form

from credentials import keys
from credentials.signable import (
    CLR_CONTEXT,
    OB_CONTEXT,
    OB_EXTENSIONS,
    VC_CONTEXT,
    ForbiddenCharacter,
    RelativeId,
    SealingError,
    UndefinedTerm,
    UnknownContext,
    UnsignableValue,
    carried_by,
    check_contexts,
    check_terms,
    check_values,
    check_words,
    contexts_for,
)
from credentials.tokens import (
    ClaimMismatch,
    DoesNotFitToken,
    IssuerMismatch,
    SignatureMismatch,
    UnknownKey,
    UnsupportedProof,
    issuer_key,
    issuer_of,
    to_jwt,
    verify_jwt,
)

__all__ = [
    "CLR_CONTEXT",
    "CRYPTOSUITE",
    "OB_CONTEXT",
    "OB_EXTENSIONS",
    "VC_CONTEXT",
    "ClaimMismatch",
    "DoesNotFitToken",
    "ForbiddenCharacter",
    "IssuerMismatch",
    "RelativeId",
    "SealingError",
    "SealingUnavailable",
    "SignatureMismatch",
    "UndefinedTerm",
    "UnknownContext",
    "UnknownKey",
    "UnsignableValue",
    "UnsignedContent",
    "UnsupportedProof",
    "check_contexts",
    "check_terms",
    "check_values",
    "check_words",
    "issuer_of",
    "seal",
    "to_json",
    "to_jwt",
    "verify_document",
    "verify_jwt",
    "verify_proof",
    "warm_up",
]

CRYPTOSUITE = "eddsa-rdfc-2022"
MAX_BYTES = 256 * 1024
"""Bytes of a signed document; openbadgeslib and our reader accept no more."""

_FIXED_PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": CRYPTOSUITE,
    "proofPurpose": "assertionMethod",
}
_PROOF_MEMBERS = {*_FIXED_PROOF, "created", "verificationMethod", "proofValue"}


class UnsignedContent(SignatureMismatch):
    """The proof is good, but the document says more or other than it covers."""


class SealingUnavailable(SealingError):
    """The library cannot bound its own work here: nothing can be checked at all."""


def seal(
    document: Mapping[str, Any],
    *,
    issuer_did: str,
    key: keys.KeyPair,
    created: datetime,
) -> dict[str, Any]:
    """A copy of `document` with a Data Integrity proof, as a list of one.

    `created` is an aware time, kept to the second. `issuer_did` must be the
    document's issuer and `key` an Ed25519 pair. Raises a SealingError:
    ForbiddenCharacter, UnsignableValue, UnknownContext, UndefinedTerm,
    RelativeId, IssuerMismatch, or UnsupportedProof for a wrong kind of key, a
    naive time or a document that has a proof already.
    """
    if key.algorithm != "Ed25519" or created.tzinfo is None or "proof" in document:
        raise UnsupportedProof("needs an Ed25519 key, an aware time and no proof yet")
    check_words(document)
    check_values(document)
    if issuer_of(document) != issuer_did:
        raise IssuerMismatch(f"the document's issuer is not {issuer_did}")
    check_terms(document)
    method = key.public.method_id(issuer_did)
    created = created.astimezone(UTC).replace(microsecond=0)
    try:
        sealed: dict[str, Any] = add_data_integrity_proof(
            dict(document),
            key.signer(),
            method,
            created=created,
            extra_contexts=contexts_for(document),
        )
    except LibOpenBadgesException as error:
        raise UnsupportedProof(str(error)) from error
    return sealed | {"proof": [sealed["proof"]]}


def to_json(document: Mapping[str, Any]) -> bytes:
    """The bytes that are stored, hashed and served: UTF-8, keys sorted, no spaces.

    The same document gives the same bytes, also after a way through a database
    that reorders keys. Raises UnsignableValue for what is not JSON.
    """
    try:
        text = json.dumps(
            document,
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise UnsignableValue("not plain JSON") from None


def verify_document(
    document: Mapping[str, Any], *, public_keys: Mapping[str, keys.PublicKey]
) -> None:
    """Check the one Data Integrity proof of a document; return when it is good.

    `public_keys` are the issuer's, by verification method id, retired ones
    included: the algorithm is theirs and never the message's. The method must
    belong to the document's issuer. Says nothing on dates and status, nor on the
    proofs of the credentials that a CLR carries: they have issuers of their own, and
    this proof covers their statements and their proofs. Raises
    UnsupportedProof, UnknownKey, IssuerMismatch, UnknownContext,
    ForbiddenCharacter, UnsignableValue, SignatureMismatch (of which
    UnsignedContent is one kind), or SealingUnavailable.
    """
    # The signature first: it bounds its own work before anything else spends any.
    verify_proof(document, public_keys=public_keys)
    carried = carried_by(document)
    if carried:
        _check_clr(document)
    for one in carried.values() if carried else [document]:
        proof = _only_proof(one)
        _check_form(dict(one) | {"proof": proof}, proof)


def verify_proof(
    document: Mapping[str, Any], *, public_keys: Mapping[str, keys.PublicKey]
) -> None:
    """Check the proof as ``verify_document`` does, but not how the document is spelled.

    Enough for what was sealed a moment ago: ``seal`` looked at every word of it. Raises
    as ``verify_document``, but for UnsignedContent.
    """
    if len(to_json(document)) > MAX_BYTES:
        raise UnsignableValue(f"more than {MAX_BYTES} bytes")
    check_words(document)
    check_contexts(document)
    proof = _only_proof(document)
    key = issuer_key(
        document, proof["verificationMethod"], public_keys, algorithm="Ed25519"
    )
    _check_signature(dict(document) | {"proof": proof}, key)


def warm_up() -> None:
    """Sign and check one throw-away document.

    The first signature of a process costs most of a second (contexts are read and
    compiled); a process calls this at its start instead of letting a person wait.
    """
    did, now = "did:web:warm-up.invalid", datetime.now(UTC)
    document = {
        "@context": [VC_CONTEXT, OB_CONTEXT, OB_EXTENSIONS],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": did, "type": ["Profile"]},
        "validFrom": now.replace(microsecond=0).isoformat(),
        "credentialSubject": {"id": "urn:uuid:0", "type": ["AchievementSubject"]},
    }
    key, token_key = keys.generate("Ed25519"), keys.generate("P-256")
    sealed = seal(document, issuer_did=did, key=key, created=now)
    verify_document(sealed, public_keys={key.public.method_id(did): key.public})
    to_jwt(document, key=token_key, kid=token_key.public.method_id(did))


def _only_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    proof = document.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict) or set(proof) != _PROOF_MEMBERS:
        raise UnsupportedProof("not one proof with the members that ours have")
    if any(proof[name] != value for name, value in _FIXED_PROOF.items()):
        raise UnsupportedProof(f"not a {CRYPTOSUITE} proof of an assertion")
    return proof


def _check_signature(document: dict[str, Any], key: keys.PublicKey) -> None:
    try:
        verify_data_integrity_proof(
            document, key.pem(), extra_contexts=contexts_for(document)
        )
    except OB3GuardUnavailable as error:
        raise SealingUnavailable(str(error)) from error
    except OB3VerificationError as error:
        raise SignatureMismatch(str(error)) from error


def _check_clr(document: Mapping[str, Any]) -> None:
    """Refuse a CLR that says more than its proof covers, by the rules of signing.

    Its context gives terms a type that no object has, so that no CLR at all has the
    form which the library's check asks for.
    """
    try:
        check_values(document)
        check_terms(document)
    except (UnsignableValue, UndefinedTerm, RelativeId) as error:
        raise UnsignedContent(str(error)) from error


def _check_form(document: dict[str, Any], proof: dict[str, Any]) -> None:
    try:
        loader = document_loader(contexts_for(document))
        _check_json_ld_form(document, proof, loader)
    except OB3GuardUnavailable as error:
        raise SealingUnavailable(str(error)) from error
    except OB3VerificationError as error:
        raise UnsignedContent(str(error)) from error
