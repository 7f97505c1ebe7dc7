"""Credentials that people hold."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models.achievements import Achievement, AchievementVersion
from credentials.models.issuers import Issuer, SigningKey
from credentials.models.statuses import StatusList
from credentials.models.submissions import Submission

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: Crockford's digits: no letter that reads like another one.
TOKEN_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # noqa: S105 - an alphabet
TOKEN_LENGTH = 26  # 130 random bits


def new_token() -> str:
    """Return the opaque name of a credential: 26 characters, 130 random bits."""
    return "".join(secrets.choice(TOKEN_DIGITS) for _ in range(TOKEN_LENGTH))


def is_token(text: str) -> bool:
    """Whether *text* can be such a name.

    Addresses can hold anything: a NUL would be an error of the database.
    """
    return len(text) == TOKEN_LENGTH and set(text) <= set(TOKEN_DIGITS)


class CredentialQuerySet(models.QuerySet["Credential"]):
    def named(self, token: str) -> CredentialQuerySet:
        """The one with this token; none for what cannot be a token."""
        return self.filter(token=token) if is_token(token) else self.none()

    def of(self, holder: AbstractBaseUser) -> CredentialQuerySet:
        """Everything this person holds, newest first."""
        return (
            self.filter(holder_id=holder.pk)
            .exclude(state=Credential.State.ERASED)
            .with_origin()
            .select_related("issuer", "version", "achievement")
            .order_by("-issued_at", "pk")
        )

    def with_origin(self) -> CredentialQuerySet:
        """With what ``verifying.status_of`` reads of those from elsewhere.

        Their bytes stay where they are: lists do not need them.
        """
        return self.select_related("imported").defer(
            "imported__raw",
            "imported__report",
            "imported__criteria",
            "imported__description",
        )

    def in_force(self, now: datetime) -> CredentialQuerySet:
        """Active and not past its end."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=now),
            state=Credential.State.ACTIVE,
        )

    def public(self) -> CredentialQuerySet:
        """Those that their holders made public."""
        return self.filter(visibility=Credential.Visibility.PUBLIC)

    def with_a_page(self) -> CredentialQuerySet:
        """Those whose page anyone with the link sees."""
        return self.exclude(visibility=Credential.Visibility.PRIVATE)

    def administered_by(self, user: AbstractBaseUser) -> CredentialQuerySet:
        """Issued by issuers that the user reviews for or manages; not designs for."""
        issuers = Issuer.objects.staffed_by(user, "reviewer", "manager")
        return self.filter(issuer__in=issuers)


