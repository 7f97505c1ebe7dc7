"""Pathways: one page each, with its versions and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.admin.scope import DESIGNERS, EVERYBODY, IssuerScopedAdmin, staff
from credentials.admin.texts import CleanTextForm
from pathways import publishing
from pathways.admin import exchange
from pathways.models import Enrolment, Pathway, PathwayVersion


class PathwayForm(CleanTextForm):
    class Meta:
        model = Pathway
        fields = ("issuer", "slug")
        help_texts = {
            "slug": gettext_lazy(
                "Part of the pathway's address, such as ward-lead. "
                "It never changes after the pathway is published."
            ),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a designer does to a pathway, after one question."""

    name: str
    label: str | Promise
    consequence: str | Promise
    do: Callable[[Pathway, Any], object]
    done: str | Promise
    is_danger: bool = False


def _publish(pathway: Pathway, by: Any) -> object:
    draft = pathway.versions.filter(published_at=None).first()
    if draft is None:
        raise publishing.NotReady([_("There is no draft to publish.")])
    return publishing.publish(draft, by=by)


STEPS = {
    step.name: step
    for step in (
        Step(
            "publish",
            gettext_lazy("Publish"),
            gettext_lazy(
                "Anyone can see this version, and learners join it from now on. Who is "
                "on an older version stays there and may move. It never changes again: "
                "to change something, draft the next version."
            ),
            _publish,
            gettext_lazy("Published. Learners can join it now."),
        ),
        Step(
            "draft",
            gettext_lazy("Draft the next version"),
            gettext_lazy(
                "The newest version is copied into a draft, with all its rules. "
                "Learners see no change until you publish it."
            ),
            lambda pathway, by: publishing.draft_next(pathway, by=by),
            gettext_lazy("The draft is a copy of the newest version."),
        ),
        Step(
            "retire",
            gettext_lazy("Retire"),
            gettext_lazy(
                "Nobody can join this pathway from now on. Who is on it goes on and is "
                "awarded at the end, and credentials already issued stay valid."
            ),
            lambda pathway, by: publishing.retire(pathway, by=by),
            gettext_lazy("Retired. Nobody can join it now."),
            is_danger=True,
        ),
        Step(
            "offer",
            gettext_lazy("Offer again"),
            gettext_lazy("Learners can join this pathway again."),
            lambda pathway, by: publishing.offer_again(pathway, by=by),
            gettext_lazy("Learners can join it again."),
        ),
    )
}


def steps_for(pathway: Pathway) -> list[Step]:
    """Return what can be done to a pathway now, the most likely first."""
    states = list(pathway.versions.values_list("published_at", flat=True))
    names = []
    if None in states:
        names.append("publish")
    if any(states) and None not in states:
        names.append("draft")
    if pathway.retired_at:
        names.append("offer")
    elif any(states):
        names.append("retire")
    return [STEPS[name] for name in names]


class StateFilter(admin.SimpleListFilter):
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


