"""Taking in one uploaded file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from credentials import limiting, submitting, turns, uploads
from credentials.models import Criterion, Submission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portfolio.models import User

UPLOADS_PER_HOUR = 60
#: A PDF is looked at for up to half a minute, a large picture takes much memory.
FILES_AT_ONCE = 3
BUSY = _("Many files are being taken in right now. Select it again in a few seconds.")


def keep_file(
    submission: Submission, criterion: Criterion, file: UploadedFile[bytes], *, by: User
) -> StrOrPromise:
    """Add a file as evidence; return the sentence that refuses it, or nothing.

    Raises TooManyTries after 60 tries in an hour and when too many files come at
    once, NotEditable. A full submission is refused before the file is read.
    """
    wait = limiting.hit(
        f"upload:{by.pk}", limit=UPLOADS_PER_HOUR, per=timedelta(hours=1)
    )
    if wait:
        raise limiting.TooManyTries(wait)
    if submission.evidence.filter(kind="file").count() >= uploads.MAX_FILES:
        return uploads.TOO_MANY_FILES
    try:
        with turns.turn("upload", places=FILES_AT_ONCE):
            kept = uploads.accept(file, name=file.name or "")
    except turns.AllTaken as busy:
        raise limiting.TooManyTries(busy.seconds, str(BUSY)) from None
    except uploads.RefusedFile as refused:
        return str(refused.message)
    with kept.content:
        try:
            submitting.add_file(submission, criterion, kept)
        except submitting.TooManyFiles:  # ten at the same instant
            return uploads.TOO_MANY_FILES
    return ""
