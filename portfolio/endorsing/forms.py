"""What organisations fill in when they decide, and people when they ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from credentials.forms.sentences import say_plainly
from credentials.models import Issuer
from credentials.writing import clean_text
from portfolio.endorsing.giving import Words
from portfolio.models import Endorsement

Kind = Endorsement.Kind
MOST = 600  # characters
_RECOGNITIONS = [kind for kind in Kind if kind != Kind.ENDORSES]


class WordsForm(forms.Form):
    """What an organisation says; with ``kinds`` also what it accepts a badge for."""

    organisation = forms.ModelChoiceField(
        label=_("Your organisation"),
        queryset=Issuer.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose an organisation."),
            "invalid_choice": _("Choose an organisation that you act for."),
        },
    )
    kind = forms.ChoiceField(
        label=_("What you accept this badge for"),
        choices=[
            *((kind.value, kind.label) for kind in _RECOGNITIONS),
            (Kind.ENDORSES.value, _("Nothing in particular: we stand behind it")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you accept it for."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    comment = forms.CharField(
        label=_("What you say about it"),
        help_text=_(
            "Anyone can read it. It is signed: you cannot change it, only withdraw it."
        ),
        max_length=MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Issuer] | None,
        kinds: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if organisations is None:
            del self.fields["organisation"]
        else:
            choice = self.fields["organisation"]
            assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for mypy
            choice.queryset = organisations
        if not kinds:
            del self.fields["kind"]
        if organisations is None and not kinds:  # about somebody's credential
            self.fields["comment"].help_text = _(
                "Everybody who may see the credential reads it. It is signed: "
                "you cannot change it, only withdraw it."
            )
        say_plainly(self)

    def clean_comment(self) -> str:
        return clean_text(self.cleaned_data["comment"], max_length=MOST)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind", Kind.ENDORSES)
        needs_words = kind in {Kind.ENDORSES, Kind.OTHER}
        if needs_words and "comment" in given and not given["comment"].strip():
            self.add_error(
                "comment",
                _("Say what you accept it for.")
                if kind == Kind.OTHER
                else _("Say why you stand behind it."),
            )
        return given

    @property
    def words(self) -> Words:
        """What was filled in."""
        given = self.cleaned_data
        return Words(Kind(given.get("kind", Kind.ENDORSES)), given["comment"])


class AskForm(forms.Form):
    """Whom somebody asks, and in which words; with ``kinds`` also what for."""

    organisation = forms.ModelChoiceField(
        label=_("Whom you ask"),
        queryset=Issuer.objects.none(),
        empty_label=_("Choose an organisation"),
        error_messages={
            "required": _("Choose whom you ask."),
            "invalid_choice": _("Choose one of these organisations."),
        },
    )
    kind = forms.ChoiceField(
        label=_("What they would accept the badge for"),
        choices=[(kind.value, kind.label) for kind in _RECOGNITIONS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what they would accept it for."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    request = forms.CharField(
        label=_("Your message"),
        help_text=_("Why you ask them, such as how they know your work."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say why you ask them.")},
    )

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Issuer],
        kinds: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for mypy
        choice.queryset = organisations
        if not kinds:
            del self.fields["kind"]
        say_plainly(self)

    def clean_request(self) -> str:
        return clean_text(self.cleaned_data["request"], max_length=MOST)
