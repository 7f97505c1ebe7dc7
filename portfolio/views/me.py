"""A learner's own page, and the switch that says who sees each credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from credentials import sharing
from credentials.http import Request
from credentials.models import Credential
from pathways import outlines
from portfolio.held import Sort, mark_seen, one_held
from portfolio.models import Profile
from portfolio.own_page import gather

UNPROCESSABLE = 422

Visibility = Credential.Visibility


@dataclass(frozen=True, slots=True)
class Choice:
    """Who may see a credential: what that means, and what is said once it is so."""

    visibility: Credential.Visibility
    icon: str
    meaning: str | Promise
    done: str | Promise
    warning: str | Promise = ""


_NOTHING_TO_SHOW = gettext_lazy(
    "Codes on printed certificates then lead to a page that says there is nothing to "
    "show."
)
CHOICES = (
    Choice(
        Visibility.PUBLIC,
        "globe",
        gettext_lazy("Anyone can see it"),
        gettext_lazy("Now public. Anyone can see it."),
    ),
    Choice(
        Visibility.LINK,
        "link",
        gettext_lazy("People with the link see it"),
        gettext_lazy("Now link only. People with the link see it."),
    ),
    Choice(
        Visibility.PRIVATE,
        "lock",
        gettext_lazy("Only you and the issuer see it."),
        gettext_lazy("Now private. Only you and the issuer see it."),
        _NOTHING_TO_SHOW,
    ),
)


@require_safe
@never_cache
def me(request: Request) -> HttpResponse:
    """What needs the learner, what they hold, and what is under way."""
    return _page(request)


# A form that comes after the session ended leads to the log-in and then back to the
# page, not to this address, which answers no GET.
@require_POST
@never_cache
@login_not_required
def set_visibility(request: Request, token: str) -> HttpResponse:
    """Show a credential of one's own to nobody, to people with the link, to all."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("me"))
    credential = get_object_or_404(Credential.objects.of(request.user).named(token))
    wanted = request.POST.get("visibility", "")
    if wanted not in Visibility.values:
        return _not_a_choice(request, credential)
    before = sharing.show_to(credential, Visibility(wanted), by=request.user)
    if request.htmx:
        return _changed(request, credential, before)
    if credential.visibility != before:
        messages.success(request, _said(request, credential))
    return _back(request, credential)


def _page(
    request: Request, *, problem_with: Credential | None = None, status: int = 200
) -> HttpResponse:
    now, sort = timezone.now(), _sort(request)
    number = request.GET.get("page", "")
    page = gather(request.user, sort=sort, number=number, now=now)
    context = _foot(request) | {
        "section": "me",
        "page": page,
        "pathways": outlines.joined(request.user, now),
        "pages": page.numbers.paginator.get_elided_page_range(page.numbers.number),
        "ellipsis": Paginator.ELLIPSIS,
        "query_of_page": _query_of_page(sort),
        "sorts": [(each, each == sort) for each in Sort],
        "problem_with": problem_with,
    }
    response = render(request, "portfolio/me.html", context, status=status)
    # A write on a GET, and a harmless one: nobody but the holder can make it, and it
    # only takes the word "New" away.
    if request.method == "GET" and not settings.READ_ONLY_UNTIL:
        mark_seen(page.held, now)
    return response


def _foot(request: Request) -> dict[str, Any]:
    """What the foot of every card needs to know."""
    return {
        "profile": Profile.objects.filter(user=request.user).first(),
        "choices": CHOICES,
        "query": _query(request),
    }


def _sort(request: Request) -> Sort:
    return Sort.read(request.GET.get("sort", ""))


def _query(request: Request) -> str:
    """Order and number of the page, for addresses that lead back to it."""
    sort, number = _sort(request), request.GET.get("page", "")
    chosen = {"sort": sort.value} if sort != Sort.NEWEST else {}
    # More digits than any page has: Python refuses to read very long numbers.
    if number.isascii() and number.isdecimal() and len(number) < 6:
        chosen["page"] = number
    return f"?{urlencode(chosen)}" if chosen else ""


def _query_of_page(sort: Sort) -> str:
    """What stands before the number of a page."""
    return "?page=" if sort == Sort.NEWEST else f"?sort={sort.value}&page="


def _changed(
    request: Request, credential: Credential, before: Credential.Visibility
) -> HttpResponse:
    """The card's foot, and what was done with a way to take it back."""
    context = _foot(request) | {
        "held": one_held(request.user, credential, timezone.now()),
        "is_answer": True,
    }
    if credential.visibility != before:
        context["said"] = _said(request, credential)
        context["before"] = before
    return render(request, "portfolio/me.html#changed", context)


def _not_a_choice(request: Request, credential: Credential) -> HttpResponse:
    if not request.htmx:
        return _page(request, problem_with=credential, status=UNPROCESSABLE)
    context = _foot(request) | {
        "held": one_held(request.user, credential, timezone.now()),
        "problem_with": credential,
    }
    return render(request, "portfolio/me.html#foot", context, status=UNPROCESSABLE)


def _said(request: Request, credential: Credential) -> SafeString | str:
    """What was done; that the holder's page is off, when that matters."""
    now = next(each for each in CHOICES if each.visibility == credential.visibility)
    sentence = f"{now.done} {now.warning}".rstrip()
    is_on = Profile.objects.public().filter(user=request.user).exists()
    if credential.visibility != Visibility.PUBLIC or is_on:
        return sentence
    return format_html(
        '{} {} <a href="{}">{}</a>',
        sentence,
        _("Your public page is off."),
        reverse("settings"),
        _("Turn it on in the settings"),
    )


def _back(request: Request, credential: Credential) -> HttpResponse:
    card = f"#credential-{credential.token}"
    return HttpResponseRedirect(reverse("me") + _query(request) + card, status=303)
