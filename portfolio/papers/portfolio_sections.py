"""What somebody wants on paper: which parts of a page, and on which paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

type Paper = Literal["a4", "letter"]


class Section(models.TextChoices):
    """The parts of a portfolio, in the order in which they are printed."""

    PINNED = "pinned", _("Pinned credentials")
    SKILLS = "skills", _("Skills, with proof")
    OWN_WORDS = "says", _("Also says")
    PATHWAYS = "pathways", _("Pathways completed")
    COLLECTIONS = "collections", _("Collections")
    ABOUT = "about", _("About")
    CREDENTIALS = "credentials", _("All credentials")


class PortfolioForm(forms.Form):
    """Parts and paper. An address that names neither asks for everything, on A4."""

    show = forms.MultipleChoiceField(
        label=_("What is printed"),
        choices=Section.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one part."),
            "invalid_choice": _("Choose among the parts that are listed here."),
        },
    )
    paper = forms.ChoiceField(
        label=_("Paper"),
        choices=[("a4", _("A4")), ("letter", _("US Letter"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose A4 or US Letter."),
            "invalid_choice": _("Choose A4 or US Letter."),
        },
    )

    def __init__(self, asked: QueryDict | None = None) -> None:
        everything = {"show": Section.values, "paper": "a4"}
        super().__init__(
            _completed(asked) if asked is not None else None, initial=everything
        )

    @property
    def sections(self) -> frozenset[str]:
        """The chosen parts, once the form is valid."""
        return frozenset(self.cleaned_data["show"])

    @property
    def paper_kind(self) -> Paper:
        """The chosen paper, once the form is valid."""
        return cast("Paper", self.cleaned_data["paper"])


def _completed(asked: QueryDict) -> Mapping[str, Any]:
    """What is missing in an address that somebody typed; a form sends ``chosen``."""
    if "chosen" in asked:
        return asked
    whole = asked.copy()
    if "show" not in whole:
        whole.setlist("show", list(Section.values))
    whole.setdefault("paper", "a4")
    return whole
