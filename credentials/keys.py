"""Keys that issuers sign with.

Ed25519 makes Data Integrity proofs, P-256 makes ES256 tokens. A private key is
kept sealed under a key-encryption key that lives outside the database, bound to
its issuer and its id, so that a stolen table opens nothing and a row copied to
another issuer does not open either.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwt.algorithms import ECAlgorithm
from jwt.exceptions import InvalidKeyError
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import multikey_from_pem, resolve_did

Algorithm = Literal["Ed25519", "P-256"]
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey

KEK_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"  # first byte of a sealed key, so that the format can change
_ED25519_PREFIX = "z6Mk"
_DID_KEY = "did:key:"


class KeyFault(Exception):
    """A key cannot be made, read, sealed or opened."""


class UnknownAlgorithm(KeyFault):
    """Neither Ed25519 nor P-256."""


class UnreadableKey(KeyFault):
    """The bytes or the text are not a key of the algorithm they claim."""


class UnusableKeyEncryptionKey(KeyFault):
    """The key-encryption key is not 32 bytes."""


class CannotOpen(KeyFault):
    """Another key-encryption key, another issuer or key id, or damaged bytes."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key in the one encoding that its algorithm is published in.

    `encoded` is text fit for a database column: the multibase Multikey (z6Mk…)
    for Ed25519, a JWK as JSON for P-256. Raises UnreadableKey when it is neither.
    """

    algorithm: Algorithm
    encoded: str

    def __post_init__(self) -> None:
        self.pem()

    @property
    def multibase(self) -> str:
        """The publicKeyMultibase of an Ed25519 key; UnreadableKey for others."""
        if self.algorithm != "Ed25519":
            raise UnreadableKey("only Ed25519 keys are published as multibase")
        return self.encoded

    @property
    def jwk(self) -> dict[str, str]:
        """The public JWK of a P-256 key; UnreadableKey for others."""
        if self.algorithm != "P-256":
            raise UnreadableKey("only P-256 keys are published as JWK")
        return cast("dict[str, str]", json.loads(self.encoded))

    @property
    def key_id(self) -> str:
        """The fragment of the key's verification method.

        For Ed25519 the key itself, which 1EdTech's validator expects; for P-256
        `es256-` and the first 8 characters of its RFC 7638 thumbprint.
        """
        if self.algorithm == "Ed25519":
            return self.encoded
        return f"es256-{_thumbprint(self.jwk)[:8]}"

    def method_id(self, did: str) -> str:
        """The id of the key's verification method under the issuer `did`."""
        return f"{did}#{self.key_id}"

    def verification_method(self, did: str) -> dict[str, Any]:
        """The key's entry in the DID document of `did` (Multikey or JsonWebKey)."""
        entry: dict[str, Any] = {"id": self.method_id(did), "controller": did}
        if self.algorithm == "Ed25519":
            return entry | {"type": "Multikey", "publicKeyMultibase": self.multibase}
        return entry | {"type": "JsonWebKey", "publicKeyJwk": self.jwk}

    def pem(self) -> bytes:
        """The key as SubjectPublicKeyInfo PEM, for the libraries."""
        if self.algorithm == "Ed25519":
            return _pem_from_multibase(self.encoded)
        if self.algorithm == "P-256":
            return _pem_from_jwk(self.encoded)
        raise UnknownAlgorithm(f"unknown algorithm {self.algorithm!r}")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A public key with its private half (PKCS#8 DER), which no repr shows."""

    public: PublicKey
    private: bytes = field(repr=False)

    @property
    def algorithm(self) -> Algorithm:
        """Ed25519 or P-256."""
        return self.public.algorithm

    @property
    def key_id(self) -> str:
        """See `PublicKey.key_id`."""
        return self.public.key_id

    def signer(self) -> PrivateKey:
        """The private key as an object of `cryptography`.

        Raises UnreadableKey when it is not the private half of `public`.
        """
        signer = _load_private(self.private)
        if _public_of(signer) != self.public:
            raise UnreadableKey("the private key is not that of the public key")
        return signer


def generate(algorithm: Algorithm) -> KeyPair:
    """A new key pair. Raises UnknownAlgorithm for anything but the two."""
    signer: PrivateKey
    if algorithm == "Ed25519":
        signer = Ed25519PrivateKey.generate()
    elif algorithm == "P-256":
        signer = ec.generate_private_key(ec.SECP256R1())
    else:
        raise UnknownAlgorithm(f"unknown algorithm {algorithm!r}")
    private = signer.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return KeyPair(_public_of(signer), private)


def public_key_of(did: str) -> PublicKey:
    """The key that a `did:key` is: the identifier says it whole, nothing is fetched.

    Raises UnreadableKey for anything but an Ed25519 or P-256 key in its one spelling.
    """
    try:
        pem = resolve_did(did) if did.startswith(_DID_KEY) else b""
        public = serialization.load_pem_public_key(pem)
        is_spelled_right = did == _DID_KEY + multikey_from_pem(pem)
    except (ValueError, LibOpenBadgesException):
        raise UnreadableKey("not a did:key of an algorithm we know") from None
    if not is_spelled_right:
        raise UnreadableKey("a did:key in another spelling")
    return _public(cast("Ed25519PublicKey | ec.EllipticCurvePublicKey", public))


def binding(issuer: str, key_id: str) -> str:
    """What a sealed key is bound to: its issuer's permanent id and its own id."""
    return json.dumps([issuer, key_id], ensure_ascii=False)


def seal_private_key(private: bytes, *, kek: bytes, aad: str) -> bytes:
    """Encrypt a private key with AES-256-GCM under `kek` (32 bytes).

    `aad` is what `binding` made. The result is a format byte, a random nonce of
    12 bytes and the ciphertext with its tag; sealing twice never gives the same.
    Raises UnusableKeyEncryptionKey.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + _cipher(kek).encrypt(nonce, private, aad.encode())


def open_private_key(sealed: bytes | memoryview, *, kek: bytes, aad: str) -> bytes:
    """The private key that `seal_private_key` sealed under the same kek and aad.

    Raises CannotOpen when anything differs, without saying what, and
    UnusableKeyEncryptionKey.
    """
    cipher = _cipher(kek)
    data = bytes(sealed)  # a database hands out a memoryview
    if data[:1] != _FORMAT:
        raise CannotOpen("not a sealed key of a known format")
    nonce, ciphertext = data[1 : 1 + _NONCE_BYTES], data[1 + _NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, ciphertext, aad.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("wrong key-encryption key or binding, or damaged") from None


def _cipher(kek: bytes) -> AESGCM:
    if len(kek) != KEK_BYTES:  # AESGCM would take 16 and 24 as well
        raise UnusableKeyEncryptionKey(f"need {KEK_BYTES} bytes, got {len(kek)}")
    return AESGCM(kek)


def _load_private(private: bytes) -> PrivateKey:
    try:
        signer = serialization.load_der_private_key(bytes(private), password=None)
    except (ValueError, TypeError):
        raise UnreadableKey("not a private key in PKCS#8") from None
    if not isinstance(signer, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise UnknownAlgorithm("the private key is neither Ed25519 nor P-256")
    return signer


def _public_of(signer: PrivateKey) -> PublicKey:
    return _public(signer.public_key())


def _public(public: Ed25519PublicKey | ec.EllipticCurvePublicKey) -> PublicKey:
    if isinstance(public, Ed25519PublicKey):
        return PublicKey("Ed25519", multikey_from_pem(_pem(public)))
    jwk = ECAlgorithm.to_jwk(public, as_dict=True)
    return PublicKey("P-256", json.dumps(jwk, sort_keys=True, separators=(",", ":")))


def _pem(public: Ed25519PublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _pem_from_multibase(multibase: str) -> bytes:
    # A did:key is its own key: resolving it decodes and never fetches. The prefix
    # keeps P-256 Multikeys (zDn…) out.
    if not multibase.startswith(_ED25519_PREFIX):
        raise UnreadableKey("not an Ed25519 Multikey")
    try:
        return resolve_did(f"did:key:{multibase}")
    except LibOpenBadgesException:
        raise UnreadableKey("not an Ed25519 Multikey") from None


def _pem_from_jwk(encoded: str) -> bytes:
    try:
        jwk = json.loads(encoded)
        public = ECAlgorithm.from_jwk(jwk)
    except (ValueError, InvalidKeyError):
        raise UnreadableKey("not a JWK") from None
    if not isinstance(public, ec.EllipticCurvePublicKey) or jwk["crv"] != "P-256":
        raise UnreadableKey("not a public P-256 JWK")
    return _pem(public)


def _thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638: SHA-256 over the required members in lexicographic order."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    text = json.dumps(required, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
