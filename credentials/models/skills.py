"""Skills of a framework, and which of them a badge version proves at which level."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """The one scale of badges and skills."""

    FOUNDATION = 1, _("Foundation")
    INTERMEDIATE = 2, _("Intermediate")
    ADVANCED = 3, _("Advanced")
    EXPERT = 4, _("Expert")


class Skill(models.Model):
    """An entry of a skills framework, such as ESCO or O*NET."""

    framework = models.CharField(_("framework"), max_length=40)
    code = models.CharField(_("code"), max_length=80, blank=True)
    uri = models.URLField(_("address"), max_length=300, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), max_length=600, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        # For words of a search, typed well and not so well.
        indexes = [
            GinIndex(SearchVector("name", config="cairn"), name="skill_name_words"),
            GinIndex(OpClass(Lower("name"), "gin_trgm_ops"), name="skill_name_alike"),
        ]

    def __str__(self) -> str:
        return self.name


class AchievementSkill(models.Model):
    """A skill that a badge version proves, and at which level."""

    version = models.ForeignKey(
        "AchievementVersion", models.CASCADE, related_name="skill_levels"
    )
    skill = models.ForeignKey(Skill, models.PROTECT, verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)

    class Meta:
        ordering = [F("level").desc(), "skill__name"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "skill"], name="achievementskill_no_duplicates"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)), name="achievementskill_level_on_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill}, {self.get_level_display()}"
