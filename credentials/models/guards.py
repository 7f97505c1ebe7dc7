"""Rows that guard doors: limits, pressed-twice forms, reports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from credentials.models.holdings import Credential


class RateCount(models.Model):
    """How often something was tried in one window of time (see ``limiting``)."""

    key = models.CharField(max_length=200)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["window"], name="ratecount_old")]
        constraints = [
            models.UniqueConstraint(fields=["key", "window"], name="ratecount_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"


class IdempotencyKey(models.Model):
    """A form that was sent, and where it led (see ``pressing``). Kept a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    key = models.UUIDField()
    body_sha256 = models.CharField(max_length=64)
    redirect_to = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="idempotencykey_used_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class ProblemReport(models.Model):
    """What a visitor says is wrong with a credential; mailed to issuer and operator."""

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="reports")
    message = models.TextField(max_length=2000)
    reply_to = models.EmailField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.credential} ({self.created_at:%Y-%m-%d})"
