"""A credential for programs, wallets and paper.

The document is served exactly as it was stored. What is kept as a file is made of it;
the state is looked at each time before anything is served.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials import baking, certifying, http, qr, verifying
from credentials.certificates import Paper, UncoveredCharacters
from credentials.documents import absolute
from credentials.models import AchievementVersion
from credentials.seeing import Sight, see
from credentials.verifying import Status, Verdict
from credentials.views.artwork import drawn, drawn_png

#: Media types of the signed document (Open Badges 3.0; VC data model 2.0, annex C).
DOCUMENT_TYPES = ("application/json", "application/vc", "application/ld+json")
TOKEN_TYPES = ("text/plain", "application/vc+jwt", "application/jwt")

#: Nothing is left of these, or nothing that was signed.
NO_FILE = frozenset({Verdict.ERASED, Verdict.NOT_GENUINE})

QR_PIXELS_PER_MODULE = 18

type Form = Callable[[HttpRequest, Sight, Status], HttpResponse]


def _form_of_a_credential(form: Form) -> Callable[..., HttpResponse]:
    """Find the credential and look at its state before any form of it is answered."""

    @require_safe
    @login_not_required
    @wraps(form)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        sight = see(request, token)
        status = verifying.status_of(sight.credential)
        if status.verdict in NO_FILE:
            return _no_file(request, sight, status)
        return form(request, sight, status)

    return view


@_form_of_a_credential
def as_json(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The signed document, byte for byte as stored."""
    content_type = http.accepted(request, *DOCUMENT_TYPES)
    return document_answer(request, sight, content_type)


def document_answer(
    request: HttpRequest, sight: Sight, content_type: str
) -> HttpResponse:
    """Answer the signed document in one of ``DOCUMENT_TYPES``."""
    body = _document(sight).encode()
    return _file(request, sight, body, content_type, "credential.json")


@_form_of_a_credential
def as_jwt(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The same claims as a signed token."""
    content_type = http.accepted(request, *TOKEN_TYPES)
    body = _token(sight).encode()
    return _file(request, sight, body, content_type, "credential.jwt")


@_form_of_a_credential
def as_png(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The badge with the signed document inside (Open Badges 3.0, 5.3).

    A withdrawn one keeps its picture: whoever reads the document finds its state.
    """
    body = baking.bake_png(drawn_png(_version(sight)), _document(sight))
    return _file(request, sight, body, "image/png", "badge.png")


@_form_of_a_credential
def as_svg(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The badge as a drawing with the signed document inside."""
    body = baking.bake_svg(drawn(_version(sight)), _document(sight)).encode()
    return _file(request, sight, body, "image/svg+xml", "badge.svg")


@_form_of_a_credential
def as_pdf(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The certificate, on A4 or ``?paper=letter``; 410 once it does not stand."""
    if sight.credential.is_imported:
        raise Http404
    paper: Paper = "letter" if request.GET.get("paper") == "letter" else "a4"
    try:
        body = certifying.certificate_pdf(sight.credential, status, paper)
    except certifying.NoCertificate:
        return _no_file(request, sight, status)
    except UncoveredCharacters as missing:
        return _cannot_draw(request, sight, missing.characters)
    return _file(request, sight, body, "application/pdf", "certificate.pdf")


@_form_of_a_credential
def qr_svg(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The code that leads to the credential's page, for printing."""
    body = qr.svg(absolute(sight.credential.get_absolute_url())).encode()
    return _file(request, sight, body, "image/svg+xml", "qr.svg")


@_form_of_a_credential
def qr_png(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """The same in pixels, 600 wide and more, for programs that take no drawings."""
    address = absolute(sight.credential.get_absolute_url())
    body = qr.png(address, box=QR_PIXELS_PER_MODULE)
    return _file(request, sight, body, "image/png", "qr.png")


def _document(sight: Sight) -> str:
    if sight.credential.is_imported:
        return _as_it_came(sight, is_json=True)
    if sight.credential.document is None:
        raise Http404
    return sight.credential.document


def _token(sight: Sight) -> str:
    if sight.credential.is_imported:
        return _as_it_came(sight, is_json=False)
    return sight.credential.jwt or ""


def _as_it_came(sight: Sight, *, is_json: bool) -> str:
    """The bytes of one from elsewhere, in the only form that there is of it.

    A file with its holder's e-mail address in it is given to nobody else.
    """
    imported = sight.credential.imported
    is_kept_back = imported.has_address and not sight.is_holders
    if imported.is_json != is_json or is_kept_back:
        raise Http404
    return bytes(imported.raw).decode()


def _version(sight: Sight) -> AchievementVersion:
    if sight.credential.version is None:
        raise Http404
    return sight.credential.version


def _file(
    request: HttpRequest, sight: Sight, body: bytes, content_type: str, name: str
) -> HttpResponse:
    response = http.data(request, body, content_type, cache=sight.cache_control)
    if sight.credential.is_imported:  # anybody's words: kept, and not opened here
        response["Content-Disposition"] = f'attachment; filename="badge-{name}"'
    else:
        slug = _version(sight).achievement.slug
        response["Content-Disposition"] = f'inline; filename="{slug}-{name}"'
    response["X-Robots-Tag"] = "noindex"  # it names a person: only the page is found
    patch_vary_headers(response, ["Accept"])
    return response


def _no_file(request: HttpRequest, sight: Sight, status: Status) -> HttpResponse:
    """410; 409 while it is paused, because then there may be a file again."""
    paused = status.verdict == Verdict.SUSPENDED
    context = {"credential": sight.credential, "verdict": status.verdict.value}
    return _page(request, "no_file", context, 409 if paused else 410)


def _cannot_draw(request: HttpRequest, sight: Sight, characters: str) -> HttpResponse:
    context = {"credential": sight.credential, "characters": characters}
    return _page(request, "cannot_draw", context, 409)


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], status: int
) -> HttpResponse:
    response = render(request, f"credentials/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
