"""The people of one page of results, each with the credentials that say why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.expressions import BaseExpression

from credentials.models import Credential
from portfolio.models import Profile
from portfolio.models.talent import ProvenSkill, Strength
from portfolio.talent.naming import Thing

#: Credentials shown for one person.
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """A credential and what it proves; ``is_match`` when it is what was asked for.

    ``is_by_skill``: a skill was asked for, and not the badge or its issuer.
    """

    credential: Credential
    skills: Sequence[ProvenSkill]
    is_match: bool
    is_by_skill: bool

    @property
    def strength(self) -> Strength:
        """How it was earned."""
        return Strength(self.skills[0].strength)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found: what they say of themselves, and why they were found."""

    profile: Profile
    proofs: Sequence[Proof]

    @property
    def best(self) -> ProvenSkill:
        """The skill that put them in their place."""
        return self.proofs[0].skills[0]


def people(
    learners: Sequence[int],
    things: Sequence[Thing],
    now: datetime,
    **about: BaseExpression,
) -> list[Person]:
    """Return these people in this order, as they are at this moment. Two queries.

    ``about`` are columns more that each profile gets, for whoever asks.

    Whoever switched the search off, or has nothing left to show, is left out: rows are
    copies, and a copy can be older than a switch by the time a job takes.
    """
    profiles = {
        each.user_id: each
        for each in Profile.objects.findable()
        .filter(user__in=learners)
        .annotate(**about)
        .select_related("user")
        .defer("about")
    }
    proofs = _proofs(learners, things, now)
    return [
        Person(profiles[learner], _without_repeats(proofs[learner])[:MOST_SHOWN])
        for learner in learners
        if learner in profiles and proofs[learner]
    ]


def shown_rows(learners: Sequence[int], now: datetime) -> QuerySet[ProvenSkill]:
    """What these people prove at this moment and anybody may see, the best first."""
    return (
        ProvenSkill.objects.filter(
            Q(credential__valid_until=None) | Q(credential__valid_until__gt=now),
            learner__in=learners,
            credential__state=Credential.State.ACTIVE,
            credential__visibility=Credential.Visibility.PUBLIC,
            credential__is_signature_good=True,
        )
        .select_related(
            "skill",
            "credential__issuer",
            "credential__achievement",
            "credential__version",
        )
        .only(
            *("learner", "level", "strength", "earned_at", "skill__name", "issuer"),
            *("achievement", "credential__token", "credential__title"),
            *("credential__issuer_name", "credential__issued_at"),
            *("credential__source", "credential__valid_until"),
            *("credential__issuer__slug", "credential__version__number"),
            *("credential__version__language",),
            *("credential__achievement__slug",),
        )
        .order_by(*ProvenSkill.ORDER)
    )


def _proofs(
    learners: Sequence[int], things: Sequence[Thing], now: datetime
) -> dict[int, list[Proof]]:
    by_credential: dict[int, dict[object, list[ProvenSkill]]] = defaultdict(dict)
    for row in shown_rows(learners, now):
        of_learner = by_credential[row.learner_id]
        of_learner.setdefault(row.credential_id, []).append(row)
    found = defaultdict[int, list[Proof]](list)
    for learner, credentials in by_credential.items():
        made = [_proof(rows, things) for rows in credentials.values()]
        # Sorting keeps the order of equals: the strongest stay first.
        found[learner] = sorted(made, key=lambda proof: not proof.is_match)
    return found


def _without_repeats(proofs: Sequence[Proof]) -> list[Proof]:
    """The best of each badge: the same badge once more says nothing more.

    An earlier version that proves other skills is no repeat.
    """
    first: dict[object, Proof] = {}
    for proof in proofs:
        badge = proof.skills[0].achievement_id or proof.credential.token
        first.setdefault(
            (badge, frozenset(row.skill_id for row in proof.skills)), proof
        )
    return list(first.values())


def _proof(rows: Sequence[ProvenSkill], things: Sequence[Thing]) -> Proof:
    matching = [row for row in rows if any(_is(row, thing) for thing in things)]
    # A skill that was asked for stands before the others of the same credential.
    matching.sort(
        key=lambda row: not any(row.skill_id in thing.skills for thing in things)
    )
    others = [row for row in rows if row not in matching]
    return Proof(
        rows[0].credential,
        [*matching, *others],
        is_match=bool(matching),
        is_by_skill=any(
            row.skill_id in thing.skills for row in matching for thing in things
        ),
    )


def _is(row: ProvenSkill, thing: Thing) -> bool:
    return (
        row.skill_id in thing.skills
        or row.achievement_id in thing.badges
        or row.issuer_id in thing.issuers
    )
