"""People whom an organisation keeps in mind: keeping, noting, letting go, comparing.

Only members see anything of a list. A page that may not be found answers as one that
does not exist, so that nothing is learned by guessing addresses.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from credentials import limiting
from credentials.forms.sentences import say_plainly
from credentials.http import Request
from credentials.writing import clean_text
from portfolio.employers import comparing, shortlist
from portfolio.employers.membership import NotMember
from portfolio.models import Employer, Profile, ShortlistEntry
from portfolio.views import errors
from portfolio.views.leading_back import address_before, see_other

UNPROCESSABLE, CONFLICT = 422, 409
#: Presses of Keep in one hour; nobody reads so many pages.
PER_HOUR = 200


class NoteForm(forms.Form):
    """What members write about somebody, for their colleagues alone."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Your colleagues see it, nobody else."),
        max_length=shortlist.NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def clean_note(self) -> str:
        return clean_text(self.cleaned_data["note"], max_length=shortlist.NOTE_LENGTH)


@require_safe
@never_cache
def shortlist_page(request: Request) -> HttpResponse:
    """Everybody whom one's organisation keeps and who may be found now."""
    employer = shortlist.employer_of(request.user)
    if employer is None:
        return _to_organisation(request)
    key = request.GET.get("removed", "")
    removed = shortlist.let_go_of(request.session, key, employer) if key else None
    return _list(request, employer, removed=removed, key=key)


# A form that comes after the session ended leads to the log-in and then back to the
# page on which it stood, not to this address alone.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def shortlist_person(request: Request, handle: str) -> HttpResponse:
    """Keep somebody, write a note about them, let them go (``wanted``).

    By GET the entry alone: its note, to be changed, and the button that removes it.
    """
    if not request.user.is_authenticated:
        is_form = request.method == "POST"
        here = address_before(request, reverse("talent")) if is_form else request.path
        return redirect_to_login(here)
    wanted = request.POST.get("wanted", "")
    if wanted == "keep":
        return _keep(request, handle)
    employer = shortlist.employer_of(request.user)
    if employer is None:
        raise Http404
    if wanted == "bring_back":
        return _bring_back(request)
    entry = shortlist.entry_of(employer, handle)
    if entry is None:
        raise Http404
    if request.method != "POST":
        return _entry_page(request, employer, entry, _note_form(entry))
    act = _let_go if wanted == "let_go" else _write_note
    try:
        return act(request, employer, entry)
    except NotMember:  # taken out just now
        raise Http404 from None


@require_safe
@never_cache
def compare_people(request: Request) -> HttpResponse:
    """Two to five kept people side by side (``who``: addresses of their pages)."""
    employer = shortlist.employer_of(request.user)
    if employer is None:
        return _to_organisation(request)
    handles = list(dict.fromkeys(request.GET.getlist("who")))
    problem = ""
    if len(handles) > comparing.MOST:
        problem = _("Five people fit on the page. Take some away.")
    elif len(handles) < comparing.FEWEST:
        problem = _("Tick two people at least.")
    if problem:
        return _list(request, employer, ticked=handles, problem=problem)
    context = {
        "employer": employer,
        "comparison": comparing.compare(employer, handles, timezone.now()),
        "section": "talent",
    }
    return render(request, "portfolio/employers/compare.html", context)


def _list(request: Request, employer: Employer, **said: Any) -> HttpResponse:
    """The list: with what was ticked and a problem, or with what was removed."""
    context = {
        "employer": employer,
        "kept": shortlist.kept_by(employer, request.user),
        "fewest": comparing.FEWEST,
        "section": "talent",
        **said,
    }
    status = UNPROCESSABLE if said.get("problem") else 200
    template = "portfolio/employers/shortlist.html"
    return render(request, template, context, status=status)


