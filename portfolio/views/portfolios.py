"""Pages on paper: a person's portfolio and a collection as PDF.

A PDF takes a second or more of a processor, so only a few are made at once, and only so
many for one person or network.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials import limiting, turns
from credentials.http import Request, client_network, viewer_of
from credentials.views import refusals
from portfolio.collections.collection_page import items_of, seen_by_visitors
from portfolio.models import Collection, Profile
from portfolio.papers import portfolio_pdf as drawing
from portfolio.papers.portfolio_sections import Paper, PortfolioForm
from portfolio.profile.profile_page import ProfilePage
from portfolio.views.shown_collections import is_open

UNPROCESSABLE = 422
PER_HOUR = 20
#: So many are made at once, which leaves processors for everybody else.
AT_ONCE = 2


@require_safe
@never_cache
def portfolio_pdf(request: Request) -> HttpResponse:
    """Choose what of one's page is printed; the form leads to the PDF."""
    profile = get_object_or_404(
        Profile.objects.select_related("user"), user=request.user
    )
    return _choices(request, profile, PortfolioForm())


@require_safe
@login_not_required
def profile_pdf(request: HttpRequest, handle: str) -> HttpResponse:
    """The chosen parts of a page, while it is public; its owner's always.

    What cannot be read in the address is answered with the form, and 422; so is a
    choice of parts in which nothing stands.
    """
    profile = shown_profile(request, handle)
    form = PortfolioForm(request.GET)
    if not form.is_valid():
        response = _choices(request, profile, form, status=UNPROCESSABLE)
        return _private(response)
    page = ProfilePage(profile, "", timezone.now())
    try:
        return _made(
            request,
            lambda: drawing.portfolio(page, form.sections, form.paper_kind),
            f"{profile.handle}.pdf",
            is_listable=profile.is_listable,
        )
    except drawing.NothingToPrint:
        said = _("Nothing stands in the parts that are chosen, so there is no PDF.")
        form.add_error("show", said)
        return _private(_choices(request, profile, form, status=UNPROCESSABLE))


@require_safe
@login_not_required
def collection_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """What visitors see of a collection, for whom its page opens."""
    found = shown_collection(request, token)
    now = timezone.now()
    paper: Paper = "letter" if request.GET.get("paper") == "letter" else "a4"
    return _made(
        request,
        lambda: drawing.collection(
            found, seen_by_visitors(items_of(found, now)), paper, now
        ),
        "collection.pdf",
        is_listable=False,
    )


def shown_profile(request: HttpRequest, handle: str) -> Profile:
    """The page with this address. Raises Http404 while it is off, but to its owner."""
    viewer = viewer_of(request)
    pages = Profile.objects.select_related("user")
    found = get_object_or_404(pages, handle=handle.replace("\0", ""))
    is_owner = viewer is not None and viewer.pk == found.user_id
    if not is_owner and not (found.public_at and found.user.is_active):
        raise Http404
    return found


def shown_collection(request: HttpRequest, token: str) -> Collection:
    """The collection with this token. Raises Http404 to whom its page does not open."""
    viewer = viewer_of(request)
    found = Collection.objects.select_related("owner__profile").named(token).first()
    is_owner = found is not None and viewer is not None and found.owner_id == viewer.pk
    if found is None or not (is_owner or is_open(found)):
        raise Http404
    return found


def _choices(
    request: HttpRequest, profile: Profile, form: PortfolioForm, status: int = 200
) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "section": "me" if viewer and viewer.pk == profile.user_id else "",
        "is_owner": viewer is not None and viewer.pk == profile.user_id,
        "profile": profile,
        "form": form,
    }
    return render(request, "portfolio/portfolio_pdf.html", context, status=status)


def _made(
    request: HttpRequest, make: Callable[[], bytes], name: str, *, is_listable: bool
) -> HttpResponse:
    """The file, unless too many are asked for: then a page that says when to try."""
    viewer = viewer_of(request)
    who = f"person:{viewer.pk}" if viewer else client_network(request)
    wait = limiting.hit(f"portfolio-pdf:{who}", limit=PER_HOUR, per=timedelta(hours=1))
    if wait:
        return refusals.too_many(request, wait)
    try:
        with turns.turn("portfolio-pdf", places=AT_ONCE):
            body = make()
    except turns.AllTaken as busy:
        return refusals.unavailable(request, "printing", seconds=busy.seconds)
    response = HttpResponse(body, "application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    if not is_listable:
        response["X-Robots-Tag"] = "noindex"
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """What is switched off is gone at once: nobody keeps an answer."""
    response["Cache-Control"] = "private, no-store"
    return response
