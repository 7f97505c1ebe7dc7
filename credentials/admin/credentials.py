"""Credentials of one's issuers: looked at by reviewers, withdrawn by managers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credentials import revoking
from credentials.admin.review_form import CleanedText
from credentials.admin.scope import (
    MANAGERS,
    REVIEWERS,
    IssuerScopedAdmin,
    issuer_ids,
    staff,
)
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


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", "–"), *Reason.choices],
        help_text=gettext_lazy("Everybody who opens the credential reads it."),
        error_messages={"required": gettext_lazy("Choose the reason.")},
        widget=forms.Select(attrs={"class": "input"}),
    )
    note = CleanedText(
        gettext_lazy("Note for staff only"),
        1000,
        help_text=gettext_lazy("Stays in the history. The holder does not see it."),
    )


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
class CredentialAdmin(IssuerScopedAdmin):
    issuer_path = "issuer"
    view_roles = REVIEWERS
    change_form_template = "admin/credentials/credential/change_form.html"
    list_display = ("title", "person", "issuer_name", "issued", "ends", "tag")
    list_filter = (StateFilter,)
    search_fields = ("recipient_name", "token", "title")
    search_help_text = gettext_lazy("Name, badge or credential ID")
    ordering = ("-issued_at", "pk")
    actions = ("withdraw", "pause", "reinstate")
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

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "state/<slug:name>/",
                self.admin_site.admin_view(self.change_state),
                name="credentials_credential_state",
            )
        ]
        return own + super().get_urls()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person manages an issuer (actions ask by this name)."""
        return self.allows(request, MANAGERS)

    def view_on_site(self, obj: Credential) -> str:
        return obj.get_absolute_url()

    def history_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> Any:
        """The history stands on the credential's own page."""
        credential = self.get_object(request, object_id)
        if credential is None:
            raise Http404
        return redirect("admin:credentials_credential_change", credential.pk)

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
                if credential is None or not self._may(request, credential, name):
                    del actions[name]
        return actions

    def _may(self, request: HttpRequest, credential: Credential, name: str) -> bool:
        managed = credential.issuer_id in issuer_ids(request, MANAGERS)
        own = credential.holder_id == staff(request).pk
        return managed and not own and credential.state in STEPS[name].allowed

    @admin.action(
        description=STEPS["withdraw"].label, permissions=["manage"], location=EVERYWHERE
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return _ask("withdraw", queryset)

    @admin.action(
        description=STEPS["pause"].label, permissions=["manage"], location=EVERYWHERE
    )
    def pause(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return _ask("pause", queryset)

    @admin.action(
        description=STEPS["reinstate"].label,
        permissions=["manage"],
        location=EVERYWHERE,
    )
    def reinstate(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return _ask("reinstate", queryset)

    def change_state(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask for the reason, then change the state of the chosen credentials."""
        step = STEPS.get(name)
        chosen = self._chosen(request)
        if step is None or not chosen:
            raise Http404
        ready = [c for c in chosen if self._may(request, c, name)]
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and ready and form.is_valid():
            self._change(request, step, ready, form.cleaned_data)
            return redirect(_back(chosen))
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "step": step,
            "ready": ready,
            "left_out": [c for c in chosen if c not in ready],
            "form": form,
            "back": _back(chosen),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(
            request, "admin/credentials/credential/state.html", context, status=status
        )

    def _chosen(self, request: HttpRequest) -> list[Credential]:
        """Return the credentials in the address that the person manages."""
        ids = []
        for text in request.GET.getlist("id")[: self.list_per_page]:
            try:
                ids.append(UUID(text))
            except ValueError:
                continue
        managed = self.get_queryset(request).filter(
            issuer__in=issuer_ids(request, MANAGERS)
        )
        return list(managed.filter(pk__in=ids))

    def _change(
        self,
        request: HttpRequest,
        step: Step,
        ready: list[Credential],
        words: dict[str, str],
    ) -> None:
        changed = 0
        for credential in ready:
            try:
                step.do(
                    credential,
                    reason=Reason(words["reason"]),
                    note=words["note"],
                    by=staff(request),
                )
            except revoking.StateChanged:
                sentence = _(
                    "%(credential)s: somebody was faster. It is now: %(state)s."
                )
                facts = {
                    "credential": credential,
                    "state": credential.get_state_display(),
                }
                messages.warning(request, sentence % facts)
            else:
                changed += 1
        if changed:
            sentence = ngettext(
                "Done for %d credential.", "Done for %d credentials.", changed
            )
            messages.success(request, sentence % changed)

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


def _ask(name: str, queryset: QuerySet[Any]) -> HttpResponse:
    """Lead to the question. The page size bounds how many are chosen at once."""
    limit = IssuerScopedAdmin.list_per_page
    ids = [("id", str(pk)) for pk in queryset.values_list("pk", flat=True)[:limit]]
    address = reverse("admin:credentials_credential_state", args=[name])
    return redirect(f"{address}?{urlencode(ids)}")


def _back(chosen: list[Credential]) -> str:
    """Return the address of the page where the action was chosen."""
    if len(chosen) == 1:
        return reverse("admin:credentials_credential_change", args=[chosen[0].pk])
    return reverse("admin:credentials_credential_changelist")