def _keep(request: Request, handle: str) -> HttpResponse:
    wait = limiting.hit(
        f"keep:{request.user.pk}", limit=PER_HOUR, per=timedelta(hours=1)
    )
    if wait:
        return errors.too_many(request, wait)
    try:
        is_new = shortlist.keep(handle, by=request.user)
    except NotMember:
        return _without_organisation(request, handle)
    except shortlist.NotFindable:
        raise Http404 from None
    except shortlist.TooManyKept:
        return _too_many(request)
    if request.htmx:
        return _button(request, handle)
    if is_new:
        messages.success(request, _("Kept. Your colleagues see it too."))
    return see_other(address_before(request, reverse("shortlist")))


def _button(request: Request, handle: str) -> HttpResponse:
    profile = Profile.objects.select_related("user").at([handle])
    context = {"profile": profile.first(), "is_kept": True}
    return render(request, "portfolio/employers/shortlist_keep.html", context)


def _bring_back(request: Request) -> HttpResponse:
    key = request.POST.get("key", "")
    try:
        is_back = shortlist.bring_back(request.session, key, by=request.user)
    except NotMember:
        raise Http404 from None
    except shortlist.TooManyKept:
        return _too_many(request)
    if is_back:
        messages.success(request, _("Kept again, with the note."))
    else:
        messages.info(request, _("Nothing was changed."))
    return see_other(reverse("shortlist"))


def _let_go(
    request: Request, _employer: Employer, entry: ShortlistEntry
) -> HttpResponse:
    undo = shortlist.let_go(entry, request.session, by=request.user)
    return see_other(f"{reverse('shortlist')}?{urlencode({'removed': undo.key})}")


def _write_note(
    request: Request, employer: Employer, entry: ShortlistEntry
) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, employer, entry, form, UNPROCESSABLE)
    mark = request.POST.get("mark", "")
    try:
        note = form.cleaned_data["note"]
        shortlist.write_note(entry, note, mark=mark, by=request.user)
    except shortlist.ChangedMeanwhile:
        return _changed_meanwhile(request, employer, entry, form)
    if request.htmx:
        (kept,) = shortlist.with_contacts([entry], employer, request.user)
        context = {"each": kept, "employer": employer}
        return render(request, "portfolio/employers/shortlist.html#entry", context)
    messages.success(request, _("The note is saved."))
    return see_other(f"{reverse('shortlist')}#kept-{entry.learner.profile.handle}")


def _changed_meanwhile(
    request: Request, employer: Employer, entry: ShortlistEntry, form: NoteForm
) -> HttpResponse:
    """409, with the colleague's note beside one's own; sending again replaces it."""
    there = shortlist.entry_of(employer, entry.learner.profile.handle)
    if there is None:
        raise Http404
    form.add_error("note", _("A colleague changed this note while you wrote."))
    return _entry_page(request, employer, there, form, CONFLICT, is_changed=True)


def _note_form(entry: ShortlistEntry) -> NoteForm:
    return NoteForm(initial={"note": entry.note})


def _entry_page(
    request: Request,
    employer: Employer,
    entry: ShortlistEntry,
    form: NoteForm,
    status: int = 200,
    *,
    is_changed: bool = False,
) -> HttpResponse:
    """The entry with its form: a page of its own, or in place for htmx."""
    (kept,) = shortlist.with_contacts([entry], employer, request.user)
    context = {
        "employer": employer,
        "each": kept,
        "form": form,
        "is_changed": is_changed,
        "section": "talent",
    }
    piece = "#in_place" if request.htmx else ""
    name = f"portfolio/employers/shortlist_person.html{piece}"
    return render(request, name, context, status=status)


def _too_many(request: Request) -> HttpResponse:
    sentence = _("You keep as many people as can be. Let somebody go first.")
    return errors.conflict(request, sentence)


def _without_organisation(request: Request, handle: str) -> HttpResponse:
    """Whoever presses Keep is told what it takes; there is nothing else here for them.

    Not for a page that may not be found: that would tell that it exists.
    """
    findable = Profile.objects.findable().at([handle])
    if not findable.exclude(user=request.user).exists():
        raise Http404
    return _to_organisation(request)


def _to_organisation(request: Request) -> HttpResponse:
    messages.info(request, _("People are kept for an organisation. Name yours first."))
    address = reverse("organisation")
    if not request.htmx:
        return see_other(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response
