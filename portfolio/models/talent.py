"""What employers search: flat rows of people who chose to be found, and nobody else.

Both tables are copies, rewritten for one person at a time (``portfolio/talent/rows``)
and deleted at once when the person's switch goes off. Joins for a common skill are far
too slow at a million credentials; one flat table is not.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, Credential, Issuer, Skill
from portfolio.models.people import User


class Strength(models.IntegerChoices):
    """How a credential was earned. More is stronger, whatever else is true of it."""

    ATTENDED = 1, _("Attended")
    ASSESSED = 2, _("Assessed")
    WATCHED = 3, _("Assessed, supervised, identity checked")


class FindablePerson(models.Model):
    """Somebody who chose to be found, and the words of theirs that are searched.

    ``words`` and ``place`` are folded (``portfolio/talent/folding``), each word after a
    blank. Names are not among them: nobody is found by trying names.
    """

    learner = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="findable"
    )
    words = models.CharField(max_length=240)
    place = models.CharField(max_length=80)
    languages = ArrayField(models.CharField(max_length=40), default=list)
    is_open_to_work = models.BooleanField()

    class Meta:
        indexes = [
            GinIndex(
                OpClass("words", "gin_trgm_ops"),
                OpClass("place", "gin_trgm_ops"),
                name="findable_words",
            ),
        ]

    def __str__(self) -> str:
        return str(self.learner_id)


class ProvenSkill(models.Model):
    """A skill that one public credential of a findable person proves.

    Place, languages and openness are copied from the person, so that every filter
    looks at one row.
    """

    learner = models.ForeignKey(
        FindablePerson, models.CASCADE, related_name="proven_skills", db_index=False
    )
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="+")
    achievement = models.ForeignKey(
        Achievement, models.PROTECT, related_name="+", db_index=False
    )
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    strength = models.PositiveSmallIntegerField(choices=Strength)
    earned_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    place = models.CharField(max_length=80)
    languages = ArrayField(models.CharField(max_length=40), default=list)
    is_open_to_work = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(
                F(entry),
                F("strength").desc(),
                F("level").desc(),
                F("earned_at").desc(),
                F("learner"),
                include=["valid_until", "is_open_to_work"],
                name=f"proven_by_{entry}",
            )
            for entry in ("skill", "achievement", "issuer")
        ] + [
            # What somebody has, the strongest first.
            models.Index(
                fields=["learner", "-strength", "-level", "-earned_at"],
                include=["id", "skill", "achievement", "issuer", "valid_until"],
                name="proven_of_learner",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "skill"], name="provenskill_once"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)), name="provenskill_level_on_the_scale"
            ),
            models.CheckConstraint(
                condition=Q(strength__in=Strength.values),
                name="provenskill_strength_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.skill_id}, {self.level}"


class FoundCount(models.Model):
    """How often somebody was in the results of a search for a skill, by day.

    Only its own person sees it. Who searched is not kept.
    """

    learner = models.ForeignKey(User, models.CASCADE, related_name="found_counts")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="+")
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "skill", "day"], name="foundcount_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}, {self.day}: {self.times}"
