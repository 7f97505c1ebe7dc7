"""In which language somebody reads the site, and how it is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from portfolio.models import User

Answer = Callable[[HttpRequest], HttpResponseBase]

#: Pages of credentials: caches between keep one for everybody who has no account.
SHARED = "/c/"


def speak(get_response: Answer) -> Answer:
    """Answer in the reader's language: as chosen, else as their browser asks.

    A visitor's page of a credential is in the language of its address (``?lang=``) and
    otherwise in the site's own, whatever browser and cookie say.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with translation.override(language := _language_of(request)):
            response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
            if not _is_shared(request):
                patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if chosen := getattr(request, "chosen_language", ""):
            _remember(response, chosen)
        return response

    return middleware


def choose(request: HttpRequest, language: str, user: User | None) -> None:
    """Keep a choice in this browser, and with an account for its mails."""
    request.chosen_language = language  # type: ignore[attr-defined]  # for `speak`
    if user is not None and user.language != language and not settings.READ_ONLY_UNTIL:
        user.language = language
        user.save(update_fields=["language"])


def meet(request: HttpRequest, user: User) -> None:
    """On log-in this browser takes over the account's language, or the other way."""
    if user.language in dict(settings.LANGUAGES):
        choose(request, user.language, user)
    elif chosen := _chosen(request):
        choose(request, chosen, user)


def _language_of(request: HttpRequest) -> str:
    if not request.path_info.startswith(SHARED):
        return translation.get_language_from_request(request)
    asked = request.GET.get("lang", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    if _is_shared(request):
        return settings.LANGUAGE_CODE
    return translation.get_language_from_request(request)


def _is_shared(request: HttpRequest) -> bool:
    """Whether others may get this very answer; not what somebody signed in reads."""
    is_visitors = settings.SESSION_COOKIE_NAME not in request.COOKIES
    return is_visitors and request.path_info.startswith(SHARED)


def _chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else ""


def _remember(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
