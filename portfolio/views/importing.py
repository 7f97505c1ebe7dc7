"""Badges earned elsewhere: brought here and taken away again by their holders."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from credentials import importing, limiting, reading, turns
from credentials.forms.sentences import HIDDEN_NULL
from credentials.http import Request
from credentials.importing import NotTaken, Refusal
from credentials.languages import in_this_language
from credentials.models import Credential
from credentials.views import bodies
from credentials.views.verifying import BUSY, MAX_BODY, PDFS_AT_ONCE
from portfolio.own.removing import remove_imported
from portfolio.views.leading_back import see_other

if TYPE_CHECKING:
    from portfolio.models import User

PER_HOUR = 30
UNPROCESSABLE, TOO_LARGE, TOO_MANY, UNAVAILABLE = 422, 413, 429, 503
#: A token is a third longer than the credential in it.
TEXT_LENGTH = 400_000

_SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.NOT_GENUINE: gettext_lazy(
        "This file has been changed or was not signed by the issuer it names. Do not "
        "rely on anything in it."
    ),
    Refusal.SOMEBODY_ELSES: gettext_lazy(
        "This credential was issued here, to somebody else."
    ),
    Refusal.OF_NO_RECORD: gettext_lazy(
        "This file says that it was issued here, and there is no record of it."
    ),
    Refusal.ONLY_AN_ADDRESS: gettext_lazy(
        "This file only names the page where the badge is kept, and we do not open "
        "other sites. Download the badge there as JSON or PNG, and add that file."
    ),
    Refusal.NOT_A_BADGE: gettext_lazy(
        "This file does not say what a badge says: what it is for, and since when. Ask "
        "its issuer for a new copy."
    ),
}
_LINK = gettext_lazy(
    "This is a link. We do not open other sites: download the badge there, and add the "
    "file."
)


class ImportForm(forms.Form):
    """A file, or what stands in one."""

    file = forms.FileField(
        label=gettext_lazy("Badge picture or file"),
        help_text=gettext_lazy("PNG, SVG, JSON, JWT or PDF, smaller than 5 MB."),
        required=False,
        allow_empty_file=True,  # the reader has the sentence for it
        widget=forms.FileInput(attrs={"accept": ".png,.svg,.json,.jwt,.pdf"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the text of a JSON or JWT file"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "dir": "ltr",
                "spellcheck": "false",
                "autocapitalize": "off",
                "autocomplete": "off",
                "maxlength": None,
            }
        ),
        error_messages={
            "max_length": reading.TOO_MUCH_INSIDE,
            "null_characters_not_allowed": HIDDEN_NULL,
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if self.errors:
            return cleaned
        if file is None and not text:
            self.add_error("file", _("Select a file, or paste its text."))
        elif file is not None and text:
            self.add_error("file", _("Select a file or paste its text, not both."))
        elif text.startswith(("http://", "https://")) and len(text.split()) == 1:
            self.add_error("text", str(_LINK))
        return cleaned

    @property
    def where(self) -> str:
        """The field that was filled in."""
        return "text" if self.cleaned_data.get("text") else "file"

    def brought(self) -> bytes:
        """What was brought, of a valid form."""
        if self.where == "text":
            return str(self.cleaned_data["text"]).encode()
        return bytes(self.cleaned_data["file"].read(reading.MAX_BYTES + 1))


def _too_large(request: Request) -> HttpResponse:
    """413 on the page of the form. The body stays unread."""
    form = ImportForm({})
    form.is_valid()
    form.errors.clear()
    form.add_error("file", str(reading.SENTENCES[reading.Reason.TOO_LARGE]))
    return _page(request, form, TOO_LARGE)


# The CSRF check reads the form, so it runs after the look at its size.
@csrf_exempt
@bodies.refused_beyond(MAX_BODY, _too_large)
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def import_badge(request: Request) -> HttpResponse:
    """Show the form, or keep the badge that was brought."""
    if request.method != "POST":
        return _page(request, ImportForm(), 200)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, UNPROCESSABLE)
    wait = limiting.hit(
        f"import:{request.user.pk}", limit=PER_HOUR, per=timedelta(hours=1)
    )
    if wait:
        return _wait(request, form, limiting.TooManyTries(wait), TOO_MANY)
    try:
        credential = _bring(form.brought(), request.user)
    except turns.AllTaken as busy:
        error = ValidationError(BUSY, params={"seconds": busy.seconds})
        return _wait(request, form, error, UNAVAILABLE)
    except reading.NoCredentialFound as error:
        form.add_error(form.where, str(error.sentence))
        is_large = error.reason == reading.Reason.TOO_LARGE
        return _page(request, form, TOO_LARGE if is_large else UNPROCESSABLE)
    except NotTaken as refused:
        return _refused(request, form, refused)
    messages.success(request, _("Added. Only you see it."))
    return see_other(in_this_language(credential.get_absolute_url()))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove_badge(request: Request, token: str) -> HttpResponse:
    """Ask once, then remove a badge from elsewhere of one's own."""
    own = Credential.objects.of(request.user).named(token)
    credential = get_object_or_404(own)
    if not credential.is_imported:
        raise Http404
    if request.method == "POST":
        remove_imported(credential, by=request.user)
        messages.success(request, _("Removed."))
        return see_other(reverse("me"))
    context = {"credential": credential, "section": "me"}
    return render(request, "portfolio/importing/remove.html", context)


