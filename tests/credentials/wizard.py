"""The learner's pages as a test reads them, without JavaScript."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials import submitting, uploads
from credentials.models import Evidence


def words(response) -> str:
    """What a reader sees of the page's main part, in one line."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def hidden(response, name: str) -> str:
    """The value of a hidden field."""
    page = response.content.decode()
    [found] = re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return str(found)


def page(name: str, submission, *args) -> str:
    """The address of one page of a submission."""
    return reverse(f"submission_{name}", args=[submission.pk, *args])


def note(name="notes.txt", content=b"What I did on the ward.") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def add(submission, criterion, name="notes.txt") -> Evidence:
    """Hand a file in for a criterion, as the page does."""
    kept = uploads.accept(note(name), name=name)
    with kept.content:
        return submitting.add_file(submission, criterion, kept)
