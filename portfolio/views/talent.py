"""The talent search: people who chose to be found, by what they have proven."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie
from django_htmx.http import replace_url

from credentials import limiting
from credentials.http import client_network, viewer_of
from credentials.models.skills import Level
from portfolio.employers import shortlist
from portfolio.talent import counting, found_counts
from portfolio.talent.asking import MOST_PEOPLE, PAGE_SIZE, Search, Sort
from portfolio.talent.cards import card_of
from portfolio.talent.filters import Filters, address, emphasised
from portfolio.talent.folding import fold
from portfolio.talent.people import Person, people
from portfolio.talent.searching import Found, find
from portfolio.views.errors import too_many

if TYPE_CHECKING:
    from credentials.http import Request

PER_MINUTE = 30
PER_DAY = 300


@require_safe
@login_not_required
@vary_on_cookie
def talent(request: Request) -> HttpResponse:
    """Search people; a fragment for htmx, with its one true address."""
    search, now = Search.read(dict(request.GET.lists())), timezone.now()
    if search.names_something and (wait := wait_of(request)):
        return too_many(request, wait)
    context = _results(search, request, now) if search.names_something else {}
    context |= {
        "section": "talent",
        "search": search,
        "areas": [] if search.names_something else counting.areas(),
        "sorts": [(each, each == search.sort) for each in Sort],
        "levels": [(each, each == search.level) for each in Level],
    }
    is_fragment = request.htmx and not request.htmx.history_restore_request
    name = "portfolio/talent.html#update" if is_fragment else "portfolio/talent.html"
    response = render(request, name, context)
    response["Cache-Control"] = "private, no-store"
    if is_fragment:
        number = context["page"].number if "page" in context else 1
        return replace_url(response, address(search, number))
    return response


def _results(search: Search, request: Request, now: datetime) -> dict[str, Any]:
    found = find(search, now)
    page = _page(found, request.GET.get("page", ""))
    viewer = viewer_of(request)
    kept = shortlist.kept_for(viewer)
    shown = people(
        list(page.object_list), found.things, now, said=found.said, is_kept=kept
    )
    filters = Filters(search, found, counting.options(found, now))
    count_found(request, shown, now)
    terms = [fold(term) for term in search.words.split()]
    return {
        "found": found,
        "is_cut": not found.is_whole and len(found.learners) == MOST_PEOPLE,
        "page": page,
        "people": [card_of(each, viewer, terms) for each in shown],
        "filters": filters,
        "asked": emphasised(filters.asked),
        "way_out": None if found.total else filters.way_out(now),
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2),
        "ellipsis": Paginator.ELLIPSIS,
        "query": address(search).partition("?")[2],
    }


def _page(found: Found, number: str) -> Page[int]:
    return Paginator(found.learners, PAGE_SIZE).get_page(number)


def count_found(request: Request, shown: list[Person], now: datetime) -> None:
    """Count who was found; oneself and a site that only reads count nobody."""
    if settings.READ_ONLY_UNTIL or request.method != "GET":
        return
    viewer = viewer_of(request)
    own = viewer.pk if viewer else None
    found_counts.count([p for p in shown if p.profile.user_id != own], now)


def wait_of(request: Request) -> int:
    """Seconds to wait: 30 searches a minute; 300 a day for who is not signed in."""
    viewer = viewer_of(request)
    who = f"user:{viewer.pk}" if viewer else client_network(request)
    wait = limiting.hit(f"talent:{who}", limit=PER_MINUTE, per=timedelta(minutes=1))
    if wait or viewer:
        return wait
    return limiting.hit(f"talent:day:{who}", limit=PER_DAY, per=timedelta(days=1))