def _bring(data: bytes, holder: User) -> Credential:
    """Keep it; a file that takes a process to read waits its turn, or is refused."""
    confirmed = EmailAddress.objects.filter(user=holder, verified=True)
    addresses = list(confirmed.values_list("email", flat=True))
    is_slow = reading.is_pdf(data)
    with turns.turn("verify", places=PDFS_AT_ONCE) if is_slow else nullcontext():
        return importing.bring(data, holder=holder, addresses=addresses)


def _refused(request: Request, form: ImportForm, refused: NotTaken) -> HttpResponse:
    """Lead to what is there already, or say why it is not taken."""
    if refused.credential is not None:
        is_ours = refused.reason == Refusal.OURS
        messages.info(
            request,
            _("This one was issued here. You have it already.")
            if is_ours
            else _("You have added this one before."),
        )
        return see_other(in_this_language(refused.credential.get_absolute_url()))
    form.add_error(form.where, _sentence(refused))
    is_another = refused.reason == Refusal.MADE_OUT_TO_ANOTHER
    return _page(request, form, UNPROCESSABLE, is_made_out_to_another=is_another)


def _sentence(refused: NotTaken) -> str:
    if refused.reason == Refusal.TOO_MANY:
        return ngettext(
            "You have %(count)d badge from elsewhere. Remove one to add another.",
            "You have %(count)d badges from elsewhere. Remove one to add another.",
            importing.MOST,
        ) % {"count": importing.MOST}
    if refused.reason != Refusal.MADE_OUT_TO_ANOTHER:
        return str(_SENTENCES[refused.reason])
    if refused.address:
        return _(
            "This badge is made out to %(address)s, which is not one of your confirmed "
            "e-mail addresses."
        ) % {"address": refused.address}
    return _(
        "This badge is made out to an e-mail address that is not one of those that you "
        "have confirmed here."
    )


def _wait(
    request: Request, form: ImportForm, error: ValidationError, status: int
) -> HttpResponse:
    """The page with the form and how long to wait; browsers keep no chosen file."""
    form.add_error(form.where, error)
    response = _page(request, form, status)
    response["Retry-After"] = str((error.params or {})["seconds"])
    return response


def _page(
    request: Request,
    form: ImportForm,
    status: int,
    *,
    is_made_out_to_another: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "section": "me",
        "is_made_out_to_another": is_made_out_to_another,
    }
    return render(request, "portfolio/importing/add.html", context, status=status)
