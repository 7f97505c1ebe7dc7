"""Pathways: one page each, with its versions and what can be done next."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy

from credentials.admin.offering import OfferedAdmin, Sentence, Step, published_by
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
            published_by(publishing.publish),
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


@admin.register(Pathway)
class PathwayAdmin(OfferedAdmin):
    form = PathwayForm
    change_form_template = "admin/pathways/pathway/change_form.html"
    list_display = ("name", "issuer", "state", "offered", "learners")
    steps = STEPS
    drafted = "pathways_pathwayversion_tree"
    called = "pathway"
    step_page = "admin/pathways/pathway/step.html"

    def get_urls(self) -> list[URLPattern]:
        own = [
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Issuer and slug stand in addresses that signed documents name."""
        if obj is None:
            return ()
        return ("issuer", "slug") if obj.current_version_id else ("issuer",)

    @admin.display(description=gettext_lazy("pathway"), ordering="slug")
    def name(self, row: Pathway) -> str:
        return super().name(row)

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

    def versions_of(self, row: Pathway) -> Any:
        """Each with the learners on it."""
        on_it = Count("enrolments", filter=Q(enrolments__left_at=None))
        return super().versions_of(row).annotate(learners=on_it)

    def problems_of(self, draft: PathwayVersion) -> list[Sentence]:
        return publishing.problems(draft)

    def facts_of(self, row: Pathway, step: Step) -> dict[str, Any]:
        """How many learners a version or the end of the offer concerns."""
        on_it = Enrolment.objects.filter(pathway=row, left_at=None)
        is_theirs = step.name in {"publish", "retire"}
        return {"learners": on_it.count() if is_theirs else 0}
