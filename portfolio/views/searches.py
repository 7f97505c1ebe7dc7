"""Searches that somebody saved: their list, their weekly mail, and its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from credentials import limiting
from credentials.forms.sentences import say_plainly
from credentials.http import Request
from credentials.models.holdings import is_token
from credentials.writing import clean_text
from portfolio.employers import digest, saved_searches, shortlist
from portfolio.models import SavedSearch
from portfolio.talent.asking import Search
from portfolio.talent.filters import address, emphasised
from portfolio.talent.searching import find
from portfolio.views import errors
from portfolio.views.leading_back import see_other
from portfolio.views.talent import wait_of

UNPROCESSABLE, CONFLICT, TOO_MANY = 422, 409, 429
#: Counts of one person in a minute: a few looks at a full list.
COUNTS_PER_MINUTE = 60


class SearchForm(forms.Form):
    """What a search is called, and whether it is mailed."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=saved_searches.NAME_LENGTH,
        error_messages={"required": gettext_lazy("Give the search a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_mailed = forms.BooleanField(
        label=gettext_lazy("Weekly mail"),
        help_text=gettext_lazy(
            "On Mondays, and only when somebody new is there. It names nobody: it says "
            "how many, and by which skills."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def clean_name(self) -> str:
        name = clean_text(
            self.cleaned_data["name"], max_length=saved_searches.NAME_LENGTH
        )
        return " ".join(name.split())


@require_safe
@never_cache
def saved_list(request: Request) -> HttpResponse:
    """One's saved searches, with what each asks for."""
    context = {
        "searches": saved_searches.listed(saved_searches.of(request.user)),
        "employer": shortlist.employer_of(request.user),
        "section": "talent",
    }
    return render(request, "portfolio/employers/searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_saved_search(request: Request) -> HttpResponse:
    """Name the search that stands in the address, and save it.

    Saving runs it, to know whom it finds today, and counts as a search.
    """
    search = Search.read(dict(request.GET.lists()))
    if not search.names_something:
        messages.info(request, _("Search for something first, then save it."))
        return see_other(reverse("talent"))
    asked = saved_searches.in_words(search)
    if request.method != "POST":
        first = {"name": saved_searches.first_name(asked), "is_mailed": True}
        return _new_page(request, search, asked, SearchForm(initial=first))
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _new_page(request, search, asked, form, UNPROCESSABLE)
    if wait := wait_of(request):
        form.add_error(None, limiting.TooManyTries(wait))
        response = _new_page(request, search, asked, form, TOO_MANY)
        response["Retry-After"] = str(wait)
        return response
    return _saved(request, search, asked, form)


def _saved(
    request: Request, search: Search, asked: list[str], form: SearchForm
) -> HttpResponse:
    now = timezone.now()
    try:
        saved_searches.save(search, **form.cleaned_data, by=request.user, now=now)
    except saved_searches.AlreadySaved:
        messages.info(request, _("You saved this search before."))
        return see_other(reverse("saved_searches"))
    except saved_searches.TooLong:
        form.add_error(None, _("More is chosen than can be saved. Take a filter away."))
        return _new_page(request, search, asked, form, UNPROCESSABLE)
    except saved_searches.TooManySaved:
        sentence = _("You have ten saved searches. Delete one first.")
        form.add_error(None, sentence)
        return _new_page(request, search, asked, form, CONFLICT)
    messages.success(request, _("The search is saved."))
    return see_other(reverse("saved_searches"))


# A form that comes after the session ended leads to the log-in and then to the list.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def saved_search(request: Request, token: str) -> HttpResponse:
    """Rename a search, turn its mail on or off, delete it (``wanted``)."""
    if not request.user.is_authenticated:
        is_form = request.method == "POST"
        return redirect_to_login(reverse("saved_searches") if is_form else request.path)
    saved = _own(request, token)
    wanted = request.POST.get("wanted", "")
    if request.method != "POST":
        first = {"name": saved.name, "is_mailed": saved.is_mailed}
        return _edit_page(request, saved, SearchForm(initial=first))
    if wanted == "delete":
        SavedSearch.objects.filter(pk=saved.pk).delete()
        messages.success(request, _("The search is deleted. Nothing is mailed."))
        return see_other(reverse("saved_searches"))
    if wanted in {"mail", "no_mail"}:
        return _mailed(request, saved, is_mailed=wanted == "mail")
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, saved, form, UNPROCESSABLE)
    saved_searches.change(saved, **form.cleaned_data)
    messages.success(request, _("The search is saved."))
    return see_other(reverse("saved_searches"))


def _mailed(request: Request, saved: SavedSearch, *, is_mailed: bool) -> HttpResponse:
    saved_searches.mail(saved, is_mailed=is_mailed)
    if not request.htmx:
        said = (
            _("The weekly mail is on.") if is_mailed else _("The weekly mail is off.")
        )
        messages.success(request, said)
        return see_other(reverse("saved_searches"))
    saved.is_mailed = is_mailed
    (listed,) = saved_searches.listed([saved])
    context = {"each": listed}
    return render(request, "portfolio/employers/searches.html#mail", context)


@require_safe
@never_cache
def saved_search_count(request: Request, token: str) -> HttpResponse:
    """How many people a search finds now, as a piece of the list.

    The same number as on the page of results; nobody is counted as found.
    """
    wait = limiting.hit(
        f"saved-count:{request.user.pk}",
        limit=COUNTS_PER_MINUTE,
        per=timedelta(minutes=1),
    )
    if wait:
        return errors.too_many(request, wait)
    search = saved_searches.search_of(_own(request, token))
    context = {"found": find(search, timezone.now())}
    return render(request, "portfolio/employers/searches.html#count", context)


# Mail programs post here for their reader (RFC 8058): they have no session and no
# cookie of ours, so neither can be asked for. The token in the address, which only the
# mail has, is what allows it; all that it can do is to stop a mail.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def stop_digest(request: Request, token: str) -> HttpResponse:
    """End the mails of one search by POST, once or often; GET only asks.

    Programs that look at the links of mails open them by GET, so that ends nothing.
    """
    searches = SavedSearch.objects.filter(owner__is_active=True)
    if not is_token(token):
        raise Http404
    saved = get_object_or_404(searches, token=token)
    if request.method == "POST":
        digest.stop(saved)
        saved.is_mailed = False
    context = {"saved": saved, "section": "talent"}
    return render(request, "portfolio/employers/searches_stop.html", context)


def _own(request: Request, token: str) -> SavedSearch:
    if not is_token(token):
        raise Http404
    return get_object_or_404(saved_searches.of(request.user), token=token)


def _new_page(
    request: Request,
    search: Search,
    asked: list[str],
    form: SearchForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "asked": emphasised(asked),
        "query": saved_searches.query_of(search),
        "back": address(search),
        "section": "talent",
    }
    name = "portfolio/employers/searches_new.html"
    return render(request, name, context, status=status)


def _edit_page(
    request: Request, saved: SavedSearch, form: SearchForm, status: int = 200
) -> HttpResponse:
    (listed,) = saved_searches.listed([saved])
    context = {
        "form": form,
        "each": listed,
        "asked": emphasised(listed.asked),
        "section": "talent",
    }
    name = "portfolio/employers/searches_edit.html"
    return render(request, name, context, status=status)
