"""The weekly mail of a saved search: how many people are new, and by which skills.

It names nobody. A mail stays where it was sent, and people can switch themselves off;
whoever wants to see them opens the search, which shows those who may be found then.

Looking and mailing are two jobs. Looking writes down whom it has counted and enqueues
the mail in one transaction, so that a worker that is killed in between does both or
neither. The mail's Message-ID is the same for every try.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from portfolio import mailing, tasks
from portfolio.employers import saved_searches
from portfolio.models import FindablePerson, SavedSearch
from portfolio.models.employers import MOST_KNOWN
from portfolio.talent.asking import Sort
from portfolio.talent.filters import address
from portfolio.talent.people import people
from portfolio.talent.searching import Found
from portfolio.talent.things import things_of

#: A search that was mailed later than that is not mailed again in the same week.
APART = timedelta(days=5)
#: Skills named in one mail.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill, and how many of the new people match by it."""

    name: str
    people: int


def due(now: datetime) -> list[int]:
    """The searches to look at this week."""
    searches = SavedSearch.objects.filter(
        _not_just_mailed(now), is_mailed=True, owner__is_active=True
    )
    return list(searches.order_by("pk").values_list("pk", flat=True))


def look(search_id: int, now: datetime) -> int:
    """Count who is new since the last look, and enqueue the mail if somebody is.

    Return how many are new: 0 for a search that is gone, off or was just mailed. May
    run twice, at the same time too: the row is locked, and the second run finds
    everybody known.
    """
    with transaction.atomic():
        saved = (
            SavedSearch.objects.select_for_update(of=("self",), no_key=True)
            .filter(_not_just_mailed(now), pk=search_id, is_mailed=True)
            .filter(owner__is_active=True)
            .first()
        )
        if saved is None:
            return 0
        found = saved_searches.newest(saved_searches.search_of(saved), now)
        fresh = _fresh(found, saved)
        _remember(saved, found, now if fresh else saved.mailed_at)
        if fresh:
            tasks.mail_search_digest.defer(
                search_id=saved.pk, fresh=fresh, day=now.date().isoformat()
            )
    return len(fresh)


def send(search_id: int, fresh: Sequence[int], day: str, now: datetime) -> bool:
    """Mail the owner about those of these people who may be found now; whether it did.

    Nothing is sent when the mail was stopped, or when nobody of them is left.
    """
    searches = SavedSearch.objects.select_related("owner")
    saved = searches.filter(pk=search_id, is_mailed=True).first()
    if saved is None or not saved.owner.is_active:
        return False
    search = saved_searches.search_of(saved)
    there = people(fresh, things_of(search), now, said=fresh)
    if not there:
        return False
    by_skill = Counter(person.best.skill_name for person in there)
    mailing.tell_of_new_people(
        saved,
        count=len(there),
        skills=[Skill(*each) for each in by_skill.most_common(MOST_NAMED)],
        address=address(replace(search, sort=Sort.NEWEST)),
        day=day,
    )
    return True


def stop(saved: SavedSearch) -> None:
    """Turn the mail off; it may be off already."""
    saved_searches.mail(saved, is_mailed=False)


def _not_just_mailed(now: datetime) -> Q:
    return Q(mailed_at=None) | Q(mailed_at__lte=now - APART)


def _fresh(found: Found, saved: SavedSearch) -> list[int]:
    """Who is found and was not known, but never the owner.

    Of more people than are listed those beyond the last known one are no news: they
    only moved up.
    """
    known, listed = set(saved.known), list(found.learners)
    if not found.is_whole and known:
        while listed and listed[-1] not in known:
            listed.pop()
    return [each for each in listed if each not in known and each != saved.owner_id]


def _remember(saved: SavedSearch, found: Found, mailed_at: datetime | None) -> None:
    """Know whoever is found; forget those who may not be found any more.

    Of more than are remembered those go that were found least lately.
    """
    before = set(saved.known) - set(found.learners)
    still = FindablePerson.objects.filter(pk__in=before).values_list("pk", flat=True)
    kept = set(still)
    known = [*found.learners, *(each for each in saved.known if each in kept)]
    known = known[:MOST_KNOWN]
    SavedSearch.objects.filter(pk=saved.pk).update(known=known, mailed_at=mailed_at)
