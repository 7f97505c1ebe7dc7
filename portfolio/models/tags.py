"""Words that people put on what they hold, to find it again. Nobody else sees them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential
from portfolio.models.people import User


class Tag(models.Model):
    """One word on one credential of one's own (a composite foreign key)."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="tags")
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="tags")
    name = models.CharField(_("tag"), max_length=30)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index("owner", Lower("name"), name="tag_of_owner")]
        constraints = [
            models.UniqueConstraint("credential", Lower("name"), name="tag_once"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
