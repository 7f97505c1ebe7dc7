"""What learners fill in when they hand in evidence, one form a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from credentials import uploads
from credentials.forms.sentences import say_plainly
from credentials.models import Evidence
from credentials.writing import (
    NAME_MAX_LENGTH,
    clean_name,
    clean_text,
    clean_web_address,
)

TEXT_LENGTH = 2000
EVIDENCE_LENGTH = 20_000
ACCEPT = ".pdf,.png,.jpg,.jpeg,.webp,.mp4,.m4v,.txt,.md,.csv"


if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class SeenForm(forms.Form):
    """A form that knows which text it was rendered with (``submitting.seen``)."""

    seen = forms.CharField(
        # A browser that fills forms in again would fill in the text of before.
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def clean_seen(self) -> str | None:
        """None means: overwrite whatever is stored."""
        return self.cleaned_data["seen"] or None


class TextForm(SeenForm):
    """One longer text. Empty is fine for somebody who comes back later."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
        strip=False,
        required=False,
    )
    missing: StrOrPromise = ""

    def __init__(self, *args: Any, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_be_empty = may_be_empty

    def clean_text(self) -> str:
        text = clean_text(self.cleaned_data["text"], max_length=TEXT_LENGTH)
        if not text and not self.may_be_empty:
            raise forms.ValidationError(self.missing, code="required")
        return text


class AboutForm(TextForm):
    missing = _("Write what you did, when, and for whom.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What did you do, when, and for whom?")
        self.fields["text"].help_text = _(
            "A few sentences are enough. Leave out names of patients, customers "
            "and other people who did not agree. Up to 2,000 characters."
        )


class HelpForm(TextForm):
    missing = _("Write who and what helped you, or that nobody and nothing did.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Who and what helped you?")
        self.fields["text"].help_text = _(
            "Name the people and what each of them did. Name the AI tools and what "
            "you used them for. Write “Nobody and nothing” if that is so."
        )


class NameForm(SeenForm):
    name = forms.CharField(
        label=_("Your full name"),
        help_text=_("Write it as you want others to read it."),
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "name", "maxlength": NAME_MAX_LENGTH}
        ),
    )

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])


class FilesInput(forms.FileInput):
    """One file at a time; upload.js lets people choose several."""

    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, UploadedFile[bytes]], name: str
    ) -> list[UploadedFile[bytes]]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class EvidenceForm(SeenForm):
    """All that can be added for one criterion. ``asked`` names what must be there."""

    text = forms.CharField(
        label=_("Your text"),
        help_text=_(
            "Say what you did, and where in your files it can be seen. "
            "You can use Markdown."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
    )
    url = forms.CharField(
        label=_("Add a link"),
        help_text=_("It must open without signing in."),
        required=False,
        strip=False,
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://"}),
    )
    file = forms.Field(
        label=_("Add a file"),
        help_text=_(
            "PDF, PNG, JPG, WebP, MP4 or plain text, smaller than 25 MB. "
            "Up to 10 files for all points together."
        ),
        required=False,
        widget=FilesInput(attrs={"accept": ACCEPT, "multiple": False}),
    )

    def __init__(self, *args: Any, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"], max_length=EVIDENCE_LENGTH)

    def clean_url(self) -> str:
        typed = self.cleaned_data["url"]
        if not typed.strip() and self.asked != "url":
            return ""
        return clean_web_address(typed)

    def clean_file(self) -> list[UploadedFile[bytes]]:
        files: list[UploadedFile[bytes]] = self.cleaned_data["file"] or []
        if not files and self.asked == "file":
            raise uploads.RefusedFile("missing")
        return files


class VisibilityForm(forms.Form):
    """Which items everybody with the credential's link may see."""

    public = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, items: list[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["public"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for mypy
        field.choices = [(str(item.pk), str(item.pk)) for item in items]


class SendForm(forms.Form):
    """The declaration, and the key that makes pressing twice harmless."""

    declared = forms.BooleanField(
        label=_(
            "This is my own work, and I said who and what helped me. "
            "I may share everything that I hand in here."
        ),
        error_messages={"required": _("Confirm that this is your own work.")},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @property
    def key(self) -> UUID:
        """The key of a valid form."""
        key: UUID = self.cleaned_data["idempotency_key"]
        return key
