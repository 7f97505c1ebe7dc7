"""The catalogue: one page with and without JavaScript, live with htmx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie
from django_htmx.http import push_url, replace_url

from credentials.catalogue import PAGE_SIZE, Counts, Search, Sort, counts, found
from credentials.http import parts_of
from portfolio.filters import Filters, address
from portfolio.own_states import cards
from portfolio.site.context import viewer_of

if TYPE_CHECKING:
    from credentials.http import Request


@require_safe
@login_not_required
@vary_on_cookie
def catalogue(request: Request) -> HttpResponse:
    """Badges to choose from; a fragment for htmx, with its one true address."""
    search = Search.read(dict(request.GET.lists()))
    counted = counts(search)
    page = _page(search, counted, request.GET.get("page", ""))
    context = {
        "section": "badges",
        "search": search,
        "counted": counted,
        "filters": Filters(search, counted),
        "sorts": _sorts(search),
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2),
        "ellipsis": Paginator.ELLIPSIS,
        "query": urlencode(search.pairs()),
        "cards": cards(page.object_list, viewer_of(request)),
        "canonical": address(search, page.number),
    }
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "portfolio/catalogue.html#update", context)
        return _at(response, request, search, address(search, page.number))
    return render(request, "portfolio/catalogue.html", context)


def _page(search: Search, counted: Counts, number: str) -> Page[Any]:
    paginator = Paginator(found(search), PAGE_SIZE)
    paginator.count = counted.found  # counted already
    return paginator.get_page(number)


def _sorts(search: Search) -> list[tuple[str, str | Promise, bool]]:
    """Value, label, whether chosen. The first has no value and is the usual order.

    Without words all badges match alike, and the newest come first.
    """
    usual = Sort.MATCH if search.words else Sort.NEWEST
    others = [sort for sort in Sort if sort not in {Sort.MATCH, usual}]
    return [
        ("", usual.label, search.sort in {Sort.MATCH, usual}),
        *((sort.value, sort.label, sort == search.sort) for sort in others),
    ]


def _at(
    response: HttpResponse, request: Request, search: Search, now: str
) -> HttpResponse:
    """Say where the page is now. Choosing makes an entry in the history, typing not."""
    before = parse_qs(parts_of(request.htmx.current_url or "").query)
    if Search.read(before).without("q") == search.without("q"):
        return replace_url(response, now)
    return push_url(response, now)
