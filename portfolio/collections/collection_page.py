"""What pages of collections gather: what is in one, and who sees which of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.models import Credential
from credentials.verifying import Verdict, status_of
from portfolio.collections.collecting import SHOWN_IN, own_credentials
from portfolio.folding import folded
from portfolio.models import Collection, CollectionItem
from portfolio.models.collections import ITEMS
from portfolio.own.held import TAGS
from portfolio.own_states import Tag
from portfolio.showing.checked import day

if TYPE_CHECKING:
    from uuid import UUID

    from credentials.models.holdings import CredentialQuerySet
    from portfolio.models import User

#: Credentials to choose from, on one page.
PAGE_SIZE = 24
#: So many are drawn small beside a collection's name.
SMALL = 4

Visibility = Credential.Visibility

_NOT_SHOWN: dict[Verdict, Promise] = {
    Verdict.SUSPENDED: gettext_lazy("Visitors do not see it: it is paused."),
    Verdict.REVOKED: gettext_lazy("Visitors do not see it: it was withdrawn."),
    Verdict.SUPERSEDED: gettext_lazy("Visitors do not see it: it was replaced."),
}
_NOT_GENUINE = gettext_lazy(
    "Visitors do not see it: what is stored and its signature do not match."
)
_PRIVATE = gettext_lazy("Visitors do not see it: it is private.")
_LINK_ONLY = gettext_lazy(
    "Visitors do not see it: it is link only, and this collection is public."
)


@dataclass(frozen=True, slots=True)
class Item:
    """A credential in a collection and its state at this moment.

    ``seen_in`` is who sees the collection.
    """

    credential: Credential
    verdict: Verdict
    seen_in: str

    @property
    def stands(self) -> bool:
        """Whether its state lets it be shown to anybody."""
        verdict = self.verdict
        is_known = verdict.is_good or verdict.is_of_elsewhere
        return is_known or verdict == Verdict.EXPIRED

    @property
    def is_allowed(self) -> bool:
        """Whether its own visibility lets visitors of this collection see it."""
        return self.credential.visibility in SHOWN_IN[Visibility(self.seen_in)]

    @property
    def is_shown(self) -> bool:
        """Whether visitors see it here."""
        return self.stands and self.is_allowed

    @property
    def tag(self) -> Tag | None:
        """The tag of a state that is not simply in force."""
        return TAGS.get(self.verdict)

    @property
    def words(self) -> str:
        """Until when it stands, or where it is from; nothing when it does not stand."""
        end = self.credential.valid_until
        if not self.stands:
            return ""
        if self.credential.is_imported:
            return self._from_elsewhere()
        if end is None:
            return _("In force, no end date")
        if self.verdict == Verdict.EXPIRED:
            return _("Ended on %(date)s") % {"date": day(end)}
        if self.verdict == Verdict.ENDS_SOON:
            return _("In force, ends on %(date)s") % {"date": day(end)}
        return _("In force until %(date)s") % {"date": day(end)}

    def _from_elsewhere(self) -> str:
        imported = self.credential.imported
        checked = {"date": day(imported.judged_at), "domain": imported.origin}
        if not imported.origin:
            return _("From elsewhere; checked on %(date)s") % checked
        return _("From %(domain)s; checked on %(date)s") % checked

    @property
    def why_not(self) -> Promise | str:
        """Why visitors do not see it here, for its owner; nothing when they do."""
        if self.is_shown or self.seen_in == Visibility.PRIVATE:
            return ""
        if not self.stands:
            return _NOT_SHOWN.get(self.verdict, _NOT_GENUINE)
        if self.credential.visibility == Visibility.PRIVATE:
            return _PRIVATE
        return _LINK_ONLY


@dataclass(frozen=True, slots=True)
class Listed:
    """A collection in the list of its owner's, with its first credentials.

    ``has_chosen``: the one that is to be added is in it already.
    """

    collection: Collection
    count: int
    first: Sequence[Credential]
    has_chosen: bool = False

    @property
    def is_full(self) -> bool:
        return self.count >= ITEMS


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be added: a page of what is held and not yet in the collection.

    ``count`` is how many that are, ``words`` what was searched for among them.
    """

    words: str
    count: int
    numbers: Page[UUID]
    items: Sequence[Item]


