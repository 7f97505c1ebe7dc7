"""What every admin page of issuers' data shares: one sees one's own issuers only.

Staff need none of Django's model permissions. What they may do follows from their
roles (``IssuerMember``); superusers may do everything. A row of another issuer is
absent, not forbidden: look-ups go through ``get_queryset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin import ActionLocation
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import connection, models
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from credentials.admin.texts import CleanTextForm
from credentials.models import Issuer, IssuerMember

if TYPE_CHECKING:
    from portfolio.models import User

    ModelAdmin = admin.ModelAdmin[Any]
    Inline = admin.options.InlineModelAdmin[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    Inline = admin.options.InlineModelAdmin
    StackedInline = admin.StackedInline

Role = IssuerMember.Role
Roles = tuple[str, ...]

REVIEWERS: Roles = (Role.REVIEWER, Role.MANAGER)
DESIGNERS: Roles = (Role.DESIGNER, Role.MANAGER)
MANAGERS: Roles = (Role.MANAGER,)
EVERYBODY: Roles = (Role.REVIEWER, Role.DESIGNER, Role.MANAGER)
NOBODY: Roles = ()


def staff(request: HttpRequest) -> User:
    """Return who asks; admin pages are behind a log-in."""
    return cast("User", request.user)


def issuer_ids(request: HttpRequest, roles: Roles) -> set[int]:
    """Return ids of the issuers that the person acts for in one of these roles.

    One query a request. A superuser acts for all of them.
    """
    if not roles or not staff(request).is_staff:
        return set()
    held: dict[str, set[int]] | None = getattr(request, "_issuer_roles", None)
    if held is None:
        held = _roles_of(staff(request))
        request._issuer_roles = held  # type: ignore[attr-defined]  # kept for this request
    return set().union(*(held.get(role, set()) for role in roles))


def _roles_of(user: User) -> dict[str, set[int]]:
    held: dict[str, set[int]] = {}
    if user.is_superuser:
        everything = set(Issuer.objects.values_list("pk", flat=True))
        return dict.fromkeys(EVERYBODY, everything)
    members = IssuerMember.objects.filter(user_id=user.pk)
    for role, issuer in members.values_list("role", "issuer"):
        held.setdefault(role, set()).add(issuer)
    return held


class IssuerScopedAdmin(ModelAdmin):
    """Rows of one's own issuers. Say ``issuer_path`` and who may do what."""

    #: The look-up that leads from a row to its issuer.
    issuer_path: str
    view_roles: Roles = EVERYBODY
    change_roles: Roles = NOBODY
    add_roles: Roles = NOBODY
    form = CleanTextForm
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = {models.URLField: {"widget": forms.URLInput}}
    list_per_page = 50
    list_max_show_all = 50

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find a row; one that is being saved, nobody else saves at the same time."""
        found = super().get_object(request, *args, **kwargs)
        if found and request.method == "POST" and connection.in_atomic_block:
            row = self.model._base_manager.select_for_update()
            if row.filter(pk=found.pk).values_list("pk").first():
                found.refresh_from_db()
        return found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what a form carries for itself (see CleanTextForm)."""
        return [name for name in super().get_fields(request, obj) if name != "seen"]

    def issuer_id_of(self, obj: Any) -> int | None:
        """Return the id of the issuer that a row belongs to."""
        for part in self.issuer_path.split("__")[:-1]:
            obj = getattr(obj, part)
        last = self.issuer_path.rsplit("__", maxsplit=1)[-1]
        return cast(
            "int | None", obj.pk if last == "pk" else getattr(obj, f"{last}_id")
        )

    def allows(self, request: HttpRequest, roles: Roles, obj: Any = None) -> bool:
        """Tell whether the person holds one of the roles, for the row if given."""
        mine = issuer_ids(request, roles)
        if obj is None or obj.pk is None:
            return bool(mine) or bool(roles and staff(request).is_superuser)
        return self.issuer_id_of(obj) in mine

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = issuer_ids(request, self.view_roles)
        return super().get_queryset(request).filter(**{f"{self.issuer_path}__in": mine})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, self.view_roles)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, self.view_roles, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, self.change_roles, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, self.add_roles)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted unless an admin says what may be."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the list's own filters; any other look-up could probe for words."""
        return lookup in {
            getattr(each, "parameter_name", "") for each in self.list_filter
        }

    def get_actions(
        self,
        request: HttpRequest,
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> Any:
        """Leave out *delete selected*, which the site offers everywhere."""
        actions = super().get_actions(request, action_location=action_location)
        actions.pop("delete_selected", None)
        return actions

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Leave out the icons beside a select that open other pages."""
        made = super().formfield_for_dbfield(db_field, request, **kwargs)
        if made and isinstance(made.widget, RelatedFieldWidgetWrapper):
            made.widget = made.widget.widget
        return made

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer one's own issuers, and rows that their admin shows to this person."""
        kwargs["queryset"] = choices(self, db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedInline(Inline):
    """Parts of a row: whoever may change the row may change them."""

    extra = 0

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        """Ask the admin of the row that the parts belong to."""
        parent = self.admin_site.get_model_admin(self.parent_model)
        if obj is None:
            return parent.has_add_permission(request)
        return parent.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return parent.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request, obj)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        kwargs["queryset"] = choices(self, db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def choices(
    owner: ModelAdmin | Inline, db_field: ForeignKey[Any, Any], request: HttpRequest
) -> QuerySet[Any]:
    """Return the rows that a foreign key may name, never another issuer's."""
    target = db_field.remote_field.model
    if target is Issuer:
        roles = owner.add_roles if isinstance(owner, IssuerScopedAdmin) else NOBODY
        return Issuer.objects.filter(pk__in=issuer_ids(request, roles))
    if not owner.admin_site.is_registered(target):
        return cast("models.Manager[Any]", target._default_manager).none()
    return owner.admin_site.get_model_admin(target).get_queryset(request)
