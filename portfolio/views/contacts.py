"""Writing to somebody whose address stays hidden, and answering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from credentials import limiting
from credentials.forms.sentences import say_plainly
from credentials.http import Request
from credentials.models.holdings import is_token
from credentials.writing import clean_text
from portfolio import contacting
from portfolio.models import ContactRequest, EmployerMember, Profile
from portfolio.views import errors
from portfolio.views.leading_back import see_other

UNPROCESSABLE, CONFLICT, TOO_MANY = 422, 409, 429
PER_DAY = 5


class ContactForm(forms.Form):
    """What somebody writes to a person whom they know by their page."""

    organisation = forms.CharField(
        label=gettext_lazy("Your organisation"),
        help_text=gettext_lazy("Nobody checks it. You can leave it empty."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = forms.CharField(
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("What it is about, and what happens next."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write a message.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def clean_organisation(self) -> str:
        words = clean_text(self.cleaned_data["organisation"], max_length=120)
        return " ".join(words.split())

    def clean_message(self) -> str:
        return clean_text(self.cleaned_data["message"], max_length=2000)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def contact_person(request: Request, handle: str) -> HttpResponse:
    """Write to the owner of a page who wants to be contacted; five times a day."""
    public = Profile.objects.public().select_related("user")
    profile = get_object_or_404(public.at([handle]))
    if profile.user_id == request.user.pk:
        return see_other(profile.get_absolute_url())
    if not contacting.can_be_asked(profile):
        raise Http404
    employment = (
        EmployerMember.objects.select_related("employer")
        .filter(user=request.user)
        .first()
    )
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={"organisation": employment.employer.name if employment else ""},
    )
    if not form.is_valid():
        return _form_page(request, profile, form, UNPROCESSABLE if form.errors else 200)
    wait = limiting.hit(
        f"contact:{request.user.pk}", limit=PER_DAY, per=timedelta(days=1)
    )
    if wait:
        form.add_error(None, limiting.TooManyTries(wait))
        response = _form_page(request, profile, form, TOO_MANY)
        response["Retry-After"] = str(wait)
        return response
    return _sent(request, profile, form)


def _sent(request: Request, profile: Profile, form: ContactForm) -> HttpResponse:
    try:
        contacting.ask(profile, by=request.user, **form.cleaned_data)
    except contacting.NotOpen:
        raise Http404 from None
    except contacting.AlreadyAsked:
        form.add_error(None, _("Your last message to this person waits for an answer."))
        return _form_page(request, profile, form, CONFLICT)
    sentence = _("Your message is with %(name)s. You get a mail when they answer.")
    messages.success(request, sentence % {"name": profile.user.full_name})
    return see_other(reverse("contacts"))


@require_safe
@never_cache
def contacts(request: Request) -> HttpResponse:
    """Messages that one got and sent, with their answers."""
    context = {
        "received": contacting.received(request.user)[:100],
        "sent": contacting.sent(request.user)[:100],
        "section": "me",
    }
    return render(request, "portfolio/contacts.html", context)


# A form that comes after the session ended leads to the log-in and then to the page
# with the messages, not to this address, which answers no GET.
@require_POST
@never_cache
@login_not_required
def answer_contact(request: Request, token: str) -> HttpResponse:
    """Accept or decline a message to oneself, or take one's own back."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("contacts"))
    wanted = request.POST.get("answer", "")
    if not is_token(token) or wanted not in _ANSWERS:
        raise Http404
    answer, who, said = _ANSWERS[wanted]
    found = ContactRequest.objects.filter(**{who: request.user})
    contact = get_object_or_404(found, token=token)
    try:
        answer(contact)
    except contacting.AlreadyAnswered:
        return errors.conflict(
            request, _("This message was answered or taken back before you pressed.")
        )
    messages.success(request, str(said))
    return see_other(reverse("contacts"))


#: What does it, whose message it has to be, and what is said then.
_ANSWERS: dict[str, tuple[Callable[[ContactRequest], None], str, str | Promise]] = {
    "accept": (
        contacting.accept,
        "recipient",
        gettext_lazy("Accepted. You both see each other's e-mail address now."),
    ),
    "decline": (
        contacting.decline,
        "recipient",
        gettext_lazy("Declined. Your e-mail address stays hidden."),
    ),
    "withdraw": (
        contacting.withdraw,
        "sender",
        gettext_lazy("Your message is taken back."),
    ),
}


def _form_page(
    request: Request, profile: Profile, form: ContactForm, status: int
) -> HttpResponse:
    context = {"profile": profile, "form": form}
    return render(request, "portfolio/contact.html", context, status=status)
