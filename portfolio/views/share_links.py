"""A person's own time-limited links: the list, a new one, and the end of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import Count, Prefetch
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from credentials import limiting, pressing
from credentials.documents import absolute
from credentials.http import Request
from credentials.models import Credential
from portfolio.models import SharedCredential, ShareLink
from portfolio.sharing import share_linking
from portfolio.sharing.share_link_form import ShareLinkForm
from portfolio.views import errors

LINKS_PER_HOUR = 20
_ENDED_SHOWN = 20


@require_safe
@never_cache
def share_links(request: Request) -> HttpResponse:
    """The links that are open, newest first, and those that ended last."""
    now = timezone.now()
    own = _with_contents(request)
    still_open = own.open(now)
    ended = own.exclude(pk__in=still_open.values("pk"))
    context = {
        "section": "me",
        "open_links": [
            (link, absolute(link.get_absolute_url())) for link in still_open
        ],
        "ended_links": ended[:_ENDED_SHOWN],
        "has_credentials": share_linking.shareable(request.user).exists(),
        "is_full": len(still_open) >= share_linking.MOST_OPEN,
        "most_open": share_linking.MOST_OPEN,
    }
    return render(request, "portfolio/sharing/links.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_share_link(request: Request) -> HttpResponse:
    """Choose credentials, then evidence and how long; a POST makes the link."""
    own = share_linking.shareable(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    tokens = list(dict.fromkeys(asked.getlist("credential")))
    by_token = {each.token: each for each in own.defer("document", "jwt")}
    chosen = [by_token[token] for token in tokens if token in by_token]
    is_all_there = len(chosen) == len(tokens)
    if not chosen or not is_all_there or "more" in asked or _are_too_many(chosen):
        problem = _choice_problem(request, chosen, is_all_there=is_all_there)
        return _choose(request, list(by_token.values()), chosen, problem)
    if request.method == "POST":
        return _make(request, chosen)
    form = ShareLinkForm(chosen, initial={"idempotency_key": uuid4()})
    return _form_page(request, form)


# A form that comes after the session ended leads to the log-in and then to the list,
# not to this address, which answers no GET.
@require_POST
@never_cache
@login_not_required
def end_share_link(request: Request, token: str) -> HttpResponse:
    """End one's link at once; whoever has it reads from now on that it has ended."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("share_links"))
    own = ShareLink.objects.named(token).filter(owner=request.user)
    if share_linking.end(get_object_or_404(own)):
        messages.success(request, _("The link has ended. It shows nothing any more."))
    return redirect("share_links")


def _with_contents(request: Request) -> Any:
    shared = (
        SharedCredential.objects.exclude(credential__state=Credential.State.ERASED)
        .select_related("credential__version", "credential__issuer")
        .defer("credential__document", "credential__jwt")
        .annotate(items=Count("evidence"))
    )
    return (
        ShareLink.objects.filter(owner=request.user)
        .order_by("-created_at", "-pk")
        .prefetch_related(Prefetch("shared", queryset=shared))
    )


def _are_too_many(chosen: Sequence[Credential]) -> bool:
    return len(chosen) > share_linking.MOST_CREDENTIALS


def _choice_problem(
    request: Request, chosen: Sequence[Credential], *, is_all_there: bool
) -> str:
    """What is wrong with a choice of credentials; empty while none was made."""
    if not is_all_there:
        return _("One of them cannot be put behind a link. Choose again.")
    if _are_too_many(chosen):
        most = share_linking.MOST_CREDENTIALS
        return _("Choose %(most)d credentials or fewer.") % {"most": most}
    if not chosen and (request.method == "POST" or "next" in request.GET):
        return _("Choose at least one credential.")
    return ""


def _choose(
    request: Request,
    own: Sequence[Credential],
    chosen: Sequence[Credential],
    problem: str,
) -> HttpResponse:
    context = {
        "section": "me",
        "own": own,
        "chosen": {each.token for each in chosen},
        "most": share_linking.MOST_CREDENTIALS,
        "problem": problem,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "portfolio/sharing/choose.html", context, status=status)


def _make(request: Request, chosen: Sequence[Credential]) -> HttpResponse:
    form = ShareLinkForm(chosen, request.POST)
    if not form.is_valid():
        return _form_page(request, form)
    wait = limiting.hit(
        f"sharelink:{request.user.pk}", limit=LINKS_PER_HOUR, per=timedelta(hours=1)
    )
    if wait:
        form.add_error(None, limiting.TooManyTries(wait, _too_many_words()))
        return _form_page(request, form)
    try:
        address = _made_once(request, form)
    except pressing.PressedWithOtherWords:
        form.renew_key()
        form.add_error(None, _("This form changed after it was sent. Send it again."))
        return _form_page(request, form)
    except pressing.StillSaving:
        sentence = _("The first press of this button is still being saved.")
        return errors.conflict(request, sentence)
    except share_linking.TooManyOpen:
        form.add_error(None, _full_words())
        return _form_page(request, form)
    messages.success(request, _("The link is ready. Copy it and send it."))
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@transaction.atomic
def _made_once(request: Request, form: ShareLinkForm) -> str:
    key = form.cleaned_data["idempotency_key"]
    pressed = pressing.press(request.user.pk, key, form.said())
    if pressed.led_to:
        return pressed.led_to
    link = share_linking.make(
        form.chosen(),
        by=request.user,
        name=form.cleaned_data["name"],
        days=form.cleaned_data["days"],
    )
    address = f"{reverse('share_links')}#link-{link.token}"
    pressed.leads_to(address)
    return address


def _form_page(request: Request, form: ShareLinkForm) -> HttpResponse:
    context = {"section": "me", "form": form}
    wait = limiting.wait_of(form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    response = render(
        request,
        "portfolio/sharing/new.html",
        context,
        status=HTTPStatus.TOO_MANY_REQUESTS if wait else status,
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _too_many_words() -> str:
    return _("You made many links within the hour. Try again later.")


def _full_words() -> str:
    most = share_linking.MOST_OPEN
    return _("You have %(most)d open links. End one before you make another.") % {
        "most": most
    }
