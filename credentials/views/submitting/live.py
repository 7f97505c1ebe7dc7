"""Answers to htmx on the evidence page: pieces of it, drawn anew."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials import limiting, submitting
from credentials.forms.submitting import EvidenceForm
from credentials.http import Request
from credentials.models import Criterion, Evidence, Submission
from credentials.templatetags.evidence import name_of
from credentials.views import refusals
from credentials.views.submitting import signed_out
from credentials.views.submitting.keeping import keep_file
from credentials.views.submitting.own import UNPROCESSABLE
from credentials.views.submitting.parts import Part, Point, address_of

PIECES = "credentials/submission/evidence_pieces.html"


def added_files(
    request: Request, submission: Submission, criterion: Criterion
) -> HttpResponse:
    """The list of items after files came; what was refused, beside the field."""
    form = EvidenceForm({}, request.FILES, asked="file")
    if not form.is_valid():
        problems = list(form.errors.get("file", []))
        return _files(request, submission, criterion, [("", str(p)) for p in problems])
    refused: list[tuple[str, str]] = []
    for file in form.cleaned_data["file"]:
        try:
            problem = keep_file(submission, criterion, file, by=request.user)
        except limiting.TooManyTries as error:
            return refusals.too_many(request, error.seconds)
        if problem:
            refused.append((file.name or "", str(problem)))
    return _files(request, submission, criterion, refused)


def added_link(
    request: Request, submission: Submission, criterion: Criterion
) -> HttpResponse:
    """The link field, empty again after a success, and the list of items."""
    form = EvidenceForm({"url": request.POST.get("url", "")}, asked="url")
    news = ""
    if form.is_valid():
        submitting.add_link(submission, criterion, form.cleaned_data["url"])
        form, news = EvidenceForm(), _("The link is added.")
    form.fields["url"].widget.attrs["data-focus"] = ""
    context = _context(submission, criterion, news)
    status = UNPROCESSABLE if form.errors else 200
    page = f"{PIECES}#link_answer"
    return render(request, page, {**context, "form": form}, status=status)


def removed(
    request: Request,
    submission: Submission,
    criterion: Criterion,
    item: Evidence | None,
) -> HttpResponse:
    """The list of items without the removed one."""
    name = name_of(item) if item else ""
    news = _("Removed: %(name)s") % {"name": name} if name else ""
    context = _context(submission, criterion, news)
    return render(request, f"{PIECES}#removed_answer", {**context, "to_focus": True})


@require_POST
@login_not_required
def preview(request: Request) -> HttpResponse:
    """Markdown as reviewers will see it. Nothing is saved."""
    if not request.user.is_authenticated:
        signed_out.keep_for_current_page(request)
        return redirect_to_login(reverse("me"))
    form = EvidenceForm(request.POST)
    form.is_valid()
    problems = list(form.errors.get("text", []))
    context = {
        "preview": form.cleaned_data.get("text", ""),
        "problems": problems,
        "to_focus": True,
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, f"{PIECES}#preview", context, status=status)


def _files(
    request: Request,
    submission: Submission,
    criterion: Criterion,
    refused: list[tuple[str, str]],
) -> HttpResponse:
    context = {**_context(submission, criterion, ""), "refused": refused}
    status = UNPROCESSABLE if refused else 200
    return render(request, f"{PIECES}#files_answer", context, status=status)


def _context(
    submission: Submission, criterion: Criterion, news: str
) -> dict[str, object]:
    items = submission.evidence.filter(criterion=criterion).select_related("criterion")
    address = address_of(submission, Part.EVIDENCE, criterion.position)
    return {
        "submission": submission,
        "criterion": criterion,
        "point": Point(criterion, address, list(items)),
        "news": news,
    }