class Credential(models.Model):
    """What a person holds. The signed document is written once (a trigger)."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Paused")
        REVOKED = "revoked", _("Withdrawn")
        SUPERSEDED = "superseded", _("Replaced")
        ERASED = "erased", _("Details removed")

    #: States whose bit in the status list is set.
    LISTED = (State.SUSPENDED, State.REVOKED, State.SUPERSEDED)

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("Private")
        LINK = "link", _("Link only")
        PUBLIC = "public", _("Public")

    class Source(models.TextChoices):
        SUBMISSION = "submission", _("Reviewed evidence")
        PATHWAY = "pathway", _("Completed pathway")
        IMPORTED = "imported", _("Earned elsewhere")

    class Reason(models.TextChoices):
        """Public categories: pages show these words, never the note."""

        MISTAKE = "mistake", _("it was issued by mistake")
        NOT_OWN_WORK = "not_own_work", _("the evidence was not the holder's own work")
        RULES_NO_LONGER_MET = (
            "rules_no_longer_met",
            _("the holder no longer meets the rules"),
        )
        HOLDER_ASKED = "holder_asked", _("the holder asked for it")
        BEING_CHECKED = "being_checked", _("the issuer is looking into it")
        OTHER = "other", _("another reason")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=26, unique=True, default=new_token)
    source = models.CharField(max_length=10, choices=Source)
    #: Where it came from, so that nothing is awarded twice: ``submission:<id>`` …
    award_key = models.CharField(max_length=100, unique=True)
    #: Set while a badge that one person holds once is held; frees when it ends.
    once_key = models.CharField(max_length=100, unique=True, null=True)  # noqa: DJ001 - many rows without one

    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="credentials",
    )
    recipient_name = models.CharField(_("name"), max_length=200, blank=True)
    recipient_email = models.EmailField(_("e-mail"), blank=True)
    title = models.CharField(_("badge"), max_length=100)
    issuer_name = models.CharField(_("issuer"), max_length=120)
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, null=True, related_name="credentials"
    )
    achievement = models.ForeignKey(
        Achievement, models.PROTECT, null=True, related_name="credentials"
    )
    version = models.ForeignKey(
        AchievementVersion, models.PROTECT, null=True, related_name="credentials"
    )
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, related_name="credential"
    )
    issued_at = models.DateTimeField(_("issued"))
    valid_until = models.DateTimeField(_("ends"), null=True, blank=True)
    visibility = models.CharField(
        max_length=7, choices=Visibility, default=Visibility.LINK
    )

    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    state_changed_at = models.DateTimeField(db_default=Now())
    state_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    state_reason = models.CharField(max_length=20, choices=Reason, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="supersedes"
    )
    erased_at = models.DateTimeField(null=True)

    status_list = models.ForeignKey(
        StatusList, models.PROTECT, null=True, related_name="credentials"
    )
    status_index = models.PositiveIntegerField(null=True)

    #: The exact signed bytes, as text; and the same claims as a JWT.
    #: Those of a credential earned elsewhere are in its ``ImportedDocument``.
    document = models.TextField(null=True)  # noqa: DJ001 - NULL means: erased
    jwt = models.TextField(null=True)  # noqa: DJ001
    document_sha256 = models.CharField(max_length=64)
    signing_key = models.ForeignKey(
        SigningKey, models.PROTECT, null=True, related_name="+"
    )
    signature_checked_at = models.DateTimeField(null=True)
    #: False once a check found that the stored bytes and the signature differ.
    is_signature_good = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        indexes = [
            models.Index(fields=["holder", "-issued_at"], name="credential_of_holder"),
            # Who holds a badge now is counted without looking at a credential.
            models.Index(
                fields=["achievement", "holder"],
                include=["valid_until"],
                condition=Q(state="active"),
                name="credential_of_badge",
            ),
            # The front page shows one of the newest that anybody may see.
            models.Index(
                fields=["-issued_at", "id"],
                condition=Q(
                    state="active", visibility="public", is_signature_good=True
                ),
                name="credential_newest_public",
            ),
            models.Index(
                fields=["status_list", "state_changed_at"],
                name="credential_list_changes",
            ),
            models.Index(
                fields=["valid_until"],
                condition=Q(state="active"),
                name="credential_ends",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "status_index"],
                name="credential_status_index_never_reused",
            ),
            models.CheckConstraint(
                condition=Q(status_list=None, status_index=None)
                | Q(status_list__isnull=False, status_index__isnull=False),
                name="credential_status_list_and_index",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="erased",
                    erased_at__isnull=False,
                    document=None,
                    jwt=None,
                    recipient_name="",
                    recipient_email="",
                )
                | Q(erased_at=None)
                & ~Q(state="erased")
                & (Q(document__isnull=False) | Q(source="imported")),
                name="credential_erased_keeps_no_person",
            ),
            models.CheckConstraint(
                condition=~Q(source="imported")
                | Q(
                    issuer=None,
                    achievement=None,
                    version=None,
                    submission=None,
                    status_list=None,
                    signing_key=None,
                    once_key=None,
                    document=None,
                    jwt=None,
                    holder__isnull=False,
                    state__in=["active", "erased"],
                ),
                name="credential_imported_is_not_ours",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "erased", "superseded"])
                | ~Q(state_reason=""),
                name="credential_state_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="superseded") | Q(superseded_by__isnull=False),
                name="credential_superseded_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "suspended"]) | Q(once_key=None),
                name="credential_once_only_while_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.recipient_name}"

    def get_absolute_url(self) -> str:
        return reverse("credential", args=[self.token])

    @property
    def is_imported(self) -> bool:
        """Whether its holder brought it from another site: no row of ours is behind it.

        ``imported`` has what it says then, as long as its details are there.
        """
        return self.source == self.Source.IMPORTED

    @property
    def language(self) -> str:
        """The language of its title; empty when nobody said."""
        return self.version.language if self.version else ""

    @property
    def picture(self) -> str:
        """The address of its artwork; needs issuer, achievement and version.

        One from elsewhere has a picture of its own, shown to whoever may see it.
        """
        return self._picture("badge_svg")

    @property
    def small_picture(self) -> str:
        """The address of its artwork for 32 pixels."""
        return self._picture("badge_small")

    @property
    def withdrawn_picture(self) -> str:
        """The address of its artwork once it is withdrawn."""
        return self._picture("badge_withdrawn")

    def _picture(self, name: str) -> str:
        if self.is_imported:
            return self._picture_from_elsewhere()
        if not (self.issuer and self.achievement and self.version):
            return ""
        badge = (self.issuer.slug, self.achievement.slug, self.version.number)
        return reverse(name, args=badge)

    def _picture_from_elsewhere(self) -> str:
        if self.state == self.State.ERASED:
            return ""
        return reverse("imported_picture", args=[self.imported.picture_key])

    @property
    def groups(self) -> list[str]:
        """The token in groups of four, as pages and papers show it."""
        return [self.token[i : i + 4] for i in range(0, len(self.token), 4)]


class CredentialEvent(models.Model):
    """One step in the life of a credential. Append-only (a trigger)."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        IMPORTED = "imported", _("Brought from elsewhere")
        REVOKED = "revoked", _("Withdrawn")
        SUSPENDED = "suspended", _("Paused")
        REINSTATED = "reinstated", _("Reinstated")
        SUPERSEDED = "superseded", _("Replaced by a newer one")
        ERASED = "erased", _("Details removed")

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=20, choices=Credential.Reason, blank=True)
    #: For staff only.
    note = models.TextField(max_length=1000, blank=True)

    class Meta:
        # Not by ``at``: whoever waited for a lock looked at the clock before.
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.credential})"
