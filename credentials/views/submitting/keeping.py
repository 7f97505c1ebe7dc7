"""Taking in one uploaded file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import ngettext

from credentials import limiting, submitting, uploads
from credentials.models import Criterion, Submission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portfolio.models import User

UPLOADS_PER_HOUR = 60


class TooManyUploads(Exception):
    """The account sent its files of this hour; it may go on in ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def sentence(self) -> str:
        """What stands beside the field."""
        return ngettext(
            "Too many tries from here. Try again in %(seconds)d second.",
            "Too many tries from here. Try again in %(seconds)d seconds.",
            self.seconds,
        ) % {"seconds": self.seconds}


def keep_file(
    submission: Submission, criterion: Criterion, file: UploadedFile[bytes], *, by: User
) -> StrOrPromise:
    """Add a file as evidence; return the sentence that refuses it, or nothing.

    Raises TooManyUploads after 60 tries in an hour, NotEditable. A full submission is
    refused before the file is read.
    """
    wait = limiting.hit(
        f"upload:{by.pk}", limit=UPLOADS_PER_HOUR, per=timedelta(hours=1)
    )
    if wait:
        raise TooManyUploads(wait)
    if submission.evidence.filter(kind="file").count() >= uploads.MAX_FILES:
        return uploads.TOO_MANY_FILES
    try:
        kept = uploads.accept(file, name=file.name or "")
    except uploads.RefusedFile as refused:
        return str(refused.message)
    with kept.content:
        try:
            submitting.add_file(submission, criterion, kept)
        except submitting.TooManyFiles:  # ten at the same instant
            return uploads.TOO_MANY_FILES
    return ""
