"""Skills of frameworks. Every issuer's designers share them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from credentials.admin.scope import (
    DESIGNERS,
    EVERYBODY,
    IssuerScopedAdmin,
    issuer_ids,
    staff,
)
from credentials.admin.texts import CleanTextForm
from credentials.models import AchievementSkill, Skill


class SkillForm(CleanTextForm):
    class Meta:
        model = Skill
        fields = ("framework", "code", "uri", "name", "description")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


@admin.register(Skill)
class SkillAdmin(IssuerScopedAdmin):
    """Designers add skills, and edit those that no other issuer's badge names."""

    form = SkillForm
    view_roles = EVERYBODY
    change_roles = DESIGNERS
    add_roles = DESIGNERS
    list_display = ("name", "framework", "code")
    search_fields = ("name", "code", "uri")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Skills belong to nobody: all of them, for whoever may look at all."""
        if not self.allows(request, self.view_roles):
            return Skill.objects.none()
        return Skill.objects.order_by("name", "pk")

    def allows(
        self, request: HttpRequest, roles: tuple[str, ...], obj: Any = None
    ) -> bool:
        if staff(request).is_superuser:
            return bool(roles)
        mine = issuer_ids(request, roles)
        if obj is None or obj.pk is None or roles == self.view_roles:
            return bool(mine)
        used = AchievementSkill.objects.filter(skill=obj)
        return (
            bool(mine)
            and not used.exclude(version__achievement__issuer__in=mine).exists()
        )
