"""Texts that staff type, kept as clean as those of learners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from credentials.writing import clean_text

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class CleanTextForm(ModelForm):
    """A model form whose texts have no control characters and plain line ends.

    They end up in signed documents, which refuse such characters.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and value:
                limit = getattr(self.fields[name], "max_length", None) or 100_000
                try:
                    self.cleaned_data[name] = clean_text(value, max_length=limit)
                except ValidationError as error:
                    self.add_error(name, error)
        return self.cleaned_data
