"""Who is on a pathway: shown to reviewers and managers, changed by learners only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.admin.scope import REVIEWERS, IssuerScopedAdmin, issuer_ids
from pathways.models import Enrolment, Pathway


class PathwayFilter(admin.SimpleListFilter):
    """One's own issuers' pathways; ``path`` leads from a row to its pathway."""

    title = gettext_lazy("pathway")
    parameter_name = "pathway"
    path = "pathway"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        mine = Pathway.objects.published().filter(
            issuer__in=issuer_ids(request, REVIEWERS)
        )
        names = mine.order_by("current_version__name")
        return list(names.values_list("pk", "current_version__name"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        is_id = value.isdecimal() and len(value) < 19  # as long as a bigint
        return queryset.filter(**{self.path: value}) if is_id else queryset


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("on", _("On it")), ("left", _("Left"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value in {"on", "left"}:
            return queryset.filter(left_at__isnull=value == "on")
        return queryset


@admin.register(Enrolment)
class EnrolmentAdmin(IssuerScopedAdmin):
    issuer_path = "pathway__issuer"
    view_roles = REVIEWERS
    list_display = ("person", "named", "number", "since", "left")
    list_filter = (StateFilter, PathwayFilter)
    list_select_related = ("learner", "version", "pathway")
    search_fields = ("learner__full_name",)
    search_help_text = gettext_lazy("Name")
    ordering = ("-enrolled_at", "pk")
    sortable_by = ()
    fields = ("person", "named", "number", "since", "left")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description=gettext_lazy("learner"))
    def person(self, enrolment: Enrolment) -> SafeString:
        return format_html("<bdi>{}</bdi>", enrolment.learner.full_name or "–")

    @admin.display(description=gettext_lazy("pathway"))
    def named(self, enrolment: Enrolment) -> SafeString:
        version = enrolment.version
        return format_html('<bdi lang="{}">{}</bdi>', version.language, version.name)

    @admin.display(description=gettext_lazy("version"))
    def number(self, enrolment: Enrolment) -> int:
        return enrolment.version.number

    @admin.display(description=gettext_lazy("joined"))
    def since(self, enrolment: Enrolment) -> str:
        return date_format(enrolment.enrolled_at)

    @admin.display(description=gettext_lazy("left"))
    def left(self, enrolment: Enrolment) -> str:
        return date_format(enrolment.left_at) if enrolment.left_at else "–"
