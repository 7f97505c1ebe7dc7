"""The review queue: what learners sent to one's own issuers, oldest first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credentials.admin import reviewing_page
from credentials.admin.scope import REVIEWERS, IssuerScopedAdmin, issuer_ids, staff
from credentials.admin.states import submission_tag
from credentials.models import Achievement, Issuer, Submission

Status = Submission.Status


class StateFilter(admin.SimpleListFilter):
    """Waiting unless another state is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        wanted = (
            Status.RETURNED,
            Status.APPROVED,
            Status.DECLINED,
            Status.WITHDRAWN,
        )
        return [("all", _("All")), *((state, state.label) for state in wanted)]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("Waiting for a decision"),
        }
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value}
                ),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset.filter(status__in=Submission.WAITING)
        return queryset if value == "all" else queryset.filter(status=value)


class BadgeFilter(admin.SimpleListFilter):
    title = gettext_lazy("badge")
    parameter_name = "badge"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        mine = Achievement.objects.published().filter(
            issuer__in=issuer_ids(request, REVIEWERS)
        )
        names = mine.order_by("current_version__name")
        return list(names.values_list("pk", "current_version__name"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        return queryset.filter(achievement=value) if value.isdecimal() else queryset


class IssuerFilter(admin.SimpleListFilter):
    title = gettext_lazy("issuer")
    parameter_name = "issuer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        mine = Issuer.objects.filter(pk__in=issuer_ids(request, REVIEWERS))
        return list(mine.values_list("pk", "name"))

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        if not value.isdecimal():
            return queryset
        return queryset.filter(achievement__issuer=value)


class Queue(ChangeList):
    """The page of rows, with one more query for files that came twice."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        ids = [submission.pk for submission in self.result_list]
        twice = reviewing_page.duplicates(request, ids)
        shared = {item.submission_id for item in twice}
        for submission in self.result_list:
            submission.has_shared_file = submission.pk in shared


@admin.register(Submission)
class SubmissionAdmin(IssuerScopedAdmin):
    issuer_path = "achievement__issuer"
    view_roles = REVIEWERS
    change_list_template = "admin/credentials/submission/change_list.html"
    list_display = (
        "reference_code",
        "badge",
        "person",
        "age",
        "state",
        "flags",
        "review_link",
    )
    list_display_links = None
    list_filter = (StateFilter, BadgeFilter, IssuerFilter)
    list_select_related = ("version", "learner", "achievement__issuer")
    search_fields = ("reference", "name_on_credential", "learner__full_name")
    search_help_text = gettext_lazy("Reference or name")
    ordering = ("submitted_at", "pk")
    sortable_by = ()
    actions = None

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<uuid:pk>/review/",
                wrap(reviewing_page.review),
                name="credentials_submission_review",
            ),
            path(
                "<uuid:pk>/begin/",
                wrap(reviewing_page.begin),
                name="credentials_submission_begin",
            ),
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the person may review: never drafts, never their own work."""
        allowed = Submission.objects.reviewable_by(staff(request))
        return super().get_queryset(request).filter(pk__in=allowed.values("pk"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Queue

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The review page is the only page of a submission."""
        submission = self._allowed(request, object_id)
        return redirect("admin:credentials_submission_review", submission.pk)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show every step and every round's review, staff notes included."""
        submission = self._allowed(request, object_id)
        reviews = submission.reviews.select_related("reviewer").prefetch_related(
            "criteria__criterion", "criteria__level"
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "opts": self.opts,
            "submission": submission,
            "events": submission.events.select_related("by"),
            "reviews": reviews.order_by("-round"),
        }
        return TemplateResponse(
            request, "admin/credentials/submission/history.html", context
        )

    def _allowed(self, request: HttpRequest, object_id: str) -> Submission:
        submission: Submission | None = self.get_object(request, object_id)
        if submission is None:
            raise Http404
        return submission

    @admin.display(description=gettext_lazy("reference"))
    def reference_code(self, submission: Submission) -> SafeString:
        return format_html('<span class="id">{}</span>', submission.reference)

    @admin.display(description=gettext_lazy("badge"))
    def badge(self, submission: Submission) -> str:
        return submission.version.name

    @admin.display(description=gettext_lazy("learner"))
    def person(self, submission: Submission) -> SafeString:
        return format_html("<bdi>{}</bdi>", submission.learner.full_name)

    @admin.display(description=gettext_lazy("waiting"))
    def age(self, submission: Submission) -> str:
        """Days since it was sent; nothing once it waits no more."""
        if submission.status not in Submission.WAITING or not submission.submitted_at:
            return "–"
        days = (timezone.now() - submission.submitted_at).days
        if days == 0:
            return _("Today")
        return ngettext("%d day", "%d days", days) % days

    @admin.display(description=gettext_lazy("state"))
    def state(self, submission: Submission) -> SafeString:
        return submission_tag(submission)

    @admin.display(description=gettext_lazy("note"))
    def flags(self, submission: Submission) -> SafeString:
        words = []
        if submission.round > 1:
            words.append(_("Returned before"))
        if getattr(submission, "has_shared_file", False):
            words.append(_("Duplicate file"))
        return format_html_join(", ", "{}", ((word,) for word in words)) or SafeString(
            "–"
        )

    @admin.display(description=gettext_lazy("open"))
    def review_link(self, submission: Submission) -> SafeString:
        address = reverse("admin:credentials_submission_review", args=[submission.pk])
        waits = submission.status in Submission.WAITING
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            address,
            _("Review") if waits else _("Look"),
            submission.reference,
        )
