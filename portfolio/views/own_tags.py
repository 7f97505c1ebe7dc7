"""The tags of one credential: a page, and a dialog over the page of one's own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials.http import Request
from credentials.models import Credential
from portfolio.own import tagging
from portfolio.views.leading_back import see_other

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tags(request: Request, token: str) -> HttpResponse:
    """Show them; POST puts one on (``tag``) or takes one off (``remove``)."""
    credential = get_object_or_404(Credential.objects.of(request.user).named(token))
    if request.method != "POST":
        return _page(request, credential)
    if name := request.POST.get("remove", ""):
        tagging.remove(request.user, credential, name)
        return _changed(request, credential, _("Removed."))
    text = request.POST.get("tag", "")
    try:
        added = tagging.add(request.user, [credential.pk], text)
    except ValidationError as error:
        return _problem(request, credential, text, error.messages[0])
    if added.full:
        words = str(tagging.TOO_MANY % {"max": tagging.MOST})
        return _problem(request, credential, text, words)
    return _changed(request, credential, _("Saved."))


def _changed(request: Request, credential: Credential, said: str) -> HttpResponse:
    if not request.htmx:
        return see_other(reverse("tags", args=[credential.token]))
    return _page(request, credential, said=said)


def _problem(
    request: Request, credential: Credential, text: str, problem: str
) -> HttpResponse:
    typed = text[: 2 * tagging.MOST_LETTERS]
    return _page(request, credential, UNPROCESSABLE, problem=problem, typed=typed)


def _page(
    request: Request, credential: Credential, status: int = 200, **context: object
) -> HttpResponse:
    template = "portfolio/me/tags.html"
    context = {
        "section": "me",
        "credential": credential,
        "tags": tagging.tags_of(credential),
        "known": tagging.names_of(request.user),
        "most": tagging.MOST,
        "letters": tagging.MOST_LETTERS,
        "is_fragment": bool(request.htmx),
        **context,
    }
    if request.htmx:
        template += "#tags"
    return render(request, template, context, status=status)
