"""Badges: an achievement over time, its versions, criteria and rubric."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models.artwork import Glyph, Hue, Kind
from credentials.models.issuers import Issuer
from credentials.models.skills import Level, Skill


class AchievementQuerySet(models.QuerySet["Achievement"]):
    def published(self) -> AchievementQuerySet:
        """Achievements that have a page: published once, retired or not."""
        return self.filter(current_version__isnull=False).select_related(
            "issuer", "current_version"
        )

    def offered(self) -> AchievementQuerySet:
        """Achievements that a learner can start today."""
        return self.published().filter(retired_at=None)


class Achievement(models.Model):
    """A badge over time. What it asks for stands in its versions."""

    class EarnedThrough(models.TextChoices):
        """How somebody comes by it. Fixed once a version is published (a trigger)."""

        EVIDENCE = "evidence", _("Handing in evidence that is reviewed")
        PATHWAY = "pathway", _("Completing a pathway")

    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="achievements", verbose_name=_("issuer")
    )
    slug = models.SlugField(_("address name"), max_length=80)
    seed = models.UUIDField(
        default=uuid.uuid4,
        editable=False,
        help_text=_("Draws the fine lines of the artwork."),
    )
    is_repeatable = models.BooleanField(
        _("repeatable"),
        default=False,
        help_text=_("One person can hold it several times."),
    )
    earned_through = models.CharField(
        _("earned by"),
        max_length=8,
        choices=EarnedThrough,
        default=EarnedThrough.EVIDENCE,
    )
    current_version = models.OneToOneField(
        "AchievementVersion",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = AchievementQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "slug"], name="achievement_slug_once_per_issuer"
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="achievement_retired_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.slug.replace("-", " ").capitalize()

    def get_absolute_url(self) -> str:
        return reverse("badge", args=[self.issuer.slug, self.slug])

    @property
    def is_earned_on_a_pathway(self) -> bool:
        """Whether it is awarded for a pathway, so that nobody hands in work for it."""
        return self.earned_through == self.EarnedThrough.PATHWAY


class AchievementVersion(models.Model):
    """What a badge asks for and promises. Immutable once published (a trigger)."""

    class Delivery(models.TextChoices):
        ONLINE = "online", _("Online")
        ON_SITE = "on_site", _("On site")
        BLENDED = "blended", _("Online and on site")

    class Assessment(models.TextChoices):
        ASSESSED = "assessed", _("Assessed")
        ATTENDED = "attended", _("Attended")

    class Type(models.TextChoices):
        """Those achievementType values of Open Badges 3.0 that a badge can have."""

        ACHIEVEMENT = "Achievement", _("Achievement")
        ASSESSMENT = "Assessment", _("Assessment")
        ASSIGNMENT = "Assignment", _("Assignment")
        AWARD = "Award", _("Award")
        BADGE = "Badge", _("Badge")
        CERTIFICATE = "Certificate", _("Certificate")
        CERTIFICATION = "Certification", _("Certification")
        COMMUNITY_SERVICE = "CommunityService", _("Community service")
        COMPETENCY = "Competency", _("Competency")
        COURSE = "Course", _("Course")
        FIELDWORK = "Fieldwork", _("Fieldwork")
        LEARNING_PROGRAM = "LearningProgram", _("Learning programme")
        LICENSE = "License", _("Licence")
        MEMBERSHIP = "Membership", _("Membership")
        MICRO_CREDENTIAL = "MicroCredential", _("Micro-credential")

    achievement = models.ForeignKey(
        Achievement, models.PROTECT, related_name="versions", verbose_name=_("badge")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    name = models.CharField(_("name"), max_length=100)
    promise = models.CharField(
        _("promise"),
        max_length=220,
        help_text=_("One sentence: what somebody who holds it can do."),
    )
    description = models.TextField(_("description"), max_length=400)
    achievement_type = models.CharField(
        _("type"), max_length=20, choices=Type, default=Type.MICRO_CREDENTIAL
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        default="en",
        help_text=_("A tag such as en or es."),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    eqf_level = models.PositiveSmallIntegerField(
        _("EQF level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    effort_hours = models.DecimalField(
        _("effort in hours"),
        max_digits=6,
        decimal_places=1,
        validators=[MinValueValidator(0.5)],
    )
    credits = models.DecimalField(
        _("credits"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    delivery = models.CharField(_("delivery"), max_length=7, choices=Delivery)
    cost_amount = models.DecimalField(
        _("cost"),
        max_digits=9,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("0 means free."),
    )
    cost_currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("Such as EUR.")
    )
    course_url = models.URLField(_("course address"), blank=True)
    assessment = models.CharField(
        _("assessment"), max_length=8, choices=Assessment, default=Assessment.ASSESSED
    )
    assessment_words = models.CharField(
        _("how it is assessed"),
        max_length=60,
        help_text=_("A few words for the card, such as Watched on a ward."),
    )
    is_supervised = models.BooleanField(_("work is supervised"), default=False)
    is_identity_checked = models.BooleanField(_("identity is checked"), default=False)
    validity_months = models.PositiveSmallIntegerField(
        _("ends after months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty means no end date."),
    )
    kind = models.CharField(
        _("outline"), max_length=7, choices=Kind, default=Kind.SKILL
    )
    hue = models.CharField(_("colour"), max_length=7, choices=Hue)
    glyph = models.CharField(_("area"), max_length=12, choices=Glyph)
    art_version = models.PositiveSmallIntegerField(default=1, editable=False)
    skill_words = models.TextField(
        default="",
        blank=True,
        editable=False,
        help_text=_("Names of its skills, copied when published, for the search."),
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    skills = models.ManyToManyField(Skill, through="AchievementSkill")
    search = models.GeneratedField(
        expression=SearchVector("name", weight="A", config="cairn")
        + SearchVector("skill_words", weight="A", config="cairn")
        + SearchVector("promise", weight="B", config="cairn")
        + SearchVector("description", weight="C", config="cairn"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["achievement", "number"]
        verbose_name = _("badge version")
        verbose_name_plural = _("badge versions")
        indexes = [
            GinIndex(fields=["search"], name="version_search"),
            # For words of a search of people, typed well and not so well.
            GinIndex(SearchVector("name", config="cairn"), name="version_name_words"),
            GinIndex(OpClass(Lower("name"), "gin_trgm_ops"), name="version_name_alike"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["achievement", "number"], name="version_number_once"
            ),
            models.UniqueConstraint(
                fields=["achievement"],
                condition=Q(published_at=None),
                name="version_one_draft_per_badge",
            ),
            # Target of the composite foreign key of submissions.
            models.UniqueConstraint(
                fields=["id", "achievement"], name="version_with_its_achievement"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="version_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)), name="version_level_on_the_scale"
            ),
            models.CheckConstraint(
                condition=Q(cost_amount=0) | ~Q(cost_currency=""),
                name="version_cost_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that the signed achievement id points to."""
        return reverse(
            "badge_version",
            args=[self.achievement.issuer.slug, self.achievement.slug, self.number],
        )

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class Criterion(models.Model):
    """One testable statement of a badge version."""

    version = models.ForeignKey(
        AchievementVersion, models.CASCADE, related_name="criteria"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=60)
    statement = models.TextField(
        _("statement"),
        max_length=400,
        help_text=_("Begins with a verb and can be tested."),
    )
    hand_in = models.CharField(
        _("what to hand in"),
        max_length=200,
        blank=True,
        help_text=_("Such as: two recordings, or notes of all five."),
    )

    class Meta:
        ordering = ["position"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"],
                name="criterion_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class RubricLevel(models.Model):
    """How well a criterion can be met, ordered from low to high."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=40)
    description = models.CharField(_("description"), max_length=240)
    is_required = models.BooleanField(
        _("required"), default=False, help_text=_("The lowest level that is enough.")
    )

    class Meta:
        ordering = ["position"]
        verbose_name = _("rubric level")
        verbose_name_plural = _("rubric levels")
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "position"],
                name="rubriclevel_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["criterion"],
                condition=Q(is_required=True),
                name="rubriclevel_one_required",
            ),
        ]

    def __str__(self) -> str:
        return self.name
