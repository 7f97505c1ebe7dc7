"""What people prove at this moment, and what of it says why they were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from credentials.languages import in_this_language
from credentials.models import Credential
from portfolio.models.talent import ProvenSkill, Strength
from portfolio.talent.naming import Thing

#: Credentials shown for one person.
MOST_SHOWN = 3
#: Rows of one person to choose them from: a badge proves several skills, and the same
#: badge can be held more than once.
MOST_LOOKED_AT = 9


class Shown(NamedTuple):
    """A skill that a credential proves, with what a list shows of the credential."""

    learner: int
    skill: int
    skill_name: str
    level: int
    strength: int
    achievement: int
    issuer: int
    credential: int
    token: str
    title: str
    language: str
    issuer_name: str
    issued_at: datetime
    valid_until: datetime | None
    issuer_slug: str
    badge_slug: str
    number: int

    @property
    def address(self) -> str:
        """The page of the credential, in the language of whoever reads this."""
        return in_this_language(reverse("credential", args=[self.token]))

    @property
    def small_picture(self) -> str:
        """The address of its artwork for 32 pixels."""
        badge = [self.issuer_slug, self.badge_slug, self.number]
        return reverse("badge_small", args=badge)


_COLUMNS = {
    "skill_name": "skill__name",
    "token": "credential__token",
    "title": "credential__title",
    "language": "credential__version__language",
    "issuer_name": "credential__issuer_name",
    "issued_at": "credential__issued_at",
    "valid_until": "credential__valid_until",
    "issuer_slug": "credential__issuer__slug",
    "badge_slug": "credential__achievement__slug",
    "number": "credential__version__number",
}


class Proof(NamedTuple):
    """A credential, by the row of it that best says why its holder was found.

    ``is_by_skill``: a skill was asked for, and not the badge or its issuer.
    """

    shown: Shown
    is_by_skill: bool

    @property
    def strength(self) -> Strength:
        """How it was earned."""
        return Strength(self.shown.strength)


def proven(learners: Sequence[int], now: datetime) -> QuerySet[ProvenSkill]:
    """What these people prove at this moment and anybody may see, the best first."""
    return ProvenSkill.objects.filter(
        Q(credential__valid_until=None) | Q(credential__valid_until__gt=now),
        learner__in=learners,
        credential__state=Credential.State.ACTIVE,
        credential__visibility=Credential.Visibility.PUBLIC,
        credential__is_signature_good=True,
    ).order_by(*ProvenSkill.ORDER)


def shown(rows: QuerySet[ProvenSkill]) -> list[Shown]:
    """Read rows as lists show them. One query."""
    columns = (_COLUMNS.get(name, name) for name in Shown._fields)
    return [Shown(*row) for row in rows.values_list(*columns)]


def proofs(
    learners: Sequence[int],
    things: Sequence[Thing],
    now: datetime,
    *,
    said: Collection[int] = (),
) -> Mapping[int, list[Proof]]:
    """Some credentials of each of these people that prove one of the things. One query.

    Of those who only said it (``said``) the best that they have. Without those of whom
    nothing is left to show.
    """
    # Chosen from the rows alone, before anything is joined to them.
    nth = Window(RowNumber(), partition_by=F("learner"), order_by=ProvenSkill.ORDER)
    best = (
        ProvenSkill.objects.filter(learner__in=learners)
        .filter(_proving(things) | Q(learner__in=set(said).intersection(learners)))
        .annotate(nth=nth)
        .filter(nth__lte=MOST_LOOKED_AT)
    )
    rows = proven(learners, now).filter(pk__in=best.values("pk"))
    by_learner = defaultdict[int, list[Shown]](list)
    for row in shown(rows):
        by_learner[row.learner].append(row)
    return {learner: _choose(rows, things) for learner, rows in by_learner.items()}


def _proving(things: Sequence[Thing]) -> Q:
    """Rows that prove one of these."""
    either = Q(pk__in=())
    for thing in things:
        either |= Q(skill__in=thing.skills)
        either |= Q(achievement__in=thing.badges) | Q(issuer__in=thing.issuers)
    return either


class _Chosen(NamedTuple):
    """The row that stands for a credential, and whether it was asked for."""

    proof: Proof
    is_match: bool


def _choose(rows: Sequence[Shown], things: Sequence[Thing]) -> list[Proof]:
    """The credentials to show of one person, those that were asked for first.

    In: their rows, the strongest first. The same badge stands once; an earlier version
    of it that proves other skills is no repeat.
    """
    by_credential = defaultdict[int, list[Shown]](list)
    for row in rows:
        by_credential[row.credential].append(row)
    first: dict[object, _Chosen] = {}
    # Sorting keeps the order of equals: the strongest stay first.
    for said, chosen in sorted(
        (_chosen(of_one, things) for of_one in by_credential.values()),
        key=lambda pair: not pair[1].is_match,
    ):
        first.setdefault(said, chosen)
    return [chosen.proof for chosen in first.values()][:MOST_SHOWN]


def _chosen(
    rows: Sequence[Shown], things: Sequence[Thing]
) -> tuple[tuple[int, frozenset[int]], _Chosen]:
    """What one credential proves, which may be said once, and the row for it.

    A skill that was asked for stands before the others of the same credential.
    """
    said = (rows[0].achievement, frozenset(row.skill for row in rows))
    by_skill = [row for row in rows if any(row.skill in each.skills for each in things)]
    matching = by_skill or [row for row in rows if _is_vouched(row, things)]
    best = (matching or rows)[0]
    return said, _Chosen(Proof(best, bool(by_skill)), bool(matching))


def _is_vouched(row: Shown, things: Sequence[Thing]) -> bool:
    """Whether the badge or its issuer was asked for."""
    return any(
        row.achievement in thing.badges or row.issuer in thing.issuers
        for thing in things
    )
