"""Taking a badge from elsewhere away again, from everywhere on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from credentials import importing
from credentials.models import Credential
from portfolio.collections import collecting
from portfolio.models import CollectionItem, Tag
from portfolio.profile import pinning

if TYPE_CHECKING:
    from portfolio.models import User


@transaction.atomic
def remove_imported(credential: Credential, *, by: User) -> None:
    """Remove it with its tags, and from the pins and collections of its holder.

    All or nothing. Raises DoesNotExist unless ``by`` holds it.
    """
    items = CollectionItem.objects.filter(credential=credential, owner=by)
    for item in items.select_related("collection").order_by("pk"):
        collecting.take_out(item.collection, credential.token, by=by)
    pinning.unpin(credential, by=by)
    Tag.objects.filter(credential=credential, owner=by).delete()
    importing.remove(credential, by=by)
