"""Status lists: a random position for each credential, and the signed list.

One list belongs to one issuer. Positions are stored beforehand in random order and
taken by deleting the row, so that two awards never wait for each other and no
position is given twice. The signed document is a cache made on read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from credentials import bitstrings, documents, sealing, signing_keys
from credentials.models import Credential, Issuer, StatusIndex, StatusList

#: How long verifiers may keep a list; ours is signed anew after this, too.
TIME_TO_LIVE = timedelta(minutes=15)

#: A change is stamped before its transaction commits: a list signed in between looks
#: newer than the change it does not know. This covers the longest transaction that the
#: statement timeout lets live.
UNSEEN = timedelta(seconds=10)

#: Positions of a list that something else than credentials gave up; only those given up
#: after a moment, where one is named.
type Withdrawn = Callable[[StatusList, datetime | None], Collection[int]]

_others: dict[str, Withdrawn] = {}

# One out of each ``step`` positions; ``step`` is 1 where most of them are given out.
FILL = """
INSERT INTO credentials_statusindex (status_list_id, "index")
SELECT %(list)s, number + floor(random() * %(step)s)::int
FROM generate_series(0, %(length)s - %(step)s, %(step)s) AS number
ORDER BY random() LIMIT %(share)s
"""
# List by list, so that the index leads to the first free row of each: one plain join
# walks over the free positions of every other issuer.
TAKE = """
DELETE FROM credentials_statusindex WHERE id = (
    SELECT free.id FROM (
        SELECT id FROM credentials_statuslist WHERE issuer_id = %s ORDER BY id
    ) list CROSS JOIN LATERAL (
        SELECT id FROM credentials_statusindex WHERE status_list_id = list.id
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) free LIMIT 1
) RETURNING status_list_id, "index"
"""


def also_listed(name: str, withdrawn: Withdrawn) -> None:
    """Set bits for what an app above signs with positions of these lists, too.

    Called in its ``AppConfig.ready``; ``name`` registers only once.
    """
    _others[name] = withdrawn


def open_list(issuer: Issuer) -> StatusList:
    """Make an empty list and store its positions in random order.

    Only a share of the positions is ever given out (90 %): so the next list begins
    before this one is full.
    """
    length = settings.STATUS_LIST_LENGTH
    status_list = StatusList.objects.create(issuer=issuer, length=length)
    share = int(length * settings.STATUS_LIST_SHARE)
    with connection.cursor() as cursor:
        values = {"list": status_list.pk, "length": length, "share": share}
        cursor.execute(FILL, values | {"step": length // share})
    return status_list


def open_ahead() -> int:
    """Open the next list where a tenth of the positions is left; return how many.

    Filling a list takes a second or two, for which awards would have to wait.
    """
    return sum(_open_ahead(issuer) for issuer in Issuer.objects.order_by("pk"))


@transaction.atomic
def _open_ahead(issuer: Issuer) -> bool:
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    enough = int(settings.STATUS_LIST_LENGTH * settings.STATUS_LIST_SHARE) // 10
    free = StatusIndex.objects.filter(status_list__issuer=issuer)
    if free.order_by("pk")[enough : enough + 1].exists():
        return False
    open_list(issuer)
    return True


def take_position(issuer: Issuer) -> tuple[StatusList, int]:
    """Take a free position for a credential inside the awarding transaction."""
    taken = _take(issuer)
    if taken is None:
        # One process opens the next list; the others wait for it and then take.
        Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        taken = _take(issuer)
    if taken is None:
        open_list(issuer)
        taken = _take(issuer)
    if taken is None:
        raise RuntimeError("a fresh status list has no free position")
    list_id, index = taken
    return StatusList.objects.get(pk=list_id), index


def _take(issuer: Issuer) -> tuple[int, int] | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [issuer.pk])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def signed_list(status_list: StatusList, *, now: datetime | None = None) -> str:
    """Return the signed list as JSON text, rebuilt when a state changed since.

    One reader rebuilds under an advisory lock; the others get what the database says
    too, signed by themselves, without storing it: nobody is given a stale verdict.
    """
    now = now or timezone.now()
    if status_list.signed_at and not _is_stale(status_list, now):
        return status_list.document
    document = _sign(status_list, now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [71, status_list.pk])
        if cursor.fetchone()[0]:
            StatusList.objects.filter(pk=status_list.pk).update(
                document=document, signed_at=now
            )
    return document


def is_listed(
    status_list: StatusList, index: int, *, now: datetime | None = None
) -> bool:
    """Tell whether the bit at ``index`` is set in the signed list as served now."""
    document = json.loads(signed_list(status_list, now=now))
    subject: dict[str, Any] = document["credentialSubject"]
    return bitstrings.is_set(bitstrings.decode(subject["encodedList"]), index)


def _is_stale(status_list: StatusList, now: datetime) -> bool:
    signed_at = status_list.signed_at
    if signed_at is None or now - signed_at >= TIME_TO_LIVE:
        return True
    edge = signed_at - UNSEEN
    if any(withdrawn(status_list, edge) for withdrawn in _others.values()):
        return True
    changed = status_list.credentials.filter(state_changed_at__gt=edge)
    # A new credential sets no bit: awards alone must not have every reader sign.
    new = Q(
        state=Credential.State.ACTIVE,
        state_changed_at=F("issued_at"),
        state_changed_by=None,
    )
    return changed.exclude(new).exists()


def _sign(status_list: StatusList, now: datetime) -> str:
    issuer = status_list.issuer
    listed = status_list.credentials.filter(state__in=Credential.LISTED)
    # An erased credential that was withdrawn or replaced before stays so.
    erased = status_list.credentials.filter(
        state=Credential.State.ERASED, events__kind__in=["revoked", "superseded"]
    )
    rows = listed.union(erased).values_list("status_index", flat=True)
    bits = {index for index in rows if index is not None}
    for withdrawn in _others.values():
        bits.update(withdrawn(status_list, None))
    document = documents.status_list_document(
        status_list, encoded=bitstrings.encode(bits, status_list.length), now=now
    )
    key = signing_keys.open_proof_key(issuer)
    sealed = sealing.seal(document, issuer_did=issuer.did, key=key, created=now)
    return sealing.to_json(sealed).decode()