def items_of(collection: Collection, now: datetime) -> list[Item]:
    """All that is in it, in its order, whoever may see it. Two queries."""
    keys = list(
        collection.items.order_by("position").values_list("credential", flat=True)
    )
    return _items(collection, keys, now)


def seen_by_visitors(items: Iterable[Item]) -> list[Item]:
    """Those that visitors see."""
    return [item for item in items if item.is_shown]


def hidden_in(
    collection: Collection,
    visibility: str,
    now: datetime,
    *,
    adding: Sequence[str] = (),
) -> list[Item]:
    """What would stay out of view while these people see the collection.

    Without ``adding`` it is looked for among what is in the collection, else among
    these tokens of credentials. What does not stand is left out: nobody sees it in any
    collection, whatever its owner allows.
    """
    if visibility == Visibility.PRIVATE:
        return []
    if adding:
        found = own_credentials(adding, collection.owner).values_list("token", "pk")
        keys = dict(found)
        wanted = [keys[token] for token in dict.fromkeys(adding) if token in keys]
    else:
        places = collection.items.order_by("position")
        wanted = list(places.values_list("credential", flat=True))
    items = _items(collection, wanted, now, seen_in=visibility)
    return [item for item in items if item.stands and not item.is_allowed]


def own_list(owner: User, chosen: Credential | None = None) -> list[Listed]:
    """Everything that this person made, the newest first. Three queries.

    With one that was ``chosen`` for adding a fourth: where that is in already.
    """
    items = CollectionItem.objects.filter(owner=owner).exclude(
        credential__state=Credential.State.ERASED
    )
    counts = Counter(items.values_list("collection", flat=True))
    first: dict[int, list[Credential]] = defaultdict(list)
    for item in _drawn_small(items):
        first[item.collection_id].append(item.credential)
    having = set()
    if chosen:
        having = set(
            items.filter(credential=chosen).values_list("collection", flat=True)
        )
    return [
        Listed(each, counts[each.pk], first[each.pk], each.pk in having)
        for each in Collection.objects.of(owner)
    ]


def offer(collection: Collection, words: str, number: str, now: datetime) -> Offer:
    """A page of what its owner holds and has not put into it, newest first.

    ``words`` are looked for in titles and names of issuers, without minding case and
    marks. Two queries: names of everything, the state of what is on the page.
    """
    outside = (
        Credential.objects.of(collection.owner)
        .exclude(collection_items__collection=collection)
        .values_list("pk", "title", "issuer_name")
    )
    wanted = folded(words).split()
    rows = list(outside)
    found = [
        pk
        for pk, title, issuer in rows
        if all(word in folded(f"{title} {issuer}") for word in wanted)
    ]
    numbers = Paginator(found, PAGE_SIZE).get_page(number)
    items = _items(collection, list(numbers.object_list), now)
    return Offer(words, len(rows), numbers, items)


def _items(
    collection: Collection,
    keys: Several[UUID],
    now: datetime,
    *,
    seen_in: str = "",
) -> list[Item]:
    """The state today of these, in their order; what was erased is left out."""
    found = {each.pk: each for each in _whole(collection.owner, keys)}
    return [
        Item(
            found[key],
            status_of(found[key], now).verdict,
            seen_in or collection.visibility,
        )
        for key in keys
        if key in found
    ]


def _drawn_small(items: QuerySet[CollectionItem]) -> QuerySet[CollectionItem]:
    """The first of each collection, with what their artwork is found by."""
    return (
        items.filter(position__lte=SMALL)
        .select_related(
            "credential__issuer",
            "credential__version",
            "credential__achievement",
            "credential__imported",
        )
        .only(
            "collection",
            "credential__source",
            "credential__state",
            "credential__imported__picture_key",
            "credential__issuer__slug",
            "credential__version__number",
            "credential__achievement__slug",
        )
        .order_by("collection", "position")
    )


def _whole(owner: User, keys: Several[UUID]) -> CredentialQuerySet:
    return (
        Credential.objects.of(owner)
        .filter(pk__in=keys)
        .select_related("issuer", "version", "achievement", "signing_key")
        .defer(
            "jwt",
            "version__search",
            "version__skill_words",
            "version__description",
            "signing_key__sealed_private_key",
        )
    )
