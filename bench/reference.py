"""What a page costs at least here: read one row, render a template of the same size.

The template has the site's own frame around it, so a reference holds everything that
middleware, session and frame cost, and nothing that the page itself does.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from credentials.models import Issuer
from portfolio import urls
from portfolio.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]

_MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)


@login_not_required
def reference(request: HttpRequest, name: str) -> HttpResponse:
    """The page ``name``, written down beforehand, with the name of one row in it."""
    row = Issuer.objects.order_by("pk")[:1].get()
    return render(request, f"{name}.html", {"row": row})


def write_down(name: str, page: str) -> str:
    """Make the reference of a page from its HTML. Out: the reference's address."""
    found = _MAIN.search(page)
    assert found is not None, "a page has one <main>"
    folder = Path(settings.DATA) / "bench"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.html").write_text(
        '{% extends "base.html" %}{% block content %}{{ row.name }}'
        f"{{% verbatim %}}{found[1]}{{% endverbatim %}}{{% endblock %}}"
    )
    return f"/bench/{name}/"


urlpatterns = [*urls.urlpatterns, path("bench/<slug:name>/", reference)]
