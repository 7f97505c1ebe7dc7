"""What somebody typed on a page of the wizard after their session had ended.

It waits in the session that the log-in goes on with, and stands in its fields again
when its owner is back on that page. Nobody else can open the page. A page that has one
address for everybody gives its form a ``mark``, which says whose form it is.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from credentials import limiting
from credentials.http import client_network, parts_of

SESSION_KEY = "typed"
#: The name of a form's mark.
MARK = "whose"
#: What is kept, by its name in the form; the last one is a list of ticked boxes.
FIELDS = ("text", "url", "name", "seen", "public")
#: Strangers can send forms too, and each that is kept is a row of the database.
KEPT_PER_HOUR = 60
MOST_CHARACTERS = 30_000
MOST_FIELDS = 20

_signer = Signer(salt="typed")


def mark(request: HttpRequest) -> str:
    """Return the value of a hidden field: whose form this is, and of which page."""
    return _signer.sign(f"{request.user.pk} {request.path}")


def keep(request: HttpRequest, address: str) -> bool:
    """Keep what this form brought for the page at ``address``, or at its mark's.

    False when it is nothing or too much, came too often, or is neither marked nor a
    page of the wizard.
    """
    whose, address = _read_mark(request) or ("", address)
    values = _marked(request) if whose else _of_wizard(request, address)
    if not request.FILES and not values:
        return False
    if sum(len(text) for texts in values.values() for text in texts) > MOST_CHARACTERS:
        return False
    if not whose and not _is_page_of_a_submission(address):
        return False
    key = f"typed:{client_network(request)}"
    if limiting.hit(key, limit=KEPT_PER_HOUR, per=timedelta(hours=1)):
        return False
    request.session[SESSION_KEY] = {
        "address": address,
        "whose": whose,
        "values": values,
        "had_file": bool(request.FILES),
    }
    return True


def _read_mark(request: HttpRequest) -> tuple[str, str] | None:
    """Return who was given the form and the address of its page, if both are true."""
    try:
        whose, address = _signer.unsign(request.POST.get(MARK, "")).split(" ", 1)
    except (BadSignature, ValueError):
        return None
    return whose, address


def _marked(request: HttpRequest) -> dict[str, list[str]]:
    """Return all fields, as long as they are as few as those of a form of ours."""
    left_out = {MARK, "csrfmiddlewaretoken"}
    names = [name for name in request.POST if name not in left_out]
    if len(names) > MOST_FIELDS or any(len(name) > MOST_FIELDS for name in names):
        return {}
    return {name: request.POST.getlist(name) for name in names}


def _of_wizard(request: HttpRequest, address: str) -> dict[str, list[str]]:
    values = {
        name: request.POST.getlist(name) for name in FIELDS if name in request.POST
    }
    if address.endswith("/visibility/"):  # boxes without a tick are not sent
        values["public"] = request.POST.getlist("public")
    return values


def keep_for_current_page(request: HttpRequest) -> bool:
    """The same for htmx, whose page is another one than the address of the form."""
    return keep(request, parts_of(request.headers.get("HX-Current-URL", "")).path)


def bring_back(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was typed on this very page, and say that it is not saved yet."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["address"] != request.path:
        return {}
    if kept.get("whose") and kept["whose"] != str(request.user.pk):
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
