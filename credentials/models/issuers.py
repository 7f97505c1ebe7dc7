"""Organisations that issue, the people who act for them, and their signing keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models.artwork import Glyph, Hue

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class IssuerQuerySet(models.QuerySet["Issuer"]):
    def staffed_by(self, user: AbstractBaseUser, *roles: str) -> IssuerQuerySet:
        """Issuers that the user acts for, in one of the roles (any when none named).

        None for people whom the operator keeps out of the admin, whatever roles they
        still hold.
        """
        if not (user.is_active and getattr(user, "is_staff", False)):
            return self.none()
        if getattr(user, "is_superuser", False):
            return self
        members = IssuerMember.objects.filter(user_id=user.pk)
        if roles:
            members = members.filter(role__in=roles)
        return self.filter(pk__in=members.values("issuer"))


class Issuer(models.Model):
    """An organisation that defines badges, reviews work and signs credentials."""

    class Kind(models.TextChoices):
        EDUCATION = "education", _("Education")
        EMPLOYER = "employer", _("Employer")
        ASSOCIATION = "association", _("Association")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("address name"),
        max_length=60,
        unique=True,
        help_text=_("Part of every signed id. It never changes after the first one."),
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    description = models.TextField(_("description"), max_length=600, blank=True)
    url = models.URLField(_("web site"))
    email = models.EmailField(_("contact e-mail"))
    complaints = models.TextField(
        _("how to complain"),
        max_length=400,
        blank=True,
        help_text=_("Shown on the issuer's page."),
    )
    logo = models.ImageField(_("logo"), upload_to="issuers/", blank=True)
    hue = models.CharField(_("colour"), max_length=7, choices=Hue, default=Hue.COBALT)
    glyph = models.CharField(_("drawing"), max_length=12, choices=Glyph)
    verified_domain = models.CharField(
        _("verified domain"), max_length=253, blank=True, editable=False
    )
    verified_domain_at = models.DateTimeField(null=True, blank=True, editable=False)
    linkedin_id = models.CharField(
        _("LinkedIn number"),
        max_length=20,
        blank=True,
        validators=[
            RegexValidator(r"^[0-9]+\Z", _("Use digits only, such as 1337.")),
        ],
        help_text=_(
            "The number of the organisation's page there. "
            "What holders add to their profile then shows its logo."
        ),
    )
    signer_name = models.CharField(_("signer's name"), max_length=120, blank=True)
    signer_role = models.CharField(_("signer's role"), max_length=120, blank=True)
    signer_image = models.ImageField(
        _("signature picture"), upload_to="issuers/", blank=True
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = IssuerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_domain="", verified_domain_at=None)
                | (~Q(verified_domain="") & Q(verified_domain_at__isnull=False)),
                name="issuer_verified_domain_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("issuer", args=[self.slug])

    @property
    def did(self) -> str:
        """The did:web id that its credentials name as issuer."""
        host = settings.SITE_URL.split("://", 1)[1].replace(":", "%3A")
        return f"did:web:{host}:issuers:{self.slug}"


class IssuerMember(models.Model):
    """What a person may do for an issuer."""

    class Role(models.TextChoices):
        REVIEWER = "reviewer", _("Reviewer: decides submissions")
        DESIGNER = "designer", _("Designer: defines badges")
        MANAGER = "manager", _("Manager: all of these, withdraws credentials")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="issuer_roles"
    )
    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="members")
    role = models.CharField(_("role"), max_length=8, choices=Role)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "issuer", "role"], name="issuermember_no_duplicates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


class SigningKey(models.Model):
    """A key of an issuer. Retired keys stay published: old credentials need them."""

    class Algorithm(models.TextChoices):
        ED25519 = "Ed25519"
        P256 = "P-256"

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="keys")
    algorithm = models.CharField(max_length=7, choices=Algorithm)
    key_id = models.CharField(
        max_length=80, help_text=_("What follows # in the verification method.")
    )
    public_key = models.TextField(
        help_text=_("Multibase for Ed25519, a JWK in JSON for P-256.")
    )
    sealed_private_key = models.BinaryField(
        help_text=_("AES-256-GCM under the key-encryption key.")
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)
    compromised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "algorithm"],
                condition=Q(retired_at=None, compromised_at=None),
                name="signingkey_one_active_per_algorithm",
            ),
            models.UniqueConstraint(
                fields=["issuer", "key_id"], name="signingkey_id_used_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.algorithm} …{self.short_id}"

    @property
    def verification_method(self) -> str:
        """The full id of this key in the issuer's DID document."""
        return f"{self.issuer.did}#{self.key_id}"

    @property
    def short_id(self) -> str:
        """The last four characters, as pages name the key."""
        return self.key_id[-4:]
