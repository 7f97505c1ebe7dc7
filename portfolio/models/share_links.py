"""Links that show chosen credentials and chosen evidence until a day."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential, Evidence
from credentials.models.holdings import is_token, new_token
from portfolio.models.people import User


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def named(self, token: str) -> ShareLinkQuerySet:
        """The one with this token; none for what cannot be a token."""
        return self.filter(token=token) if is_token(token) else self.none()

    def open(self, now: datetime) -> ShareLinkQuerySet:
        """Neither ended by their owner nor past their day."""
        return self.filter(ended_at=None, ends_at__gt=now, owner__is_active=True)


class ShareLink(models.Model):
    """Whoever has it sees what was chosen for it, and nothing else, until it ends.

    ``opened`` counts how often; who opened it is not kept.
    """

    token = models.CharField(max_length=26, unique=True, default=new_token)
    owner = models.ForeignKey(User, models.CASCADE, related_name="share_links")
    #: For its owner, to tell links apart; shown to nobody else.
    name = models.CharField(_("who it is for"), max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ends_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended by you"), null=True, blank=True)
    opened = models.PositiveIntegerField(_("opened"), default=0)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("time-limited link")
        verbose_name_plural = _("time-limited links")
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="sharelink_of_owner")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("created_at")), name="sharelink_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.token

    def get_absolute_url(self) -> str:
        return reverse("share_link", args=[self.token])


class SharedCredential(models.Model):
    """A credential behind a link. ``owner`` owns both (composite foreign keys)."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="shared")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "credential"], name="sharedcredential_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link}: {self.credential}"


class SharedEvidence(models.Model):
    """Evidence behind a link: of that credential's own submission (a trigger)."""

    shared = models.ForeignKey(
        SharedCredential, models.CASCADE, related_name="evidence"
    )
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shared", "evidence"], name="sharedevidence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shared}: {self.evidence}"
