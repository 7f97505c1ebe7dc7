"""Bitstring status lists: which position belongs to which credential."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from credentials.models.issuers import Issuer


def new_list_name() -> str:
    """Return the last part of a list's address; it says nothing about its age."""
    return secrets.token_hex(8)


class StatusList(models.Model):
    """A list of one issuer (verifiers demand one issuer for list and credential).

    The signed document is a cache derived from the states of credentials.
    """

    name = models.CharField(max_length=16, unique=True, default=new_list_name)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="status_lists")
    length = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    document = models.TextField(blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("status_list", args=[self.name])


class StatusIndex(models.Model):
    """A free position, stored in random order; taking one deletes the row."""

    status_list = models.ForeignKey(
        StatusList, models.CASCADE, related_name="free", db_index=False
    )
    index = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "index"], name="statusindex_once_per_list"
            ),
        ]
        indexes = [
            models.Index(fields=["status_list", "id"], name="statusindex_next"),
        ]

    def __str__(self) -> str:
        return f"{self.index} of {self.status_list}"
