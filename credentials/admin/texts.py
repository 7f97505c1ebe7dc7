"""Texts that staff type, kept as clean as those of learners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields.files import FieldFile
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from credentials import submitting
from credentials.forms.sentences import say_plainly
from credentials.writing import clean_text

if TYPE_CHECKING:
    from django.http import QueryDict

    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


#: What a field says when somebody else saved the row since the form was drawn.
CHANGED = "changed_meanwhile"


class SeenField(forms.CharField):
    """Carries a digest of what a row said when its form was drawn; changes nothing."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class CleanTextForm(ModelForm):
    """A model form whose texts have no control characters and plain line ends.

    They end up in signed documents, which refuse such characters. And when somebody
    else saved the row since the form was drawn, each field that differs names what is
    stored; saving once more keeps what was typed.
    """

    seen = SeenField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        say_plainly(self)
        if self.instance.pk is None:
            del self.fields["seen"]
            return
        values = model_to_dict(self.instance, list(self.fields))
        self.stored = {
            name: value
            for name, value in values.items()
            if not isinstance(value, FieldFile)  # a new file alone replaces one
        }
        self.initial["seen"] = submitting.seen(repr(self.stored))

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and value:
                limit = getattr(self.fields[name], "max_length", None) or 100_000
                try:
                    self.cleaned_data[name] = clean_text(value, max_length=limit)
                except ValidationError as error:
                    self.add_error(name, error)
        seen = self.cleaned_data.pop("seen", "")
        if seen and seen != self.initial["seen"]:
            self._refuse_to_overwrite()
        return self.cleaned_data

    def _refuse_to_overwrite(self) -> None:
        """Say what each field holds by now. The form that is shown has seen it."""
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("seen")] = self.initial["seen"]
        self.data = data
        for name, stored in self.stored.items():
            typed = self.cleaned_data.get(name, stored)
            if getattr(typed, "pk", typed) != stored:
                words = _(
                    "Somebody saved something else here in the meantime: “%(stored)s”. "
                    "Save again to keep yours."
                )
                facts = {"stored": self._words(name)}
                self.add_error(name, ValidationError(words, CHANGED, facts))

    def _words(self, name: str) -> str:
        """Return what is stored in a field, as people read it."""
        label = getattr(self.instance, f"get_{name}_display", None)
        value = label() if label else getattr(self.instance, name)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "–" if value in (None, "") else str(value)
