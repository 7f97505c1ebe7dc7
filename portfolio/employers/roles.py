"""Roles as skills at levels: describing them, opening, closing and deleting.

Whatever changes a role locks the organisation that somebody acts for, and looks there
for the role: who was taken out of it meanwhile changes nothing any more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from credentials.models import AchievementSkill, Skill
from portfolio.employers.membership import acting
from portfolio.models import RoleProfile, RoleSkill, User
from portfolio.models.employers import ROLE_SKILLS
from portfolio.talent.folding import fold

MOST_ROLES = 50
#: Skills that a search for one shows.
MOST_SHOWN = 20
_MOST_TERMS = 6


class TooManyRoles(Exception):
    """The organisation has as many roles as it can."""


class DescribedElsewhere(Exception):
    """A colleague changed title or description meanwhile."""


class TooManySkills(Exception):
    """One role has as many skills as describe anybody."""


def own(user: User) -> QuerySet[RoleProfile]:
    """The roles of the organisation that somebody acts for, the newest first."""
    return RoleProfile.objects.filter(employer__members__user=user.pk)


def listed(user: User) -> QuerySet[RoleProfile]:
    """The same, each with the number of its skills as ``skill_count``."""
    return own(user).annotate(skill_count=Count("skills"))


def shown(role: RoleProfile) -> bool:
    """Whether others open its link: not before it says what is needed."""
    return role.closed_at is None and role.skills.exists()


def choosable() -> QuerySet[Skill]:
    """Skills that a badge of the catalogue proves or has proved, by name."""
    proving = AchievementSkill.objects.filter(
        skill=OuterRef("pk"), version__published_at__isnull=False
    )
    return Skill.objects.filter(Exists(proving)).order_by("name", "pk")


def skills_named(words: str) -> list[Skill]:
    """Skills whose names have all these words, or words that begin so. One query.

    None for words without a letter or digit.
    """
    terms = re.findall(r"\w+", fold(words))[:_MOST_TERMS]
    if not terms:
        return []
    asked = " & ".join(f"{term}:*" for term in terms)
    found = choosable().annotate(words=SearchVector("name", config="cairn"))
    matching = SearchQuery(asked, config="cairn", search_type="raw")
    return list(found.filter(words=matching)[:MOST_SHOWN])


@transaction.atomic
def create(*, title: str, description: str, by: User) -> RoleProfile:
    """Make a role of ``by``'s organisation. Raises NotMember or TooManyRoles."""
    employer = acting(by)
    if employer.roles.count() >= MOST_ROLES:
        raise TooManyRoles
    return employer.roles.create(title=title, description=description)


def stamp(role: RoleProfile) -> str:
    """What a form carries, to see whether the words are still those that it showed."""
    words = json.dumps([role.title, role.description])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@transaction.atomic
def describe(
    role: RoleProfile, *, title: str, description: str, seen: str, by: User
) -> None:
    """Change title and description; ``seen`` is the stamp of those that were shown.

    Raises DescribedElsewhere when they are others by now, and then changes nothing;
    NotMember, or DoesNotExist for a role that is gone or of others.
    """
    stored = _locked(role, by)
    if stamp(stored) not in {
        seen,
        stamp(RoleProfile(title=title, description=description)),
    }:
        raise DescribedElsewhere
    stored.title, stored.description = title, description
    stored.save(update_fields=["title", "description"])


@transaction.atomic
def ask_for(role: RoleProfile, wanted: Iterable[tuple[int, int]], *, by: User) -> int:
    """Have a role ask for skills, by primary key, each at a level or higher.

    A skill that it asks for already gets the level. Return how many are new. Skills
    that nobody can choose are left out. Raises TooManySkills, and then changes nothing;
    NotMember or DoesNotExist.
    """
    _locked(role, by)
    levels = dict(wanted)
    known = set(role.skills.values_list("skill", flat=True))
    may = choosable().filter(pk__in=levels).order_by().values_list("pk", flat=True)
    new = [pk for pk in levels if pk in set(may) - known]
    if len(known) + len(new) > ROLE_SKILLS:
        raise TooManySkills
    for pk in known & set(levels):
        role.skills.filter(skill=pk).update(level=levels[pk])
    RoleSkill.objects.bulk_create(
        RoleSkill(role=role, skill_id=pk, level=levels[pk]) for pk in new
    )
    return len(new)


@transaction.atomic
def ask_no_more(role: RoleProfile, skill: int, *, by: User) -> str:
    """Take a skill out; return its name, empty when it was out already.

    Raises NotMember or DoesNotExist.
    """
    _locked(role, by)
    for each in role.skills.filter(skill=skill).select_related("skill"):
        each.delete()
        return each.skill.name
    return ""


@transaction.atomic
def close(role: RoleProfile, *, by: User) -> None:
    """From now on only the organisation opens its link.

    Raises NotMember or DoesNotExist.
    """
    if _locked(role, by).closed_at is None:
        RoleProfile.objects.filter(pk=role.pk).update(closed_at=timezone.now())


@transaction.atomic
def reopen(role: RoleProfile, *, by: User) -> None:
    """Whoever has the link opens it again. Raises NotMember or DoesNotExist."""
    _locked(role, by)
    RoleProfile.objects.filter(pk=role.pk).update(closed_at=None)


@transaction.atomic
def delete(role: RoleProfile, *, by: User) -> None:
    """Delete it, with its link. Raises NotMember or DoesNotExist."""
    _locked(role, by).delete()


def _locked(role: RoleProfile, by: User) -> RoleProfile:
    return acting(by).roles.select_for_update(no_key=True).get(pk=role.pk)
