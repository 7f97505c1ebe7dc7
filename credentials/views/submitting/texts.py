"""Pages of the wizard that ask for one text, and what happens in two tabs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from credentials import submitting
from credentials.forms.submitting import AboutForm, HelpForm, NameForm, TextForm
from credentials.http import Request
from credentials.models import Submission
from credentials.views.submitting import drafts, signed_out
from credentials.views.submitting.own import (
    UNPROCESSABLE,
    last_review,
    of_editing_learner,
    see_other,
)
from credentials.views.submitting.parts import Part, address_of_check, after, frame


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part that is one text: its field of the model and its form."""

    part: Part
    field: str
    form: type[TextForm]


ABOUT = TextPart(Part.ABOUT, "about", AboutForm)
HELP = TextPart(Part.HELP, "help_received", HelpForm)


@require_http_methods(["GET", "HEAD", "POST"])
@of_editing_learner
def about(request: Request, submission: Submission) -> HttpResponse:
    """About the work: what, when, for whom."""
    return _text(request, submission, ABOUT)


@require_http_methods(["GET", "HEAD", "POST"])
@of_editing_learner
def help_received(request: Request, submission: Submission) -> HttpResponse:
    """People who helped, and what AI was used for."""
    return _text(request, submission, HELP)


@require_http_methods(["GET", "HEAD", "POST"])
@of_editing_learner
def name(request: Request, submission: Submission) -> HttpResponse:
    """The name that will stand on the credential. Leads back to the check page."""
    stored = submission.name_on_credential
    if request.method != "POST":
        initial = {"name": stored, "seen": submitting.seen(stored)}
        form = NameForm(initial=signed_out.initial(request, initial))
        return _name_page(request, submission, form)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _name_page(request, submission, form, status=UNPROCESSABLE)
    typed = form.cleaned_data["name"]
    try:
        submitting.save_text(
            submission, "name_on_credential", typed, expected=form.cleaned_data["seen"]
        )
    except submitting.EditedElsewhere as error:
        return edited_elsewhere(
            request, submission, typed, error, field="name", label=_("Your full name")
        )
    return see_other(address_of_check(submission))


def edited_elsewhere(
    request: Request,
    submission: Submission,
    typed: str,
    error: submitting.EditedElsewhere,
    *,
    field: str,
    label: str | Promise,
    address: str = "",
) -> HttpResponse:
    """409: show what was typed beside what another tab saved, and let one be chosen.

    The chosen text goes to ``address``, by default to where it came from.
    """
    context = {
        "section": "me",
        "submission": submission,
        "typed": typed,
        "stored": error.stored,
        "seen": submitting.seen(error.stored),
        "field": field,
        "label": label,
        "address": address or request.get_full_path(),
    }
    page = "credentials/submission/edited_elsewhere.html"
    return render(request, page, context, status=409)


def _text(request: Request, submission: Submission, asked: TextPart) -> HttpResponse:
    if request.method != "POST":
        stored = getattr(submission, asked.field)
        initial = {"text": stored, "seen": submitting.seen(stored)}
        form = asked.form(initial=signed_out.initial(request, initial))
        return _text_page(request, submission, asked, form)
    is_draft = drafts.is_draft(request)
    is_leaving = request.POST.get("then") == "later"
    form = asked.form(request.POST, may_be_empty=is_leaving or is_draft)
    if is_draft:
        return drafts.kept(
            request,
            submission,
            form,
            lambda text, seen: submitting.save_text(
                submission, asked.field, text, expected=seen
            ),
        )
    if not form.is_valid():
        return _text_page(request, submission, asked, form, status=UNPROCESSABLE)
    typed = form.cleaned_data["text"]
    try:
        submitting.save_text(
            submission, asked.field, typed, expected=form.cleaned_data["seen"]
        )
    except submitting.EditedElsewhere as error:
        label = form.fields["text"].label or ""
        return edited_elsewhere(
            request, submission, typed, error, field="text", label=label
        )
    return see_other(after(request, submission, asked.part))


def _text_page(
    request: Request,
    submission: Submission,
    asked: TextPart,
    form: TextForm,
    *,
    status: int = 200,
) -> HttpResponse:
    review = last_review(submission) if submission.round else None
    context = {
        **frame(request, submission, asked.part, review),
        "form": form,
        "title": asked.part.label,
    }
    page = "credentials/submission/text.html"
    return render(request, page, context, status=status)


def _name_page(
    request: Request, submission: Submission, form: NameForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "section": "me",
        "submission": submission,
        "back": address_of_check(submission),
        "form": form,
    }
    page = "credentials/submission/name.html"
    return render(request, page, context, status=status)
