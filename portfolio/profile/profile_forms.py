"""What people say of themselves, one form for each part of their page.

Each form stores its own columns and no others: two windows that edit two parts lose
nothing of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from credentials.forms.sentences import say_plainly
from credentials.writing import clean_name, clean_text, clean_web_address
from portfolio import tasks
from portfolio.models import Profile, ProfileLink
from portfolio.models.profiles import LANGUAGES, LINKS, OWN_WORDS
from portfolio.profile import photos

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_BETWEEN = re.compile(r"[,،、，;؛；\n]")
_TOO_MANY = _("Enter %(most)d or fewer.")
_TOO_LONG = ngettext_lazy(
    "“%(start)s…” is too long. Use %(max)d character or fewer for each.",
    "“%(start)s…” is too long. Use %(max)d characters or fewer for each.",
    "max",
)


class PartForm(forms.Form):
    """A form of one part. ``save`` stores it; ``values`` reads what is stored."""

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile
        if not self.is_bound:
            self.initial = {**self.values(), **self.initial}
        say_plainly(self)

    def values(self) -> dict[str, Any]:
        """What the fields begin with: what is stored."""
        return {}

    def save(self) -> None:
        """Store what was entered, in the columns of this part alone."""
        raise NotImplementedError

    def _store(self, **columns: Any) -> None:
        with transaction.atomic():
            Profile.objects.filter(pk=self.profile.pk).update(**columns)
            if self.profile.talent_search_at:  # the search has copies of some
                tasks.rewrite_findable.defer(learner_id=self.profile.user_id)


class HeadForm(PartForm):
    """Name, headline, place, languages, and whether one looks for work."""

    full_name = forms.CharField(
        label=_("Full name"),
        help_text=_(
            "It stands on what you earn from now on. "
            "Credentials that you hold keep the name they were issued with."
        ),
        error_messages={"required": _("Enter your name.")},
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    other_name = forms.CharField(
        label=_("Your name in another script"),
        help_text=_("If you write it in two, it stands behind the first."),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    headline = forms.CharField(
        label=_("Headline"),
        help_text=_("One line, such as: Paramedic and first-aid trainer."),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    place = forms.CharField(
        label=_("Place"),
        help_text=_("As wide as you like: a town, a region, a country."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    languages = forms.CharField(
        label=_("Languages"),
        help_text=_("With commas between them, such as: English, Arabic (a little)."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_open_to_work = forms.BooleanField(
        label=_("I am open to work"),
        help_text=_("Your page says so beside your name."),
        required=False,
    )

    def values(self) -> dict[str, Any]:
        profile = self.profile
        return {
            "full_name": profile.user.full_name,
            "other_name": profile.other_name,
            "headline": profile.headline,
            "place": profile.place,
            "languages": ", ".join(profile.languages),
            "is_open_to_work": profile.open_to_work_at is not None,
        }

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])

    def clean_other_name(self) -> str:
        typed = self.cleaned_data["other_name"]
        return clean_name(typed) if typed.strip() else ""

    def clean_headline(self) -> str:
        return _one_line(self.cleaned_data["headline"], 120)

    def clean_place(self) -> str:
        return _one_line(self.cleaned_data["place"], 80)

    def clean_languages(self) -> list[str]:
        return words_in(self.cleaned_data["languages"], most=LANGUAGES, max_length=40)

    @transaction.atomic
    def save(self) -> None:
        entered = self.cleaned_data
        user = self.profile.user
        user.full_name = entered["full_name"]
        user.save(update_fields=["full_name"])
        own = Profile.objects.filter(pk=self.profile.pk)
        self._store(
            other_name=entered["other_name"],
            headline=entered["headline"],
            place=entered["place"],
            languages=entered["languages"],
        )
        if not entered["is_open_to_work"]:
            own.update(open_to_work_at=None)
        else:  # the day of somebody who said so before stays
            own.filter(open_to_work_at=None).update(open_to_work_at=timezone.now())


class PhotoForm(PartForm):
    """A picture of the person; ``cleaned_data["photo"]`` is what is kept of it."""

    photo = forms.Field(
        label=_("Photo"),
        help_text=_(
            "PNG, JPG or WebP, smaller than 5 MB. Your page shows the middle of it, "
            "as a square. Where and when it was taken is removed from the file."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
    )

    def clean_photo(self) -> UploadedFile[bytes]:
        """What was selected; whether it is a photo is looked at in its turn."""
        file: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        if not isinstance(file, UploadedFile):
            raise photos.RefusedPhoto("missing")
        return file


class LinksForm(PartForm):
    """Up to five web addresses, a field for each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(self.names(), start=1):
            self.fields[name] = forms.CharField(
                label=_("Web address %(number)d") % {"number": number},
                required=False,
                strip=False,
                widget=forms.URLInput(
                    attrs={"placeholder": "https://", "autocomplete": "off"}
                ),
            )
        say_plainly(self)

    @staticmethod
    def names() -> Sequence[str]:
        """The names of the fields, in their order."""
        return [f"link_{number}" for number in range(1, LINKS + 1)]

    def values(self) -> dict[str, Any]:
        stored = self.profile.links.values_list("url", flat=True)
        return dict(zip(self.names(), stored, strict=False))

    def clean(self) -> dict[str, Any]:
        for name in self.names():
            typed = self.cleaned_data.get(name, "")
            if not typed.strip():
                continue
            try:
                clean_web_address(typed)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data

    @transaction.atomic
    def save(self) -> None:
        typed = [self.cleaned_data[name].strip() for name in self.names()]
        # Two windows that save at once would both find no links and then collide.
        Profile.objects.select_for_update(no_key=True).get(pk=self.profile.pk)
        self.profile.links.all().delete()
        ProfileLink.objects.bulk_create(
            ProfileLink(profile=self.profile, position=position, url=url)
            for position, url in enumerate(dict.fromkeys(filter(None, typed)), start=1)
        )


