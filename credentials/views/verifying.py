"""``/verify/``: paste a link or an id, or bring a file. No account, nothing kept."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from credentials import judging, limiting, reading, turns
from credentials.http import client_network
from credentials.judging import Judgement
from credentials.languages import in_this_language
from credentials.models import Credential
from credentials.verifying import Verdict
from credentials.views import bodies

TEMPLATE = "credentials/verify.html"
PER_MINUTE = 20


NEITHER = gettext_lazy("This is neither a link nor an ID of a credential.")
BUSY = ngettext_lazy(
    "Many files are being checked right now. Try again in %(seconds)d second.",
    "Many files are being checked right now. Try again in %(seconds)d seconds.",
    "seconds",
)
#: A file of the largest size, and the form around it; more is not read.
MAX_BODY = reading.MAX_BYTES + 1024 * 1024
#: A PDF is looked at by a process of its own, for up to half a minute: so many at once
#: leave threads for everybody else.
PDFS_AT_ONCE = 2


class LinkForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Link or ID"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        ),
        error_messages={
            "required": gettext_lazy("Enter a link or an ID."),
            "max_length": NEITHER,
            "null_characters_not_allowed": NEITHER,
        },
    )


class CredentialFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Certificate, badge picture or signed file"),
        help_text=gettext_lazy(
            "PDF, PNG, SVG, JSON or JWT, smaller than 5 MB. We check it in memory and "
            "do not keep it."
        ),
        allow_empty_file=True,  # the reader has the sentence for it
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.svg,.json,.jwt"}),
        error_messages={"required": gettext_lazy("Select a file.")},
    )


def _too_large(request: HttpRequest) -> HttpResponse:
    """413 on the page of the form. The body stays unread."""
    form = CredentialFileForm({})
    form.is_valid()
    form.errors["file"] = form.error_class(
        [str(reading.SENTENCES[reading.Reason.TOO_LARGE])]
    )
    return _page(request, file_form=form, status=413)


# Uses no authority of whoever sends it, and so needs no proof that we sent the form:
# the page stays free of cookies and can be cached.
@csrf_exempt
@login_not_required
@bodies.refused_beyond(MAX_BODY, _too_large)
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, look a link up, or judge a file."""
    if request.method == "POST":
        return _verify_file(request)
    if "q" in request.GET:
        return _verify_link(request)
    return _page(request)


def _verify_link(request: HttpRequest) -> HttpResponse:
    form = LinkForm(request.GET)
    if not form.is_valid():
        return _page(request, link_form=form, status=422)
    text = form.cleaned_data["q"]
    if endorsement := judging.endorsement_in(text):
        return redirect(reverse("endorsement", args=[endorsement]))
    token = judging.token_in(text)
    if token is None and judging.is_address(text):
        return _answer(request, Judgement(Verdict.UNCHECKED))
    if token is None:
        form.add_error("q", NEITHER)
        return _page(request, link_form=form, status=422)
    if not Credential.objects.with_a_page().filter(token=token).exists():
        form.add_error(
            "q",
            _(
                "There is nothing to show here. The link may be wrong, or its owner "
                "may have made it private."
            ),
        )
        return _page(request, link_form=form, status=404)
    return redirect(in_this_language(reverse("credential", args=[token])))


@never_cache
def _verify_file(request: HttpRequest) -> HttpResponse:
    network = client_network(request)
    wait = limiting.hit(f"verify:{network}", limit=PER_MINUTE, per=timedelta(minutes=1))
    if wait:
        unread = CredentialFileForm({})
        return _wait(request, unread, limiting.TooManyTries(wait), 429)
    form = CredentialFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form, status=422)
    upload = form.cleaned_data["file"]
    try:
        judgement = _judge(upload.read(reading.MAX_BYTES + 1))
    except turns.AllTaken as busy:
        words = {"seconds": busy.seconds}
        return _wait(request, form, ValidationError(BUSY, params=words), 503)
    except reading.NoCredentialFound as error:
        too_large = error.reason == reading.Reason.TOO_LARGE
        form.add_error("file", str(error.sentence))
        return _page(request, file_form=form, status=413 if too_large else 422)
    credential = judgement.credential
    if credential and credential.visibility != Credential.Visibility.PRIVATE:
        return redirect(in_this_language(credential.get_absolute_url()))
    if judgement.endorsement:
        return redirect(reverse("endorsement", args=[judgement.endorsement]))
    return _answer(request, judgement)


def _judge(data: bytes) -> Judgement:
    """Judge the file; one that takes a process waits for its turn, or is refused."""
    is_slow = reading.is_pdf(data)
    with turns.turn("verify", places=PDFS_AT_ONCE) if is_slow else nullcontext():
        return judging.judge(data)


def _wait(
    request: HttpRequest,
    form: CredentialFileForm,
    error: ValidationError,
    status: int,
) -> HttpResponse:
    """The page with the form and how long to wait; browsers keep no chosen file."""
    form.is_valid()
    form.errors.clear()
    form.add_error("file", error)
    response = _page(request, file_form=form, status=status)
    response["Retry-After"] = str((error.params or {})["seconds"])
    return response


def _answer(request: HttpRequest, judgement: Judgement) -> HttpResponse:
    """Answer without a page of its own: nothing from inside the file is repeated."""
    words = {"judgement": judgement, "verdict": judgement.verdict}
    response = render(
        request,
        "credentials/verify_answer.html",
        {**words, "checked_at": timezone.now(), "section": "verify"},
    )
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest,
    *,
    link_form: LinkForm | None = None,
    file_form: CredentialFileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    failed = link_form or file_form
    context = {
        "link_form": link_form or LinkForm(),
        "file_form": file_form or CredentialFileForm(),
        "form": failed,
        "section": "verify",
    }
    return render(request, TEMPLATE, context, status=status)
