"""The form of one rule: which fields it has follows from the kind of the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import submitting
from credentials.admin.texts import CHANGED, CleanTextForm
from credentials.models import AchievementVersion
from pathways.admin import tree_choices
from pathways.admin.grace import clean_grace
from pathways.drafts import Draft, Node
from pathways.models import Exit, Requirement

if TYPE_CHECKING:
    from django.http import QueryDict

Kind = Requirement.Kind

#: What each kind of rule asks for beside its kind.
OWN: dict[str, tuple[str, ...]] = {
    Kind.ALL: (),
    Kind.AT_LEAST: ("count",),
    Kind.CREDITS: ("credits",),
    Kind.NOT_TOGETHER: (),
    Kind.BADGE: ("achievement", "first_version", "last_version"),
    Kind.SKILL: ("skill", "level"),
    Kind.PATHWAY: ("pathway",),
}
MAY_BE_EMPTY = {"first_version", "last_version"}
#: What a field says when it is empty.
ASKED = {
    "achievement": gettext_lazy("Choose the badge."),
    "skill": gettext_lazy("Choose the skill."),
    "level": gettext_lazy("Choose the level."),
    "pathway": gettext_lazy("Choose the pathway."),
    "count": gettext_lazy("Enter how many."),
    "credits": gettext_lazy("Enter how many credits."),
}
SPECIAL = {name for names in OWN.values() for name in names}
#: How long a credential counts: only where one is held.
LASTING = {"expired", "grace_days"}
PLACE = {"inside", "after", "is_optional"}
#: What few rules need: folded away until something is in it.
RARE = {"is_optional", "expired", "grace_days", "gives", "after"}


class NodeForm(CleanTextForm):
    """A rule, where it lies, what comes before it, and the credential that it gives.

    ``draft`` is the version as it is stored, ``node`` the rule in it, None for a new
    one; ``kind`` decides about the fields.
    """

    inside = forms.TypedChoiceField(label=gettext_lazy("Inside"), coerce=int)
    after = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only after"),
        help_text=gettext_lazy("It counts once these are met, in whatever order."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    gives = forms.ModelChoiceField(
        AchievementVersion.objects.none(),
        label=gettext_lazy("Gives the badge"),
        required=False,
    )
    field_order = (
        "kind",
        *OWN[Kind.BADGE],
        *OWN[Kind.SKILL],
        *OWN[Kind.PATHWAY],
        *OWN[Kind.AT_LEAST],
        *OWN[Kind.CREDITS],
        "title",
        "inside",
        "is_optional",
        "expired",
        "grace_days",
        "gives",
        "after",
    )

    class Meta:
        model = Requirement
        fields = ("kind", "title", "is_optional", *sorted(SPECIAL), *sorted(LASTING))
        labels = {"kind": gettext_lazy("Asks for")}

    def __init__(
        self, *args: Any, draft: Draft, kind: str, node: Node | None, **kwargs: Any
    ) -> None:
        self.draft, self.kind, self.node = draft, kind, node
        super().__init__(*args, **kwargs)
        self._leave_out()
        self._offer()
        if node:
            self._remember(node)

    def _leave_out(self) -> None:
        """Keep the fields of this kind, and of this place."""
        left_out = SPECIAL - set(OWN[self.kind])
        if self.kind in Requirement.GROUPS:
            left_out |= LASTING
        if self.node and self.node.parent is None:
            left_out |= PLACE
        for name in left_out:
            del self.fields[name]
        for name in set(OWN[self.kind]) - MAY_BE_EMPTY:
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = ASKED[name]

    def _offer(self) -> None:
        """Say what can be chosen. Each list is read only where it is shown."""
        row, draft = self.instance, self.draft
        given = self.node.exit.outcome_id if self.node and self.node.exit else None
        self._choices("kind", tree_choices.kinds(self.node))
        self._choices("inside", [*tree_choices.places(draft, self.node)])
        self._choices("after", [*tree_choices.others(draft, self.node)])
        self._rows("achievement", tree_choices.badges, draft, row.achievement_id)
        self._rows("pathway", tree_choices.pathways, draft, row.pathway_id)
        self._rows("skill", tree_choices.skills)
        self._rows("gives", tree_choices.outcomes, draft, given)
        if "after" in self.fields and not cast("Any", self.fields["after"]).choices:
            del self.fields["after"]
        gives = cast("Any", self.fields["gives"])
        gives.help_text = _("Whoever meets this gets it, signed.")
        if len(gives.choices) == 1:
            gives.help_text = _(
                "There is none yet. Add a badge that is earned by completing a pathway "
                "and publish it."
            )

    def _choices(self, name: str, choices: tree_choices.Choices) -> None:
        if field := cast("Any", self.fields.get(name)):
            field.choices = list(choices)

    def _rows(self, name: str, read: Any, *facts: Any) -> None:
        if field := cast("Any", self.fields.get(name)):
            field.queryset, choices = read(*facts)
            field.choices = [("", "–"), *choices]

    def _remember(self, node: Node) -> None:
        """Note what is stored, to tell when somebody else saved it meanwhile."""
        self.stored = model_to_dict(node.row, self._meta.fields) | {
            "inside": node.row.parent_id,
            "after": sorted(node.rule.needs),
            "gives": node.exit.outcome_id if node.exit else None,
        }
        for name in ("inside", "after", "gives"):
            self.initial.setdefault(name, self.stored[name])
        self.initial["seen"] = submitting.seen(repr(self.stored))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "expired" in self.fields:
            clean_grace(self)
        self._refuse_twice(self.cleaned_data.get("gives"))
        return cleaned

    def _refuse_twice(self, given: AchievementVersion | None) -> None:
        """Let no two rules of a version give the same badge."""
        own = self.node.row.pk if self.node else None
        for each in self.draft.nodes if given else []:
            if each.exit and each.exit.outcome == given and each.row.pk != own:
                words = _("Another rule gives “%(name)s” already.")
                self.add_error("gives", words % {"name": given})

    def _refuse_to_overwrite(self) -> None:
        """Say what each field holds by now. The form that is shown has seen it."""
        data = cast("QueryDict", self.data).copy()
        data["seen"] = self.initial["seen"]
        self.data = data
        for name in self.stored.keys() & self.fields.keys():
            stored = self.stored[name]
            typed = self.cleaned_data.get(name, stored)
            typed = sorted(typed) if name == "after" else getattr(typed, "pk", typed)
            if typed != stored:
                words = _(
                    "Somebody saved something else here in the meantime: “%(stored)s”. "
                    "Save again to keep yours."
                )
                facts = {"stored": self._stored_words(name)}
                self.add_error(name, ValidationError(words, CHANGED, facts))

    def _stored_words(self, name: str) -> str:
        """Return what is stored in a field, as people read it."""
        if name not in {"inside", "after", "gives"}:
            return self._words(name)
        value = self.stored[name]
        chosen = value if isinstance(value, list) else [value]
        flat = dict(cast("Any", self.fields[name]).choices)
        return ", ".join(str(flat.get(key, key)) for key in chosen if key) or "–"

    def _post_clean(self) -> None:
        """Forget what another kind of rule asked for."""
        for name in (SPECIAL | LASTING) - self.fields.keys():
            setattr(self.instance, name, "" if name == "expired" else None)
        super()._post_clean()  # type: ignore[misc]  # missing in stubs

    @property
    def usual(self) -> list[forms.BoundField]:
        """The fields that are always in sight."""
        return [field for field in self.visible_fields() if not self._is_rare(field)]

    @property
    def rare(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [field for field in self.visible_fields() if self._is_rare(field)]

    @property
    def has_rare(self) -> bool:
        """Whether a folded field says something, or has a mistake."""
        return any(field.value() or field.errors for field in self.rare)

    def _is_rare(self, field: forms.BoundField) -> bool:
        is_root = self.node is not None and self.node.parent is None
        is_leaf_title = field.name == "title" and self.kind not in Requirement.GROUPS
        return not is_root and (field.name in RARE or is_leaf_title)

    @property
    def was_changed_meanwhile(self) -> bool:
        """Whether somebody else saved this rule since the form was drawn."""
        return CHANGED in self._codes

    @property
    def is_unfinished(self) -> bool:
        """Whether nothing is wrong with it but what is not filled in yet."""
        return self._codes == {"required"}

    @property
    def _codes(self) -> set[str | None]:
        every = self.errors.as_data().values()
        return {error.code for errors in every for error in errors}

    def store(self) -> Requirement:
        """Write the rule, its order and its exit. The form is valid."""
        row: Requirement = self.instance
        row.version = self.draft.version
        place = self.cleaned_data.get("inside")
        if place and place != row.parent_id:
            row.parent_id = place
            row.position = self._last_position(place) + 1
        row.save()
        if "after" in self.fields:
            row.needs.set(self.cleaned_data["after"])
        self._store_exit(row)
        return row

    def _last_position(self, place: int) -> int:
        parent = self.draft.at(place)
        children = parent.children if parent else []
        return max((child.row.position for child in children), default=0)

    def _store_exit(self, row: Requirement) -> None:
        given = self.cleaned_data.get("gives")
        if given is None:
            Exit.objects.filter(requirement=row).delete()
        else:
            Exit.objects.update_or_create(
                requirement=row, defaults={"version": row.version, "outcome": given}
            )
