"""What people say about themselves, and who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from credentials.forms.sentences import say_plainly
from credentials.http import Request
from credentials.writing import clean_name, clean_text
from portfolio import handles
from portfolio.models import Profile

UNPROCESSABLE = 422

if TYPE_CHECKING:  # only the type checker knows what kind of form it is
    ProfileForm = forms.ModelForm[Profile]
else:
    ProfileForm = forms.ModelForm


class SettingsForm(ProfileForm):
    """A person's name and page. The page stays private until its switch is on."""

    full_name = forms.CharField(
        label=_("Full name"),
        help_text=_(
            "It stands on what you earn from now on. "
            "Credentials that you hold keep the name they were issued with."
        ),
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    is_public = forms.BooleanField(label=_("Everybody may see my page"), required=False)
    is_listable = forms.BooleanField(
        label=_("Search engines may list my page"),
        help_text=_(
            "Also the pages of credentials that you made public. This works only while "
            "everybody may see your page. Search engines can take weeks to forget."
        ),
        required=False,
    )

    class Meta:
        model = Profile
        fields = ["handle", "headline", "place", "about"]
        labels = {
            "handle": _("Address of your page"),
            "headline": _("Headline"),
            "place": _("Place"),
            "about": _("About you"),
        }
        help_texts = {
            "handle": _(
                "3 to 30 small letters, digits and hyphens. "
                "When you change it, links to the old address stop working."
            ),
            "headline": _("One line, such as: Paramedic and first-aid trainer."),
            "place": _("As wide as you like: a town, a region, a country."),
            "about": _("You can use Markdown."),
        }
        error_messages = {"handle": {"required": _("Enter an address.")}}
        widgets = {
            "handle": forms.TextInput(
                attrs={"autocapitalize": "none", "spellcheck": "false"}
            ),
            "about": forms.Textarea(attrs={"rows": 6}),
            "place": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)
        self.initial["full_name"] = self.instance.user.full_name
        self.initial["is_public"] = self.instance.public_at is not None
        self.initial["is_listable"] = self.instance.is_listable
        self.fields["is_public"].help_text = _(
            "Anybody who opens it sees your name, the fields above and the credentials "
            "that you made public."
        )

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])

    def clean_handle(self) -> str:
        """Refuse what is the site's own or somebody else's."""
        handle = str(self.cleaned_data["handle"])
        if handle in handles.RESERVED:
            raise forms.ValidationError(handles.RESERVED_SENTENCE)
        others = Profile.objects.exclude(pk=self.instance.pk)
        if others.filter(handle__iexact=handle).exists():
            raise forms.ValidationError(handles.TAKEN_SENTENCE)
        return handle

    def clean_headline(self) -> str:
        return clean_text(self.cleaned_data["headline"], max_length=120)

    def clean_place(self) -> str:
        return clean_text(self.cleaned_data["place"], max_length=80)

    def clean_about(self) -> str:
        return clean_text(self.cleaned_data["about"], max_length=2000)

    def save(self, commit: bool = True) -> Profile:
        """Store name and page together; switches keep the day they went on.

        A page that is switched off takes the leave of search engines with it.
        """
        profile, now = self.instance, timezone.now()
        is_public = self.cleaned_data["is_public"]
        is_listable = is_public and self.cleaned_data["is_listable"]
        profile.public_at = (profile.public_at or now) if is_public else None
        profile.search_engines_at = (
            (profile.search_engines_at or now) if is_listable else None
        )
        profile.user.full_name = self.cleaned_data["full_name"]
        with transaction.atomic():
            profile.user.save(update_fields=["full_name"])
            return super().save(commit)


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: Request) -> HttpResponse:
    """Show and save the settings; what could not be saved answers 422."""
    profile = handles.profile_of(request.user)
    profile.user = request.user
    form = SettingsForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid() and _saved(form):
        messages.success(request, _("Your settings are saved."))
        response = redirect("settings")
        response.status_code = 303
        return response
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "profile": profile, "section": "me"}
    if form.errors:  # the address as it is stored, not as it was typed
        profile.refresh_from_db(fields=["handle", "public_at", "search_engines_at"])
        request.user.refresh_from_db(fields=["full_name"])
    context["page_address"] = reverse("profile", args=[profile.handle])
    return render(request, "portfolio/settings.html", context, status=status)


def _saved(form: SettingsForm) -> bool:
    """Save; somebody may have taken the address since it was looked at."""
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("handle", handles.TAKEN_SENTENCE)
        return False
    return True
