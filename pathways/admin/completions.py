"""Who completed a pathway, and what managers decide when a part no longer counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin import ActionLocation
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.admin.deciding import DecidedAdmin
from credentials.admin.scope import MANAGERS, REVIEWERS, staff
from credentials.admin.states import credential_tag
from credentials.models import Credential
from pathways import completing
from pathways.admin.enrolments import PathwayFilter
from pathways.models import Completion

Standing = Completion.Standing
#: States in which there is something to decide about an outcome.
ALIVE = (Credential.State.ACTIVE, Credential.State.SUSPENDED)
#: Rows that every line names.
WITH = ("learner", "credential", "version__pathway", "exit__outcome")
TAGS = {
    Standing.MET: ("ok", "circle-check", gettext_lazy("All parts stand")),
    Standing.KEPT: ("", "history", gettext_lazy("Kept under the rules of its day")),
    Standing.REVIEW: ("warn", "clock", gettext_lazy("Under review")),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a manager decides about an outcome whose part no longer counts."""

    label: Any  # translated when drawn
    consequence: str | Promise
    do: Callable[..., None]
    is_danger: bool = False


DECISIONS = {
    "keep": Decision(
        gettext_lazy("Keep"),
        gettext_lazy(
            "The credential stays in force: it was awarded under the rules of its day. "
            "Its holder gets an email. If a part is lost later, nothing happens again."
        ),
        completing.keep,
    ),
    "withdraw": Decision(
        gettext_lazy("Withdraw"),
        gettext_lazy(
            "Page, files and status list say at once that the credential was "
            "withdrawn, because its holder no longer meets the rules. This is for "
            "good: a withdrawn credential never comes back. Its holder gets an email."
        ),
        completing.withdraw,
        is_danger=True,
    ),
}


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("review", _("Under review")),
            ("met", _("All parts stand")),
            ("kept", _("Kept under the rules of its day")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value == "withdrawn":
            return queryset.exclude(credential__state__in=ALIVE)
        if value in Standing.values:
            return queryset.filter(standing=value, credential__state__in=ALIVE)
        return queryset


class CompletedPathwayFilter(PathwayFilter):
    path = "version__pathway"


@admin.register(Completion)
class CompletionAdmin(DecidedAdmin):
    issuer_path = "version__pathway__issuer"
    view_roles = REVIEWERS
    change_form_template = "admin/pathways/completion/change_form.html"
    change_list_template = "admin/pathways/completion/change_list.html"
    list_display = ("outcome", "person", "tag", "since", "named", "completed")
    list_filter = (StandingFilter, CompletedPathwayFilter)
    list_select_related = WITH
    search_fields = ("learner__full_name", "credential__title")
    search_help_text = gettext_lazy("Name or badge")
    ordering = ("standing_since", "pk")
    sortable_by = ()
    actions = ("keep", "withdraw")
    decisions = DECISIONS
    question = "decide"
    question_page = "admin/pathways/completion/decide.html"
    fields = ("person", "named", "credential_page", "completed", "tag", "since")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .select_related(*WITH)
            .defer("clr", "credential__document", "credential__jwt")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        completion = kwargs.get("obj")
        if completion:
            context["parts"] = [
                (part, credential_tag(part.credential))
                for part in completion.parts.select_related(
                    "credential", "requirement"
                ).defer("credential__document", "credential__jwt")
            ]
            context["events"] = completion.events.select_related("by")
            context["decisions"] = [
                (name, decision)
                for name, decision in DECISIONS.items()
                if self.may_decide(request, completion, name)
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def get_actions(
        self,
        request: HttpRequest,
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> Any:
        """On the page of one completion buttons say it, not a menu."""
        if action_location == ActionLocation.CHANGE_FORM:
            return {}
        return super().get_actions(request, action_location=action_location)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Take numbers alone for chosen rows: Django fails on anything else."""
        data = request.POST.copy()
        chosen = filter(_is_id, data.getlist(ACTION_CHECKBOX_NAME))
        data.setlist(ACTION_CHECKBOX_NAME, list(chosen))
        request.POST = data  # type: ignore[assignment]  # immutable only by type
        return super().response_action(request, queryset, *args, **kwargs)

    def read_id(self, text: str) -> str | None:
        return text if _is_id(text) else None

    def may_decide(self, request: HttpRequest, row: Completion, name: str) -> bool:
        managed = self.allows(request, MANAGERS, row)
        own = row.learner_id == staff(request).pk
        alive = row.credential.state in ALIVE
        return managed and not own and alive and row.standing == Standing.REVIEW

    def beaten(self, row: Completion) -> str:
        sentence = _("%(credential)s: somebody was faster, or all parts count again.")
        return sentence % {"credential": row.credential.title}

    @admin.action(description=DECISIONS["keep"].label, permissions=["manage"])
    def keep(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.ask("keep", queryset)

    @admin.action(description=DECISIONS["withdraw"].label, permissions=["manage"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.ask("withdraw", queryset)

    @admin.display(description=gettext_lazy("badge"))
    def outcome(self, completion: Completion) -> str:
        return completion.credential.title

    @admin.display(description=gettext_lazy("learner"))
    def person(self, completion: Completion) -> SafeString:
        return format_html("<bdi>{}</bdi>", completion.learner.full_name or "–")

    @admin.display(description=gettext_lazy("pathway"))
    def named(self, completion: Completion) -> SafeString:
        version = completion.version
        words = _("%(name)s, version %(number)d") % {
            "name": version.name,
            "number": version.number,
        }
        return format_html('<bdi lang="{}">{}</bdi>', version.language, words)

    @admin.display(description=gettext_lazy("credential"))
    def credential_page(self, completion: Completion) -> SafeString:
        address = reverse(
            "admin:credentials_credential_change", args=[completion.credential_id]
        )
        return format_html(
            '<a href="{}">{}</a> {}',
            address,
            completion.credential.title,
            credential_tag(completion.credential),
        )

    @admin.display(description=gettext_lazy("completed"))
    def completed(self, completion: Completion) -> str:
        return date_format(completion.completed_at)

    @admin.display(description=gettext_lazy("since"))
    def since(self, completion: Completion) -> str:
        return date_format(completion.standing_since)

    @admin.display(description=gettext_lazy("standing"))
    def tag(self, completion: Completion) -> SafeString:
        if completion.credential.state not in ALIVE:
            return credential_tag(completion.credential)
        tone, icon, words = TAGS[Standing(completion.standing)]
        context = {"tone": tone, "icon": icon, "words": words}
        return SafeString(render_to_string("includes/tag.html", context))


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19  # as long as a bigint
