"""The last pages of the wizard: who may see it, check and send."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials import pressing, submitting
from credentials.forms.submitting import SendForm, VisibilityForm
from credentials.http import Request
from credentials.models import Submission
from credentials.views import refusals
from credentials.views.submitting import signed_out
from credentials.views.submitting.own import (
    UNPROCESSABLE,
    leads_away,
    of_learner,
    see_other,
)
from credentials.views.submitting.parts import Part, Progress, address_of, after, frame


@require_http_methods(["GET", "HEAD", "POST"])
@of_learner
def visibility(request: Request, submission: Submission) -> HttpResponse:
    """For each item: reviewers only, or everyone who sees the credential.

    After the approval it is about what the credential names, and counts from now on.
    """
    if submission.status == Submission.Status.APPROVED:
        return _visibility_today(request, submission)
    if not submission.is_editable:
        return leads_away(request, submission)
    items = list(submission.evidence.all())
    if request.method != "POST":
        public = [str(item.pk) for item in items if item.is_public]
        public = signed_out.bring_back(request).get("public", public)
        form = VisibilityForm(items=items, initial={"public": public})
        return _visibility_page(request, submission, form, public)
    form = VisibilityForm(request.POST, items=items)
    if not form.is_valid():  # an item that is gone, or never was this learner's
        form.add_error(None, _("The list of your evidence changed. Choose again."))
        chosen = request.POST.getlist("public")
        return _visibility_page(request, submission, form, chosen, status=UNPROCESSABLE)
    if items:
        submitting.choose_visibility(submission, form.cleaned_data["public"])
    return see_other(after(request, submission, Part.VISIBILITY))


def _visibility_today(request: Request, submission: Submission) -> HttpResponse:
    items = submitting.named_in_credential(submission)
    public = [str(item.pk) for item in items if item.is_public]
    form = VisibilityForm(items=items, initial={"public": public})
    if request.method == "POST":
        form = VisibilityForm(request.POST, items=items)
        if form.is_valid():
            submitting.show_today(submission, form.cleaned_data["public"])
            return see_other(submission.get_absolute_url())
    context = {
        "section": "me",
        "submission": submission,
        "back": submission.get_absolute_url(),
        "items": items,
        "public": public,
        "form": form,
    }
    page = "credentials/submission/visibility_today.html"
    return render(request, page, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_learner
def check(request: Request, submission: Submission) -> HttpResponse:
    """Everything on one page, with a way to change each answer, and the button."""
    if request.method == "POST":
        return _send(request, submission)
    if not submission.is_editable:
        return see_other(submission.get_absolute_url())
    return _check_page(request, submission, SendForm())


def _send(request: Request, submission: Submission) -> HttpResponse:
    form = SendForm(request.POST)
    if not form.is_valid():
        if not submission.is_editable:
            raise submitting.NotEditable
        return _check_page(request, submission, form, status=UNPROCESSABLE)
    try:
        return see_other(_send_once(request, submission, form))
    except submitting.Incomplete:
        form.add_error(None, _("Some parts are not finished. They are listed below."))
    except ValidationError as error:  # the name, stored before rules became stricter
        form.add_error(None, error)
    except pressing.PressedWithOtherWords:
        # The key of another form: a new one, so that pressing again sends this one.
        form.data = {
            **{name: form.data.get(name) for name in form.data},
            "idempotency_key": str(uuid4()),
        }
        form.add_error(None, _("This page was sent before with other words. Check it."))
    except pressing.StillSaving:
        sentence = _("You pressed twice. Load this page again to see where it stands.")
        return refusals.conflict(request, sentence)
    return _check_page(request, submission, form, status=UNPROCESSABLE)


@transaction.atomic
def _send_once(request: Request, submission: Submission, form: SendForm) -> str:
    """Send it, or find out where the first press of this very form led."""
    body = f"send {submission.pk}".encode()
    pressed = pressing.press(request.user.pk, form.key, body)
    if pressed.led_to:
        return pressed.led_to
    submitting.send(submission, by=request.user)
    address = reverse("submission_sent", args=[submission.pk])
    pressed.leads_to(address)
    return address


def _check_page(
    request: Request, submission: Submission, form: SendForm, *, status: int = 200
) -> HttpResponse:
    progress = Progress(submission)
    context = {
        "section": "me",
        "submission": submission,
        "version": submission.version,
        "issuer": submission.achievement.issuer,
        "progress": progress,
        "unfinished": [
            task for task in progress.tasks()[:-1] if task.state != "completed"
        ],
        "changes": {
            "name": reverse("submission_name", args=[submission.pk]),
            **{
                part.value: f"{address_of(submission, part)}?from=check"
                for part in Part
            },
        },
        "form": form,
    }
    page = "credentials/submission/check.html"
    return render(request, page, context, status=status)


def _visibility_page(
    request: Request,
    submission: Submission,
    form: VisibilityForm,
    public: list[str],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(request, submission, Part.VISIBILITY),
        "form": form,
        "public": public,
    }
    page = "credentials/submission/visibility.html"
    return render(request, page, context, status=status)
