"""What could I earn next: recommendations, and the skills that somebody wishes for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials.http import Request
from credentials.models.skills import Level
from pathways import wishing
from pathways.models.wishes import MOST_WISHES
from pathways.next_steps import gather
from pathways.recommending import wish
from pathways.rules import words

UNPROCESSABLE, CONFLICT = 422, 409

_CHOOSE_SKILL = gettext_lazy("Choose a skill from the list.")
_CHOOSE_LEVEL = gettext_lazy("Choose a level from the list.")


class WishForm(forms.Form):
    """A skill that badges here prove, and the lowest level that is enough."""

    skill = forms.TypedChoiceField(
        label=gettext_lazy("Skill"),
        coerce=int,
        error_messages={"required": _CHOOSE_SKILL, "invalid_choice": _CHOOSE_SKILL},
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("At least at level"),
        choices=Level.choices,
        coerce=int,
        error_messages={"required": _CHOOSE_LEVEL, "invalid_choice": _CHOOSE_LEVEL},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Look the skills up: one query."""
        super().__init__(*args, **kwargs)
        self.skills = dict(wishing.provable().values_list("pk", "name"))
        field: Any = self.fields["skill"]
        field.choices = [("", _("Choose a skill")), *self.skills.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def next_steps(request: Request) -> HttpResponse:
    """Badges that complete most for least effort. POST changes the wishes."""
    if request.method != "POST":
        return _page(request, WishForm())
    if "remove" in request.POST:
        return _remove(request)
    form = WishForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    skill, level = form.cleaned_data["skill"], form.cleaned_data["level"]
    try:
        wishing.wish(skill, level, learner=request.user)
    except wishing.TooManyWishes:
        form.add_error(None, _too_many())
        return _page(request, form, status=CONFLICT)
    asked = words.sentence(wish(skill, form.skills[skill], level, ()).tree.root)
    messages.success(request, _("You wish for %(skill)s.") % {"skill": asked})
    return HttpResponseRedirect(reverse("next_steps"), status=303)


def _remove(request: Request) -> HttpResponse:
    """Wish for a skill no more. What is gone already is gone."""
    number = request.POST["remove"]
    # More digits than any row has: Python refuses to read very long numbers.
    is_one = number.isascii() and number.isdecimal() and len(number) < 10
    name = wishing.unwish(int(number), learner=request.user) if is_one else ""
    if name:
        said = _("%(skill)s is no longer one of your wishes.") % {"skill": name}
        messages.success(request, said)
    return HttpResponseRedirect(reverse("next_steps"), status=303)


def _too_many() -> str:
    return ngettext(
        "You can wish for %(count)d skill at a time. Remove one first.",
        "You can wish for %(count)d skills at a time. Remove one first.",
        MOST_WISHES,
    ) % {"count": MOST_WISHES}


def _page(request: Request, form: WishForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "me",
        "page": gather(request.user, timezone.now()),
        "form": form,
        "too_many": _too_many(),
        "most_wishes": MOST_WISHES,
    }
    return render(request, "pathways/next.html", context, status=status)
