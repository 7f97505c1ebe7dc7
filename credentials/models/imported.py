"""What stands behind a credential that somebody earned on another site."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import MD5, Now
from django.utils.translation import gettext_lazy as _

from credentials.elsewhere.origins import key_end, origin_of
from credentials.models.holdings import Credential


def picture_path(_imported: ImportedDocument, _name: str) -> str:
    """Where a picture is kept: a new place for each, nothing to guess."""
    name = uuid.uuid4().hex
    return f"imported/{name[:2]}/{name}.png"


class ImportedDocument(models.Model):
    """The file that a holder brought, what it says, and what could be checked.

    Written once but for the check (a trigger). It goes when its credential is removed,
    and not before. Words in it are the file's own: plain text, clean, and no proof.
    """

    class Kind(models.TextChoices):
        OB2 = "ob2", "Open Badges 2.0"
        OB3 = "ob3", "Open Badges 3.0"
        JWT = "jwt", "Open Badges 3.0 (JWT)"

    class Verdict(models.TextChoices):
        """Values are those of ``verifying.Verdict``."""

        UNKNOWN_ISSUER = "unknown_issuer", _("Signature correct, issuer not known")
        UNCHECKED = "unchecked", _("Could not be checked")
        NOT_GENUINE = "not_genuine", _("Not genuine")

    class MadeOut(models.TextChoices):
        TO_ADDRESS = "address", _("Made out to an address of its holder")
        TO_NOBODY = "nobody", _("Does not say whose it is")

    credential = models.OneToOneField(
        Credential, models.PROTECT, related_name="imported"
    )
    #: Copied, so that nobody has the same badge twice. The trigger holds it true.
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=3, choices=Kind)
    #: The credential's own bytes as they came, out of the picture or paper around it.
    raw = models.BinaryField()
    #: A token if they are no JSON document.
    is_json = models.BooleanField()
    #: An e-mail address stands in them for all to read: the file is its holder's alone.
    has_address = models.BooleanField()
    sha256 = models.CharField(max_length=64)

    external_issuer = models.TextField(blank=True)
    external_id = models.TextField()
    #: What the issuer calls itself there: it proves nothing, and lists show the place.
    issuer_name = models.CharField(max_length=120, blank=True)
    #: The place that the file names; empty when it names none.
    issuer_host = models.CharField(max_length=253, blank=True)
    description = models.TextField(blank=True)
    criteria = models.TextField(blank=True)
    criteria_address = models.CharField(max_length=2000, blank=True)
    #: Skills as the file has them: address, name, level of our scale.
    alignments = models.JSONField(default=list)
    #: Their addresses, to be looked up among the skills of this site.
    skill_addresses = ArrayField(models.TextField(), default=list)
    picture = models.FileField(upload_to=picture_path, blank=True)
    #: Names the picture's address: a page may show it without telling the credential's.
    picture_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    made_out = models.CharField(max_length=7, choices=MadeOut)
    verdict = models.CharField(max_length=14, choices=Verdict)
    judged_at = models.DateTimeField()
    #: What was checked: see ``importing.report_of``.
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("document from elsewhere")
        verbose_name_plural = _("documents from elsewhere")
        indexes = [
            models.Index(fields=["judged_at"], name="importeddocument_judged"),
        ]
        constraints = [
            # By digest: identifiers may be longer than an index takes.
            models.UniqueConstraint(
                "holder",
                MD5("external_issuer"),
                MD5("external_id"),
                name="importeddocument_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(external_id=""),
                name="importeddocument_has_an_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.external_id}"

    @property
    def key_end(self) -> str:
        """The last four characters of an issuer that is a key; empty for others."""
        return key_end(self.external_issuer)

    @property
    def origin(self) -> str:
        """Where it says that it comes from; see ``elsewhere.origins``."""
        return origin_of(self.external_issuer, self.issuer_host)
