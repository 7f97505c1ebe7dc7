"""Credentials as compact ES256 tokens (VC-JWT, Open Badges 3.0 §8.2).

The payload is the whole credential plus the registered claims that repeat parts
of it. The algorithm is that of our key record, or of the key that a foreign issuer's
did:key is; the header can only name a key.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt

from credentials import keys, strict_json
from credentials.signable import SealingError

ALGORITHM = "ES256"
MAX_CHARACTERS = 384 * 1024
_HEADER = {"alg", "kid", "typ"}
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp")
_DATES = {"nbf": "validFrom", "exp": "validUntil"}
_BY_KEY: dict[keys.Algorithm, str] = {"P-256": ALGORITHM, "Ed25519": "EdDSA"}


class IssuerMismatch(SealingError):
    """The key is not one of the issuer that the document names."""


class UnknownKey(SealingError):
    """No key of the issuer's, or one of another algorithm, has the named id."""


class UnsupportedProof(SealingError):
    """A proof, token or key of a kind that we neither make nor accept."""


class SignatureMismatch(SealingError):
    """The signature is not that of this content under this key."""


class ClaimMismatch(SignatureMismatch):
    """A claim of a token says something else than the credential in it."""


class DoesNotFitToken(SealingError):
    """The document lacks what a token must repeat (issuer, id, subject, dates)."""


def issuer_of(document: Mapping[str, Any]) -> str | None:
    """The issuer's id, given as text or as an object; None when there is none."""
    issuer = document.get("issuer")
    if isinstance(issuer, Mapping):
        issuer = issuer.get("id")
    return issuer if isinstance(issuer, str) else None


def issuer_key(
    document: Mapping[str, Any],
    method_id: Any,
    public_keys: Mapping[str, keys.PublicKey],
    *,
    algorithm: keys.Algorithm,
) -> keys.PublicKey:
    """The key that `method_id` names, if it is of `algorithm` and the issuer's.

    Raises UnknownKey or IssuerMismatch. Nothing of the message chooses the
    algorithm, and a key of one issuer never speaks for another.
    """
    key = public_keys.get(method_id) if isinstance(method_id, str) else None
    if key is None or key.algorithm != algorithm:
        raise UnknownKey(f"no {algorithm} key is published under that id")
    if method_id.partition("#")[0] != issuer_of(document):
        raise IssuerMismatch("the key's controller is not the issuer")
    return key


def to_jwt(document: Mapping[str, Any], *, key: keys.KeyPair, kid: str) -> str:
    """The credential as a compact ES256 token; a Data Integrity proof is left out.

    `kid` is the verification method id of `key` in the issuer's DID document.
    Raises DoesNotFitToken, UnsupportedProof (not a P-256 key), or IssuerMismatch
    when `kid` is not that key of the document's issuer.
    """
    if key.algorithm != "P-256":
        raise UnsupportedProof("a token needs a P-256 key")
    credential = {name: document[name] for name in document if name != "proof"}
    claims = _claims(credential)
    if kid != key.public.method_id(claims["iss"]):
        raise IssuerMismatch("kid is not this key of the document's issuer")
    return jwt.encode(
        credential | claims,
        key.signer(),
        algorithm=ALGORITHM,
        headers={"kid": kid, "typ": "JWT"},
    )


def verify_jwt(
    token: str, *, public_keys: Mapping[str, keys.PublicKey]
) -> dict[str, Any]:
    """The credential in a token whose signature and claims are good.

    `public_keys` as for `sealing.verify_document`. Only ES256, only the header
    members alg, kid and typ, only canonical base64url. Says nothing on dates and
    status. Raises UnsupportedProof, UnknownKey, IssuerMismatch, SignatureMismatch
    or ClaimMismatch.
    """
    if len(token) > MAX_CHARACTERS:
        raise UnsupportedProof(f"more than {MAX_CHARACTERS} characters")
    header, payload = _unpack(token)
    _check_header(header)
    key = issuer_key(payload, header["kid"], public_keys, algorithm="P-256")
    try:
        # Over the very bytes that were parsed above; PyJWT is given no choice.
        jwt.PyJWS().decode(token, key.pem(), algorithms=[ALGORITHM])
    except jwt.InvalidTokenError as error:
        raise SignatureMismatch(str(error)) from error
    credential = {name: payload[name] for name in payload if name not in _CLAIMS}
    _check_claims(payload, credential)
    return credential


