"""What people show of themselves on a page of their own."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential
from credentials.writing import clean_web_address
from portfolio.models.people import User, validate_name

#: Pinned credentials are drawn large at the top; more would be a second list.
PINS = 6
LINKS = 5
LANGUAGES = 10
OWN_WORDS = 20


def validate_web_address(value: str) -> None:
    """Refuse what ``clean_web_address`` refuses."""
    clean_web_address(value)


def photo_path(_profile: Profile, _name: str) -> str:
    """Where a photo is kept: a new place for each, nothing to guess."""
    name = uuid.uuid4().hex
    return f"photos/{name[:2]}/{name}"


#: As addresses are kept, so that they are found without folding them first.
_ADDRESS = r"^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$"
#: As an address can be typed. Anything else could be a NUL, which no column holds.
_TYPED_HANDLE = re.compile(r"[A-Za-z0-9-]{3,30}")


def _by_address(name: str) -> models.Index:
    """For whole addresses and for how they begin."""
    return models.Index(fields=["handle"], opclasses=["varchar_pattern_ops"], name=name)


def _kept(handles: Iterable[str]) -> set[str]:
    """Addresses as they are kept, from those that people typed."""
    return {each.lower() for each in handles if _TYPED_HANDLE.fullmatch(each)}


class ProfileQuerySet(models.QuerySet["Profile"]):
    def at(self, handles: Iterable[str]) -> ProfileQuerySet:
        """The pages at these addresses, in whatever case they were typed."""
        return self.filter(handle__in=_kept(handles))

    def formerly_at(self, handle: str, now: datetime) -> ProfileQuerySet:
        """The page that had this address, while that still leads to it."""
        led = FormerHandle.objects.filter(handle__in=_kept([handle]), until__gt=now)
        return self.filter(former_handles__in=led)

    def public(self) -> ProfileQuerySet:
        """Pages that their owners switched on."""
        return self.filter(public_at__isnull=False, user__is_active=True)

    def listable(self) -> ProfileQuerySet:
        """Public pages that their owners let search engines list."""
        return self.public().filter(search_engines_at__isnull=False)

    def findable(self) -> ProfileQuerySet:
        """Public pages whose owners let employers find them."""
        return self.public().filter(talent_search_at__isnull=False)


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
    #: The same name in another script, as people write it at home.
    other_name = models.CharField(
        _("name in another script"),
        max_length=200,
        blank=True,
        validators=[validate_name],
    )
    headline = models.CharField(_("headline"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    languages = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("languages"),
        size=LANGUAGES,
        default=list,
        blank=True,
    )
    #: Skills that no credential shows, in the person's own words. Kept apart.
    own_words = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("skills in your own words"),
        size=OWN_WORDS,
        default=list,
        blank=True,
    )
    about = models.TextField(_("about you"), max_length=2000, blank=True)
    #: A picture that was read and written anew (``photos.py``); empty for initials.
    photo = models.FileField(upload_to=photo_path, blank=True)
    open_to_work_at = models.DateTimeField(
        _("open to work since"), null=True, blank=True
    )
    #: Since when credentials that have ended are shown too.
    shows_ended_at = models.DateTimeField(
        _("shows what has ended since"), null=True, blank=True
    )

    public_at = models.DateTimeField(_("public since"), null=True, blank=True)
    talent_search_at = models.DateTimeField(
        _("employers may find it since"), null=True, blank=True
    )
    search_engines_at = models.DateTimeField(
        _("search engines may list it since"), null=True, blank=True
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        indexes = [_by_address("profile_at_address")]
        constraints = [
            # Former addresses of others are refused by a trigger of the same name.
            models.UniqueConstraint(
                Lower("handle"),
                name="profile_handle_once",
                violation_error_message=_(
                    "Somebody else has this address. Choose another."
                ),
            ),
            models.CheckConstraint(
                condition=Q(handle__regex=_ADDRESS),
                name="profile_handle_is_an_address",
            ),
            models.CheckConstraint(
                condition=Q(search_engines_at=None) | Q(public_at__isnull=False),
                name="profile_listed_only_while_public",
            ),
            models.CheckConstraint(
                condition=Q(talent_search_at=None) | Q(public_at__isnull=False),
                name="profile_found_only_while_public",
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


class ProfileLink(models.Model):
    """A web address on a person's page, shown by its domain."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    url = models.URLField(
        _("link"),
        max_length=2000,
        validators=[validate_web_address],
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "position"],
                name="profilelink_one_in_a_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=LINKS),
                name="profilelink_not_too_many",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class FormerHandle(models.Model):
    """An address that a page had: it leads to the new one until its day.

    Nobody else can take it before (a trigger on profiles).
    """

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="former_handles")
    handle = models.CharField(max_length=30)
    until = models.DateTimeField()

    class Meta:
        indexes = [_by_address("formerhandle_at_address")]
        constraints = [
            models.UniqueConstraint(Lower("handle"), name="formerhandle_once"),
            models.CheckConstraint(
                condition=Q(handle__regex=_ADDRESS),
                name="formerhandle_is_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.handle


class Pin(models.Model):
    """A credential that its holder put at the top of their page, in their order.

    It is drawn only while it is public and in force. ``owner`` is the credential's
    holder (a composite foreign key).
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="pins")
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="pins")
    position = models.PositiveSmallIntegerField()
    pinned_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["credential"], name="pin_once"),
            models.UniqueConstraint(
                fields=["owner", "position"],
                name="pin_one_in_a_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=PINS),
                name="pin_not_too_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.credential}"
