"""Pathways: one over time, its versions, and the credentials it ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models import AchievementVersion, Issuer

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class Expired(models.TextChoices):
    """Whether a badge that has ended still counts."""

    NO = "no", _("No")
    GRACE = "grace", _("For some days after its end")
    YES = "yes", _("Yes")


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def published(self) -> PathwayQuerySet:
        """Pathways that have a page: published once, retired or not."""
        return self.filter(current_version__isnull=False).select_related(
            "issuer", "current_version"
        )

    def offered(self) -> PathwayQuerySet:
        """Pathways that a learner can join today."""
        return self.published().filter(retired_at=None)

    def administered_by(self, user: AbstractBaseUser) -> PathwayQuerySet:
        """Pathways of issuers that the user designs for or manages."""
        issuers = Issuer.objects.staffed_by(user, "designer", "manager")
        return self.filter(issuer__in=issuers)


class Pathway(models.Model):
    """A pathway over time. What it asks for stands in its versions."""

    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="pathways", verbose_name=_("issuer")
    )
    slug = models.SlugField(_("address name"), max_length=80)
    current_version = models.OneToOneField(
        "PathwayVersion", models.PROTECT, null=True, editable=False, related_name="+"
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

    objects = PathwayQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "slug"], name="pathway_slug_once_per_issuer"
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="pathway_retired_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.slug.replace("-", " ").capitalize()

    def get_absolute_url(self) -> str:
        return reverse("pathway", args=[self.issuer.slug, self.slug])


class PathwayVersion(models.Model):
    """What a pathway asks for. Immutable once published (a trigger), with its tree."""

    class WhenLost(models.TextChoices):
        """What becomes of the outcome when a part ends or is withdrawn."""

        KEEP = "keep", _("It stays: awarded under the rules of its day")
        REVIEW = "review", _("It stays, and our staff look at it")

    pathway = models.ForeignKey(
        Pathway, models.PROTECT, related_name="versions", verbose_name=_("pathway")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    name = models.CharField(_("name"), max_length=100)
    promise = models.CharField(
        _("promise"),
        max_length=220,
        help_text=_("One sentence: what somebody who completes it can do."),
    )
    description = models.TextField(_("description"), max_length=2000, blank=True)
    language = models.CharField(
        _("language"), max_length=12, default="en", help_text=_("A tag such as en.")
    )
    expired = models.CharField(
        _("a badge that has ended counts"),
        max_length=5,
        choices=Expired,
        default=Expired.NO,
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days after its end"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    when_lost = models.CharField(
        _("when a part ends or is withdrawn later"),
        max_length=6,
        choices=WhenLost,
        default=WhenLost.REVIEW,
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

    class Meta:
        ordering = ["pathway", "number"]
        verbose_name = _("pathway version")
        verbose_name_plural = _("pathway versions")
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "number"], name="pathwayversion_number_once"
            ),
            models.UniqueConstraint(
                fields=["pathway"],
                condition=Q(published_at=None),
                name="pathwayversion_one_draft",
            ),
            # Target of the composite foreign key of enrolments.
            models.UniqueConstraint(
                fields=["id", "pathway"], name="pathwayversion_with_its_pathway"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="pathwayversion_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expired="grace", grace_days__isnull=False)
                | ~Q(expired="grace") & Q(grace_days=None),
                name="pathwayversion_grace_has_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this version for good."""
        pathway = self.pathway
        return reverse(
            "pathway_version", args=[pathway.issuer.slug, pathway.slug, self.number]
        )

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class TrustedIssuer(models.Model):
    """An organisation elsewhere whose badges count in a pathway version."""

    version = models.ForeignKey(
        PathwayVersion, models.CASCADE, related_name="trusted_issuers"
    )
    identifier = models.CharField(
        _("identifier"), max_length=300, help_text=_("Such as did:web:example.org")
    )
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("issuer elsewhere that is trusted")
        verbose_name_plural = _("issuers elsewhere that are trusted")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "identifier"], name="trustedissuer_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Exit(models.Model):
    """A credential that a pathway version ends in, and the rule that earns it.

    The exit at the root is the whole pathway; others are honest ways off before it.
    """

    version = models.ForeignKey(PathwayVersion, models.CASCADE, related_name="exits")
    requirement = models.OneToOneField(
        "Requirement",
        models.CASCADE,
        related_name="exit",
        verbose_name=_("awarded for"),
    )
    outcome = models.ForeignKey(
        AchievementVersion,
        models.PROTECT,
        related_name="exits",
        verbose_name=_("credential"),
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("exit")
        verbose_name_plural = _("exits")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "outcome"], name="exit_outcome_once"
            ),
            # Target of the composite foreign key of completions.
            models.UniqueConstraint(
                fields=["id", "version"], name="exit_with_its_version"
            ),
        ]

    def __str__(self) -> str:
        return str(self.outcome)
