"""Sharing one credential: a dialog over the page, and a page of its own without it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials import sharing, verifying
from credentials.http import Request
from credentials.models import Credential
from credentials.verifying import Verdict
from portfolio.models import ShareLink
from portfolio.sharing import linkedin, share_linking, sharing_out
from portfolio.showing import checked

Visibility = Credential.Visibility

#: What the parts of the dialog are called that are fetched anew by themselves.
_PARTS = {"share-mastodon": "mastodon", "share-embed": "embed"}
#: While it is so, there is something to be proud of; else only the page is shared.
_WORTH_TELLING = frozenset({Verdict.GENUINE, Verdict.ENDS_SOON, Verdict.EXPIRED})


class Choice(NamedTuple):
    """Who may see a credential: an icon, what it means, and what is said once done."""

    visibility: Credential.Visibility
    icon: str
    meaning: str | Promise
    done: str | Promise


CHOICES = (
    Choice(
        Visibility.PRIVATE,
        "lock",
        _(
            "Only you and the issuer see it. Its link, and codes on printed "
            "certificates, lead to a page that says there is nothing to show."
        ),
        _("Now private. Only you and the issuer see it."),
    ),
    Choice(
        Visibility.LINK,
        "link",
        _("People with the link see it; it is not listed."),
        _("Now link only. People with the link see it."),
    ),
    Choice(
        Visibility.PUBLIC,
        "globe",
        _("Anyone can see it, also on your page while that is public."),
        _("Now public. Anyone can see it."),
    ),
)
#: The issuer of a badge from elsewhere sees nothing here.
_OWN_ALONE = Choice(
    Visibility.PRIVATE,
    "lock",
    _("Only you see it."),
    _("Now private. Only you see it."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def share(request: Request, token: str) -> HttpResponse:
    """Everything to share one's credential with; a POST says who may see it."""
    held = Credential.objects.of(request.user).select_related("signing_key")
    credential = get_object_or_404(held.named(token))
    if request.method == "POST":
        return _show_to(request, credential)
    status = HTTPStatus.OK
    context = _context(request, credential) | _post_elsewhere(request, credential)
    if context.get("mastodon_problem"):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _answer(request, context, status)


def _show_to(request: Request, credential: Credential) -> HttpResponse:
    wanted = request.POST.get("visibility", "")
    if wanted not in Visibility.values:
        context = _context(request, credential) | {"is_no_choice": True}
        return _answer(request, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    before = sharing.show_to(credential, Visibility(wanted), by=request.user)
    if not request.htmx:
        if before != credential.visibility:
            messages.success(request, str(_choice_of(credential).done))
        address = reverse("share", args=[credential.token])
        return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    context = _context(request, credential)
    if before != credential.visibility:
        context |= {"said": _choice_of(credential).done, "before": before}
    return _answer(request, context, HTTPStatus.OK)


def _answer(
    request: Request, context: dict[str, Any], status: HTTPStatus
) -> HttpResponse:
    """The page; for htmx the dialog's content, or the part that was asked for."""
    name = "portfolio/sharing/share.html"
    if request.htmx:
        part = _PARTS.get(request.htmx.target or "", "dialog")
        name, context["is_fragment"] = f"{name}#{part}", True
    return render(request, name, context, status=status)


def _context(request: Request, credential: Credential) -> dict[str, Any]:
    verdict = verifying.status_of(credential).verdict
    asked = request.GET.get("size", "")
    size = asked if asked in sharing_out.SIZES else "medium"
    now = timezone.now()
    links = ShareLink.objects.open(now).filter(owner=request.user)
    context = {
        "section": "me",
        "credential": credential,
        "verdict": verdict.value,
        "verdict_title": checked.TITLES[verdict],
        "choices": CHOICES,
        "choice": _choice_of(credential),
        "is_private": credential.visibility == Visibility.PRIVATE,
        "is_worth_telling": verdict in _WORTH_TELLING and not credential.is_imported,
        "can_be_linked": share_linking.is_shareable(credential),
        "open_links": links.filter(shared__credential=credential).count(),
        "size": size,
        "is_size_chosen": bool(asked),
    }
    return context | _taken_away(credential, size)


def _taken_away(credential: Credential, size: str) -> dict[str, Any]:
    """Addresses and texts that lead to the credential's page."""
    return {
        "address": sharing_out.address_of(credential),
        "add_to_linkedin": linkedin.add_to_profile(credential),
        "post_to_linkedin": linkedin.share(credential),
        "e_mail": sharing_out.e_mail(credential),
        "embed_code": sharing_out.embed(credential, size),
        "embed_width": sharing_out.SIZES[size],
        "sizes": [
            ("small", _("Small")),
            ("medium", _("Medium")),
            ("large", _("Large")),
        ],
        "signature_html": sharing_out.signature_html(credential),
        "signature_text": sharing_out.signature_text(credential),
    }


def _post_elsewhere(request: Request, credential: Credential) -> dict[str, Any]:
    """The server that somebody named for their post; nothing is asked there."""
    typed = request.GET.get("mastodon")
    if typed is None:
        return {}
    try:
        server = sharing_out.mastodon_server(typed)
    except ValidationError as error:
        return {"mastodon": typed[:100], "mastodon_problem": error.messages[0]}
    return {
        "mastodon": server,
        "mastodon_post": sharing_out.mastodon_post(credential, server),
    }


def _choice_of(credential: Credential) -> Choice:
    if credential.is_imported and credential.visibility == Visibility.PRIVATE:
        return _OWN_ALONE
    return next(each for each in CHOICES if each.visibility == credential.visibility)
