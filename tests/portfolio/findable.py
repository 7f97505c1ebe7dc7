"""People who chose to be found, with credentials that nobody signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from credentials.models import AchievementVersion, Credential, Issuer, Skill
from portfolio.models import Profile, User
from portfolio.talent import rows
from tests import factories
from tests.pathways.crowds import held

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def make_skill(name: str) -> Skill:
    """A skill of a framework."""
    return Skill.objects.create(
        framework="ESCO", name=name, uri=f"https://skills.example/{name}"
    )


def make_proving_badge(
    name: str, *skills: tuple[Skill, int], issuer: Issuer | None = None, **fields: Any
) -> AchievementVersion:
    """A badge that proves these skills at these levels; published without a rubric."""
    version = factories.make_draft_version(issuer, criteria=1, name=name, **fields)
    version.skill_levels.all().delete()
    for skill, level in skills:
        version.skill_levels.create(skill=skill, level=level)
    factories.publish(version)
    return version


def make_findable(*badges: AchievementVersion, **fields: Any) -> User:
    """Somebody findable who holds these badges in public, the rows made."""
    person = factories.make_user()
    profile: dict[str, Any] = {"public_at": NOW, "talent_search_at": NOW, **fields}
    Profile.objects.filter(user=person).update(**profile)
    for badge in badges:
        hold(badge, person)
    rows.rewrite(person.pk, NOW)
    return person


def hold(badge: AchievementVersion, person: User, **fields: Any) -> Credential:
    """A public credential of a hundred days ago; the rows are not made."""
    values: dict[str, Any] = {"visibility": "public", **fields}
    credential = held(badge, person, NOW - timedelta(days=100), **values)
    credential.save(force_insert=True)
    return credential
