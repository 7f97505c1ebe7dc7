"""Requirements: the tree of rules of a pathway version, one row a node."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, Skill
from credentials.models.skills import Level
from pathways.models.pathways import Expired, Pathway, PathwayVersion


class Requirement(models.Model):
    """A node: a group of others, or a leaf that a credential can meet.

    The root has no parent; its children are the stages that the page shows.
    """

    class Kind(models.TextChoices):
        ALL = "all", _("All of these")
        AT_LEAST = "at_least", _("At least so many of these")
        CREDITS = "credits", _("At least so many credits from these")
        NOT_TOGETHER = "apart", _("The first of these, not together with the others")
        BADGE = "badge", _("A badge")
        SKILL = "skill", _("A skill at a level, proved by any badge")
        PATHWAY = "pathway", _("Another pathway")

    GROUPS = (Kind.ALL, Kind.AT_LEAST, Kind.CREDITS, Kind.NOT_TOGETHER)

    version = models.ForeignKey(
        PathwayVersion, models.CASCADE, related_name="requirements"
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inside"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("rule"), max_length=8, choices=Kind)
    title = models.CharField(
        _("title"),
        max_length=80,
        blank=True,
        help_text=_("Such as Foundations. A stage has one; others may."),
    )
    is_optional = models.BooleanField(
        _("optional"), default=False, help_text=_("Shown, and not needed.")
    )
    count = models.PositiveSmallIntegerField(
        _("how many"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    credits = models.DecimalField(
        _("credits"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.01)],
    )
    achievement = models.ForeignKey(
        Achievement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("badge"),
    )
    first_version = models.PositiveSmallIntegerField(
        _("from version"), null=True, blank=True, help_text=_("Empty: from the first.")
    )
    last_version = models.PositiveSmallIntegerField(
        _("to version"), null=True, blank=True, help_text=_("Empty: to the newest.")
    )
    skill = models.ForeignKey(
        Skill,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("skill"),
    )
    level = models.PositiveSmallIntegerField(
        _("at level"), choices=Level, null=True, blank=True
    )
    pathway = models.ForeignKey(
        Pathway,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="required_by",
        verbose_name=_("pathway"),
    )
    expired = models.CharField(
        _("counts after its end"),
        max_length=5,
        choices=Expired,
        blank=True,
        help_text=_("Empty: as the pathway says."),
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days after its end"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    #: Order: this node counts only when those are met.
    needs = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="needed_by",
        verbose_name=_("only after"),
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(parent=None),
                name="requirement_one_root",
            ),
            # Target of the composite foreign keys: a tree stays in its version.
            models.UniqueConstraint(
                fields=["id", "version"], name="requirement_with_its_version"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="at_least", count__isnull=False)
                    | ~Q(kind="at_least") & Q(count=None)
                )
                & (
                    Q(kind="credits", credits__isnull=False)
                    | ~Q(kind="credits") & Q(credits=None)
                )
                & (
                    Q(kind="badge", achievement__isnull=False)
                    | ~Q(kind="badge")
                    & Q(achievement=None, first_version=None, last_version=None)
                )
                & (
                    Q(kind="skill", skill__isnull=False, level__isnull=False)
                    | ~Q(kind="skill") & Q(skill=None, level=None)
                )
                & (
                    Q(kind="pathway", pathway__isnull=False)
                    | ~Q(kind="pathway") & Q(pathway=None)
                ),
                name="requirement_has_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=Q(expired="grace", grace_days__isnull=False)
                | ~Q(expired="grace") & Q(grace_days=None),
                name="requirement_grace_has_days",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def is_group(self) -> bool:
        return self.kind in self.GROUPS
