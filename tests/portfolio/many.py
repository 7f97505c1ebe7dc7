"""People who hold hundreds of credentials: whole rows, and one signature for all."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.utils import timezone

from credentials.models import Credential
from tests.pathways.crowds import held


def hold_many(holder, versions, count, **fields):
    """Public credentials, one a day backwards, of these badges in turn."""
    document = "{}"
    now = timezone.now()
    keys = {each.pk: each.achievement.issuer.keys.first() for each in versions}
    rows = []
    for number in range(count):
        version = versions[number % len(versions)]
        values = {
            "visibility": "public",
            "document_sha256": hashlib.sha256(document.encode()).hexdigest(),
            "signing_key": keys[version.pk],
            "recipient_name": holder.full_name,
            **fields,
        }
        issued = now - timedelta(days=number + 1)
        rows.append(held(version, holder, issued, document=document, **values))
    return Credential.objects.bulk_create(rows)
