"""Who has everything that a role needs, in the order of the talent search.

A search has one level for all of its skills, a role one for each: so the people of a
role are found here, from the same rows and by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.db.models.expressions import BaseExpression

from portfolio.models import Profile, RoleSkill
from portfolio.models.talent import ProvenSkill
from portfolio.talent.asking import Sort
from portfolio.talent.people import Person
from portfolio.talent.proofs import Proof, Shown, shown
from portfolio.talent.queries import written
from portfolio.talent.ranking import Match, rank, rank_best

#: Credentials shown for one person: a role has more skills than a search.
MOST_PROOFS = 5


def matching(needs: Sequence[RoleSkill], now: datetime) -> list[int]:
    """Return who proves all of these skills at their levels, the best proof first.

    They are ranked by the first skill. Nobody for a role without skills; at most as
    many as a search shows. Two queries at most.
    """
    if not needs:
        return []
    rows = ProvenSkill.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now))
    first, *others = needs
    more = [written(rows.filter(_proves(need)).values("learner")) for need in others]
    best = written(rows.filter(_proves(first)).values_list(*Match._fields))
    ranked = rank(best, more=more) if more else rank_best([best], [], Sort.MATCH)
    return [match.learner for match in ranked.matches]


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


def _proofs(
    learners: Sequence[int], needs: Sequence[RoleSkill], now: datetime
) -> dict[int, list[Proof]]:
    """The strongest proof of each skill; a credential that proves several stands once.

    Without those of whom a skill is not proven any more.
    """
    rows, either = ProvenSkill.objects.filter(learner__in=learners), Q()
    for need in needs:
        either |= _proves(need)
    best: dict[int, dict[int, Shown]] = defaultdict(dict)
    for row in shown(rows.filter(either), now):
        best[row.learner].setdefault(row.skill, row)
    return {
        learner: _by_credential(list(rows.values()))
        for learner, rows in best.items()
        if len(rows) == len(needs)
    }


def _by_credential(rows: Sequence[Shown]) -> list[Proof]:
    """Rows come in the order of results, and so do the credentials."""
    first: dict[int, Shown] = {}
    for row in rows:
        first.setdefault(row.credential, row)
    return [Proof(row, is_by_skill=True) for row in list(first.values())[:MOST_PROOFS]]
