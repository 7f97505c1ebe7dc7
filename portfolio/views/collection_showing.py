"""Filling a collection and showing it; what stays out of view is said before."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from credentials.http import Request
from credentials.models import Credential
from portfolio.collections import collecting
from portfolio.collections.collection_page import Item, hidden_in, offer
from portfolio.models import Collection
from portfolio.models.collections import ITEMS
from portfolio.views.collection_choices import choice_of
from portfolio.views.collections import edit_page, of_owner, see_edit

UNPROCESSABLE, CONFLICT = 422, 409

Visibility = Credential.Visibility
#: What the owner says about those that would stay out of view.
LEAVE, ALSO = "leave", "also"


@require_http_methods(["GET", "HEAD", "POST"])
@of_owner
def show_collection(request: Request, collection: Collection) -> HttpResponse:
    """Let others see it, or nobody. GET names what would stay out of their view.

    Nothing changes before its owner has said what to do about those.
    """
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("visibility", "")
    if wanted not in Visibility.values:
        if request.method != "POST":
            return HttpResponseRedirect(_address("edit_collection", collection))
        problem = _("Choose who sees it: public, link only or private.")
        return edit_page(request, collection, problem=problem, status=UNPROCESSABLE)
    visibility = Visibility(wanted)
    hidden = hidden_in(collection, visibility, timezone.now())
    if request.method != "POST":
        if not hidden:
            return HttpResponseRedirect(_address("edit_collection", collection))
        return _warning(request, collection, visibility, hidden)
    is_news = visibility != collection.visibility
    if hidden and is_news and not _is_decided(asked):
        return _to_warning("show_collection", collection, {"visibility": visibility})
    named = _named(asked)
    collecting.show_to(collection, visibility, also=named, by=request.user)
    if is_news:
        messages.success(request, str(choice_of(visibility).done))
    _tell(request, visibility, hidden, named)
    return see_edit(collection)


@require_http_methods(["GET", "HEAD", "POST"])
@of_owner
def add_to_collection(request: Request, collection: Collection) -> HttpResponse:
    """Choose among what is held and not in it yet; POST puts the chosen ones in."""
    if request.method != "POST":
        return _offer_page(request, collection)
    chosen = request.POST.getlist("credential")
    if not chosen:
        problem = _("Choose at least one credential.")
        return _offer_page(request, collection, problem=problem, status=UNPROCESSABLE)
    visibility = Visibility(collection.visibility)
    hidden = hidden_in(collection, visibility, timezone.now(), adding=chosen)
    if hidden and not _is_decided(request.POST):
        return _to_warning("warn_before_adding", collection, {"credential": chosen})
    named = _named(request.POST)
    try:
        added = collecting.add(collection, chosen, also=named, by=request.user)
    except collecting.TooManyItems:
        return _offer_page(
            request, collection, problem=_too_many(), chosen=chosen, status=CONFLICT
        )
    if added:
        messages.success(request, _added(added))
    _tell(request, visibility, hidden, named)
    return see_edit(collection, part="inside")


@require_safe
@of_owner
def warn_before_adding(request: Request, collection: Collection) -> HttpResponse:
    """Name those of the chosen that visitors of the collection would not see."""
    chosen = request.GET.getlist("credential")[:ITEMS]
    visibility = Visibility(collection.visibility)
    hidden = hidden_in(collection, visibility, timezone.now(), adding=chosen or [""])
    if not hidden:
        return HttpResponseRedirect(_address("add_to_collection", collection))
    return _warning(request, collection, visibility, hidden, chosen)


def _warning(
    request: Request,
    collection: Collection,
    visibility: Credential.Visibility,
    hidden: Sequence[Item],
    chosen: Sequence[str] = (),
) -> HttpResponse:
    """The page that asks; ``chosen`` are tokens of those that are being added."""
    context = {
        "section": "me",
        "collection": collection,
        "visibility": visibility,
        "hidden": hidden,
        "chosen": chosen,
        "is_news": visibility != collection.visibility,
    }
    return render(request, "portfolio/collections/warning.html", context)


def _offer_page(
    request: Request,
    collection: Collection,
    *,
    problem: str = "",
    chosen: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    words = " ".join(asked.get("q", "").replace("\0", "").split())[:100]
    offered = offer(collection, words, asked.get("page", ""), timezone.now())
    pages = offered.numbers.paginator
    context = {
        "section": "me",
        "collection": collection,
        "offer": offered,
        "chosen": chosen,
        "problem": problem,
        "pages": pages.get_elided_page_range(offered.numbers.number),
        "ellipsis": pages.ELLIPSIS,
        "query_of_page": "?" + (urlencode({"q": words}) + "&" if words else ""),
    }
    return render(request, "portfolio/collections/add.html", context, status=status)


def _is_decided(asked: QueryDict) -> bool:
    return asked.get("decision") in {LEAVE, ALSO}


def _named(asked: QueryDict) -> Sequence[str]:
    """Tokens of those whose visibility is to change: only what the page had named."""
    return asked.getlist("named") if asked.get("decision") == ALSO else ()


def _to_warning(
    name: str, collection: Collection, values: dict[str, str | list[str]]
) -> HttpResponse:
    address = f"{_address(name, collection)}?{urlencode(values, doseq=True)}"
    return HttpResponseRedirect(address, status=303)


def _address(name: str, collection: Collection) -> str:
    return reverse(name, args=[collection.token])


def _tell(
    request: Request,
    visibility: Credential.Visibility,
    hidden: Sequence[Item],
    named: Sequence[str],
) -> None:
    """Say how many credentials became as visible as the collection."""
    count = sum(item.credential.token in named for item in hidden)
    if not count:
        return
    if visibility == Visibility.PUBLIC:
        said = ngettext(
            "%(count)d credential is public now too.",
            "%(count)d credentials are public now too.",
            count,
        )
    else:
        said = ngettext(
            "%(count)d credential is link only now too.",
            "%(count)d credentials are link only now too.",
            count,
        )
    messages.success(request, said % {"count": count})


def _added(count: int) -> str:
    return ngettext(
        "%(count)d credential is in this collection now.",
        "%(count)d credentials came into this collection.",
        count,
    ) % {"count": count}


def _too_many() -> str:
    return ngettext(
        "A collection holds %(count)d credential. Choose fewer, or take some out.",
        "A collection holds %(count)d credentials. Choose fewer, or take some out.",
        ITEMS,
    ) % {"count": ITEMS}
