"""People and jobs, for superusers. All else about staff stands in issuers' members.

What the accounts and the queue register by themselves goes: it shows keys of sessions
and what jobs were given, and lets one confirm an address that nobody proved.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import appointing
from credentials.admin.fresh import require_fresh
from credentials.admin.scope import staff
from portfolio.models import User
from portfolio.talent import rows

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

for app in (
    "django.contrib.auth",  # roles stand in issuers' members
    "allauth.account",
    "allauth.usersessions",
    "procrastinate.contrib.django",
):
    import_module(f"{app}.admin")  # registers what is taken out here
admin.site.unregister([Group, EmailAddress, UserSession, ProcrastinateJob])

#: What decides where somebody gets in.
ACCESS = frozenset({"is_active", "is_staff", "is_superuser"})


class OperatorsAdmin(ModelAdmin):
    """Pages for superusers alone. Nothing is added or deleted."""

    actions = None
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return staff(request).is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Refuse others before looking, so that they learn no row's existence."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, *args, **kwargs)


@admin.register(User)
class PersonAdmin(OperatorsAdmin):
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
    preserve_filters = False  # a form is sent again after the password: its path alone

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff(request).is_superuser

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody locks themselves out."""
        if obj is not None and obj.pk == staff(request).pk:
            return (*self.readonly_fields, "is_active", "is_staff", "is_superuser")
        return self.readonly_fields

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: bool
    ) -> None:
        """Where people get in changes right after a log-in only; operators are told."""
        changed = ACCESS & set(form.changed_data)
        if changed:
            require_fresh(request)
        super().save_model(request, obj, form, change)
        if "is_active" in changed:
            rows.rewrite(obj.pk)  # who is closed is in no search and no number
        if "is_superuser" in changed:
            appointing.tell_operators(obj, by=staff(request))


@admin.register(ProcrastinateJob)
class JobAdmin(OperatorsAdmin):
    """Which jobs wait or failed. What they were given is nobody's to read here."""

    list_display = ("pk", "task_name", "status", "attempts", "scheduled_at")
    list_display_links = None
    list_filter = ("status", "task_name")
    ordering = ("-pk",)
    list_per_page = 50
    list_max_show_all = 50

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A job's page would be named after what it was given."""
        raise Http404

    def history_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        raise Http404
