"""A person's own collections: the list, a new one, what is in one, its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from credentials.forms.sentences import say_plainly
from credentials.http import Request
from credentials.models import Credential
from credentials.writing import clean_name, clean_text
from portfolio.collections import collecting, collection_page
from portfolio.collections.collection_page import Item
from portfolio.models import Collection, User
from portfolio.models.collections import ITEMS
from portfolio.views.collection_choices import CHOICES

UNPROCESSABLE, CONFLICT = 422, 409

type Page = Callable[[Request, str], HttpResponse]
type OwnPage = Callable[[Request, Collection], HttpResponse]


class CollectionForm(forms.Form):
    """What a collection is called, and what it is about."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Such as: What I bring to a ward team."),
        max_length=80,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        help_text=gettext_lazy(
            "What these have in common, and whom you show them to. "
            "You can use Markdown."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except ValidationError as wrong:
            if wrong.code == "required":  # nothing in it that anybody sees
                raise ValidationError(_("Give it a name."), code="required") from None
            raise

    def clean_description(self) -> str:
        return clean_text(self.cleaned_data["description"], max_length=1000)


def of_owner(view: OwnPage) -> Page:
    """Find the viewer's own collection by its token; anybody else's is not found.

    A form that comes after the session ended leads to the log-in and then back to the
    collection, not to its own address, which may answer no GET.
    """

    @never_cache
    @login_not_required
    @wraps(view)
    def page(request: Request, token: str) -> HttpResponse:
        if not request.user.is_authenticated:
            is_form = request.method == "POST"
            here = reverse("edit_collection", args=[token])
            return redirect_to_login(here if is_form else request.get_full_path())
        own = Collection.objects.filter(owner=request.user).named(token)
        collection = get_object_or_404(own)
        collection.owner = request.user
        try:
            return view(request, collection)
        except Collection.DoesNotExist:  # another window deleted it just now
            raise Http404 from None

    return page


@require_safe
@never_cache
def collections(request: Request) -> HttpResponse:
    """All of them, with the first credentials of each.

    ``?credential=`` names one of one's own: then it asks which of them it goes into.
    """
    chosen = _chosen(request.GET.get("credential", ""), request.user)
    context = {
        "section": "me",
        "listed": collection_page.own_list(request.user, chosen),
        "chosen": chosen,
    }
    return render(request, "portfolio/collections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_collection(request: Request) -> HttpResponse:
    """Name and describe a new one; it is private, and empty but for ``credential``."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(asked.get("credential", ""), request.user)
    form = CollectionForm(request.POST if request.method == "POST" else None)
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_valid():
        inside = [chosen.token] if chosen else []
        try:
            made = collecting.create(
                **form.cleaned_data, inside=inside, by=request.user
            )
        except collecting.TooManyCollections:
            form.add_error(None, _too_many())
            status = CONFLICT
        else:
            return see_edit(made)
    context = {"section": "me", "form": form, "chosen": chosen}
    return render(request, "portfolio/collections/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_owner
def edit_collection(request: Request, collection: Collection) -> HttpResponse:
    """What is in it and who sees that. POST changes its name and description."""
    if request.method != "POST":
        return edit_page(request, collection)
    form = CollectionForm(request.POST)
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return edit_page(request, collection, form, seen=seen, status=UNPROCESSABLE)
    try:
        collecting.describe(collection, **form.cleaned_data, seen=seen, by=request.user)
    except collecting.DescribedElsewhere:
        collection.refresh_from_db(fields=["name", "description"])
        return edit_page(request, collection, form, status=CONFLICT)
    messages.success(request, _("Name and description are saved."))
    return see_edit(collection)


@require_POST
@of_owner
def order_collection(request: Request, collection: Collection) -> HttpResponse:
    """Change the order.

    ``order`` is what dragging leaves: tokens with commas. ``up`` and ``down`` name one
    that moves a place.
    """
    way = next((way for way in ("up", "down") if request.POST.get(way)), "")
    token = request.POST.get(way, "")
    if way:
        step = -1 if way == "up" else 1
        collecting.move(collection, token, step, by=request.user)
    else:
        tokens = request.POST.get("order", "").split(",")
        collecting.arrange(collection, tokens, by=request.user)
    if not request.htmx:
        return see_edit(collection, part=f"item-{token}" if way else "inside")
    items = collection_page.items_of(collection, timezone.now())
    context = {
        "collection": collection,
        "items": items,
        "said": _said(items, token) if way else _("The order is saved."),
    }
    return render(request, "portfolio/collections/edit.html#arranged", context)


@require_POST
@of_owner
def take_out_of_collection(request: Request, collection: Collection) -> HttpResponse:
    """Take one out; one that is out already changes nothing."""
    token = request.POST.get("credential", "")
    if title := collecting.take_out(collection, token, by=request.user):
        said = _("%(title)s is no longer in this collection.") % {"title": title}
        messages.success(request, said)
    return see_edit(collection, part="inside")


@require_http_methods(["GET", "HEAD", "POST"])
@of_owner
def delete_collection(request: Request, collection: Collection) -> HttpResponse:
    """Ask once more, then delete it. What was in it stays as it is."""
    if request.method == "POST":
        collecting.delete(collection, by=request.user)
        said = _("%(name)s is deleted.") % {"name": collection.name}
        messages.success(request, said)
        return HttpResponseRedirect(reverse("collections"), status=303)
    context = {"section": "me", "collection": collection}
    return render(request, "portfolio/collections/delete.html", context)


def edit_page(
    request: Request,
    collection: Collection,
    form: CollectionForm | None = None,
    *,
    seen: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one collection for its owner.

    ``seen`` is the stamp that a refused form came with: it stays, so that the next try
    is compared with what was read then. ``problem`` says what is wrong with the choice
    of who sees it.
    """
    items = collection_page.items_of(collection, timezone.now())
    shown = collection_page.seen_by_visitors(items)
    context = {
        "section": "me",
        "collection": collection,
        "choices": CHOICES,
        "items": items,
        "left_out": len(items) - len(shown),
        "can_be_shown": any(item.stands and not item.is_allowed for item in items),
        "most_items": ITEMS,
        "is_full": len(items) >= ITEMS,
        "form": form or CollectionForm(initial=_stored(collection)),
        "seen": seen or collecting.stamp(collection),
        "problem": problem,
        "is_elsewhere": status == CONFLICT,
    }
    return render(request, "portfolio/collections/edit.html", context, status=status)


def see_edit(collection: Collection, part: str = "") -> HttpResponse:
    """Send the browser to its owner's page, as a page of its own (303)."""
    address = reverse("edit_collection", args=[collection.token])
    return HttpResponseRedirect(f"{address}#{part}" if part else address, status=303)


def _chosen(token: str, owner: User) -> Credential | None:
    return collecting.own_credentials([token], owner).first() if token else None


def _stored(collection: Collection) -> dict[str, str]:
    return {"name": collection.name, "description": collection.description}


def _said(items: list[Item], token: str) -> str:
    """Where the moved one is now, for those who do not see it move."""
    for place, item in enumerate(items, start=1):
        if item.credential.token == token:
            return _("%(title)s is number %(place)d of %(count)d now.") % {
                "title": item.credential.title,
                "place": place,
                "count": len(items),
            }
    return ""


def _too_many() -> str:
    return ngettext(
        "You can have %(count)d collection. Delete one first.",
        "You can have %(count)d collections. Delete one first.",
        collecting.COLLECTIONS,
    ) % {"count": collecting.COLLECTIONS}
