"""People, for superusers. Everything else about staff stands in issuers' members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django.contrib.auth.admin  # noqa: F401 - registers groups, which we take out
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from credentials.admin.scope import staff
from portfolio.models import User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[User]
else:
    ModelAdmin = admin.ModelAdmin

admin.site.unregister(Group)  # roles stand in issuers' members


@admin.register(User)
class PersonAdmin(ModelAdmin):
    """Accounts are made by people themselves; here they are closed or let in."""

    list_display = ("full_name", "email", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("full_name", "email")
    ordering = ("full_name", "pk")
    fields = (
        "full_name",
        "email",
        "is_active",
        "is_staff",
        "is_superuser",
        "date_joined",
        "last_login",
    )
    readonly_fields = ("email", "date_joined", "last_login")
    actions = None
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return staff(request).is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff(request).is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody locks themselves out."""
        if obj is not None and obj.pk == staff(request).pk:
            return (*self.readonly_fields, "is_active", "is_staff", "is_superuser")
        return self.readonly_fields
