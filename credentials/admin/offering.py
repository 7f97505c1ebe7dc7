"""What designers offer in versions, badges and pathways: a page each, and steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import publishing
from credentials.admin.scope import DESIGNERS, EVERYBODY, IssuerScopedAdmin, staff

type Sentence = str | Promise

CONFLICT, UNPROCESSABLE = 409, 422


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a designer does to a badge or a pathway, after one question."""

    name: str
    label: Sentence
    consequence: Sentence
    do: Callable[[Any, Any], object]  # the row, and who does it
    done: Sentence
    is_danger: bool = False


def published_by(publish: Callable[..., object]) -> Callable[[Any, Any], object]:
    """Return what publishes the draft of a row; it raises NotReady without one."""

    def do(row: Any, by: Any) -> object:
        draft = draft_of(row)
        if draft is None:
            raise publishing.NotReady([_("There is no draft to publish.")])
        return publish(draft, by=by)

    return do


def draft_of(row: Any) -> Any:
    """The version of a badge or pathway that is not published yet, or None."""
    return row.versions.filter(published_at=None).first()


def names_of_steps(row: Any) -> list[str]:
    """Return what can be done to a badge or pathway now, the most likely first."""
    states = list(row.versions.values_list("published_at", flat=True))
    names = []
    if None in states:
        names.append("publish")
    if any(states) and None not in states:
        names.append("draft")
    if row.retired_at:
        names.append("offer")
    elif any(states):
        names.append("retire")
    return names


class OfferedFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("offered", _("Offered")),
            ("draft", _("Not published yet")),
            ("retired", _("Retired")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        conditions: dict[str, dict[str, Any]] = {
            "offered": {"current_version__isnull": False, "retired_at": None},
            "draft": {"current_version": None},
            "retired": {"retired_at__isnull": False},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


class OfferedAdmin(IssuerScopedAdmin):
    """Rows with versions. Say ``steps``, ``drafted``, ``called`` and ``step_page``.

    Its model has ``current_version``, ``retired_at`` and a ``slug``; its versions have
    an admin of their own, and its address takes the row by the name ``called``.
    """

    issuer_path = "issuer"
    view_roles = EVERYBODY
    change_roles = DESIGNERS
    add_roles = DESIGNERS
    list_filter = (OfferedFilter,)
    list_select_related = ("issuer", "current_version")
    search_fields = ("slug", "versions__name")
    ordering = ("slug", "pk")

    #: What can be done, by name.
    steps: Mapping[str, Step]
    #: The page of the version that a step drafted, in the admin.
    drafted: str
    #: What templates and addresses call a row.
    called: str
    #: The template of the question.
    step_page: str

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/step/<slug:name>/",
            self.admin_site.admin_view(self.step),
            name=f"{self.opts.app_label}_{self.opts.model_name}_step",
        )
        return [own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if obj.current_version_id else None

    @admin.display(description=gettext_lazy("name"), ordering="slug")
    def name(self, row: Any) -> str:
        versions = list(row.versions.all())
        return versions[-1].name if versions else str(row)

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: Any) -> str:
        if row.retired_at:
            return _("Retired")
        if row.current_version_id is None:
            return _("Not published yet")
        drafted = any(not version.is_published for version in row.versions.all())
        return _("Offered, next version drafted") if drafted else _("Offered")

    @admin.display(description=gettext_lazy("version"))
    def offered(self, row: Any) -> str:
        return str(row.current_version.number) if row.current_version else "–"

    def steps_for(self, row: Any) -> list[Step]:
        """Return what can be done to a row now, the most likely first."""
        return [self.steps[name] for name in names_of_steps(row)]

    def problems_of(self, draft: Any) -> list[Sentence]:
        """Return what keeps a draft from being published."""
        raise NotImplementedError

    def facts_of(self, row: Any, step: Step) -> dict[str, Any]:
        """Return what the question about a step says beside its consequence."""
        return {}

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """It begins with its first version."""
        return redirect(self.new_version_url(obj))

    def new_version_url(self, row: Any) -> str:
        """The page of the draft; of a first version to write where there is none."""
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}version"
        if draft := draft_of(row):
            return reverse(f"{page}_change", args=[draft.pk])
        return f"{reverse(f'{page}_add')}?{self.called}={row.pk}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        context["show_save_and_add_another"] = False
        if row:
            context["versions"] = list(self.versions_of(row))
            if self.has_change_permission(request, row):
                context["steps"] = self.steps_for(row)
                context["new_version_url"] = self.new_version_url(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def versions_of(self, row: Any) -> Any:
        """The versions of a row as its page lists them, newest first."""
        return row.versions.select_related("published_by").order_by("-number")

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask before a step, and take it when confirmed."""
        row = self.get_queryset(request).filter(pk=pk).first()
        step = self.steps.get(name)
        if step is None or row is None or not self.has_change_permission(request, row):
            raise Http404
        if step not in self.steps_for(row):
            return self._too_late(request, row, step)
        if request.method == "POST":
            return self._take(request, row, step)
        problems: list[Sentence] = []
        if name == "publish":
            draft = draft_of(row)
            if draft is None:  # published since the steps were looked up
                return self._too_late(request, row, step)
            problems = self.problems_of(draft)
        return self._ask(request, row, step, problems=problems)

    def _take(self, request: HttpRequest, row: Any, step: Step) -> HttpResponse:
        try:
            step.do(row, staff(request))
        except publishing.NotReady as error:
            problems = error.problems
            return self._ask(
                request, row, step, problems=problems, status=UNPROCESSABLE
            )
        except publishing.NotAllowed as error:  # no designer any more
            raise Http404 from error
        self.log_change(request, row, str(step.label))
        messages.success(request, str(step.done))
        draft = draft_of(row) if step.name == "draft" else None
        if draft is not None:
            return redirect(f"admin:{self.drafted}", draft.pk)
        return redirect(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk
        )

    def _too_late(self, request: HttpRequest, row: Any, step: Step) -> HttpResponse:
        notice = _("Somebody did that already.")
        return self._ask(request, row, step, notice=notice, status=CONFLICT)

    def _ask(
        self,
        request: HttpRequest,
        row: Any,
        step: Step,
        *,
        problems: list[Sentence] | None = None,
        notice: str = "",
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "row": row,
            self.called: row,
            "version": row.versions.order_by("-number").first(),
            "step": step,
            "problems": problems,
            "notice": notice,
            **self.facts_of(row, step),
        }
        return TemplateResponse(request, self.step_page, context, status=status)
