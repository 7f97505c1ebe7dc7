"""What somebody typed on a page of the wizard after their session had ended.

It waits in the session that the log-in goes on with, and stands in its fields again
when its owner is back on that page. Nobody else can open the page.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from credentials import limiting
from credentials.http import client_network, parts_of

SESSION_KEY = "typed"
#: What is kept, by its name in the form; the last one is a list of ticked boxes.
FIELDS = ("text", "url", "name", "seen", "public")
#: Strangers can send forms too, and each that is kept is a row of the database.
KEPT_PER_HOUR = 60
MOST_CHARACTERS = 30_000


def keep(request: HttpRequest, address: str) -> bool:
    """Keep what this form brought for the page at ``address``.

    False when it is nothing or too much, came too often, or is no page of the wizard.
    """
    values = {
        name: request.POST.getlist(name) for name in FIELDS if name in request.POST
    }
    if address.endswith("/visibility/"):  # boxes without a tick are not sent
        values["public"] = request.POST.getlist("public")
    if not request.FILES and not values:
        return False
    if sum(len(text) for texts in values.values() for text in texts) > MOST_CHARACTERS:
        return False
    if not _is_page_of_a_submission(address):
        return False
    key = f"typed:{client_network(request)}"
    if limiting.hit(key, limit=KEPT_PER_HOUR, per=timedelta(hours=1)):
        return False
    request.session[SESSION_KEY] = {
        "address": address,
        "values": values,
        "had_file": bool(request.FILES),
    }
    return True


def keep_for_current_page(request: HttpRequest) -> bool:
    """The same for htmx, whose page is another one than the address of the form."""
    return keep(request, parts_of(request.headers.get("HX-Current-URL", "")).path)


def bring_back(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was typed on this very page, and say that it is not saved yet."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["address"] != request.path:
        return {}
    messages.info(
        request,
        _("You were signed out. What you typed is here again. It is not saved yet."),
    )
    if kept["had_file"]:
        messages.warning(request, _("Your file was not kept. Select it again."))
    values: dict[str, list[str]] = kept["values"]
    return values


def initial(request: HttpRequest, stored: dict[str, str]) -> dict[str, str]:
    """Return what the fields of a form begin with: ``stored``, or what was typed."""
    typed = bring_back(request)
    return stored | {name: typed[name][-1] for name in typed if name != "public"}


def forget(request: HttpRequest) -> None:
    """A form of somebody who is signed in came: nothing waits any more."""
    if SESSION_KEY in request.session:
        del request.session[SESSION_KEY]


def _is_page_of_a_submission(address: str) -> bool:
    try:
        pk = resolve(address).kwargs.get("pk")
    except Resolver404:
        return False
    # Whether there is one is not asked: the answer would tell a stranger.
    return address.startswith("/submissions/") and pk is not None
