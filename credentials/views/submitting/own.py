"""Whose submission a page is about, and what is answered when it is not to be had."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from credentials import submitting
from credentials.http import Request, parts_of
from credentials.models import Review, Submission
from credentials.uploads import MAX_BYTES, SENTENCES
from credentials.views import bodies, refusals
from credentials.views.submitting import drafts, signed_out

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: What Django calls: with ``pk`` and whatever else the address names.
type Page = Callable[..., HttpResponse]
#: The same with the submission itself in place of ``pk``.
type OwnPage = Callable[..., HttpResponse]

UNPROCESSABLE = 422
#: Room for a file that is somewhat too large: it is refused beside its field, and what
#: was typed with it stays. Beyond, nothing is read, and the page before has the words.
MAX_BODY = MAX_BYTES + 8 * 1024 * 1024
#: What somebody may have typed on a page of the wizard.
TYPED = ("text", "url", "name")


def of_learner(view: OwnPage) -> Page:
    """Give the view the learner's own submission; anybody else reads 404.

    A form that comes after the session ended is answered with what was typed, since
    a redirect to the log-in would throw it away.
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def page(request: Request, pk: UUID, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in_first(request, pk)
        if request.method == "POST":
            signed_out.forget(request)
        submission = get_object_or_404(_own(request.user), pk=pk)
        try:
            return view(request, submission, **kwargs)
        except submitting.NotEditable:
            return _not_editable(request, submission)

    return page


def of_editing_learner(view: OwnPage) -> Page:
    """As ``of_learner``, for pages that change a draft or a returned submission."""

    @wraps(view)
    def page(
        request: Request, submission: Submission, **kwargs: object
    ) -> HttpResponse:
        if not submission.is_editable:
            return leads_away(request, submission)
        return view(request, submission, **kwargs)

    return of_learner(page)


def leads_away(request: Request, submission: Submission) -> HttpResponse:
    """Lead from a page for changes to where a submission stands that has none.

    A form that came too late is told so: raises NotEditable.
    """
    if request.method == "POST":
        raise submitting.NotEditable
    return see_other(submission.get_absolute_url())


def limited_body(view: Page) -> Page:
    """Refuse a body that no accepted file can have, before anything reads it.

    The CSRF check reads the form, so it runs after this one and not before.
    """
    limit = bodies.refused_beyond(MAX_BODY, _too_large)
    return csrf_exempt(limit(csrf_protect(view)))


def _too_large(request: HttpRequest) -> HttpResponse:
    return refusals.too_large(request, SENTENCES["size"])


def see_other(address: str) -> HttpResponse:
    """Send the browser to another page after a form, as a page of its own (303)."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def last_review(submission: Submission) -> Review | None:
    """The newest words of a reviewer, with the levels seen. Two queries."""
    return (
        submission.reviews.prefetch_related("criteria__level", "criteria__criterion")
        .order_by("-round")
        .first()
    )


def again(submission: Submission) -> Submission:
    """The submission as it is stored by now, its evidence included."""
    return _own(submission.learner).get(pk=submission.pk)


def _own(learner: AbstractBaseUser) -> QuerySet[Submission]:
    return Submission.objects.of(learner).prefetch_related(
        "evidence__criterion", "version__criteria__levels"
    )


def _sign_in_first(request: Request, pk: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    if drafts.is_draft(request):
        return drafts.signed_out(request)
    step = _step(request, pk)
    to_log_in = redirect_to_login(step)
    if signed_out.keep(request, parts_of(step).path):
        return to_log_in  # whose page says that something is kept
    typed = [request.POST[name] for name in TYPED if request.POST.get(name, "").strip()]
    if request.htmx or not typed:
        return to_log_in
    context = {"typed": typed, "sign_in": to_log_in.url}
    return render(
        request, "credentials/submission/signed_out.html", context, status=403
    )


def _step(request: Request, pk: UUID) -> str:
    """The address of the page on which a form stood, whatever address it was sent to.

    Buttons of the evidence page have addresses of their own, which answer no GET.
    """
    match = request.resolver_match
    address = request.path
    if match and match.url_name in ("submission_add_file", "submission_add_link"):
        address = reverse("submission_evidence", args=[pk, match.kwargs["position"]])
    elif match and match.url_name == "submission_remove_item":
        position = request.POST.get("position", "")
        is_known = position.isdecimal() and len(position) <= 4
        address = (
            reverse("submission_evidence", args=[pk, int(position)])
            if is_known
            else reverse("submission", args=[pk])
        )
    return f"{address}?from=check" if request.GET.get("from") == "check" else address


def _not_editable(request: Request, submission: Submission) -> HttpResponse:
    if request.htmx:
        sentence = _("This was sent in the meantime. Nothing was changed.")
        return refusals.conflict(request, sentence)
    submission.refresh_from_db(fields=["status"])
    return render(
        request,
        "credentials/submission/not_editable.html",
        {"submission": submission, "section": "me"},
        status=409,
    )
