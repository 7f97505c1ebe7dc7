"""Skills that somebody wishes to have, so that the site can say what proves them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credentials.models import Skill
from credentials.models.skills import Level

#: More than anybody works towards at once.
MOST_WISHES = 20


class Wish(models.Model):
    """A skill that a learner wishes for, at a level or higher. Nobody else sees it."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes"
    )
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="wishes")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    #: From 1, each taken once: so the database holds the limit for two tabs as well.
    place = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["skill__name", "pk"]
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "skill"], name="wish_once_per_skill"
            ),
            models.UniqueConstraint(
                fields=["learner", "place"], name="wish_place_once"
            ),
            models.CheckConstraint(
                condition=Q(place__range=(1, MOST_WISHES)), name="wish_at_most_20"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)), name="wish_level_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.skill}"
