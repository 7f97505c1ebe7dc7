"""Where a submission begins."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials import awarding, standing, submitting, track_record
from credentials.http import Request
from credentials.models import Achievement, Credential, Submission
from credentials.views.submitting.own import of_learner, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: Request, issuer: str, slug: str) -> HttpResponse:
    """What the badge takes, and the button that begins; an open one is continued."""
    achievement = get_object_or_404(
        Achievement.objects.published(), issuer__slug=issuer, slug=slug
    )
    if request.method == "POST":
        try:
            begun = submitting.start(achievement, learner=request.user)
        except (submitting.NotOffered, submitting.AlreadyHeld):
            return see_other(reverse("start", args=[issuer, slug]))
        return see_other(begun.get_absolute_url())
    return _start_page(request, achievement)


def _start_page(request: Request, achievement: Achievement) -> HttpResponse:
    own = standing.own(request.user, achievement, timezone.now())
    if own.open:
        return see_other(own.open.get_absolute_url())
    version = achievement.current_version
    assert version is not None  # noqa: S101 - published() says so, mypy cannot know
    held = awarding.holding(achievement, request.user)
    is_in_the_way = held and not awarding.can_renew(held, timezone.now())
    context = {
        "section": "badges",
        "achievement": achievement,
        "version": version,
        "criteria": version.criteria.all(),
        "issuer": achievement.issuer,
        "answers": track_record.answers(achievement),
        "held": held if is_in_the_way else None,
        "renews_from": _renews_from(held) if held else None,
    }
    return render(request, "credentials/submission/start.html", context)


def _renews_from(held: Credential) -> datetime | None:
    """From when it can be renewed; never while it is paused or when it has no end."""
    if held.valid_until is None or held.state != Credential.State.ACTIVE:
        return None
    return awarding.renews_from(held.issued_at, held.valid_until)


@require_http_methods(["GET", "HEAD", "POST"])
@of_learner
def withdraw(request: Request, submission: Submission) -> HttpResponse:
    """Take back what was sent, until the review begins. GET asks first."""
    if request.method == "POST":
        submitting.withdraw(submission, by=request.user)
        messages.success(request, _("You took your evidence back."))
        return see_other(submission.get_absolute_url())
    if submission.status not in (
        Submission.Status.SUBMITTED,
        Submission.Status.RETURNED,
    ):
        return see_other(submission.get_absolute_url())
    return _ask(request, submission, "withdraw")


@require_http_methods(["GET", "HEAD", "POST"])
@of_learner
def delete(request: Request, submission: Submission) -> HttpResponse:
    """Throw a draft away. GET asks first."""
    if request.method == "POST":
        submitting.delete_draft(submission, by=request.user)
        messages.success(request, _("Your draft is deleted."))
        return see_other(submission.achievement.get_absolute_url())
    if submission.status != Submission.Status.DRAFT:
        return see_other(submission.get_absolute_url())
    return _ask(request, submission, "delete")


def _ask(request: Request, submission: Submission, what: str) -> HttpResponse:
    context = {
        "section": "me",
        "submission": submission,
        "version": submission.version,
        "issuer": submission.achievement.issuer,
        "what": what,
    }
    return render(request, "credentials/submission/confirm.html", context)
