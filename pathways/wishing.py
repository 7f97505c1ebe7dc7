"""Wishing for a skill, and wishing for it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from credentials.models import Achievement, AchievementSkill, Skill
from pathways.models import Wish
from pathways.models.wishes import MOST_WISHES
from pathways.turns import take_turn

if TYPE_CHECKING:
    from portfolio.models import User


class TooManyWishes(Exception):
    """The learner has as many wishes as anybody can have."""


def provable() -> QuerySet[Skill]:
    """Skills that a badge on offer proves to whoever hands in evidence, by name."""
    proving = AchievementSkill.objects.filter(
        skill=OuterRef("pk"),
        version=F("version__achievement__current_version"),
        version__achievement__retired_at=None,
        version__achievement__earned_through=Achievement.EarnedThrough.EVIDENCE,
    )
    return Skill.objects.filter(Exists(proving)).order_by("name", "pk")


@transaction.atomic
def wish(skill: int, level: int, *, learner: User) -> Wish:
    """Wish for a skill, by its primary key, at a level or higher; again: change it.

    Raises TooManyWishes for one more than ``MOST_WISHES``.
    """
    take_turn(learner.pk)
    places = dict(Wish.objects.filter(learner=learner).values_list("skill", "place"))
    free = set(range(1, MOST_WISHES + 1)) - set(places.values())
    if skill not in places and not free:
        raise TooManyWishes
    made, _is_new = Wish.objects.update_or_create(
        learner=learner,
        skill_id=skill,
        defaults={"level": level},
        create_defaults={"level": level, "place": min(free, default=0)},
    )
    return made


def unwish(skill: int, *, learner: User) -> str:
    """Wish no more for a skill; return its name, empty when there was no such wish."""
    wishes = Wish.objects.filter(learner=learner, skill=skill).select_related("skill")
    for each in wishes:
        each.delete()
        return each.skill.name
    return ""