@admin.register(Pathway)
class PathwayAdmin(IssuerScopedAdmin):
    form = PathwayForm
    issuer_path = "issuer"
    view_roles = EVERYBODY
    change_roles = DESIGNERS
    add_roles = DESIGNERS
    change_form_template = "admin/pathways/pathway/change_form.html"
    list_display = ("name", "issuer", "state", "offered", "learners")
    list_filter = (StateFilter,)
    list_select_related = ("issuer", "current_version")
    search_fields = ("slug", "versions__name")
    ordering = ("slug", "pk")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/step/<slug:name>/",
                self.admin_site.admin_view(self.step),
                name="pathways_pathway_step",
            ),
            path(
                "import/",
                self.admin_site.admin_view(partial(exchange.import_page, self)),
                name="pathways_pathway_import",
            ),
            path(
                "<int:pk>/v<int:number>/pathway.json",
                self.admin_site.admin_view(partial(exchange.export, self)),
                name="pathways_pathway_export",
            ),
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Issuer and slug stand in addresses that signed documents name."""
        if obj is None:
            return ()
        return ("issuer", "slug") if obj.current_version_id else ("issuer",)

    def view_on_site(self, obj: Pathway) -> str | None:
        return obj.get_absolute_url() if obj.current_version_id else None

    @admin.display(description=gettext_lazy("pathway"), ordering="slug")
    def name(self, pathway: Pathway) -> str:
        versions = list(pathway.versions.all())
        return versions[-1].name if versions else str(pathway)

    @admin.display(description=gettext_lazy("state"))
    def state(self, pathway: Pathway) -> str:
        if pathway.retired_at:
            return _("Retired")
        if pathway.current_version_id is None:
            return _("Not published yet")
        drafted = any(not version.is_published for version in pathway.versions.all())
        return _("Offered, next version drafted") if drafted else _("Offered")

    @admin.display(description=gettext_lazy("version"))
    def offered(self, pathway: Pathway) -> str:
        version = pathway.current_version
        return str(version.number) if version else "–"

    @admin.display(description=gettext_lazy("learners on it"))
    def learners(self, pathway: Any) -> int:
        return int(pathway.learner_count)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Count the learners of the rows that are shown, and of no others."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        counts = dict(
            Enrolment.objects.filter(pathway__in=rows, left_at=None)
            .order_by()
            .values_list("pathway")
            .annotate(number=Count("pk"))
        )
        for row in rows:
            row.learner_count = counts.get(row.pk, 0)
        changelist.result_list = rows
        return changelist

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """A pathway begins with its first version."""
        return redirect(_new_version_url(obj))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        pathway = kwargs.get("obj")
        context["show_save_and_add_another"] = False
        if pathway:
            context["versions"] = list(
                pathway.versions.select_related("published_by")
                .annotate(
                    learners=Count("enrolments", filter=Q(enrolments__left_at=None))
                )
                .order_by("-number")
            )
            if self.has_change_permission(request, pathway):
                context["steps"] = steps_for(pathway)
                context["new_version_url"] = _new_version_url(pathway)
        return super().render_change_form(request, context, *args, **kwargs)

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask before a step, and take it when confirmed."""
        pathway = self.get_queryset(request).filter(pk=pk).first()
        if pathway is None or not self.has_change_permission(request, pathway):
            raise Http404
        step = STEPS.get(name)
        if step not in steps_for(pathway):
            messages.warning(request, _("Somebody did that already."))
            return redirect("admin:pathways_pathway_change", pk)
        problems: list[str | Promise] = []
        if request.method == "POST":
            try:
                step.do(pathway, staff(request))
            except publishing.NotReady as error:
                problems = error.problems
            else:
                return self._done(request, pathway, step)
        elif name == "publish":
            problems = publishing.problems(pathway.versions.get(published_at=None))
        return self._ask(request, pathway, step, problems)

    def _done(self, request: HttpRequest, pathway: Pathway, step: Step) -> HttpResponse:
        self.log_change(request, pathway, str(step.label))
        messages.success(request, str(step.done))
        if step.name == "draft":
            draft = pathway.versions.get(published_at=None)
            return redirect("admin:pathways_pathwayversion_tree", draft.pk)
        return redirect("admin:pathways_pathway_change", pathway.pk)

    def _ask(
        self,
        request: HttpRequest,
        pathway: Pathway,
        step: Step,
        problems: list[str | Promise],
    ) -> HttpResponse:
        on_it = Enrolment.objects.filter(pathway=pathway, left_at=None)
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "pathway": pathway,
            "version": pathway.versions.order_by("-number").first(),
            "step": step,
            "problems": problems,
            "learners": on_it.count() if step.name in {"publish", "retire"} else 0,
        }
        return TemplateResponse(
            request,
            "admin/pathways/pathway/step.html",
            context,
            status=422 if request.method == "POST" else 200,
        )


def _new_version_url(pathway: Pathway) -> str:
    draft = PathwayVersion.objects.filter(pathway=pathway, published_at=None)
    if first := draft.first():
        return reverse("admin:pathways_pathwayversion_change", args=[first.pk])
    address = reverse("admin:pathways_pathwayversion_add")
    return f"{address}?pathway={pathway.pk}"