def verify_self_named(token: str, *, key: keys.PublicKey) -> dict[str, Any]:
    """The credential in another issuer's token, which `key` signed. Nothing is fetched.

    `key` is the one that the issuer's did:key is, and its algorithm the only one that
    counts. The header may name that key, and no other. Claims that are there must say
    what the credential says; sites leave some out. Raises UnsupportedProof,
    IssuerMismatch, SignatureMismatch or ClaimMismatch.
    """
    if len(token) > MAX_CHARACTERS:
        raise UnsupportedProof(f"more than {MAX_CHARACTERS} characters")
    header, payload = _unpack(token)
    algorithm = _BY_KEY[key.algorithm]
    if not {"alg"} <= set(header) <= _HEADER or header["alg"] != algorithm:
        raise UnsupportedProof(f"not a plain {algorithm} token")
    if "vc" in payload:
        raise UnsupportedProof("the credential stands beside its claims (VC 1.1)")
    issuer = issuer_of(payload)
    if header.get("kid", issuer) not in (issuer, _own_method(issuer)):
        raise IssuerMismatch("the token names a key that is not the issuer")
    try:
        jwt.PyJWS().decode(token, key.pem(), algorithms=[algorithm])
    except jwt.InvalidTokenError as error:
        raise SignatureMismatch(str(error)) from error
    credential = {name: payload[name] for name in payload if name not in _CLAIMS}
    _check_claims_that_are_there(payload, credential)
    return credential


def _own_method(did: str | None) -> str:
    """The one verification method of a did:key."""
    return f"{did}#{(did or '').rpartition(':')[2]}"


def claimed_document(token: str) -> dict[str, Any]:
    """What a token says before anybody checked it; {} when it says nothing.

    Only for finding out whose keys to check it with.
    """
    if len(token) > MAX_CHARACTERS:
        return {}
    try:
        return _unpack(token)[1]
    except UnsupportedProof:
        return {}


def _claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    if any(name in credential for name in _CLAIMS):
        raise DoesNotFitToken("the document has members named like claims")
    texts = {name: _claim(name, credential) for name in ("iss", "jti", "sub")}
    for claim, value in texts.items():
        if not isinstance(value, str) or not value:
            raise DoesNotFitToken(f"nothing to put into the claim {claim}")
    dates = {"nbf": _seconds(credential, "validFrom")}
    if "validUntil" in credential:
        dates["exp"] = _seconds(credential, "validUntil")
    return texts | dates


def _claim(name: str, credential: Mapping[str, Any]) -> Any:
    """What a registered claim has to say. Raises DoesNotFitToken for a date missing."""
    if name in _DATES:
        return _seconds(credential, _DATES[name])
    if name == "iss":
        return issuer_of(credential)
    if name == "jti":
        return credential.get("id")
    subject = credential.get("credentialSubject")
    return subject.get("id") if isinstance(subject, Mapping) else None


def _seconds(credential: Mapping[str, Any], member: str) -> int:
    value = credential.get(member)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise DoesNotFitToken(f"{member} is not a time with a zone")
    return int(moment.timestamp())


def _check_claims(payload: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
    try:
        expected = _claims(credential)
    except DoesNotFitToken as error:
        raise ClaimMismatch(str(error)) from None
    found = {name: payload[name] for name in _CLAIMS if name in payload}
    if found != expected or any(isinstance(v, bool) for v in found.values()):
        raise ClaimMismatch("a claim differs from the credential")


def _check_claims_that_are_there(
    payload: Mapping[str, Any], credential: Mapping[str, Any]
) -> None:
    found = {name: payload[name] for name in _CLAIMS if name in payload}
    try:
        differ = any(said != _claim(name, credential) for name, said in found.items())
    except DoesNotFitToken as error:
        raise ClaimMismatch(str(error)) from None
    if differ:
        raise ClaimMismatch("a claim differs from the credential")


def _check_header(header: Mapping[str, Any]) -> None:
    if not {"alg", "kid"} <= set(header) <= _HEADER:
        raise UnsupportedProof("the header has members that we do not accept")
    if header["alg"] != ALGORITHM or header.get("typ", "JWT") != "JWT":
        raise UnsupportedProof(f"not an {ALGORITHM} token")


def _unpack(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = token.split(".")
    if len(parts) != 3:
        raise UnsupportedProof("not a compact token")
    header, payload, _ = (_from_base64url(part) for part in parts)
    try:
        return strict_json.load_object(header), strict_json.load_object(payload)
    except strict_json.UnreadableJson as error:
        raise UnsupportedProof(f"not JSON: {error.reason}") from None


def _from_base64url(part: str) -> bytes:
    """Only the one spelling of its bytes: spare bits of the last character are 0."""
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, binascii.Error):
        raise UnsupportedProof("not base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=") != part.encode():
        raise UnsupportedProof("not canonical base64url")
    return data
