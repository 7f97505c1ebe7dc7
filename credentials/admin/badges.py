"""Badges: one page each, with its versions and what can be done next."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from credentials import publishing
from credentials.admin.offering import OfferedAdmin, Sentence, Step, published_by
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
            published_by(publishing.publish),
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


@admin.register(Achievement)
class BadgeAdmin(OfferedAdmin):
    form = BadgeForm
    change_form_template = "admin/credentials/achievement/change_form.html"
    list_display = ("name", "issuer", "state", "offered")
    steps = STEPS
    drafted = "credentials_achievementversion_change"
    called = "badge"
    step_page = "admin/credentials/achievement/step.html"

    @admin.display(description=gettext_lazy("badge"), ordering="slug")
    def name(self, row: Achievement) -> str:
        return super().name(row)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Issuer and slug stand in signed ids; how it is earned is fixed with them."""
        if obj is None:
            return ()
        published = obj.current_version_id is not None
        return ("issuer", "slug", "earned_through") if published else ("issuer",)

    def problems_of(self, draft: AchievementVersion) -> list[Sentence]:
        return list(publishing.problems(draft))

    def facts_of(self, row: Achievement, step: Step) -> dict[str, Any]:
        """How much work of learners is open: a retired badge is awarded for it."""
        open_now = Submission.objects.open().filter(achievement=row)
        return {"open_submissions": open_now.count() if step.is_danger else 0}
