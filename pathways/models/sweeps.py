"""How far a look at all the learners of a pathway version has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pathways.models.pathways import PathwayVersion

#: Above every learner's primary key.
NO_END = 2**63 - 1


class Sweep(models.Model):
    """A range of learners of a version, and how far the newest sweep of it has come.

    One row for each range and version, written anew by each sweep. Whoever works on a
    range holds its row, so nobody else does.
    """

    version = models.ForeignKey(
        PathwayVersion, models.CASCADE, related_name="sweeps", verbose_name=_("version")
    )
    number = models.PositiveSmallIntegerField(_("range"))
    #: Learners with a primary key above this one …
    above = models.BigIntegerField(default=0)
    #: … up to this one.
    until = models.BigIntegerField(default=NO_END)
    #: The last learner that was looked at; those after it still wait.
    last = models.BigIntegerField(default=0)
    learners = models.PositiveIntegerField(_("learners looked at"), default=0)
    enqueued = models.PositiveIntegerField(_("learners who changed"), default=0)
    begun_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        ordering = ["version", "number"]
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"], name="sweep_once_per_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.number}: {self.learners}"
