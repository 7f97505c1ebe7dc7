"""A credential's page, which is also where anybody checks it."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from credentials import (
    certifying,
    http,
    importing,
    judging,
    limiting,
    markdown,
    reporting,
    verifying,
)
from credentials.forms.sentences import say_plainly
from credentials.languages import in_this_language
from credentials.models import (
    Credential,
    CredentialEvent,
    Evidence,
    ImportedDocument,
)
from credentials.seeing import Sight, see
from credentials.showing import Shown, shown
from credentials.verifying import Status, Verdict
from credentials.views import evidence_files, machine_forms
from credentials.writing import clean_text
from portfolio.endorsing import showing
from portfolio.models import Profile
from portfolio.showing import checked, imported_page, stacks
from portfolio.views import errors

logger = logging.getLogger(__name__)

CHECKS_PER_MINUTE = 20  # each computes a signature: some 50 ms
REPORTS_PER_HOUR = 5

#: What the page tells of a credential: all of it, or only what it was.
_TOLD_IN_FULL = frozenset(
    {Verdict.GENUINE, Verdict.ENDS_SOON, Verdict.EXPIRED, Verdict.SUSPENDED}
)
_ALTERNATES = {
    "application/vc": "credential_json",
    "text/plain": "credential_jwt",
    "image/png": "credential_png",
    "image/svg+xml": "credential_svg",
}


@require_safe
@login_not_required
def credential(request: HttpRequest, token: str) -> HttpResponse:
    """The page; the signed document for programs that ask for it by ``Accept``."""
    wanted = http.accepted(request, "text/html", *machine_forms.DOCUMENT_TYPES)
    if wanted != "text/html":
        return machine_forms.as_json(request, token=token)
    if address := _right_spelling(request, token):
        return HttpResponseRedirect(address)
    sight = see(request, token)
    status = verifying.status_of(sight.credential)
    response = render(request, _template(status), _context(sight, status))
    response["Cache-Control"] = sight.cache_control
    if links := _links(sight.credential, status):
        response["Link"] = links
    patch_vary_headers(response, ["Accept"])
    return response


def _right_spelling(request: HttpRequest, token: str) -> str:
    """Where an ID leads that was typed from paper: capitals, hyphens, O for 0.

    Empty when it is spelled right, and for what is no ID. Says nothing about whether
    there is such a credential.
    """
    right = judging.token_in(token)
    if right is None or right == token:
        return ""
    query = request.META.get("QUERY_STRING", "")
    return reverse("credential", args=[right]) + (f"?{query}" if query else "")


@require_safe
@login_not_required
def by_hand(request: HttpRequest) -> HttpResponse:
    """Papers name this address beside the ID: lead to where the ID can be typed."""
    return HttpResponseRedirect(reverse("verify"))


# It uses no authority of whoever asks and changes nothing but the time of the check,
# so a forged request gains nothing; and visitors get no cookie to prove themselves by.
@csrf_exempt
@require_POST
@login_not_required
def check_again(request: HttpRequest, token: str) -> HttpResponse:
    """Verify the stored bytes anew; swap the answer, or show the whole page."""
    sight = see(request, token)
    wait = limiting.hit(
        f"check:{http.client_network(request)}",
        limit=CHECKS_PER_MINUTE,
        per=timedelta(minutes=1),
    )
    if wait:
        return errors.too_many(request, wait)
    _check(sight.credential)
    return _checked(request, sight)


def _check(credential: Credential) -> None:
    if credential.state == Credential.State.ERASED:
        return  # nothing is left to check
    if credential.is_imported:
        with suppress(ImportedDocument.DoesNotExist):  # removed at this moment
            verdict = importing.check_again(credential)
            logger.info("Checked credential %s again: %s", credential.pk, verdict)
        return
    good = verifying.check_signature(credential)
    logger.log(
        logging.INFO if good else logging.ERROR,
        "Checked the signature of credential %s again: %s",
        credential.pk,
        "good" if good else "NOT GOOD",
    )


def _checked(request: HttpRequest, sight: Sight) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        address = in_this_language(sight.credential.get_absolute_url())
        return HttpResponseRedirect(address, status=303)
    status = verifying.status_of(sight.credential)
    if request.POST.get("verdict") != status.verdict:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = _context(sight, status) | {"is_answer": True}
    response = render(request, f"{_template(status)}#answer", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@login_not_required
def evidence(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """One item that was public at approval: shown, or not shown any more."""
    sight = see(request, token)
    item = _listed_item(sight.credential, pk)
    context: dict[str, Any] = {"credential": sight.credential, "item": item}
    if item and item.kind == Evidence.Kind.TEXT:
        context["html"] = markdown.to_html(item.text)
    response = render(request, "portfolio/credential/evidence.html", context)
    response["Cache-Control"] = sight.cache_control
    return response


@require_safe
@login_not_required
def evidence_file(request: HttpRequest, token: str, pk: UUID) -> HttpResponseBase:
    """The file of such an item, while it is public."""
    sight = see(request, token)
    item = _listed_item(sight.credential, pk)
    if item is None or item.kind != Evidence.Kind.FILE:
        raise Http404
    response = evidence_files.file_response(request, item)
    response["Cache-Control"] = sight.cache_control
    return response


class ReportForm(forms.Form):
    """What is wrong, in a visitor's words."""

    message = forms.CharField(
        label=_("What is wrong?"),
        help_text=_(
            "Such as: this person did not do this work, or the page looks false."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what is wrong.")},
    )
    reply_to = forms.EmailField(
        label=_("Your e-mail, if you want an answer"),
        help_text=_("Only the issuer and the operator of this site see it."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def clean_message(self) -> str:
        return clean_text(self.cleaned_data["message"], max_length=2000)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is wrong with a credential; issuer and operator get it by mail."""
    sight = see(request, token)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if sight.credential.is_imported:
        form.fields["reply_to"].help_text = _("Only the operator of this site sees it.")
    if not form.is_valid():
        return _report_page(request, sight, form)
    wait = limiting.hit(
        f"report:{http.client_network(request)}",
        limit=REPORTS_PER_HOUR,
        per=timedelta(hours=1),
    )
    if wait:
        form.add_error(None, limiting.TooManyTries(wait))
        return _report_page(request, sight, form)
    reporting.report_problem(sight.credential, **form.cleaned_data)
    address = f"{reverse('report', args=[token])}?sent="
    return HttpResponseRedirect(in_this_language(address), status=303)


def _report_page(request: HttpRequest, sight: Sight, form: ReportForm) -> HttpResponse:
    status = verifying.status_of(sight.credential)
    context = {
        "credential": sight.credential,
        "says": _says(sight.credential, status),
        "form": form,
        "is_sent": "sent" in request.GET and not form.is_bound,
    }
    code = 422 if form.is_bound else 200
    wait = limiting.wait_of(form)
    response = render(
        request,
        "portfolio/credential/report.html",
        context,
        status=HTTPStatus.TOO_MANY_REQUESTS if wait else code,
    )
    if wait:
        response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def _template(status: Status) -> str:
    """Another site's badge has a page of its own, unless nothing of it may be shown."""
    name = "imported" if status.verdict.is_of_elsewhere else "page"
    return f"portfolio/credential/{name}.html"


def _context(sight: Sight, status: Status) -> dict[str, Any]:
    if status.verdict.is_of_elsewhere:
        return imported_page.context(sight, status)
    return _page(sight, status)


def _page(sight: Sight, status: Status) -> dict[str, Any]:
    credential = sight.credential
    says = _says(credential, status)
    return {
        "credential": credential,
        "is_listable": _is_listable(credential, status),
        "sight": sight,
        "status": status,
        "verdict": status.verdict.value,
        "verdict_title": checked.TITLES[status.verdict],
        "tone": checked.TONES.get(status.verdict, ""),
        "checked_at": checked.moment_words(status.checked_at),
        "says": says,
        "rows": checked.rows(credential, says, status),
        "is_told_in_full": says is not None and status.verdict in _TOLD_IN_FULL,
        "has_certificate": status.verdict in certifying.CERTIFIED,
        "evidence": _public_evidence(credential, says, status),
        "newer": _newer(sight),
        "stack": stacks.stack_behind(sight, status.checked_at) if says else None,
        "was_withdrawn": _was_withdrawn(credential),
        "endorsed_by": _endorsed_by(credential, says, status),
    }


def _is_listable(credential: Credential, status: Status) -> bool:
    """Whether search engines may list the page: in force, and its holder wants it.

    The page names a person, so two switches of theirs say so: this credential is
    public, and their own page may be listed.
    """
    if credential.visibility != Credential.Visibility.PUBLIC:
        return False
    if not status.verdict.is_good or credential.holder_id is None:
        return False
    return Profile.objects.listable().filter(user=credential.holder_id).exists()


def _says(credential: Credential, status: Status) -> Shown | None:
    """The signed words; nothing when they are gone or not what was signed."""
    if status.verdict in machine_forms.NO_FILE or credential.document is None:
        return None
    return shown(credential.document)


def _endorsed_by(
    credential: Credential, says: Shown | None, status: Status
) -> list[showing.Shown]:
    """Who stands behind it, while there is something to stand behind."""
    if says is None or status.verdict not in _TOLD_IN_FULL:
        return []
    return showing.of_credential(credential)


def _listed_item(credential: Credential, pk: UUID) -> Evidence | None:
    """An item of the signed document; None when its owner does not show it today.

    Nor is it shown once the credential was withdrawn or replaced: its page is silent
    about it then. Raises Http404 for what never was a part of it.
    """
    status = verifying.status_of(credential)
    says = _says(credential, status)
    if says is None or pk not in {item.pk for item in says.evidence}:
        raise Http404
    if status.verdict not in _TOLD_IN_FULL:
        return None
    return _shown_today(credential).filter(pk=pk).first()


def _shown_today(credential: Credential) -> QuerySet[Evidence]:
    return Evidence.objects.filter(
        submission__credential=credential, visibility=Evidence.Visibility.PUBLIC
    ).select_related("criterion")


def _public_evidence(
    credential: Credential, says: Shown | None, status: Status
) -> list[dict[str, Any]]:
    """The signed evidence, each with today's row, or None when it is not shown."""
    if says is None or not says.evidence or status.verdict not in _TOLD_IN_FULL:
        return []
    listed = [item.pk for item in says.evidence]
    today = {item.pk: item for item in _shown_today(credential).filter(pk__in=listed)}
    return [{"item": item, "today": today.get(item.pk)} for item in says.evidence]


def _newer(sight: Sight) -> Credential | None:
    """The credential that replaced this one, if whoever looks may see it."""
    if sight.credential.superseded_by_id is None:
        return None
    newer = Credential.objects.filter(pk=sight.credential.superseded_by_id)
    if not sight.is_holders:
        newer = newer.with_a_page()
    return newer.only("token", "title").first()


def _was_withdrawn(credential: Credential) -> bool:
    """Whether an erased credential was withdrawn before."""
    if credential.state != Credential.State.ERASED:
        return False
    return credential.events.filter(kind=CredentialEvent.Kind.REVOKED).exists()


def _links(credential: Credential, status: Status) -> str:
    """Where programs find the other forms (RFC 8288)."""
    if status.verdict in machine_forms.NO_FILE:
        return ""
    return ", ".join(
        f'<{reverse(name, args=[credential.token])}>; rel="alternate"; type="{kind}"'
        for kind, name in _ALTERNATES.items()
    )
