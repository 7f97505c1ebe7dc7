"""What organisations say about badges, issuers and credentials of others, signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models import (
    Achievement,
    Credential,
    Issuer,
    SigningKey,
    StatusList,
)
from credentials.models.holdings import is_token, new_token


def in_force(path: str = "") -> Q:
    """Given, not withdrawn, signed well with a trusted key, not hidden by a holder.

    ``path`` leads to endorsements from another model, as ``endorsements__``.
    """
    return Q(
        **{
            f"{path}state": "given",
            f"{path}signing_key__compromised_at": None,
            f"{path}is_signature_good": True,
            f"{path}hidden_at": None,
        }
    )


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def named(self, token: str) -> EndorsementQuerySet:
        """The one with this token; none for what cannot be a token."""
        return self.filter(token=token) if is_token(token) else self.none()

    def in_force(self) -> EndorsementQuerySet:
        """Those that pages show and lists count: see ``in_force``."""
        return self.filter(in_force())

    def recognitions(self) -> EndorsementQuerySet:
        """Those that say what a badge is accepted for."""
        return self.exclude(kind=Endorsement.Kind.ENDORSES)


class Endorsement(models.Model):
    """An organisation stands behind a badge, an issuer or one credential.

    What ``kind`` names beside plain endorsing is recognition: "we accept this badge for
    an interview". It is signed when it is given, as an Open Badges 3.0
    EndorsementCredential; asking for one signs nothing. Triggers (migration 0013) say
    who may decide, that nobody endorses their own, that a credential is endorsed at its
    holder's request, and that what was signed stays as it is.
    """

    class Kind(models.TextChoices):
        ENDORSES = "endorses", _("Endorses it")
        INTERVIEW = "interview", _("An interview")
        CREDIT = "credit", _("Credit towards a qualification")
        PAY = "pay", _("A pay step")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GIVEN = "given", _("Given")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    token = models.CharField(max_length=26, unique=True, default=new_token)
    organisation = models.ForeignKey(
        Issuer, models.PROTECT, related_name="endorsements_given"
    )
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.ENDORSES)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    achievement = models.ForeignKey(
        Achievement, models.PROTECT, null=True, related_name="endorsements"
    )
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, null=True, related_name="endorsements"
    )
    credential = models.ForeignKey(
        Credential, models.PROTECT, null=True, related_name="endorsements"
    )
    #: Said by the organisation; what was asked stands in ``request``.
    comment = models.TextField(_("what you say about it"), max_length=600, blank=True)
    request = models.TextField(_("what you ask"), max_length=600, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    document = models.TextField(blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    signing_key = models.ForeignKey(
        SigningKey, models.PROTECT, null=True, related_name="+"
    )
    #: Its place in a list of the organisation, whose bit says that it was withdrawn.
    status_list = models.ForeignKey(
        StatusList, models.PROTECT, null=True, related_name="endorsements"
    )
    status_index = models.PositiveIntegerField(null=True)
    #: Last time that the signature was verified after it was made, and what came out.
    signature_checked_at = models.DateTimeField(null=True, editable=False)
    is_signature_good = models.BooleanField(default=True, editable=False)
    #: Since when the holder of the credential shows it on no page but its own.
    hidden_at = models.DateTimeField(null=True, editable=False)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        constraints = [
            models.CheckConstraint(
                condition=Q(achievement__isnull=False, issuer=None, credential=None)
                | Q(achievement=None, issuer__isnull=False, credential=None)
                | Q(achievement=None, issuer=None, credential__isnull=False),
                name="endorsement_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind="endorses") | Q(achievement__isnull=False),
                name="endorsement_recognises_badges",
            ),
            models.CheckConstraint(
                condition=~Q(issuer=F("organisation")),
                name="endorsement_of_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "declined"], document="")
                | Q(state__in=["given", "withdrawn"]) & ~Q(document=""),
                name="endorsement_signed_when_given",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="endorsement_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at=None),
                name="endorsement_withdrawn_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(document="", status_list=None, status_index=None)
                | ~Q(document="")
                & Q(status_list__isnull=False, status_index__isnull=False),
                name="endorsement_can_be_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(document="")
                | Q(kind__in=["interview", "credit", "pay"])
                | ~Q(comment=""),
                name="endorsement_says_something",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None) | Q(credential__isnull=False),
                name="endorsement_hidden_by_a_holder",
            ),
            models.UniqueConstraint(
                fields=["status_list", "status_index"],
                name="endorsement_status_index_once",
            ),
            *(
                models.UniqueConstraint(
                    fields=["organisation", target, "kind"],
                    condition=Q(state__in=["asked", "given"]),
                    name=f"endorsement_once_for_{target}",
                )
                for target in ("achievement", "issuer", "credential")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("endorsement", args=[self.token])

    @property
    def is_recognition(self) -> bool:
        """Whether it says what a badge is accepted for."""
        return self.kind != self.Kind.ENDORSES

    @property
    def target(self) -> Achievement | Issuer | Credential:
        """What it is about: exactly one of three."""
        found = self.achievement or self.issuer or self.credential
        if found is None:
            raise ValueError("an endorsement of nothing")
        return found
