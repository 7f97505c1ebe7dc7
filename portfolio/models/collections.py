"""Collections: credentials that belong together, on a page of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential
from credentials.models.holdings import is_token, new_token
from portfolio.models.people import User

#: More would be no choice any more, and no page to read.
ITEMS = 100


class CollectionQuerySet(models.QuerySet["Collection"]):
    def named(self, token: str) -> CollectionQuerySet:
        """The one with this token; none for what cannot be a token."""
        return self.filter(token=token) if is_token(token) else self.none()

    def of(self, owner: User) -> CollectionQuerySet:
        """Everything that this person made, the newest first."""
        return self.filter(owner=owner).order_by("-created_at", "-pk")

    def public(self) -> CollectionQuerySet:
        """Those that their owners made public."""
        return self.filter(
            visibility=Credential.Visibility.PUBLIC, owner__is_active=True
        )


class Collection(models.Model):
    """Credentials under a name. Its page never shows more than each of them allows:

    a public one shows what is public, one with a link also what is link-only, and
    nobody but its owner sees a private one.
    """

    token = models.CharField(max_length=26, unique=True, default=new_token)
    owner = models.ForeignKey(User, models.CASCADE, related_name="collections")
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=1000, blank=True)
    visibility = models.CharField(
        _("who sees it"),
        max_length=7,
        choices=Credential.Visibility,
        default=Credential.Visibility.PRIVATE,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="collection_of_owner")
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="collection_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collection", args=[self.token])


class CollectionItem(models.Model):
    """A credential in a collection. ``owner`` owns both (composite foreign keys)."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    credential = models.ForeignKey(
        Credential, models.CASCADE, related_name="collection_items"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "credential"], name="collectionitem_once"
            ),
            models.UniqueConstraint(
                fields=["collection", "position"],
                name="collectionitem_one_in_a_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=ITEMS),
                name="collectionitem_not_too_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.credential}"
