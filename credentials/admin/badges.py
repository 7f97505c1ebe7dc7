"""Badges: one page each, with its versions and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
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
from credentials.admin.texts import CleanTextForm
from credentials.models import Achievement, AchievementVersion, Submission


class BadgeForm(CleanTextForm):
    class Meta:
        model = Achievement
        fields = ("issuer", "slug", "earned_through", "is_repeatable")
        help_texts = {
            "slug": gettext_lazy(
                "Part of the badge's address, such as wound-care. "
                "It never changes after the badge is published."
            ),
            "earned_through": gettext_lazy(
                "Nobody hands in work for a badge that is earned by completing a "
                "pathway. It never changes after the badge is published."
            ),
            "is_repeatable": gettext_lazy("One person can earn it several times."),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a designer does to a badge, after one question."""

    name: str
    label: str | Promise
    consequence: str | Promise
    do: Callable[[Achievement, Any], object]
    done: str | Promise
    is_danger: bool = False


def _publish(badge: Achievement, by: Any) -> object:
    draft = badge.versions.filter(published_at=None).first()
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
                "Anyone can see this version, and learners start with it from now on. "
                "It never changes again: to change something, draft the next version."
            ),
            _publish,
            gettext_lazy("Published. Learners can start it now."),
        ),
        Step(
            "draft",
            gettext_lazy("Draft the next version"),
            gettext_lazy(
                "The current version is copied into a draft. "
                "Learners see no change until you publish it."
            ),
            lambda badge, by: publishing.draft_next(badge, by=by),
            gettext_lazy("The draft is a copy of the current version."),
        ),
        Step(
            "retire",
            gettext_lazy("Retire"),
            gettext_lazy(
                "Nobody can start this badge from now on. What learners began or sent "
                "stays open, and credentials already issued stay valid."
            ),
            lambda badge, by: publishing.retire(badge, by=by),
            gettext_lazy("Retired. Nobody can start it now."),
            is_danger=True,
        ),
        Step(
            "offer",
            gettext_lazy("Offer again"),
            gettext_lazy("Learners can start this badge again."),
            lambda badge, by: publishing.offer_again(badge, by=by),
            gettext_lazy("Learners can start it again."),
        ),
    )
}


def steps_for(badge: Achievement) -> list[Step]:
    """Return what can be done to a badge now, the most likely first."""
    states = list(badge.versions.values_list("published_at", flat=True))
    names = []
    if None in states:
        names.append("publish")
    if any(states) and None not in states:
        names.append("draft")
    if badge.retired_at:
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


@admin.register(Achievement)
class BadgeAdmin(IssuerScopedAdmin):
    form = BadgeForm
    issuer_path = "issuer"
    view_roles = EVERYBODY
    change_roles = DESIGNERS
    add_roles = DESIGNERS
    change_form_template = "admin/credentials/achievement/change_form.html"
    list_display = ("name", "issuer", "state", "waiting")
    list_filter = (StateFilter,)
    list_select_related = ("issuer", "current_version")
    search_fields = ("slug", "versions__name")
    ordering = ("slug", "pk")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<int:pk>/step/<slug:name>/",
                wrap(self.step),
                name="credentials_achievement_step",
            )
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Issuer and slug stand in signed ids; how it is earned is fixed with them."""
        if obj is None:
            return ()
        published = obj.current_version_id is not None
        return ("issuer", "slug", "earned_through") if published else ("issuer",)

    def view_on_site(self, obj: Achievement) -> str | None:
        return obj.get_absolute_url() if obj.current_version_id else None

    @admin.display(description=gettext_lazy("badge"), ordering="slug")
    def name(self, badge: Achievement) -> str:
        versions = list(badge.versions.all())
        return versions[-1].name if versions else str(badge)

    @admin.display(description=gettext_lazy("state"))
    def state(self, badge: Achievement) -> str:
        if badge.retired_at:
            return _("Retired")
        if badge.current_version_id is None:
            return _("Not published yet")
        drafted = any(not version.is_published for version in badge.versions.all())
        return _("Offered, next version drafted") if drafted else _("Offered")

    @admin.display(description=gettext_lazy("version"))
    def waiting(self, badge: Achievement) -> str:
        return str(badge.current_version.number) if badge.current_version else "–"

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """A badge begins with its first version."""
        return redirect(_new_version_url(obj))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        badge = kwargs.get("obj")
        context["show_save_and_add_another"] = False
        if badge:
            context["versions"] = list(badge.versions.order_by("-number"))
            if self.has_change_permission(request, badge):
                context["steps"] = steps_for(badge)
                context["new_version_url"] = _new_version_url(badge)
        return super().render_change_form(request, context, *args, **kwargs)

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask before a step, and take it when confirmed."""
        badge = self.get_queryset(request).filter(pk=pk).first()
        if badge is None or not self.has_change_permission(request, badge):
            raise Http404
        step = STEPS.get(name)
        if step not in steps_for(badge):
            messages.warning(request, _("Somebody did that already."))
            return redirect("admin:credentials_achievement_change", pk)
        problems: list[str | Promise] = []
        if request.method == "POST":
            try:
                step.do(badge, staff(request))
            except publishing.NotReady as error:
                problems = error.problems
            else:
                return self._done(request, badge, step)
        elif name == "publish":
            problems = publishing.problems(badge.versions.get(published_at=None))
        return self._ask(request, badge, step, problems)

    def _done(
        self, request: HttpRequest, badge: Achievement, step: Step
    ) -> HttpResponse:
        self.log_change(request, badge, str(step.label))
        messages.success(request, str(step.done))
        if step.name == "draft":
            draft = badge.versions.get(published_at=None)
            return redirect("admin:credentials_achievementversion_change", draft.pk)
        return redirect("admin:credentials_achievement_change", badge.pk)

    def _ask(
        self,
        request: HttpRequest,
        badge: Achievement,
        step: Step,
        problems: list[str | Promise],
    ) -> HttpResponse:
        latest = badge.versions.order_by("-number").first()
        open_now = Submission.objects.open().filter(achievement=badge)
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "badge": badge,
            "version": latest,
            "step": step,
            "problems": problems,
            "open_submissions": open_now.count() if step.is_danger else 0,
        }
        failed = request.method == "POST"
        return TemplateResponse(
            request,
            "admin/credentials/achievement/step.html",
            context,
            status=422 if failed else 200,
        )


def _new_version_url(badge: Achievement) -> str:
    draft = AchievementVersion.objects.filter(achievement=badge, published_at=None)
    if first := draft.first():
        return reverse("admin:credentials_achievementversion_change", args=[first.pk])
    address = reverse("admin:credentials_achievementversion_add")
    return f"{address}?badge={badge.pk}"
