"""Back to the page on which a form stood."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def address_before(request: HttpRequest, otherwise: str) -> str:
    """The path on this site that the form names in ``next``, or another address."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = (
        wanted.startswith("/")
        and wanted.isprintable()
        and len(wanted) < 500
        and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    )
    return wanted if is_ours else otherwise


def see_other(address: str) -> HttpResponse:
    """Send the browser to another page after a form, as a page of its own (303)."""
    return HttpResponseRedirect(address, status=303)
