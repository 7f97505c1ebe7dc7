"""The demo's skills and badges, published when they were first needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from credentials import publishing
from credentials.models import Achievement, AchievementVersion, RubricLevel, Skill
from portfolio.demo.content import shapes
from portfolio.demo.stage import Stage
from portfolio.models import User

_BEFORE_FIRST_USE = timedelta(days=30)


def badges(stage: Stage, first_uses: dict[str, datetime]) -> None:
    """Define every badge and publish all but the drafts.

    ``first_uses``: when somebody first started a badge, by its slug; it is published
    a month before, or soon after its issuer came, and otherwise lately.
    """
    skills = {skill.key: _skill(skill) for skill in stage.content.skills}
    for badge in stage.content.badges:
        version = _draft(stage, badge, skills)
        if badge.status != "draft":
            first_use = first_uses.get(badge.slug, stage.now)
            earliest = stage.issuers[badge.issuer].created_at + timedelta(hours=12)
            publishing.publish(
                version,
                by=manager(stage, badge.issuer),
                now=max(first_use - _BEFORE_FIRST_USE, earliest),
            )
            version.achievement.refresh_from_db()
        stage.versions[badge.slug] = version
        criteria = version.criteria.prefetch_related("levels")
        stage.criteria[badge.slug] = list(criteria)


def manager(stage: Stage, issuer: str) -> User:
    """Return who manages an issuer."""
    return next(
        stage.people[member.person]
        for member in stage.content.members
        if member.issuer == issuer and member.role == "manager"
    )


def _skill(skill: shapes.Skill) -> Skill:
    return Skill.objects.create(
        framework=skill.framework,
        code=skill.code,
        uri=skill.uri,
        name=skill.name,
        description=skill.description,
    )


def _draft(
    stage: Stage, badge: shapes.Badge, skills: dict[str, Skill]
) -> AchievementVersion:
    achievement = Achievement.objects.create(
        issuer=stage.issuers[badge.issuer],
        slug=badge.slug,
        is_repeatable=badge.repeatable,
    )
    version = AchievementVersion.objects.create(
        achievement=achievement,
        name=badge.name,
        promise=badge.promise,
        description=badge.description,
        achievement_type=badge.achievement_type,
        language=badge.language,
        level=badge.level,
        eqf_level=badge.eqf,
        effort_hours=badge.effort_hours,
        credits=badge.credits,
        delivery=badge.delivery,
        cost_amount=badge.cost,
        cost_currency=badge.currency,
        course_url=badge.course_url,
        assessment=badge.assessment,
        assessment_words=badge.assessment_words,
        is_supervised=badge.is_supervised,
        is_identity_checked=badge.is_identity_checked,
        validity_months=badge.validity_months,
        kind=badge.kind,
        hue=badge.hue,
        glyph=badge.glyph,
    )
    _criteria(version, badge.criteria)
    for key, level in badge.skills.items():
        version.skill_levels.create(skill=skills[key], level=level)
    return version


def _criteria(version: AchievementVersion, rows: Iterable[shapes.Criterion]) -> None:
    for position, row in enumerate(rows, start=1):
        criterion = version.criteria.create(
            position=position,
            title=row.title,
            statement=row.statement,
            hand_in=row.hand_in,
        )
        RubricLevel.objects.bulk_create(
            RubricLevel(
                criterion=criterion,
                position=place,
                name=level.name,
                description=level.description,
                is_required=level.is_required,
            )
            for place, level in enumerate(row.levels, start=1)
        )
