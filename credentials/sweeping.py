"""Nightly work: check every signature anew, throw away what nobody needs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import Q, QuerySet
from django.utils import timezone

from credentials import (
    importing,
    keys,
    limiting,
    pressing,
    signing_keys,
    verifying,
)
from credentials.models import Credential, Evidence, ImportedDocument, Issuer

log = logging.getLogger(__name__)

#: A file younger than this may belong to a row that is about to commit.
GRACE = timedelta(hours=1)

#: So many signatures are verified in one job: mails wait meanwhile.
BATCH = 400

Keys = Callable[[Issuer], Mapping[str, keys.PublicKey]]


def check_signatures(*, since: datetime, after: UUID | None = None) -> UUID | None:
    """Verify the next stored documents whose last check is older than ``since``.

    In: the id where the last call ended. Out: the id to go on after, or None when all
    are through. A call takes about ten seconds and three queries, and one query for
    the keys of each issuer. Cut short, it leaves its documents to the next try.
    """
    due = Q(signature_checked_at=None) | Q(signature_checked_at__lt=since)
    stored = Credential.objects.filter(
        due, issuer__isnull=False, document__isnull=False
    )
    if after is not None:
        stored = stored.filter(pk__gt=after)
    batch = list(stored.select_related("issuer").order_by("pk")[:BATCH])
    public_keys = cache(signing_keys.public_keys)
    good = [each.pk for each in batch if _is_good(each, public_keys)]
    bad = [each.pk for each in batch if each.pk not in set(good)]
    now = timezone.now()
    for pks, is_good in ((good, True), (bad, False)):
        Credential.objects.filter(pk__in=pks).update(
            signature_checked_at=now, is_signature_good=is_good
        )
    return batch[-1].pk if len(batch) == BATCH else None


def _is_good(credential: Credential, public_keys: Keys) -> bool:
    issuer = credential.issuer
    try:
        good = issuer is not None and verifying.verifies(
            credential, public_keys(issuer)
        )
    except Exception:  # one odd document must not keep all others unchecked
        log.exception("the check of credential %s broke off", credential.pk)
        return False
    if not good:
        log.error("signature of credential %s does not verify", credential.pk)
    return good


def check_imported(*, since: datetime, after: int = 0) -> int:
    """Judge the next documents from elsewhere whose last check is older than ``since``.

    In: the primary key where the last call ended. Out: the one to go on after, or 0
    when all are through. A call takes about twenty seconds.
    """
    due = ImportedDocument.objects.filter(judged_at__lt=since, pk__gt=after)
    batch = list(due.select_related("credential").order_by("pk")[:BATCH])
    for imported in batch:
        try:
            importing.judge_again(imported)
        except Exception:  # one odd document must not keep all others unchecked
            log.exception("the check of document %s broke off", imported.pk)
    return batch[-1].pk if len(batch) == BATCH else 0


def forget_old() -> None:
    """Delete old counts, used form keys, ended sessions and files without a row."""
    limiting.forget_old()
    pressing.forget_old()
    call_command("clearsessions")
    delete_stray_files()


def delete_stray_files() -> int:
    """Delete files of evidence and badges that no row names; return how many went."""
    evidence, pictures = Evidence.objects.all(), ImportedDocument.objects.all()
    return _delete_stray("evidence", evidence, "file") + _delete_stray(
        "imported", pictures, "picture"
    )


def _delete_stray(place: str, rows: QuerySet[Any], column: str) -> int:
    deleted = 0
    folders, _ = _listing(place)
    for folder in folders:
        _, names = _listing(f"{place}/{folder}")
        paths = {f"{place}/{folder}/{name}" for name in names}
        named = rows.filter(**{f"{column}__in": paths})
        known = set(named.values_list(column, flat=True))
        for path in sorted(paths - known):
            if timezone.now() - default_storage.get_modified_time(path) > GRACE:
                default_storage.delete(path)
                deleted += 1
    return deleted


def _listing(path: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(path)
    except FileNotFoundError:  # nothing was uploaded yet
        return [], []
