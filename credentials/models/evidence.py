"""Evidence: the texts, links and files of a submission, and who may see them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credentials.models.achievements import Criterion
from credentials.models.issuers import Issuer
from credentials.models.submissions import Submission

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def evidence_path(evidence: Evidence, _name: str) -> str:
    """Where a file is kept: no names, no learner, nothing to guess."""
    return f"evidence/{evidence.pk.hex[:2]}/{evidence.pk.hex}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: AbstractBaseUser) -> EvidenceQuerySet:
        """The user's own, and what was sent to issuers that the user reviews for."""
        return self.filter(Q(submission__learner_id=user.pk) | _for_reviewer(user))

    def sent_to(self, user: AbstractBaseUser) -> EvidenceQuerySet:
        """What was sent to issuers that the user reviews for, and not taken back."""
        return self.filter(_for_reviewer(user))


def _for_reviewer(user: AbstractBaseUser) -> Q:
    """Evidence as it was sent last and not taken back.

    A text is edited in place: once the learner changes anything, it waits to be sent.
    """
    issuers = Issuer.objects.staffed_by(user, "reviewer", "manager")
    sent_at = F("submission__submitted_at")
    untouched = Q(submission__saved_at=sent_at)
    of_last_round = ~Q(kind=Evidence.Kind.TEXT) & Q(created_at__lte=sent_at)
    return Q(submission__achievement__issuer__in=issuers) & (
        Q(submission__status__in=["submitted", "in_review", "approved", "declined"])
        | Q(submission__status="returned") & (untouched | of_last_round)
    )


class Evidence(models.Model):
    """One item for one criterion: a text, a link or a file."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        LINK = "link", _("Link")
        FILE = "file", _("File")

    class Visibility(models.TextChoices):
        REVIEWERS = "reviewers", _("Reviewers only")
        PUBLIC = "public", _("Everyone who sees the credential")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="evidence")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=4, choices=Kind)
    visibility = models.CharField(
        max_length=9, choices=Visibility, default=Visibility.REVIEWERS
    )
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    url = models.URLField(_("link"), max_length=2000, blank=True)
    file = models.FileField(upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    size_received = models.PositiveIntegerField(null=True)
    size_kept = models.PositiveIntegerField(null=True)
    sha256_received = models.CharField(max_length=64, blank=True)
    sha256_kept = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["criterion__position", "created_at", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [
            # The review queue asks who else sent the same file.
            models.Index(
                fields=["sha256_received"],
                condition=~Q(sha256_received=""),
                name="evidence_same_file",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="text", url="", file="") & ~Q(text=""))
                | (Q(kind="link", text="", file="") & ~Q(url=""))
                | (
                    Q(
                        kind="file",
                        text="",
                        url="",
                        size_received__gt=0,
                        size_kept__gt=0,
                    )
                    & ~Q(file="")
                    & ~Q(sha256_kept="")
                    & ~Q(sha256_received="")
                ),
                name="evidence_is_one_kind_of_thing",
            ),
            models.UniqueConstraint(
                fields=["submission", "criterion"],
                condition=Q(kind="text"),
                name="evidence_one_text_per_criterion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC
