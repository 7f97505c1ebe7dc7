"""The pages on which organisations decide what they stand behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
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

from credentials.models import Achievement, Issuer
from credentials.sealing import SealingError
from credentials.signing_keys import NoActiveKey
from portfolio.endorsing import acting, asking, giving, showing
from portfolio.endorsing.forms import WordsForm
from portfolio.models import EmployerMember, Endorsement
from portfolio.views import endorsements as endorsement_pages
from portfolio.views import errors
from portfolio.views.leading_back import see_other

if TYPE_CHECKING:
    from credentials.http import Request

UNPROCESSABLE, CONFLICT = 422, 409
PAGE_SIZE = 50
State = Endorsement.State


@require_safe
@never_cache
def endorsements(request: Request) -> HttpResponse:
    """What waits for the organisations one acts for, and what they said."""
    own = list(acting.organisations_of(request.user).order_by("name", "pk")[:20])
    waiting = list(asking.waiting_for(request.user)[:PAGE_SIZE]) if own else []
    decided = asking.decided_for(request.user) if own else Endorsement.objects.none()
    page = Paginator(decided, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "is_employed": EmployerMember.objects.filter(user=request.user).exists(),
        "organisations": own,
        "waiting": [entry(each) for each in waiting],
        "decided": [entry(each) for each in page],
        "page": page,
        "section": "",
    }
    return render(request, "portfolio/endorsements/desk.html", context)


def entry(endorsement: Endorsement) -> dict[str, Any]:
    """One row of a list: what is asked or said, and about what.

    A credential that its holder made private since is not named any more.
    """
    credential = endorsement.credential
    return {
        "endorsement": endorsement,
        "target": endorsement.target,
        "title": showing.title_of(endorsement.target),
        "phrase": showing.phrase(endorsement),
        "is_hidden": credential is not None
        and credential.visibility == credential.Visibility.PRIVATE,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recognise_badge(request: Request, issuer: str, slug: str) -> HttpResponse:
    """Say what one's organisation accepts a badge for."""
    badges = Achievement.objects.select_related("issuer", "current_version")
    badge = get_object_or_404(
        badges, issuer__slug=issuer, slug=slug, current_version__isnull=False
    )
    return _give(request, badge, badge.issuer)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def endorse_issuer(request: Request, slug: str) -> HttpResponse:
    """Say why one's organisation stands behind an issuer."""
    issuer = get_object_or_404(Issuer, slug=slug)
    return _give(request, issuer, issuer)


def _give(
    request: Request, target: Achievement | Issuer, whose: Issuer
) -> HttpResponse:
    own = acting.organisations_of(request.user).exclude(pk=whose.pk).order_by("name")
    if not own.exists():
        raise Http404
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        organisations=own,
        kinds=isinstance(target, Achievement),
    )
    context = {
        "form": form,
        "target": target,
        "title": showing.title_of(target),
        "is_badge": isinstance(target, Achievement),
    }
    template = "portfolio/endorsements/give.html"
    if not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, template, context, status=status)
    organisation = form.cleaned_data["organisation"]

    def give() -> Endorsement:
        return giving.give(organisation, target, form.words, by=request.user)

    return _signed(request, form, give, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer_endorsement(request: Request, token: str) -> HttpResponse:
    """Agree to what was asked for, in one's own words, or decline."""
    found = endorsement_pages.find(request, token)
    if not acting.acts_for(request.user, found.organisation):
        raise Http404
    if found.state != State.ASKED:
        return _too_late(request)
    is_declined = request.POST.get("answer") == "decline"
    form = WordsForm(
        request.POST if request.method == "POST" and not is_declined else None,
        initial={"kind": found.kind},
        organisations=None,
        kinds=found.achievement is not None,
    )
    if request.method == "POST" and is_declined:
        return _declined(request, found)
    context = {**entry(found), "form": form, "organisation": found.organisation}
    template = "portfolio/endorsements/answer.html"
    if not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, template, context, status=status)

    def accept() -> Endorsement:
        return giving.accept(found, form.words, by=request.user)

    try:
        return _signed(request, form, accept, template, context)
    except giving.StillPrivate:
        context["is_hidden"] = True
        return render(request, template, context, status=CONFLICT)


def _declined(request: Request, found: Endorsement) -> HttpResponse:
    try:
        giving.decline(found, by=request.user)
    except giving.AlreadyDecided:
        return _too_late(request)
    except giving.NotAllowed:
        raise Http404 from None
    messages.success(request, _("Declined. Who asked gets a mail."))
    return see_other(reverse("endorsements"))


def _signed(
    request: Request,
    form: WordsForm,
    sign: Callable[[], Endorsement],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Sign; lead to the page of what was signed, or say why it was not."""
    try:
        signed = sign()
    except giving.NotAllowed:
        raise Http404 from None
    except giving.AlreadyDecided:
        return _too_late(request)
    except giving.AlreadyGiven:
        problem = _("Your organisation says this already.")
    except giving.CannotBeEndorsed:
        problem = _("This cannot be relied on today, so it cannot be endorsed.")
    except NoActiveKey:
        problem = _("Your organisation has no key to sign with.")
    except SealingError:
        problem = _("These words cannot be signed. Leave out unusual characters.")
    else:
        messages.success(request, _("Signed. Anyone can check it at this address."))
        return see_other(signed.get_absolute_url())
    form.add_error(None, problem)
    return render(request, template, context, status=CONFLICT)


# A form that comes after the session ended leads to the log-in and then to the list,
# not to this address, which answers no GET.
@require_POST
@never_cache
@login_not_required
def withdraw_endorsement(request: Request, token: str) -> HttpResponse:
    """Withdraw what one's organisation said."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("endorsements"))
    rows = Endorsement.objects.named(token).select_related("organisation")
    found = get_object_or_404(rows.exclude(state__in=[State.ASKED, State.DECLINED]))
    try:
        giving.withdraw(found, by=request.user)
    except giving.NotAllowed:
        raise Http404 from None
    except giving.AlreadyDecided:
        return errors.conflict(request, _("It was withdrawn before you pressed."))
    messages.success(request, _("Withdrawn. Its page and the status list say so."))
    return see_other(reverse("endorsements"))


def _too_late(request: Request) -> HttpResponse:
    return errors.conflict(
        request, _("This was answered or taken back before you pressed.")
    )
