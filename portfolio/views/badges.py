"""The page of a badge, and those of its versions, which signed credentials point to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials import awarding, track_record
from credentials.models import (
    Achievement,
    AchievementSkill,
    AchievementVersion,
    Criterion,
)
from credentials.standing import Own, own
from pathways import leading
from portfolio.endorsing import showing
from portfolio.filters import language_name
from portfolio.site.context import viewer_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class Published(TypedDict):
        """Numbers and days of all published versions of a badge."""

        numbers: list[int]
        dates: list[datetime]

    Version = WithAnnotations[AchievementVersion, Published]


@require_safe
@login_not_required
@vary_on_cookie
def badge(request: HttpRequest, issuer: str, slug: str) -> HttpResponse:
    """What a badge asks for today, and what the learner can do next."""
    version = get_object_or_404(
        _versions(issuer, slug), achievement__current_version=F("pk")
    )
    return _page(request, version)


@require_safe
@login_not_required
@vary_on_cookie
def badge_version(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """One version for good: what a credential issued under it was given for."""
    return _page(request, get_object_or_404(_versions(issuer, slug), number=number))


def _versions(issuer: str, slug: str) -> QuerySet[Version]:
    """Published ones, each with the numbers and days of all, the newest first."""
    published = AchievementVersion.objects.filter(
        achievement=OuterRef("achievement"), published_at__isnull=False
    ).order_by("-number")
    return (
        AchievementVersion.objects.filter(
            achievement__issuer__slug=issuer,
            achievement__slug=slug,
            published_at__isnull=False,
        )
        .select_related("achievement__issuer")
        .prefetch_related(Prefetch("skill_levels", _skills()))
        .annotate(
            numbers=ArraySubquery(published.values("number")),
            dates=ArraySubquery(published.values("published_at")),
        )
        .defer("search", "skill_words")
    )


def _skills() -> QuerySet[AchievementSkill]:
    return AchievementSkill.objects.select_related("skill")


def _criteria(version: AchievementVersion) -> Sequence[Criterion]:
    return list(version.criteria.prefetch_related("levels"))


def _page(request: HttpRequest, version: Version) -> HttpResponse:
    achievement, now = version.achievement, timezone.now()
    viewer = viewer_of(request)
    is_newest = version.pk == achievement.current_version_id
    mine = own(viewer, achievement, now) if viewer else Own()
    newest = reverse("badge", args=[achievement.issuer.slug, achievement.slug])
    frameworks = {each.skill.framework for each in version.skill_levels.all()}
    own_skills = {each.skill_id: each.level for each in version.skill_levels.all()}
    proved = own_skills if is_newest else leading.proves(achievement.pk)
    context = {
        "section": "badges",
        "version": version,
        # Asked for once in a process: a published version never changes.
        "criteria": SimpleLazyObject(partial(_criteria, version)),
        "achievement": achievement,
        "issuer": achievement.issuer,
        "is_newest": is_newest,
        "own": mine,
        "start": _start(mine, version, now) if is_newest else "",
        "record": track_record.record(achievement, now),
        "renewal_days": awarding.renewal_days(version.validity_months or 0),
        "frameworks": get_text_list(sorted(frameworks), _("and")),
        "language": language_name(version.language),
        "versions": list(zip(version.numbers, version.dates, strict=True)),
        "places": leading.places_of(achievement.pk, proved),
        "sources": _sources(achievement),
        "recognition": showing.on_badge_page(achievement, viewer),
        "preview": f"{newest}og.png?v={achievement.current_version_id}",
        "canonical": newest if is_newest else version.get_absolute_url(),
    }
    return render(request, "portfolio/badge.html", context)


def _sources(achievement: Achievement) -> Sequence[leading.Place]:
    """The pathways that give a badge, if it is earned on one. One query, or none."""
    if not achievement.is_earned_on_a_pathway:
        return ()
    return leading.sources_of(achievement.pk)


def _start(mine: Own, version: AchievementVersion, now: datetime) -> str:
    """The way to begin: ``start``, ``again``, ``renew``, or nothing when there is none.

    The same rules as ``submitting.start``, which has the last word.
    """
    achievement = version.achievement
    if achievement.retired_at or achievement.is_earned_on_a_pathway or mine.open:
        return ""
    if mine.held is None:
        ended = mine.ended
        is_past = ended is not None and ended.state == ended.State.ACTIVE
        return "renew" if is_past else "start"
    if achievement.is_repeatable:
        return "again"
    return "renew" if awarding.can_renew(mine.held, now) else ""
