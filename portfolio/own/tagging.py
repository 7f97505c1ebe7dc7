"""Words that people put on what they hold. Nobody else sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from credentials.models import Credential
from credentials.writing import clean_text
from portfolio.folding import folded
from portfolio.models import Tag

if TYPE_CHECKING:
    from portfolio.models import User

#: Of one credential: more would find nothing again.
MOST = 10
MOST_LETTERS = 30

TOO_MANY = ngettext_lazy(
    "A credential can have %(max)d tag. Remove one first.",
    "A credential can have %(max)d tags. Remove one first.",
    "max",
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a tag: its spelling, who has it now, who had no room for it.

    ``new`` are the credentials (keys) that it was put on just now.
    """

    name: str
    new: Sequence[UUID]
    full: Sequence[UUID]


def clean_tag(text: str) -> str:
    """The tag in *text* as it is kept: one line, single blanks, 1 to 30 characters.

    Raises ValidationError with a sentence that can stand beside the field.
    """
    name = " ".join(clean_text(text, max_length=10 * MOST_LETTERS).split())
    if not folded(name).strip():
        raise ValidationError(_("Enter a tag, such as job search."), code="required")
    return clean_text(name, max_length=MOST_LETTERS)


def names_of(owner: User) -> list[str]:
    """Every tag of a person once, in the order of the alphabet. One query."""
    names = Tag.objects.filter(owner=owner).values_list("name", flat=True)
    by_key = {folded(name): name for name in names.order_by("name", "pk")}
    return [by_key[key] for key in sorted(by_key)]


def tags_of(credential: Credential) -> list[str]:
    """The tags of one credential. One query."""
    found = Tag.objects.filter(credential=credential).order_by("name", "pk")
    return list(found.values_list("name", flat=True))


@transaction.atomic
def add(owner: User, credentials: Collection[UUID], text: str) -> Added:
    """Put a tag on credentials of one's own; those that have it stay as they are.

    A tag that was used before keeps its spelling: *Été* and *ete* are one. Others'
    credentials are left out. Raises ValidationError for what cannot be a tag.
    """
    name = clean_tag(text)
    key = folded(name)
    # A credential's tags change one after the other: none passes the limit.
    rows = Credential.objects.of(owner).select_related(None).order_by("pk")
    locked = rows.select_for_update().filter(pk__in=credentials)
    own = list(locked.values_list("pk", flat=True))
    spelt = {folded(each): each for each in names_of(owner)}
    name = spelt.get(key, name)
    held: dict[UUID, set[str]] = {pk: set() for pk in own}
    tagged = Tag.objects.filter(credential__in=own).values_list("credential", "name")
    for pk, each in tagged:
        held[pk].add(folded(each))
    lacking = [pk for pk in own if key not in held[pk]]
    new = [pk for pk in lacking if len(held[pk]) < MOST]
    Tag.objects.bulk_create(Tag(owner=owner, credential_id=pk, name=name) for pk in new)
    return Added(name, new, [pk for pk in lacking if pk not in new])


def remove(owner: User, credential: Credential, name: str) -> bool:
    """Take a tag off one credential. Says whether it was there, in any spelling."""
    tags = Tag.objects.filter(owner=owner, credential=credential)
    keys = [tag.pk for tag in tags if folded(tag.name) == folded(name)]
    return bool(Tag.objects.filter(pk__in=keys).delete()[0])
