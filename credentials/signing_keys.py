"""Issuers' keys in the database: made, opened for one signature, rotated, published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from credentials import keys
from credentials.models import Issuer, SigningKey


class NoActiveKey(Exception):
    """The issuer has no active key of this algorithm."""


@dataclass(frozen=True, slots=True)
class OpenKeys:
    """Both active keys of an issuer, opened; forget them after one signature."""

    proof: keys.KeyPair
    token: keys.KeyPair
    proof_row: SigningKey
    token_row: SigningKey


def add_key(issuer: Issuer, algorithm: keys.Algorithm) -> SigningKey:
    """Make and store a new active key. An active one must be retired before."""
    pair = keys.generate(algorithm)
    sealed = keys.seal_private_key(
        pair.private,
        kek=settings.CREDENTIALS_KEK,
        aad=keys.binding(issuer.did, pair.key_id),
    )
    return SigningKey.objects.create(
        issuer=issuer,
        algorithm=algorithm,
        key_id=pair.key_id,
        public_key=pair.public.encoded,
        sealed_private_key=sealed,
    )


def rotate(issuer: Issuer, algorithm: keys.Algorithm) -> SigningKey:
    """Retire the active key and make a new one. The old one stays published."""
    with transaction.atomic():
        active_keys(issuer).filter(algorithm=algorithm).update(
            retired_at=timezone.now()
        )
        return add_key(issuer, algorithm)


def mark_compromised(row: SigningKey, *, at: datetime) -> None:
    """Stop believing a key. It leaves the DID document; an active one is replaced."""
    with transaction.atomic():
        was_active = row.retired_at is None and row.compromised_at is None
        SigningKey.objects.filter(pk=row.pk, compromised_at=None).update(
            compromised_at=at
        )
        if was_active:
            add_key(row.issuer, cast("keys.Algorithm", row.algorithm))


def active_keys(issuer: Issuer) -> models.QuerySet[SigningKey]:
    """The keys that sign today: at most one an algorithm."""
    return issuer.keys.filter(retired_at=None, compromised_at=None)


def open_keys(issuer: Issuer) -> OpenKeys:
    """Open both active keys. Raises NoActiveKey, or CannotOpen under another KEK."""
    rows = {row.algorithm: row for row in active_keys(issuer)}
    try:
        proof_row, token_row = rows["Ed25519"], rows["P-256"]
    except KeyError as error:
        raise NoActiveKey(str(error)) from error
    return OpenKeys(
        proof=_open(issuer, proof_row),
        token=_open(issuer, token_row),
        proof_row=proof_row,
        token_row=token_row,
    )


def open_proof_key(issuer: Issuer) -> keys.KeyPair:
    """Open the active Ed25519 key alone, for a status list."""
    row = active_keys(issuer).filter(algorithm="Ed25519").first()
    if row is None:
        raise NoActiveKey("Ed25519")
    return _open(issuer, row)


def public_keys(issuer: Issuer) -> Mapping[str, keys.PublicKey]:
    """Every key that a credential of this issuer may be signed with, by method id.

    Retired keys included, compromised ones not.
    """
    rows = issuer.keys.filter(compromised_at=None)
    return {f"{issuer.did}#{row.key_id}": public_key(row) for row in rows}


def public_key(row: SigningKey) -> keys.PublicKey:
    """Return the published half of a stored key."""
    return keys.PublicKey(cast("keys.Algorithm", row.algorithm), row.public_key)


def _open(issuer: Issuer, row: SigningKey) -> keys.KeyPair:
    private = keys.open_private_key(
        row.sealed_private_key,
        kek=settings.CREDENTIALS_KEK,
        aad=keys.binding(issuer.did, row.key_id),
    )
    return keys.KeyPair(public_key(row), private)
