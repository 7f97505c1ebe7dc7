"""Asking for endorsements, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from credentials import limiting, verifying
from credentials.models import Achievement, Credential
from portfolio.endorsing import acting, asking, giving, hiding, showing
from portfolio.endorsing.forms import AskForm
from portfolio.models import Endorsement
from portfolio.views import errors
from portfolio.views.leading_back import see_other
from portfolio.views.recognising import entry

if TYPE_CHECKING:
    from credentials.http import Request

UNPROCESSABLE, CONFLICT, TOO_MANY = 422, 409, 429
PER_DAY = 10
MOST = 100
State = Endorsement.State


@require_safe
@never_cache
def own_endorsements(request: Request) -> HttpResponse:
    """What one asked for and got."""
    signed = [State.GIVEN, State.WITHDRAWN]
    mine = asking.asked_by(request.user)
    context = {
        "section": "me",
        "asked": [entry(each) for each in mine.exclude(state__in=signed)[:MOST]],
        "received": [entry(each) for each in mine.filter(state__in=signed)[:MOST]],
    }
    return render(request, "portfolio/endorsements/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_endorsement(request: Request, token: str) -> HttpResponse:
    """Ask an organisation to endorse one credential of one's own."""
    own = Credential.objects.of(request.user).select_related("signing_key")
    credential = get_object_or_404(own, pk__in=Credential.objects.named(token))
    if credential.issuer is None:
        raise Http404
    is_private = credential.visibility == Credential.Visibility.PRIVATE
    if is_private or not verifying.status_of(credential).verdict.is_good:
        context = {"credential": credential, "is_private": is_private}
        return render(
            request,
            "portfolio/endorsements/cannot_ask.html",
            context,
            status=CONFLICT if request.method == "POST" else 200,
        )
    form = AskForm(
        request.POST if request.method == "POST" else None,
        organisations=acting.can_sign().exclude(pk=credential.issuer.pk),
        kinds=False,
    )
    context = {"form": form, "credential": credential, "title": credential.title}
    if not form.is_valid():
        return _form_page(request, form, context)

    def ask() -> Endorsement:
        return asking.ask_about_credential(
            form.cleaned_data["organisation"],
            credential,
            request=form.cleaned_data["request"],
            by=request.user,
        )

    return _asked(request, form, ask, context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_recognition(request: Request, issuer: str, slug: str) -> HttpResponse:
    """Ask an organisation to recognise a badge that one defines."""
    badges = Achievement.objects.select_related("issuer", "current_version")
    badge = get_object_or_404(
        badges, issuer__slug=issuer, slug=slug, current_version__isnull=False
    )
    if not acting.asks_for(request.user, badge.issuer):
        raise Http404
    form = AskForm(
        request.POST if request.method == "POST" else None,
        organisations=acting.can_sign().exclude(pk=badge.issuer_id),
        kinds=True,
    )
    context = {"form": form, "badge": badge, "title": showing.title_of(badge)}
    if not form.is_valid():
        return _form_page(request, form, context)

    def ask() -> Endorsement:
        return asking.ask_about_badge(
            form.cleaned_data["organisation"],
            badge,
            kind=Endorsement.Kind(form.cleaned_data["kind"]),
            request=form.cleaned_data["request"],
            by=request.user,
        )

    return _asked(request, form, ask, context)


# A form that comes after the session ended leads to the log-in and then to the list,
# not to this address, which answers no GET.
@require_POST
@never_cache
@login_not_required
def take_back_endorsement(request: Request, token: str) -> HttpResponse:
    """Take one's own request back before it is answered."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("own_endorsements"))
    rows = Endorsement.objects.named(token)
    found = get_object_or_404(rows, asked_by=request.user)
    try:
        asking.take_back(found, by=request.user)
    except giving.AlreadyDecided:
        return errors.conflict(request, _("It was answered before you pressed."))
    messages.success(request, _("Your request is taken back."))
    return see_other(reverse("own_endorsements"))


# The press names what it makes so, and a form that comes late changes nothing twice.
@require_POST
@never_cache
@login_not_required
def show_endorsement(request: Request, token: str) -> HttpResponse:
    """Show an endorsement beside one's own credential (``shown``: yes), or hide it."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("own_endorsements"))
    rows = Endorsement.objects.named(token).select_related("credential", "organisation")
    found = get_object_or_404(rows, state=State.GIVEN)
    is_shown = request.POST.get("shown") == "yes"
    try:
        is_new = hiding.show(found, is_shown=is_shown, by=request.user)
    except giving.NotAllowed:
        raise Http404 from None
    if is_new:
        said = (
            _("What %(name)s says stands on your credential again.")
            if is_shown
            else _("What %(name)s says is hidden now. Its link still works.")
        )
        messages.success(request, said % {"name": found.organisation.name})
    return see_other(f"{reverse('own_endorsements')}#e-{token}")


def _asked(
    request: Request, form: AskForm, ask: Any, context: dict[str, Any]
) -> HttpResponse:
    wait = limiting.hit(
        f"endorsement:{request.user.pk}", limit=PER_DAY, per=timedelta(days=1)
    )
    if wait:
        form.add_error(None, limiting.TooManyTries(wait))
        response = _form_page(request, form, context, TOO_MANY)
        response["Retry-After"] = str(wait)
        return response
    try:
        asked: Endorsement = ask()
    except giving.NotAllowed:
        raise Http404 from None
    except giving.StillPrivate:
        problem = _("Nobody but you sees this credential now.")
    except asking.NobodyDecides:
        problem = _("They cannot answer now. Ask another organisation.")
    except giving.CannotBeEndorsed:
        problem = _("This cannot be relied on today, so it cannot be endorsed.")
    except asking.AlreadyAsked:
        problem = _("You asked them already, or they endorse it.")
    else:
        said = _("Your request is with %(name)s. You get a mail when they answer.")
        messages.success(request, said % {"name": asked.organisation.name})
        return see_other(reverse("own_endorsements"))
    form.add_error(None, problem)
    return _form_page(request, form, context, CONFLICT)


def _form_page(
    request: Request, form: AskForm, context: dict[str, Any], status: int = 0
) -> HttpResponse:
    status = status or (UNPROCESSABLE if form.is_bound else 200)
    template = "portfolio/endorsements/ask.html"
    return render(request, template, context, status=status)
