"""The people of one page of results, each with the credentials that say why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.expressions import BaseExpression

from portfolio.models import Profile
from portfolio.talent.naming import Thing
from portfolio.talent.proofs import Proof, Shown, proofs


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found: what they say of themselves, and why they were found."""

    profile: Profile
    proofs: Sequence[Proof]

    @property
    def best(self) -> Shown:
        """The skill that put them in their place."""
        return self.proofs[0].shown


def people(
    learners: Sequence[int],
    things: Sequence[Thing],
    now: datetime,
    *,
    said: Collection[int] = (),
    **about: BaseExpression,
) -> list[Person]:
    """Return these people in this order, as they are at this moment. Two queries.

    ``said`` are those among them who only say what was asked for: they are shown with
    the best they have. ``about`` are columns more that each profile gets, for whoever
    asks.

    Whoever switched the search off, or has nothing left to show, is left out: rows are
    copies, and a copy can be older than a switch by the time a job takes.
    """
    profiles = {
        each.user_id: each
        for each in Profile.objects.findable()
        .filter(user__in=learners)
        .annotate(**about)
        .select_related("user")
        .only(
            *("handle", "headline", "place", "languages", "open_to_work_at"),
            "user__full_name",
        )
    }
    found = proofs(learners, things, now, said=said)
    return [
        Person(profiles[learner], found[learner])
        for learner in learners
        if learner in profiles and learner in found
    ]
