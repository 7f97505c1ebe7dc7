"""A learner's own page, and the switch that says who sees each credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpResponse
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
from django_htmx.http import push_url, replace_url

from credentials import sharing
from credentials.http import Request, parts_of
from credentials.models import Credential
from pathways import outlines
from portfolio import contacting
from portfolio.models import Profile, User
from portfolio.own import several
from portfolio.own.held import mark_seen, one_held
from portfolio.own.looking import Grouping, Look, Sort
from portfolio.own.own_page import gather
from portfolio.own.tagging import MOST_LETTERS
from portfolio.views.leading_back import address_before, see_other

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class Waiting(TypedDict):
        """Messages without an answer."""

        waiting: int


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
    """What needs the learner, what they hold, and what is under way.

    For htmx only what was searched for, with its one true address.
    """
    look = Look.read(dict(request.GET.lists()))
    if not request.htmx or request.htmx.history_restore_request:
        return page_of(request, look)
    context = _context(request, look, timezone.now())
    response = render(request, "portfolio/me/results.html#update", context)
    return _at(response, request, look)


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


def page_of(
    request: Request, look: Look, *, status: int = 200, **context: object
) -> HttpResponse:
    """The page as it is looked at; ``context`` says what went wrong on it."""
    now = timezone.now()
    whole = _context(request, look, now)
    whole |= {"pathways": outlines.joined(request.user, now), **context}
    response = render(request, "portfolio/me.html", whole, status=status)
    # A write on a GET, and a harmless one: nobody but the holder can make it, and it
    # only takes the word "New" away.
    if request.method == "GET" and not settings.READ_ONLY_UNTIL:
        mark_seen(whole["page"].held, now)
    return response


def _context(request: Request, look: Look, now: datetime) -> dict[str, Any]:
    """What the part that searching changes needs to know."""
    owner = _owner(request)
    page = gather(request.user, look=look, waiting=owner.waiting, now=now)
    numbers = page.numbers
    return _foot(owner, look) | {
        "section": "me",
        "page": page,
        "filters": page.filters,
        "plain": look.selecting(selects=False),
        "selecting": look.selecting(selects=True),
        "pages": numbers.paginator.get_elided_page_range(numbers.number),
        "ellipsis": Paginator.ELLIPSIS,
        "sorts": [(each, each == look.sort) for each in Sort],
        "groupings": [(each, each == look.grouping) for each in Grouping],
        "undo": several.undo_of(request.session, request.GET.get("changed", "")),
        "tag_letters": MOST_LETTERS,
    }


def _owner(request: Request) -> WithAnnotations[User, Waiting]:
    """Whose page it is, with their public page, organisation and messages. One query,
    also for who has none of these."""
    whole = User.objects.select_related("profile", "employment__employer")
    return whole.annotate(waiting=contacting.waiting()).get(pk=request.user.pk)


def _foot(owner: User, look: Look) -> dict[str, Any]:
    """What the foot of every card needs to know."""
    return {
        "profile": getattr(owner, "profile", None),
        "employment": getattr(owner, "employment", None),
        "choices": CHOICES,
        "look": look,
    }


def _before(request: Request) -> Look:
    """How the page was looked at on which the form stood."""
    found = parts_of(address_before(request, "")).query
    if not found:
        return Look.read(dict(request.GET.lists()))
    try:
        return Look.read(parse_qs(found, max_num_fields=100))
    except ValueError:  # more fields than any page has
        return Look()


def _at(response: HttpResponse, request: Request, look: Look) -> HttpResponse:
    """Say where the page is now. Choosing makes an entry in the history, typing not."""
    before = Look.read(parse_qs(parts_of(request.htmx.current_url or "").query))
    if before.without("q") == look.without("q"):
        return replace_url(response, look.address)
    return push_url(response, look.address)


def _changed(
    request: Request, credential: Credential, before: Credential.Visibility
) -> HttpResponse:
    """The card's foot, and what was done with a way to take it back."""
    context = _foot(_owner(request), _before(request)) | {
        "held": one_held(request.user, credential, timezone.now()),
        "is_answer": True,
    }
    if credential.visibility != before:
        context["said"] = _said(request, credential)
        context["before"] = before
    return render(request, "portfolio/me/card.html#changed", context)


def _not_a_choice(request: Request, credential: Credential) -> HttpResponse:
    if not request.htmx:
        return page_of(
            request,
            _before(request),
            status=UNPROCESSABLE,
            problem_with=credential,
        )
    context = _foot(_owner(request), _before(request)) | {
        "held": one_held(request.user, credential, timezone.now()),
        "problem_with": credential,
    }
    return render(request, "portfolio/me/card.html#foot", context, status=UNPROCESSABLE)


def _said(request: Request, credential: Credential) -> SafeString | str:
    """What was done; that the holder's page is off, when that matters."""
    if credential.is_imported and credential.visibility == Visibility.PRIVATE:
        return _("Now private. Only you see it.")
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
    return see_other(f"{_before(request).address}#credential-{credential.token}")
