"""The review page: evidence beside criteria, one decision."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from credentials import awarding, keys, pressing, reviewing, sealing, signing_keys
from credentials.admin.review_form import ReviewForm
from credentials.admin.scope import staff
from credentials.admin.states import submission_tag
from credentials.models import (
    Credential,
    Criterion,
    CriterionReview,
    Evidence,
    Review,
    Submission,
)

logger = logging.getLogger(__name__)

#: Why nothing was saved, although nobody else decided.
REFUSED = (
    reviewing.IncompleteDecision,
    awarding.AlreadyHeld,
    sealing.SealingError,
    signing_keys.NoActiveKey,
    keys.KeyFault,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion with what was handed in for it and what was said before."""

    criterion: Criterion
    evidence: list[Evidence]
    said: CriterionReview | None
    form: dict[str, Any] | None


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a submission; decide it when a button was pressed."""
    submission = _mine(request, pk)
    if request.method == "POST":
        return _decide(request, submission)
    waits = submission.status in Submission.WAITING
    form = None
    if waits:
        initial = {"round": submission.round, "idempotency_key": uuid4()}
        form = ReviewForm(_criteria(submission), initial=initial)
    return _page(request, submission, form)


@require_POST
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the review, so that the learner can no longer withdraw."""
    submission = _mine(request, pk)
    try:
        reviewing.begin(submission, by=staff(request))
    except reviewing.AlreadyDecided as decided:
        return _page(request, submission, None, decided=decided, status=409)
    messages.success(request, _("Your review began. The learner can see that."))
    return redirect("admin:credentials_submission_review", pk)


def duplicates(request: HttpRequest, submissions: Iterable[UUID]) -> QuerySet[Evidence]:
    """Return files of these submissions that another learner handed in as well.

    Looks at what was sent to one's own issuers alone, and not taken back. One query.
    """
    sent = Evidence.objects.sent_to(staff(request)).filter(kind=Evidence.Kind.FILE)
    same_file = sent.filter(sha256_received=OuterRef("sha256_received")).exclude(
        submission__learner=OuterRef("submission__learner")
    )
    mine = sent.filter(submission__in=list(submissions))
    return mine.filter(Exists(same_file))


def _mine(request: HttpRequest, pk: UUID) -> Submission:
    """Return a submission that the person may review, or 404."""
    allowed = Submission.objects.reviewable_by(staff(request)).select_related(
        "version", "learner", "achievement__issuer", "decided_by"
    )
    return get_object_or_404(allowed, pk=pk)


def _criteria(submission: Submission) -> list[Criterion]:
    return list(submission.version.criteria.prefetch_related("levels"))


