"""Evidence for one criterion: a text, links, files.

All of it is one form, and each of its buttons keeps whatever was typed or chosen, so
that the page loses nothing without JavaScript. With htmx a button sends its own field
alone (see ``live``).
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from credentials import limiting, submitting
from credentials.forms.submitting import EvidenceForm
from credentials.http import Request
from credentials.models import Criterion, Submission
from credentials.uploads import MAX_BYTES, SENTENCES
from credentials.views.submitting import drafts, live, signed_out
from credentials.views.submitting.keeping import keep_file
from credentials.views.submitting.own import (
    UNPROCESSABLE,
    again,
    last_review,
    limited_body,
    of_editing_learner,
    see_other,
)
from credentials.views.submitting.parts import (
    Part,
    Progress,
    address_of,
    after,
    frame,
    is_from_check,
)
from credentials.views.submitting.texts import edited_elsewhere

PAGE = "credentials/submission/evidence.html"


@limited_body
@require_http_methods(["GET", "HEAD", "POST"])
@of_editing_learner
def evidence(request: Request, submission: Submission, position: int) -> HttpResponse:
    """All evidence for the criterion at this position."""
    criterion = _criterion(submission, position)
    if drafts.is_draft(request):
        return drafts.kept(
            request,
            submission,
            EvidenceForm(request.POST),
            lambda text, seen: submitting.save_evidence_text(
                submission, criterion, text, expected=seen
            ),
        )
    if request.method == "POST":
        return _take(request, submission, criterion)
    text = _stored_text(submission, criterion)
    initial = {"text": text, "seen": submitting.seen(text)}
    form = EvidenceForm(initial=signed_out.initial(request, initial))
    return _page(request, submission, criterion, form)


@limited_body
@require_POST
@of_editing_learner
def add_file(request: Request, submission: Submission, position: int) -> HttpResponse:
    """Add a file and stay on the page."""
    criterion = _criterion(submission, position)
    if request.htmx:
        return live.added_files(request, submission, criterion)
    return _take(request, submission, criterion, asked="file")


@limited_body
@require_POST
@of_editing_learner
def add_link(request: Request, submission: Submission, position: int) -> HttpResponse:
    """Add a link and stay on the page."""
    criterion = _criterion(submission, position)
    if request.htmx:
        return live.added_link(request, submission, criterion)
    return _take(request, submission, criterion, asked="url")


@limited_body
@require_POST
@of_editing_learner
def remove_item(request: Request, submission: Submission, item: UUID) -> HttpResponse:
    """Remove an item; one that is gone already counts as removed."""
    found = submission.evidence.filter(pk=item).select_related("criterion").first()
    if found:
        submitting.remove(submission, found)
    position = request.POST.get("position", "")
    if not position.isdecimal() or len(position) > 4:
        return see_other(submission.get_absolute_url())
    criterion = _criterion(submission, int(position))
    if request.htmx:
        return live.removed(request, submission, criterion, found)
    return _take(request, submission, criterion, asked="nothing")


def _take(
    request: Request, submission: Submission, criterion: Criterion, *, asked: str = ""
) -> HttpResponse:
    """Keep what the form holds; go on, or show the page again with what is wrong.

    ``asked`` names the field whose button was pressed; empty is *Save and continue*
    and its neighbours, which say in ``then`` where they lead.
    """
    form = EvidenceForm(request.POST, request.FILES, asked=asked)
    form.is_valid()
    _keep_link_and_files(request, submission, criterion, form)
    try:
        _keep_text(request, submission, criterion, form)
    except submitting.EditedElsewhere as error:
        return edited_elsewhere(
            request,
            submission,
            form.cleaned_data["text"],
            error,
            field="text",
            label=form.fields["text"].label or "",
            address=_here(request, submission, criterion),
        )
    if not form.errors:
        return see_other(_leads_to(request, submission, criterion, asked))
    fresh = again(submission)
    wait = limiting.wait_of(form)
    if not wait:
        return _page(request, fresh, criterion, form, status=UNPROCESSABLE)
    response = _page(request, fresh, criterion, form, status=429)
    response["Retry-After"] = str(wait)
    return response


def _keep_link_and_files(
    request: Request, submission: Submission, criterion: Criterion, form: EvidenceForm
) -> None:
    """Add what was given; errors go into the form."""
    if url := form.cleaned_data.get("url"):
        submitting.add_link(submission, criterion, url)
        _show_instead(form, url="")  # or it comes twice
    for file in form.cleaned_data.get("file", []):
        try:
            problem = keep_file(submission, criterion, file, by=request.user)
        except limiting.TooManyTries as error:
            form.add_error("file", error)
            return
        if problem:
            form.add_error("file", problem)


def _keep_text(
    request: Request, submission: Submission, criterion: Criterion, form: EvidenceForm
) -> None:
    # Without a ``seen`` that can be read nobody knows what the text would replace.
    if "text" not in request.POST or not {"text", "seen"} <= form.cleaned_data.keys():
        return
    text = form.cleaned_data["text"]
    submitting.save_evidence_text(
        submission, criterion, text, expected=form.cleaned_data["seen"]
    )
    _show_instead(form, seen=submitting.seen(text))


def _show_instead(form: EvidenceForm, **values: str) -> None:
    """Let a form that is shown again hold these values, not the ones that came."""
    form.data = {**{name: form.data.get(name) for name in form.data}, **values}


def _leads_to(
    request: Request, submission: Submission, criterion: Criterion, asked: str
) -> str:
    here = _here(request, submission, criterion)
    then = request.POST.get("then")
    if asked or then == "stay":
        return f"{here}#added"
    if then == "preview":
        return f"{here}{'&' if '?' in here else '?'}preview=1#preview"
    return after(request, submission, Part.EVIDENCE, criterion.position)


def _here(request: Request, submission: Submission, criterion: Criterion) -> str:
    address = address_of(submission, Part.EVIDENCE, criterion.position)
    return f"{address}?from=check" if is_from_check(request) else address


def _page(
    request: Request,
    submission: Submission,
    criterion: Criterion,
    form: EvidenceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    review = last_review(submission) if submission.round else None
    points = Progress(submission, review).points
    stored = _stored_text(submission, criterion)
    context = {
        **frame(request, submission, Part.EVIDENCE, review),
        "form": form,
        "criterion": criterion,
        "point": next(p for p in points if p.criterion.pk == criterion.pk),
        "query": "?from=check" if is_from_check(request) else "",
        "preview": stored if request.GET.get("preview") else "",
        "max_bytes": MAX_BYTES,
        "too_large": SENTENCES["size"],
    }
    return render(request, PAGE, context, status=status)


def _criterion(submission: Submission, position: int) -> Criterion:
    criteria = submission.version.criteria.prefetch_related("levels")
    return get_object_or_404(criteria, position=position)


def _stored_text(submission: Submission, criterion: Criterion) -> str:
    return next(
        (
            item.text
            for item in submission.evidence.all()
            if item.kind == "text" and item.criterion_id == criterion.pk
        ),
        "",
    )