class WordsForm(PartForm):
    """Skills that no credential shows."""

    own_words = forms.CharField(
        label=_("Skills in your own words"),
        help_text=_(
            "One on each line, or with commas between them, up to 20. Your page keeps "
            "them apart from skills that credentials prove."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
    )

    def values(self) -> dict[str, Any]:
        return {"own_words": "\n".join(self.profile.own_words)}

    def clean_own_words(self) -> list[str]:
        return words_in(self.cleaned_data["own_words"], most=OWN_WORDS, max_length=60)

    def save(self) -> None:
        self._store(own_words=self.cleaned_data["own_words"])


class AboutForm(PartForm):
    """A longer text in Markdown. The field is called as the preview wants it."""

    text = forms.CharField(
        label=_("About you"),
        help_text=_("Up to 2,000 characters. You can use Markdown."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
    )

    def values(self) -> dict[str, Any]:
        return {"text": self.profile.about}

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"], max_length=2000)

    def save(self) -> None:
        self._store(about=self.cleaned_data["text"])


class PageForm(PartForm):
    """Where the page is, and whether it shows what has ended."""

    handle = forms.CharField(
        label=_("Address of your page"),
        help_text=_(
            "3 to 30 small letters, digits and hyphens. When you change it, the old "
            "address leads to the new one for a year."
        ),
        error_messages={"required": _("Enter an address.")},
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    shows_ended = forms.BooleanField(
        label=_("Show credentials that have ended"),
        help_text=_("Public ones, below the others, with the day they ended."),
        required=False,
    )
    rules: ClassVar[Iterable[Any]] = Profile._meta.get_field("handle").validators

    def values(self) -> dict[str, Any]:
        return {
            "handle": self.profile.handle,
            "shows_ended": self.profile.shows_ended_at is not None,
        }

    def clean_handle(self) -> str:
        """Check the form of the address; whose it is, is asked when it is saved."""
        handle = str(self.cleaned_data["handle"]).lower()
        for rule in self.rules:
            rule(handle)
        return handle

    def save(self) -> None:
        """Store what the page shows; its address is moved by ``handles.move``."""
        own = Profile.objects.filter(pk=self.profile.pk)
        if not self.cleaned_data["shows_ended"]:
            own.update(shows_ended_at=None)
        else:
            own.filter(shows_ended_at=None).update(shows_ended_at=timezone.now())


def words_in(text: str, *, most: int, max_length: int) -> list[str]:
    """The words of a list as typed, without repeats in any case.

    Commas of any script, semicolons and line ends part them. Raises ValidationError
    for more than *most*, or one longer than *max_length* characters.
    """
    whole = clean_text(text, max_length=most * (max_length + 10))
    found: dict[str, str] = {}
    for piece in _BETWEEN.split(whole):
        word = " ".join(piece.split())
        if len(word) > max_length:
            values = {"start": word[:20], "max": max_length}
            raise forms.ValidationError(_TOO_LONG, "max_length", values)
        if word:
            found.setdefault(word.casefold(), word)
    if len(found) > most:
        raise forms.ValidationError(_TOO_MANY, "too_many", {"most": most})
    return list(found.values())


def _one_line(text: str, max_length: int) -> str:
    return " ".join(clean_text(text, max_length=max_length).split())


#: What each part is called, and its form, in the order of the page.
PARTS: dict[str, tuple[StrOrPromise, type[PartForm]]] = {
    "photo": (_("Photo"), PhotoForm),
    "head": (_("Name and headline"), HeadForm),
    "links": (_("Links"), LinksForm),
    "words": (_("Skills in your own words"), WordsForm),
    "about": (_("About"), AboutForm),
    "page": (_("Your page"), PageForm),
}
