"""Forms of a badge version, its criteria, their rubric levels and its skills."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

from credentials.admin.texts import CleanTextForm
from credentials.models import (
    Achievement,
    AchievementSkill,
    AchievementVersion,
    Criterion,
    RubricLevel,
)

SHORT = forms.Textarea(attrs={"rows": 3})
#: What a form says whose badge got its first version meanwhile.
TAKEN = "first_version_taken"


class VersionForm(CleanTextForm):
    """A version of a badge. ``badge`` is the one whose first version it becomes."""

    badge: ClassVar[Achievement | None] = None

    class Meta:
        model = AchievementVersion
        exclude = ("achievement", "skills")
        widgets = {
            "promise": forms.Textarea(attrs={"rows": 2}),
            "description": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_cost_currency(self) -> str:
        return str(self.cleaned_data["cost_currency"]).upper()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        currency = self.cleaned_data.get("cost_currency")
        if self.cleaned_data.get("cost_amount") and not currency:
            self.add_error("cost_currency", _("Enter the currency of the cost."))
        if self.badge is not None and _has_version(self.badge):
            words = _(
                "This badge has a first version by now. Copy what you want to keep, "
                "then open the badge."
            )
            self.add_error(None, ValidationError(words, TAKEN))
        return cleaned


def _has_version(badge: Achievement) -> bool:
    """Tell whether a badge has a version; whoever writes one now is waited for."""
    list(Achievement.objects.select_for_update().filter(pk=badge.pk).values("pk"))
    return AchievementVersion.objects.filter(achievement=badge).exists()


class NumberedForm(CleanTextForm):
    """A row with a number; numbers are compared with the other rows as typed.

    Compared with the database, exchanging two numbers would be refused.
    """

    def _get_validation_exclusions(self) -> set[str]:
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # missing in stubs
        return left_out | {"position", "is_required"}


class NumberedFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in stubs only
    def clean(self) -> None:
        super().clean()
        numbers = [data.get("position") for data in self.kept()]
        if len(numbers) != len(set(numbers)):
            raise ValidationError(_("Give each of these its own number."))

    def kept(self) -> list[dict[str, Any]]:
        """Return what the rows say that stay."""
        return [
            form.cleaned_data
            for form in self.forms
            if getattr(form, "cleaned_data", None) and form not in self.deleted_forms
        ]


class CriterionForm(NumberedForm):
    class Meta:
        model = Criterion
        fields = ("position", "title", "statement", "hand_in")
        widgets = {"statement": SHORT}


class LevelForm(NumberedForm):
    class Meta:
        model = RubricLevel
        fields = ("position", "name", "description", "is_required")
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class LevelFormSet(NumberedFormSet):
    def clean(self) -> None:
        """Allow one required level; the database says so too, without a sentence."""
        super().clean()
        if sum(bool(data.get("is_required")) for data in self.kept()) > 1:
            raise ValidationError(_("Mark one level as required, not several."))

    def save(self, commit: bool = True) -> Any:
        """Take the mark off first: never are two levels marked, in no order of rows."""
        if any("is_required" in form.changed_data for form in self.forms):
            self.instance.levels.update(is_required=False)
        return super().save(commit=commit)


class SkillForm(CleanTextForm):
    class Meta:
        model = AchievementSkill
        fields = ("skill", "level")
