"""Nightly work: check every signature anew, throw away what nobody needs."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from credentials import limiting, pressing, verifying
from credentials.models import Credential, Evidence

log = logging.getLogger(__name__)

#: A file younger than this may belong to a row that is about to commit.
GRACE = timedelta(hours=1)


def check_all_signatures() -> int:
    """Verify each stored document and JWT; return how many are not good."""
    bad = 0
    stored = Credential.objects.exclude(document=None).select_related("issuer")
    for credential in stored.order_by("signature_checked_at").iterator(200):
        if not verifying.check_signature(credential):
            bad += 1
            log.error("signature of credential %s does not verify", credential.pk)
    return bad


def forget_old() -> None:
    """Delete old counts, used form keys, ended sessions and files without a row."""
    limiting.forget_old()
    pressing.forget_old()
    call_command("clearsessions")
    delete_stray_files()


def delete_stray_files() -> int:
    """Delete evidence files that no row names; return how many went."""
    deleted = 0
    folders, _ = _listing("evidence")
    for folder in folders:
        _, names = _listing(f"evidence/{folder}")
        paths = {f"evidence/{folder}/{name}" for name in names}
        known = set(
            Evidence.objects.filter(file__in=paths).values_list("file", flat=True)
        )
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
