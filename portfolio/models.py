"""People: accounts and their public pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.writing import clean_name


def validate_name(value: str) -> None:
    """Refuse what ``clean_name`` refuses."""
    clean_name(value)


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create an account; the e-mail is its log-in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create the site's operator."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person: logs in by e-mail, has one full name as they type it."""

    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(
        _("full name"), max_length=200, validators=[validate_name]
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    language = models.CharField(
        _("language"),
        max_length=12,
        blank=True,
        db_default="",
        default="",
        help_text=_("Of pages and mails; empty until somebody chooses."),
    )
    date_joined = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class ProfileQuerySet(models.QuerySet["Profile"]):
    def public(self) -> ProfileQuerySet:
        """Pages that their owners switched on."""
        return self.filter(public_at__isnull=False, user__is_active=True)

    def listable(self) -> ProfileQuerySet:
        """Public pages that their owners let search engines list."""
        return self.public().filter(search_engines_at__isnull=False)


class Profile(models.Model):
    """What a person shows of themselves. Nothing is public before its switch is on."""

    user = models.OneToOneField(User, models.CASCADE, related_name="profile")
    handle = models.CharField(
        _("page address"),
        max_length=30,
        validators=[
            RegexValidator(
                r"^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$",
                _("Use 3 to 30 small letters, digits and hyphens, such as mei-tan."),
            )
        ],
    )
    headline = models.CharField(_("headline"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    about = models.TextField(_("about you"), max_length=2000, blank=True)
    public_at = models.DateTimeField(_("public since"), null=True, blank=True)
    search_engines_at = models.DateTimeField(
        _("search engines may list it since"), null=True, blank=True
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint(
                Lower("handle"),
                name="profile_handle_once",
                violation_error_message=_(
                    "Somebody else has this address. Choose another."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(handle__regex=r"^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$"),
                name="profile_handle_is_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(search_engines_at=None)
                | models.Q(public_at__isnull=False),
                name="profile_listed_only_while_public",
            ),
        ]

    def __str__(self) -> str:
        return self.handle

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.handle])

    @property
    def is_listable(self) -> bool:
        """Whether search engines may list what it shows."""
        return self.public_at is not None and self.search_engines_at is not None
