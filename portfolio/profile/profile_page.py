"""What somebody's public page shows: gathered once, and never more than is public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from credentials import markdown
from pathways.cairns import Cairn, cairn
from portfolio.accounts import names
from portfolio.folding import folded
from portfolio.models import Collection, CollectionItem, Profile
from portfolio.models.profiles import PINS
from portfolio.profile import proving
from portfolio.profile.proving import Skills
from portfolio.profile.public_lines import Line, left_out, lines_of
from portfolio.showing.stacks import Whole, whole_pathways

#: Badges of the timeline on one page.
PAGE_SIZE = 24
#: As many that are left out are named to the owner.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Credentials of one badge, the newest first."""

    lines: Sequence[Line]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def month(self) -> str:
        """When the newest was issued, as ``March 2026``."""
        return date_format(localtime(self.first.issued_at), "YEAR_MONTH_FORMAT")


@dataclass(frozen=True, slots=True)
class Completed:
    """A pathway with the credential at its end, and its cairn with all stones laid."""

    line: Line
    whole: Whole
    drawing: Cairn


@dataclass(frozen=True, slots=True)
class Shelf:
    """A public collection and how many credentials visitors see in it."""

    collection: Collection
    count: int


@dataclass(frozen=True, slots=True)
class Link:
    """A web address, and the domain that it is shown by."""

    url: str
    domain: str


class ProfilePage:
    """One page, as everybody sees it; what only its owner reads is named so.

    Parts are read from the database when they are first looked at, in at most seven
    queries whatever their length. ``number`` is the page of the timeline.
    """

    def __init__(self, profile: Profile, number: str, now: datetime) -> None:
        self.profile = profile
        self.checked_at = now
        self._number = number

    @cached_property
    def lines(self) -> list[Line]:
        """All public ones, also those that the page leaves out."""
        return lines_of(self.profile.user, self.checked_at)

    @cached_property
    def standing(self) -> list[Line]:
        """Those that stand today, newest first."""
        return [each for each in self.lines if each.is_standing]

    @cached_property
    def ended(self) -> list[Line]:
        """Those whose day has passed; none unless the owner shows them."""
        return self.all_ended if self.profile.shows_ended_at else []

    @cached_property
    def all_ended(self) -> list[Line]:
        """For the owner: those whose day has passed, shown or not."""
        return [each for each in self.lines if each.is_ended]

    @cached_property
    def left_out(self) -> list[Line]:
        """For the owner: public ones that nobody sees here, for their state."""
        return left_out(self.lines)

    @property
    def named(self) -> list[Line]:
        """For the owner: as many of those as are named."""
        return self.left_out[:NAMED]

    @property
    def unnamed(self) -> int:
        """For the owner: how many more are left out."""
        return len(self.left_out) - len(self.named)

    @cached_property
    def count(self) -> int:
        """How many on this page were checked at this moment."""
        return sum(not each.is_imported for each in (*self.standing, *self.ended))

    @cached_property
    def elsewhere(self) -> int:
        """How many on this page another site issued."""
        return len(self.standing) + len(self.ended) - self.count

    @property
    def checked_words(self) -> str:
        return date_format(localtime(self.checked_at), "TIME_FORMAT")

    @cached_property
    def pins(self) -> list[Line]:
        """Those that the owner chose, in their order: only what stands."""
        pinned = [each for each in self.standing if each.pin]
        return sorted(pinned, key=lambda each: each.pin or 0)

    @cached_property
    def large(self) -> list[Line]:
        """What is drawn large: the pins, else the newest of six different badges."""
        newest = [group.first for group in self._groups if group.first.verdict.is_good]
        return self.pins or newest[:PINS]

    @cached_property
    def skills(self) -> Skills:
        return proving.skills_of(self.standing)

    @cached_property
    def own_words(self) -> list[str]:
        """What the owner says they can do, without what is proven on the page."""
        proven = {folded(skill.name) for skill in self.skills.assessed}
        return [each for each in self.profile.own_words if folded(each) not in proven]

    @cached_property
    def completed(self) -> list[Completed]:
        listed = [each for each in self.standing if each.is_of_a_pathway]
        found = whole_pathways(each.pk for each in listed)
        return [
            Completed(
                each,
                found[each.pk],
                cairn(found[each.pk].steps, found[each.pk].steps),
            )
            for each in listed
            if each.pk in found
        ]

    @cached_property
    def shelves(self) -> list[Shelf]:
        """Public collections with something in them that everybody sees."""
        shown = {each.pk for each in (*self.standing, *self.all_ended)}
        return _shelves(self.profile, shown)

    @cached_property
    def links(self) -> list[Link]:
        stored = self.profile.links.values_list("url", flat=True)
        return [_link(url) for url in stored if url.startswith(("https://", "http://"))]

    @cached_property
    def timeline(self) -> Page[Group]:
        return Paginator(self._groups, PAGE_SIZE).get_page(self._number)

    @property
    def is_first(self) -> bool:
        """Whether this is the page itself, and not a further part of its timeline."""
        return self.timeline.number == 1

    @property
    def is_last(self) -> bool:
        return not self.timeline.has_next()

    @cached_property
    def about(self) -> SafeString:
        return markdown.to_html(self.profile.about)

    @property
    def initials(self) -> str:
        return names.initials(self.profile.user.full_name)

    @property
    def other_tag(self) -> str:
        """The language tag of the name in another script."""
        return names.tag_of(self.profile.other_name)

    @cached_property
    def _groups(self) -> list[Group]:
        return _merged(self.standing)


def _merged(lines: Iterable[Line]) -> list[Group]:
    """Repeats of one badge together, in the order of the newest of each."""
    groups: dict[int | UUID, list[Line]] = {}
    for each in lines:
        groups.setdefault(each.badge, []).append(each)
    return [Group(each) for each in groups.values()]


def _shelves(profile: Profile, shown: Several[UUID]) -> list[Shelf]:
    """Two queries, one when nothing is public."""
    found = list(Collection.objects.of(profile.user).public())
    if not found:
        return []
    items = CollectionItem.objects.filter(collection__in=found)
    counts = Counter(
        collection
        for collection, credential in items.values_list("collection", "credential")
        if credential in shown
    )
    return [Shelf(each, counts[each.pk]) for each in found if counts[each.pk]]


def _link(url: str) -> Link:
    """Letters that only look like those of another domain are shown as they are sent
    (RFC 3492), so that nobody takes one address for another."""
    host = urlsplit(url).hostname or url
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        host = ascii(host).strip("'")
    return Link(url, host.removeprefix("www."))
