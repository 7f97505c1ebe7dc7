"""Messages to people whose addresses stay hidden until they say yes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credentials.models.holdings import new_token
from portfolio.models.people import User


class ContactRequest(models.Model):
    """Somebody with an account asks to be in touch with a learner.

    Neither sees the other's address before it is accepted; then both do.
    """

    class State(models.TextChoices):
        SENT = "sent", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    token = models.CharField(max_length=26, unique=True, default=new_token)
    sender = models.ForeignKey(User, models.CASCADE, related_name="contacts_asked")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="contacts")
    #: As the sender typed it; nobody has checked it.
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    message = models.TextField(_("message"), max_length=2000)
    state = models.CharField(max_length=9, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("contact request")
        verbose_name_plural = _("contact requests")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="contact_of_recipient"),
            models.Index(fields=["sender", "-sent_at"], name="contact_of_sender"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "recipient"],
                condition=Q(state="sent"),
                name="contact_one_waits",
            ),
            models.CheckConstraint(
                condition=~Q(sender=F("recipient")), name="contact_not_oneself"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", answered_at=None)
                | ~Q(state="sent") & Q(answered_at__isnull=False),
                name="contact_answered_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.recipient}"
