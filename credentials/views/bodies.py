"""How much a request may bring, looked at before anything reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

type View = Callable[..., HttpResponse]


def refused_beyond(
    size: int, refuse: Callable[[Any], HttpResponse]
) -> Callable[[View], View]:
    """Answer with ``refuse`` when a body has more bytes than ``size``.

    The view must be free of the CSRF check, which reads the form: put that inside.
    """

    def limited(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            length = str(request.META.get("CONTENT_LENGTH") or "")
            # Thirteen digits are ten terabytes; what is no number, Django reads as 0.
            if length.isdecimal() and int(length[:13]) > size:
                return refuse(request)
            return view(request, *args, **kwargs)

        return page

    return limited
