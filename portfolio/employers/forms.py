"""What an organisation says of itself, whom it asks to join, and what a role is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.fetching import dns_name
from credentials.forms.sentences import say_plainly
from credentials.models.skills import Level
from credentials.writing import clean_name, clean_text, clean_web_address
from portfolio.employers import proving
from portfolio.employers.job_texts import MOST_CHARACTERS
from portfolio.models import Employer

#: What signs for the organisation has no room for a longer address.
LONGEST_ADDRESS = 200
LONGEST_DOMAIN = LONGEST_ADDRESS - len("https:///")


class PlainForm(forms.Form):
    """A form whose own words are ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def _line(self, field: str, missing: str) -> str:
        """One line of text; ``missing`` is said when nobody sees anything in it."""
        try:
            return clean_name(self.cleaned_data[field])
        except ValidationError as wrong:
            if wrong.code == "required":
                raise ValidationError(missing, code="required") from None
            raise


class OrganisationForm(PlainForm):
    """Name, web site and domain. ``employer`` is the one that is changed, if any."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": gettext_lazy("Enter the organisation's name.")},
    )
    domain = forms.CharField(
        label=gettext_lazy("Domain"),
        help_text=gettext_lazy(
            "The one of its web site and e-mail, such as harbour.example. "
            "You prove afterwards that it is yours."
        ),
        max_length=260,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={"required": gettext_lazy("Enter the organisation's domain.")},
    )
    website = forms.CharField(
        label=gettext_lazy("Web site"),
        help_text=gettext_lazy(
            "At this domain, such as https://www.harbour.example/. "
            "Leave it empty for its first page."
        ),
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )

    def __init__(
        self, *args: Any, employer: Employer | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.employer = employer
        if employer is not None and employer.issuer_id:
            self.fields["domain"].disabled = True

    def clean_name(self) -> str:
        return self._line("name", _("Enter the organisation's name."))

    def clean_domain(self) -> str:
        try:
            domain = read_domain(self.cleaned_data["domain"])
        except ValueError:
            raise ValidationError(
                _("Enter a domain such as harbour.example.")
            ) from None
        if proving.is_somebody_elses(domain, self.employer):
            raise ValidationError(
                _(
                    "Another organisation here has proved that this domain is its own. "
                    "If it is yours, ask a colleague there to add you."
                )
            )
        return domain

    def clean(self) -> dict[str, Any]:
        """The web site is at the domain: what is proved says something about it.

        Its fault is said beside those of the other fields, also when the domain cannot
        be had or read.
        """
        cleaned: dict[str, Any] = super().clean() or {}
        if "website" not in cleaned:
            return cleaned
        domain, written = self._read_domain(), cleaned["website"].strip()
        if not written:
            cleaned["website"] = f"https://{domain}/"
            return cleaned
        try:
            cleaned["website"] = clean_web_address(written)
            host = dns_name(urlsplit(written).hostname or "")
        except ValidationError as wrong:
            self.add_error("website", wrong)
            return cleaned
        except ValueError:
            host = ""
        if domain and host != domain and not host.endswith(f".{domain}"):
            words = _("Enter an address at %(domain)s.") % {"domain": domain}
            self.add_error("website", words)
        return cleaned

    def _read_domain(self) -> str:
        """The domain that was typed, if it is one, whoever has proved it."""
        field = self["domain"]
        typed = field.initial if field.field.disabled else field.data
        try:
            return read_domain(str(typed or ""))
        except ValueError:
            return ""


class InvitationForm(PlainForm):
    """Who is asked to join."""

    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        help_text=gettext_lazy(
            "The one of their account here. If there is none, nobody gets a mail, "
            "and you are not told."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter an e-mail address.")},
    )


class IssuerForm(PlainForm):
    """What has to be known beside the organisation before it can sign."""

    email = forms.EmailField(
        label=gettext_lazy("Address for questions"),
        help_text=gettext_lazy(
            "It stands on the organisation's public page and in all that it signs. "
            "Use one that is not your own, such as badges@harbour.example."
        ),
        max_length=254,
        error_messages={"required": gettext_lazy("Enter an e-mail address.")},
    )


class RoleForm(PlainForm):
    """What a role is called, and what it is about."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Such as: Ward nurse, nights."),
        max_length=100,
        error_messages={"required": gettext_lazy("Give the role a title.")},
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        help_text=gettext_lazy(
            "What somebody does in it, where, and how to apply. "
            "Whoever opens the link reads it."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_title(self) -> str:
        return self._line("title", _("Give the role a title."))

    def clean_description(self) -> str:
        return clean_text(self.cleaned_data["description"], max_length=2000)


class JobTextForm(PlainForm):
    """A job text, looked at once."""

    text = forms.CharField(
        label=gettext_lazy("Job text"),
        help_text=gettext_lazy(
            "We look in it for the names of skills, word for word. It is not kept."
        ),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Paste a text first.")},
    )


class LevelForm(forms.Form):
    """One skill of a role, by its number, and the least level."""

    skill = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    level = forms.TypedChoiceField(choices=Level.choices, coerce=int)


def read_domain(text: str) -> str:
    """The domain in what somebody typed or pasted: an address counts by its host.

    A leading ``www`` goes: the proof stands at the domain itself. Raises ValueError,
    also for one so long that the address of its first page has no room.
    """
    text = text.strip()
    if "://" in text:
        text = urlsplit(text).hostname or ""
    domain = dns_name(text).removeprefix("www.")
    if len(domain) > LONGEST_DOMAIN:
        raise ValueError
    return domain
