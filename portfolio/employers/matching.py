"""Who has everything that a role needs, in the order of the talent search.

A search has one level for all of its skills, a role one for each: so the people of a
role are found here, from the same rows and by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import BaseExpression

from portfolio.models import Profile, RoleSkill
from portfolio.models.talent import ProvenSkill
from portfolio.talent.asking import MOST_PEOPLE
from portfolio.talent.people import Person, Proof, shown_rows
from portfolio.talent.searching import MOST_COMPARED, MOST_ROWS, Match, rank

#: Credentials shown for one person: a role has more skills than a search.
MOST_PROOFS = 5


def matching(needs: Sequence[RoleSkill], now: datetime) -> list[int]:
    """Return who proves all of these skills at their levels, the best proof first.

    Nobody for a role without skills; at most as many as a search shows. Two queries.
    """
    if not needs:
        return []
    rows = ProvenSkill.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now))
    first = _rarest(needs, rows)
    found = rows.filter(_proves(first))
    for need in needs:
        if need is not first:
            own = rows.filter(_proves(need), learner=OuterRef("learner"))
            found = found.filter(Exists(own))
    best = found.order_by(*ProvenSkill.ORDER).values_list(*Match._fields)[:MOST_ROWS]
    return [match.learner for match in rank(Match(*row) for row in best)][:MOST_PEOPLE]


def people(
    learners: Sequence[int],
    needs: Sequence[RoleSkill],
    now: datetime,
    *,
    is_kept: BaseExpression,
) -> list[Person]:
    """These people in this order, each with the credentials that prove it. Two queries.

    Rows are copies: whoever may not be found any more, or proves less by now, is left
    out. ``is_kept`` says of a page whether the one who looks keeps its owner.
    """
    profiles = {
        each.user_id: each
        for each in Profile.objects.findable()
        .filter(user__in=learners)
        .annotate(is_kept=is_kept)
        .select_related("user")
        .defer("about")
    }
    proofs = _proofs(learners, needs, now)
    return [
        Person(profiles[learner], proofs[learner])
        for learner in learners
        if learner in profiles and learner in proofs
    ]


def _proves(need: RoleSkill) -> Q:
    return Q(skill=need.skill_id, level__gte=need.level)


def _rarest(needs: Sequence[RoleSkill], rows: QuerySet[ProvenSkill]) -> RoleSkill:
    """The skill with the fewest rows, counted as far as it takes to compare."""
    if len(needs) == 1:
        return needs[0]
    first, *rest = (
        rows.filter(_proves(need))
        .order_by()
        .values_list(Value(at, IntegerField()))[:MOST_COMPARED]
        for at, need in enumerate(needs)
    )
    sizes = [0] * len(needs)
    for (at,) in first.union(*rest, all=True):
        sizes[at] += 1
    return needs[sizes.index(min(sizes))]


def _proofs(
    learners: Sequence[int], needs: Sequence[RoleSkill], now: datetime
) -> dict[int, list[Proof]]:
    """The strongest proof of each skill; a credential that proves several stands once.

    Without those of whom a skill is not proven any more.
    """
    either = Q()
    for need in needs:
        either |= _proves(need)
    best: dict[int, dict[int, ProvenSkill]] = defaultdict(dict)
    for row in shown_rows(learners, now).filter(either):
        best[row.learner_id].setdefault(row.skill_id, row)
    return {
        learner: _by_credential(list(rows.values()))
        for learner, rows in best.items()
        if len(rows) == len(needs)
    }


def _by_credential(rows: Sequence[ProvenSkill]) -> list[Proof]:
    """Rows come in the order of results, and so do the credentials."""
    gathered: dict[object, list[ProvenSkill]] = {}
    for row in rows:
        gathered.setdefault(row.credential_id, []).append(row)
    return [
        Proof(each[0].credential, each, is_match=True, is_by_skill=True)
        for each in list(gathered.values())[:MOST_PROOFS]
    ]
