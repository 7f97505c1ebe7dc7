"""Making an issuer: the row, its two keys and its first status list together."""

from __future__ import annotations

from django.db import transaction

from credentials import signing_keys, status_lists
from credentials.models import Issuer


@transaction.atomic
def found_issuer(issuer: Issuer) -> Issuer:
    """Save a new issuer so that it can issue at once; return it."""
    issuer.save(force_insert=True)
    signing_keys.add_key(issuer, "Ed25519")
    signing_keys.add_key(issuer, "P-256")
    status_lists.open_list(issuer)
    return issuer