def _decide(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Decide once, whatever happens: two people, two presses, a page that is old."""
    form = ReviewForm(_criteria(submission), request.POST)
    if not form.is_valid():
        return _page(request, submission, form, status=422)
    if request.POST.get("decision") not in Review.Decision.values:
        raise BadRequest("No decision was pressed.")
    submission.round = form.cleaned_data["round"]
    try:
        return redirect(_press(request, submission, form))
    except (reviewing.AlreadyDecided, pressing.PressedWithOtherWords) as error:
        decided = _who_was_faster(submission, error)
        return _page(request, submission, form, decided=decided, status=409)
    except pressing.StillSaving:
        form.add_error(None, _("The first press is still being saved. Try again."))
        return _page(request, submission, form, status=409)
    except REFUSED as error:
        _explain(form, error)
    submission.refresh_from_db()
    return _page(request, submission, form, status=422)


def _explain(form: ReviewForm, error: Exception) -> None:
    """Say beside the right field why nothing was saved."""
    if isinstance(error, reviewing.IncompleteDecision):
        for name, sentence in error.problems.items():
            form.add_error(name, str(sentence))
    elif isinstance(error, awarding.AlreadyHeld):
        form.add_error(None, _("The learner holds this badge already."))
    else:
        logger.error("A credential could not be signed", exc_info=error)
        words = _(
            "The credential could not be signed, so nothing was saved. "
            "Tell the operator of this site: the log says why."
        )
        form.add_error(None, words)


@transaction.atomic
def _press(request: HttpRequest, submission: Submission, form: ReviewForm) -> str:
    """Take the decision, or return where the first press of this form led."""
    user = staff(request)
    words = sorted(
        (name, values)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
    )
    body = json.dumps(words).encode()
    press = pressing.press(user.pk, form.cleaned_data["idempotency_key"], body)
    if press.led_to:
        return press.led_to
    opinion = form.opinion()
    reviewing.decide(submission, opinion, by=user)
    address = reverse("admin:credentials_submission_review", args=[submission.pk])
    press.leads_to(address)
    messages.success(request, _said(opinion.decision))
    return address


def _said(decision: Review.Decision) -> str:
    if decision == Review.Decision.APPROVE:
        return _("Approved. The credential is issued, and we email the learner.")
    if decision == Review.Decision.RETURN:
        return _("Returned. We email the learner your comment.")
    return _("Declined. We email the learner your comment.")


def _who_was_faster(
    submission: Submission,
    error: reviewing.AlreadyDecided | pressing.PressedWithOtherWords,
) -> reviewing.AlreadyDecided:
    submission.refresh_from_db()
    if isinstance(error, reviewing.AlreadyDecided):
        return error
    latest = submission.reviews.select_related("reviewer").order_by("-round").first()
    return reviewing.AlreadyDecided(latest)


def _page(
    request: HttpRequest,
    submission: Submission,
    form: ReviewForm | None,
    *,
    decided: reviewing.AlreadyDecided | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": submission.version.name,
        "opts": Submission._meta,
        "submission": submission,
        "version": submission.version,
        "state": submission_tag(submission),
        "parts": _parts(request, submission, form),
        "previous": _previous(submission),
        "form": form,
        "decided": decided,
        "now": timezone.now(),
        "review": _review_of_this_round(submission),
        **_outcome(submission),
    }
    return TemplateResponse(
        request, "admin/credentials/submission/review.html", context, status=status
    )


def _parts(
    request: HttpRequest, submission: Submission, form: ReviewForm | None
) -> list[Part]:
    criteria = _criteria(submission)
    twice = set(duplicates(request, [submission.pk]).values_list("pk", flat=True))
    previous = _previous(submission)
    said = (
        {note.criterion_id: note for note in previous.criteria.all()}
        if previous
        else {}
    )
    items: dict[int, list[Evidence]] = {}
    for item in submission.evidence.sent_to(staff(request)):
        item.came_twice = item.pk in twice  # type: ignore[attr-defined]  # for the page
        items.setdefault(item.criterion_id, []).append(item)
    return [
        Part(
            criterion,
            items.get(criterion.pk, []),
            said.get(criterion.pk),
            _fields(form, criterion) if form else None,
        )
        for criterion in criteria
    ]


def _fields(form: ReviewForm, criterion: Criterion) -> dict[str, Any]:
    return {
        "level": form[f"level-{criterion.pk}"],
        "note": form[f"note-{criterion.pk}"],
    }


def _previous(submission: Submission) -> Review | None:
    """Return what was said about the hand-in before this one."""
    earlier = submission.reviews.filter(round__lt=submission.round)
    return (
        earlier.select_related("reviewer")
        .prefetch_related("criteria__level")
        .order_by("-round")
        .first()
    )


def _review_of_this_round(submission: Submission) -> Review | None:
    reviews = submission.reviews.select_related("reviewer").prefetch_related(
        "criteria__criterion", "criteria__level"
    )
    return reviews.filter(round=submission.round).first()


def _outcome(submission: Submission) -> dict[str, Any]:
    """What approving would do, or what it did."""
    version = submission.version
    held = awarding.holding(submission.achievement, submission.learner)
    if held and awarding.can_renew(held, timezone.now()):
        held = None
    return {
        "would_end": awarding.ends(timezone.now(), version.validity_months),
        "held": held if submission.status in Submission.WAITING else None,
        "credential": Credential.objects.filter(submission=submission).first(),
        "waiting": submission.status in Submission.WAITING,
    }
