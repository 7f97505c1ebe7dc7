"""What a badge asks for: its versions, criteria, rubric levels and skills.

Reached from the badge's page. A published version is shown and never edited.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.admin.scope import (
    DESIGNERS,
    EVERYBODY,
    IssuerScopedAdmin,
    ScopedInline,
    StackedInline,
)
from credentials.admin.version_forms import (
    TAKEN,
    CriterionForm,
    LevelForm,
    LevelFormSet,
    NumberedFormSet,
    SkillForm,
    VersionForm,
)
from credentials.models import (
    Achievement,
    AchievementSkill,
    AchievementVersion,
    Criterion,
    RubricLevel,
)

PARTS = "admin/credentials/parts.html"


class SkillSelect(AutocompleteSelect):
    """Searches as one types; without JavaScript it is a list of all skills."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return forms.Select.optgroups(self, name, value, attrs)

    @property
    def media(self) -> forms.Media:
        # The names come after what draws the boxes.
        return super().media + forms.Media(
            js=["admin/js/autocomplete.js", "js/named_boxes.js"]
        )


class CriterionInline(ScopedInline, StackedInline):
    model = Criterion
    form = CriterionForm
    formset = NumberedFormSet
    fields = ("position", "title", "statement", "hand_in", "rubric")
    readonly_fields = ("rubric",)
    template = PARTS

    @admin.display(description=gettext_lazy("rubric levels"))
    def rubric(self, criterion: Criterion) -> str:
        """Name the levels and lead to the page where they are edited."""
        if not criterion.pk:
            return _("Save first, then write the rubric levels.")
        names = format_html_join(
            " · ",
            "<bdi>{}</bdi>{}",
            (
                (level.name, f" ({_('required')})" if level.is_required else "")
                for level in criterion.levels.all()
            ),
        )
        address = reverse("admin:credentials_criterion_change", args=[criterion.pk])
        words = _("Rubric levels of criterion %d") % criterion.position
        return format_html(
            '{} <a href="{}">{}</a>',
            names,
            address,
            words,
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody hands in or judges work for a badge that is earned on a pathway."""
        owner = cast("VersionAdmin", self.admin_site.get_model_admin(self.parent_model))
        badge = obj.achievement if obj else owner.badge_of(request)
        whole = super().get_fields(request, obj)
        return whole[:3] if badge.is_earned_on_a_pathway else whole

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("levels")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj and self.may_change(request, obj) else 3


class SkillInline(ScopedInline, StackedInline):
    model = AchievementSkill
    form = SkillForm
    template = PARTS
    fields = (("skill", "level"),)
    extra = 2

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "skill":
            kwargs["widget"] = SkillSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Leave out the links that open pop-ups beside the control."""
        if db_field.name == "skill":
            return self.formfield_for_foreignkey(db_field, request, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class LevelInline(ScopedInline, StackedInline):
    model = RubricLevel
    form = LevelForm
    formset = LevelFormSet
    template = PARTS
    fields = (("position", "name", "is_required"), "description")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj and obj.levels.exists() else 3


class PartOfBadgeAdmin(IssuerScopedAdmin):
    """Pages that one reaches from a badge; they have no list of their own.

    Say ``version_path``.
    """

    #: The attribute that leads from a row to its version; "" for the version itself.
    version_path: str
    view_roles = EVERYBODY
    change_roles = DESIGNERS

    def version_of(self, obj: Any) -> AchievementVersion:
        """Return the version that a row is, or belongs to."""
        path = self.version_path
        return cast("AchievementVersion", getattr(obj, path) if path else obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Stay out of the index: the way in is the badge."""
        return {}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and self.version_of(obj).is_published:
            return False
        return super().has_change_permission(request, obj)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:credentials_achievement_changelist")

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say so when somebody published the version while it was edited."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            if "published badge version" not in str(error):
                raise
            words = _("Somebody published this version. Nothing you did was saved.")
            self.message_user(request, words, messages.WARNING)
            return redirect(request.path)


@admin.register(AchievementVersion)
class VersionAdmin(PartOfBadgeAdmin):
    form = VersionForm
    issuer_path = "achievement__issuer"
    version_path = ""
    add_roles = DESIGNERS
    inlines = (CriterionInline, SkillInline)
    change_form_template = "admin/credentials/achievementversion/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "promise", "description", "language")}),
        (
            gettext_lazy("Level and effort"),
            {
                "fields": (
                    ("level", "eqf_level"),
                    ("effort_hours", "credits"),
                    "validity_months",
                )
            },
        ),
        (
            gettext_lazy("How it is learned and assessed"),
            {
                "fields": (
                    "delivery",
                    "course_url",
                    ("cost_amount", "cost_currency"),
                    "achievement_type",
                    "assessment",
                    "assessment_words",
                    ("is_supervised", "is_identity_checked"),
                )
            },
        ),
        (gettext_lazy("Artwork"), {"fields": (("kind", "hue", "glyph"),)}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft can be thrown away."""
        return obj is not None and self.has_change_permission(request, obj)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Write the first version of the badge that the address names.

        A form that comes too late is shown again with what was typed.
        """
        badge = self.badge_of(request)
        if request.method != "POST" and badge.versions.exists():
            return redirect("admin:credentials_achievement_change", badge.pk)
        return super().add_view(request, form_url, {"badge": badge})

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made: Any = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            made.badge = self.badge_of(request)
        return made

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if version := kwargs.get("obj"):
            context["badge"] = version.achievement
        context["show_save_and_add_another"] = False
        response = super().render_change_form(request, context, *args, **kwargs)
        if context["adminform"].form.has_error(NON_FIELD_ERRORS, TAKEN):
            response.status_code = 409
        return response

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if not change:
            obj.achievement = self.badge_of(request)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """Stay on the draft: its rubric levels come next."""
        return redirect("admin:credentials_achievementversion_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.message_user(request, _("Saved. Learners see it when you publish."))
        if "_continue" in request.POST:
            return redirect(request.path)
        return redirect("admin:credentials_achievement_change", obj.achievement_id)

    def response_delete(
        self, request: HttpRequest, obj_display: str, obj_id: Any
    ) -> HttpResponse:
        self.message_user(request, _("The draft is gone."))
        return redirect("admin:credentials_achievement_changelist")

    def view_on_site(self, obj: AchievementVersion) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    def badge_of(self, request: HttpRequest) -> Achievement:
        """Return the badge that the address of the adding page names, or raise 404."""
        mine = self.admin_site.get_model_admin(Achievement).get_queryset(request)
        number = request.GET.get("badge", "")
        is_id = number.isdecimal() and len(number) < 19  # as long as a bigint
        badge = mine.filter(pk=number).first() if is_id else None
        if badge is None or not self.has_add_permission_for(request, badge):
            raise Http404
        return badge

    def has_add_permission_for(self, request: HttpRequest, badge: Achievement) -> bool:
        """Tell whether the person designs this badge."""
        owner = self.admin_site.get_model_admin(Achievement)
        return owner.has_change_permission(request, badge)


@admin.register(Criterion)
class CriterionAdmin(PartOfBadgeAdmin):
    form = CriterionForm
    issuer_path = "version__achievement__issuer"
    version_path = "version"
    inlines = (LevelInline,)
    change_form_template = "admin/credentials/criterion/change_form.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Criteria go on the draft's page, and with the draft."""
        return obj is not None and self.has_change_permission(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.message_user(request, _("Saved. Learners see it when you publish."))
        if "_continue" in request.POST:
            return redirect(request.path)
        return redirect("admin:credentials_achievementversion_change", obj.version_id)

    def response_delete(
        self, request: HttpRequest, obj_display: str, obj_id: Any
    ) -> HttpResponse:
        self.message_user(request, _("The criterion is gone."))
        return redirect("admin:credentials_achievement_changelist")
