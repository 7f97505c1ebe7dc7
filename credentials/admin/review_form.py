"""What a reviewer fills in: a level and a note per criterion, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.sentences import plainly
from credentials.models import Criterion, Review, RubricLevel, Submission
from credentials.reviewing import Opinion
from credentials.writing import clean_text

CANNOT_TELL = "none"


class LevelChoice(forms.RadioSelect):
    """Radios of rubric levels; those that are not enough carry a class for styles."""

    def __init__(self, enough_from: int, *args: Any, **kwargs: Any) -> None:
        self.enough_from = enough_from
        super().__init__(*args, **kwargs)

    def create_option(
        self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        if not isinstance(label, RubricLevel) or label.position < self.enough_from:
            option["attrs"]["class"] = "below"
        return option


class CleanedText(forms.CharField):
    """A text area for words that are kept without control characters."""

    def __init__(self, label: Any, limit: int, rows: int = 3, **kwargs: Any) -> None:
        self.limit = limit
        widget = forms.Textarea(attrs={"rows": rows, "class": "input input-note"})
        super().__init__(label=label, required=False, widget=widget, **kwargs)
        plainly(self)

    def clean(self, value: Any) -> str:
        return clean_text(super().clean(value) or "", max_length=self.limit)


class ReviewForm(forms.Form):
    """Radios, notes and the words of one decision. ``problems`` come from the core."""

    round = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    comment = CleanedText(
        _("Comment to the learner"),
        2000,
        4,
        help_text=_("Needed to return or to decline."),
    )
    override_reason = CleanedText(
        _("Why you approve below a required level"),
        600,
        help_text=_("For staff, and only when you approve."),
    )
    staff_note = CleanedText(_("Note for staff only"), 2000)
    decline_reason = forms.ChoiceField(
        label=_("Reason for declining"),
        required=False,
        choices=[("", "–"), *Submission.DeclineReason.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(
        self, criteria: Sequence[Criterion], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"level-{criterion.pk}"] = _level_field(criterion)
            self.fields[f"note-{criterion.pk}"] = CleanedText(
                _("Note for the learner"), 1000
            )
        first = [f"{part}-{c.pk}" for c in criteria for part in ("level", "note")]
        self.order_fields(first)

    def opinion(self) -> Opinion:
        """Return what the valid form says. Raises KeyError for no known button."""
        words: Callable[[str], str] = self.cleaned_data.__getitem__
        return Opinion(
            decision=_DECISIONS[cast("str", self.data.get("decision"))],
            levels=self._levels(),
            notes={c.pk: words(f"note-{c.pk}") for c in self.criteria},
            comment=words("comment"),
            staff_note=words("staff_note"),
            decline_reason=words("decline_reason"),
            override_reason=words("override_reason"),
        )

    def _levels(self) -> dict[int, int | None]:
        answered: dict[int, int | None] = {}
        for criterion in self.criteria:
            chosen = self.cleaned_data[f"level-{criterion.pk}"]
            if chosen:
                answered[criterion.pk] = None if chosen == CANNOT_TELL else int(chosen)
        return answered


_DECISIONS: dict[str, Review.Decision] = {
    decision.value: decision for decision in Review.Decision
}


def _level_field(criterion: Criterion) -> forms.ChoiceField:
    levels = list(criterion.levels.all())
    required = [level.position for level in levels if level.is_required]
    choices: list[tuple[Any, Any]] = [(level.pk, level) for level in levels]
    choices.append((CANNOT_TELL, _("Cannot tell")))
    return forms.ChoiceField(
        label=str(criterion),
        required=False,
        choices=choices,
        widget=LevelChoice(required[0] if required else 0),
        error_messages={"invalid_choice": _("Choose one of the levels shown.")},
    )
