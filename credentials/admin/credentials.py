"""Credentials of one's issuers: looked at by reviewers, withdrawn by managers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin import ActionLocation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import revoking
from credentials.admin.deciding import DecidedAdmin, NoteForm
from credentials.admin.scope import MANAGERS, REVIEWERS, issuer_ids, staff
from credentials.admin.states import credential_tag
from credentials.models import Credential

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
State = Credential.State
Reason = Credential.Reason


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state: from which states, what it means, who does it."""

    label: Any  # translated when drawn
    allowed: tuple[str, ...]
    consequence: str | Promise
    do: Callable[..., None]
    is_danger: bool = False


STEPS = {
    "withdraw": Step(
        gettext_lazy("Withdraw"),
        (State.ACTIVE, State.SUSPENDED, State.SUPERSEDED),
        gettext_lazy(
            "Page, files and status list say at once that it was withdrawn, with the "
            "reason. This is for good: a withdrawn credential never comes back. The "
            "holder gets an email and can earn the badge again."
        ),
        revoking.revoke,
        is_danger=True,
    ),
    "pause": Step(
        gettext_lazy("Pause"),
        (State.ACTIVE,),
        gettext_lazy(
            "Page, files and status list say at once that it is paused, and nobody "
            "should rely on it. The holder gets an email. You can reinstate it."
        ),
        revoking.suspend,
        is_danger=True,
    ),
    "reinstate": Step(
        gettext_lazy("Reinstate"),
        (State.SUSPENDED,),
        gettext_lazy(
            "Page, files and status list say at once that it is in force again. "
            "The holder gets an email."
        ),
        revoking.reinstate,
    ),
}


class ReasonForm(NoteForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", "–"), *Reason.choices],
        help_text=gettext_lazy("Everybody who opens the credential reads it."),
        error_messages={"required": gettext_lazy("Choose the reason.")},
        widget=forms.Select(attrs={"class": "input"}),
    )
    field_order = ("reason", "note")

    def clean_reason(self) -> Credential.Reason:
        return Reason(self.cleaned_data["reason"])


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("in_force", _("In force")),
            ("ended", _("Ended")),
            *((s, s.label) for s in State if s != State.ACTIVE),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value, now = self.value(), timezone.now()
        if value == "in_force":
            return queryset.in_force(now)
        if value == "ended":
            return queryset.filter(state=State.ACTIVE, valid_until__lte=now)
        return queryset.filter(state=value) if value else queryset


@admin.register(Credential)
class CredentialAdmin(DecidedAdmin):
    issuer_path = "issuer"
    view_roles = REVIEWERS
    change_form_template = "admin/credentials/credential/change_form.html"
    list_display = ("title", "person", "issuer_name", "issued", "ends", "tag")
    list_filter = (StateFilter,)
    search_fields = ("recipient_name", "token", "title")
    search_help_text = gettext_lazy("Name, badge or credential ID")
    ordering = ("-issued_at", "pk")
    actions = ("withdraw", "pause", "reinstate")
    decisions = STEPS
    form_asked = ReasonForm
    question = "state"
    question_page = "admin/credentials/credential/state.html"
    fields = (
        "title",
        "recipient_name",
        "recipient_email",
        "tag",
        "issued",
        "ends",
        "identifier",
        "handed_in",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def view_on_site(self, obj: Credential) -> str:
        return obj.get_absolute_url()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        credential = kwargs.get("obj")
        if credential:
            context["events"] = credential.events.select_related("by")
        return super().render_change_form(request, context, *args, **kwargs)

    def get_actions(
        self,
        request: HttpRequest,
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> Any:
        """On the page of one credential, offer only what its state allows."""
        actions = super().get_actions(request, action_location=action_location)
        match = request.resolver_match
        if match and action_location == ActionLocation.CHANGE_FORM:
            credential = self.get_object(request, match.kwargs.get("object_id", ""))
            for name in list(actions):
                if credential is None or not self.may_decide(request, credential, name):
                    del actions[name]
        return actions

    def read_id(self, text: str) -> UUID | None:
        try:
            return UUID(text)
        except ValueError:
            return None

    def may_decide(self, request: HttpRequest, row: Credential, name: str) -> bool:
        managed = row.issuer_id in issuer_ids(request, MANAGERS)
        own = row.holder_id == staff(request).pk
        return managed and not own and row.state in STEPS[name].allowed

    def beaten(self, row: Credential) -> str:
        sentence = _("%(credential)s: somebody was faster. It is now: %(state)s.")
        return sentence % {"credential": row, "state": row.get_state_display()}

    @admin.action(
        description=STEPS["withdraw"].label, permissions=["manage"], location=EVERYWHERE
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.ask("withdraw", queryset)

    @admin.action(
        description=STEPS["pause"].label, permissions=["manage"], location=EVERYWHERE
    )
    def pause(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.ask("pause", queryset)

    @admin.action(
        description=STEPS["reinstate"].label,
        permissions=["manage"],
        location=EVERYWHERE,
    )
    def reinstate(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.ask("reinstate", queryset)

    @admin.display(description=gettext_lazy("name"), ordering="recipient_name")
    def person(self, credential: Credential) -> SafeString:
        return format_html("<bdi>{}</bdi>", credential.recipient_name or "–")

    @admin.display(description=gettext_lazy("issued"), ordering="issued_at")
    def issued(self, credential: Credential) -> str:
        return date_format(credential.issued_at)

    @admin.display(description=gettext_lazy("ends"), ordering="valid_until")
    def ends(self, credential: Credential) -> str:
        if credential.valid_until is None:
            return _("No end date")
        return date_format(credential.valid_until)

    @admin.display(description=gettext_lazy("state"))
    def tag(self, credential: Credential) -> SafeString:
        return credential_tag(credential)

    @admin.display(description=gettext_lazy("credential ID"))
    def identifier(self, credential: Credential) -> SafeString:
        groups = format_html_join(
            "", "<span>{}</span>", ((g,) for g in credential.groups)
        )
        return format_html('<span class="id">{}</span>', groups)

    @admin.display(description=gettext_lazy("submission"))
    def handed_in(self, credential: Credential) -> SafeString | str:
        submission = credential.submission
        if submission is None:
            return "–"
        address = reverse("admin:credentials_submission_review", args=[submission.pk])
        return format_html('<a href="{}">{}</a>', address, submission.reference)
