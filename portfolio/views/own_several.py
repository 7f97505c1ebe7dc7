"""What is done to several credentials of one's own at once, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from credentials import limiting, turns
from credentials.http import Request
from credentials.models import Credential
from credentials.views import refusals
from portfolio.models import Profile
from portfolio.own import arranging, bundling, several, tagging
from portfolio.own.looking import Look
from portfolio.own.outlining import Outline, outlines_of
from portfolio.views.leading_back import see_other
from portfolio.views.me import UNPROCESSABLE, page_of

CONTENT_TOO_LARGE = 413
SERVICE_UNAVAILABLE = 503

Visibility = Credential.Visibility

#: Making one takes seconds of a core, so few are made at a time, and few an hour.
BUNDLES_AT_ONCE = 2
BUNDLES_PER_HOUR = 30

NONE_CHOSEN = gettext_lazy("Choose at least one credential.")
NO_ACTION = gettext_lazy("Choose what to do with them.")
BUSY = gettext_lazy("Many people download at this moment. Try again in 10 seconds.")
TOO_MANY = gettext_lazy("Choose 100 credentials or fewer for one download.")
TOO_LARGE = gettext_lazy("That is more than 50 MB. Choose fewer credentials.")


# A form that comes after the session ended leads to the log-in and then back to the
# page, not to these addresses, which answer no GET.
@require_POST
@never_cache
@login_not_required
def change_several(request: Request) -> HttpResponseBase:
    """Do something (``do``) to the chosen ones.

    ``credential`` are tokens, ``credentials`` the same in one field, ``all`` means
    everything that the address finds. Others' credentials are left out. Visibility is
    changed after a page that names each (``sure``).
    """
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("me"))
    look = _look(request)
    chosen, action = _chosen(request, look), request.POST.get("do", "")
    if not chosen:
        return _refused(request, look, NONE_CHOSEN)
    if action in Visibility.values:
        return _show(request, look, several.plan(chosen, Visibility(action)))
    if action == "tag":
        return _tag(request, look, chosen)
    if action == "download":
        return _download(request, look, chosen)
    return _refused(request, look, NO_ACTION)


@require_POST
@never_cache
@login_not_required
def undo_several(request: Request) -> HttpResponse:
    """Take the last change of several back; what was changed again since stays."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("me"))
    key = request.POST.get("change", "")
    if count := several.take_back(request.session, key, by=request.user):
        words = ngettext(
            "%(count)d credential is as it was before.",
            "%(count)d credentials are as they were before.",
            count,
        )
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("There was nothing to undo any more."))
    return see_other(_look(request).address)


@require_safe
@never_cache
def credential_files(request: Request, token: str) -> HttpResponseBase:
    """All files of one credential of one's own, as a zip."""
    credential = get_object_or_404(Credential.objects.of(request.user).named(token))
    try:
        return _bundled(request, [credential.pk])
    except limiting.TooManyTries as wait:
        return refusals.too_many(request, wait.seconds)
    except turns.AllTaken as busy:
        return refusals.unavailable(request, "busy", seconds=busy.seconds)


def _look(request: Request) -> Look:
    return Look.read(dict(request.GET.lists()))


def _chosen(request: Request, look: Look) -> Sequence[Outline]:
    """The chosen ones of one's own, in the order of the page. One query."""
    if request.POST.get("all"):
        every = outlines_of(request.user, arranging.about(look))
        return arranging.found(every, look, timezone.now())
    tokens = {
        *request.POST.getlist("credential"),
        *request.POST.get("credentials", "").split(),
    }
    if not tokens:
        return []
    return [each for each in outlines_of(request.user) if each.token in tokens]


def _refused(
    request: Request, look: Look, problem: str | Promise, status: int = UNPROCESSABLE
) -> HttpResponse:
    """The page with the boxes and what to do otherwise; the boxes stay ticked."""
    return page_of(
        request,
        look.selecting(selects=True).on_page(look.page),
        status=status,
        problem=problem,
        tag=request.POST.get("tag", "")[: tagging.MOST_LETTERS],
        ticked=request.POST.getlist("credential"),
    )


def _show(request: Request, look: Look, plan: several.Plan) -> HttpResponse:
    plain = look.selecting(selects=False)
    if not (plan.changing and request.POST.get("sure")):
        profile = Profile.objects.filter(user=request.user).first()
        context = {"section": "me", "plan": plan, "look": look, "profile": profile}
        return render(request, "portfolio/me/several.html", context)
    tokens = [each.token for each in plan.changing]
    undo = several.change(request.session, tokens, plan.visibility, by=request.user)
    joint = "&" if plain.query else "?"
    return see_other(f"{plain.address}{joint}changed={undo.key}")


def _tag(request: Request, look: Look, chosen: Sequence[Outline]) -> HttpResponse:
    try:
        keys = [each.pk for each in chosen]
        added = tagging.add(request.user, keys, request.POST.get("tag", ""))
    except ValidationError as error:
        return _refused(request, look, error.messages[0])
    words = ngettext(
        "The tag “%(tag)s” was put on %(count)d credential.",
        "The tag “%(tag)s” was put on %(count)d credentials.",
        len(added.new),
    )
    messages.success(request, words % {"tag": added.name, "count": len(added.new)})
    if added.full:
        words = ngettext(
            "%(count)d credential has %(max)d tags already and was left out.",
            "%(count)d credentials have %(max)d tags already and were left out.",
            len(added.full),
        )
        values = {"count": len(added.full), "max": tagging.MOST}
        messages.warning(request, words % values)
    return see_other(look.address)


def _download(
    request: Request, look: Look, chosen: Sequence[Outline]
) -> HttpResponseBase:
    if len(chosen) > bundling.MOST:
        return _refused(request, look, TOO_MANY)

    try:
        return _bundled(request, [each.pk for each in chosen])
    except limiting.TooManyTries as wait:
        return refusals.too_many(request, wait.seconds)
    except turns.AllTaken as busy:
        response = _refused(request, look, BUSY, SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(busy.seconds)
        return response
    except bundling.TooLarge:
        return _refused(request, look, TOO_LARGE, CONTENT_TOO_LARGE)


def _bundled(request: Request, wanted: Sequence[UUID]) -> FileResponse:
    """The zip of these. Raises TooManyTries, AllTaken, TooLarge."""
    key = f"bundle:{request.user.pk}"
    wait = limiting.hit(key, limit=BUNDLES_PER_HOUR, per=timedelta(hours=1))
    if wait:
        raise limiting.TooManyTries(wait)
    now = timezone.now()
    with turns.turn("bundle", places=BUNDLES_AT_ONCE):
        file = bundling.bundle(request.user, wanted, now)
    name = f"{slugify(settings.SITE_NAME) or 'site'}-{localdate(now).isoformat()}.zip"
    return FileResponse(file, as_attachment=True, filename=name)
