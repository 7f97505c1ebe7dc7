"""Every night the signature of each endorsement is verified anew, as of credentials."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from django.db.models import Q
from django.utils import timezone

from credentials import keys, sealing, signing_keys
from credentials.models import Issuer
from portfolio.models import Endorsement

log = logging.getLogger(__name__)

#: So many signatures are verified in one job: mails wait meanwhile.
BATCH = 400

Keys = Callable[[Issuer], Mapping[str, keys.PublicKey]]


def check_signatures(*, since: datetime, after: int = 0) -> int:
    """Verify the next signed endorsements whose last check is older than ``since``.

    In: the primary key where the last call ended. Out: the one to go on after, or 0
    when all are through. Three queries, and one for the keys of each organisation. One
    that does not verify stands on no page any more, and its own says so.
    """
    due = Q(signature_checked_at=None) | Q(signature_checked_at__lt=since)
    signed = Endorsement.objects.filter(due, pk__gt=after).exclude(document="")
    batch = list(signed.select_related("organisation").order_by("pk")[:BATCH])
    public_keys = cache(signing_keys.public_keys)
    good = {each.pk for each in batch if _is_good(each, public_keys)}
    bad = {each.pk for each in batch} - good
    now = timezone.now()
    for pks, is_good in ((good, True), (bad, False)):
        Endorsement.objects.filter(pk__in=pks).update(
            signature_checked_at=now, is_signature_good=is_good
        )
    return batch[-1].pk if len(batch) == BATCH else 0


def _is_good(endorsement: Endorsement, public_keys: Keys) -> bool:
    try:
        sealing.verify_document(
            json.loads(endorsement.document),
            public_keys=public_keys(endorsement.organisation),
        )
    except (ValueError, sealing.SealingError):
        log.error("signature of endorsement %s does not verify", endorsement.pk)
        return False
    except Exception:  # one odd document must not keep all others unchecked
        log.exception("the check of endorsement %s broke off", endorsement.pk)
        return False
    return True
