"""A text that is saved while it is being typed. Nothing on the page is drawn anew.

autosave.js sends the same form to the same address, with ``then=draft``.
"""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget, trigger_client_event

from credentials import submitting
from credentials.http import Request
from credentials.models import Submission
from credentials.views import refusals

THEN = "draft"

#: Saves a text that had this digest when it was last seen; raises EditedElsewhere.
type Save = Callable[[str, str | None], object]


def is_draft(request: Request) -> bool:
    """Whether the form came by itself, while its author goes on typing."""
    return request.method == "POST" and request.POST.get("then") == THEN


def kept(
    request: Request, submission: Submission, form: forms.Form, save: Save
) -> HttpResponse:
    """Save the text; answer the line that says when, and the digest to go on with.

    An emptied field is not saved: its author may be about to write it anew. What
    cannot be saved is said above the page, and stays in its field.
    """
    if not form.is_valid():
        problems = " ".join(map(str, form.errors.get("text", ())))
        return _not_kept(request, 422, problems)
    text = form.cleaned_data["text"]
    if not text:
        return HttpResponse(status=204)
    try:
        save(text, form.cleaned_data["seen"])
    except submitting.EditedElsewhere:
        sentence = _(
            "Another window of yours changed this text after you opened it here. "
            "Nothing is lost: save, and choose which one to keep."
        )
        return _not_kept(request, 409, sentence)
    context = {"submission": submission}
    response = render(request, "credentials/submission/saved.html", context)
    return trigger_client_event(response, "draftsaved", {"seen": submitting.seen(text)})


def signed_out(request: Request) -> HttpResponse:
    """403, and the page stays: pressing its button keeps the text over the log-in."""
    sentence = _(
        "You are signed out by now. Press “Save and continue”: "
        "you sign in, and find your text again."
    )
    return _not_kept(request, 403, sentence)


def _not_kept(request: Request, status: int, sentence: str) -> HttpResponse:
    """Say above the page why; htmx would swap 409 and 422 into its target."""
    response = refusals.answer(request, "draft", status, sentence=sentence)
    return reswap(retarget(response, "#alerts"), "innerHTML")
