"""Which learners of a chunk a look would do something for, in very few queries.

Says what ``evaluating`` would find, by ``rules.sweep``. Almost all of the time goes
into reading what people hold, so only those credentials are read that the rules can
count, and of each no more than two numbers: which badge version it is and which exit
it was given for. An end is read only where it has passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from credentials.models import AchievementSkill, AchievementVersion, Credential
from pathways.completing import after_loss
from pathways.evaluating import LIVE
from pathways.holdings_of import from_elsewhere_of_many
from pathways.models import Completion, Exit, PathwayVersion, Sweep
from pathways.reading_rules import tree_of
from pathways.rules import sweep
from pathways.rules.sweep import Row
from pathways.rules.tree import Tree

#: The next learners of a range who are on the version or completed some of it. The
#: first of either together hold the first of both.
_LEARNERS = """
SELECT learner_id, bool_or(is_on_it) FROM (
    (SELECT learner_id, true AS is_on_it
     FROM pathways_enrolment
     WHERE version_id = %(version)s AND left_at IS NULL
       AND learner_id > %(last)s AND learner_id <= %(until)s
     ORDER BY learner_id LIMIT %(most)s)
  UNION ALL
    (SELECT DISTINCT learner_id, false
     FROM pathways_completion
     WHERE version_id = %(version)s
       AND learner_id > %(last)s AND learner_id <= %(until)s
     ORDER BY learner_id LIMIT %(most)s)
) found
GROUP BY learner_id ORDER BY learner_id LIMIT %(most)s
"""

#: What the learners hold that the rules can count; its end only if that has passed.
_HELD = """
SELECT held.holder_id, held.version_id, ending.exit_id,
       CASE WHEN held.valid_until <= %(now)s THEN held.valid_until END
FROM credentials_credential held
LEFT JOIN pathways_completion ending
    ON ending.credential_id = held.id AND ending.exit_id = ANY (%(exits)s)
WHERE held.holder_id = ANY (%(learners)s)
  AND held.version_id = ANY (%(versions)s)
  AND held.state = 'active'
  AND (held.valid_until IS NULL OR held.valid_until > %(oldest)s)
"""

_FOR_GOOD = datetime.min.replace(tzinfo=UTC)  # no end is older


@dataclass(slots=True)
class Learner:
    """Somebody on a version, or who completed an exit of it; what they hold of use."""

    key: int
    is_on_it: bool
    #: The standing of each exit that was reached; None: its credential was withdrawn.
    reached: dict[int, str | None] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


class Verdicts:
    """The rules of one version, made ready to be asked about many learners.

    Reads them in four queries. A published version never changes, so they may be asked
    for as long as somebody likes.
    """

    def __init__(self, version: PathwayVersion) -> None:
        tree = tree_of(version, ways=False)
        exits = Exit.objects.filter(version=version)
        self.version_id = version.pk
        self._exits = list(exits.values_list("pk", "requirement"))
        self._after_loss = after_loss(version)
        self._met = sweep.compile(tree, [node for _, node in self._exits])
        self._pathways = _last_exits(tree)
        self._badges = _rows(tree, self._pathways)
        self._trusts = bool(tree.trusted)
        self._keeps = [rule.keeps for rule in tree.root.walk()]

    def chunk(self, range_: Sweep, most: int, now: datetime) -> list[Learner]:
        """Return the next learners of a range, at most so many.

        Three queries, and one more where the rules trust issuers elsewhere.
        """
        learners = self._learners(range_, most)
        if learners:
            self._read_reached(learners)
            self._read_rows(learners, now)
        if learners and self._trusts:
            self._read_from_elsewhere(learners)
        return list(learners.values())

    def differs(self, learner: Learner, now: datetime) -> bool:
        """Whether a look at the learner would do something; see ``evaluating``."""
        met = self._met(learner.rows, now)
        for exit_id, node in self._exits:
            if exit_id not in learner.reached:
                if node in met and learner.is_on_it:
                    return True
                continue
            standing = learner.reached[exit_id]
            expected = self._after_loss if node in met else Completion.Standing.MET
            if standing == expected:
                return True
        return False

    def _learners(self, range_: Sweep, most: int) -> dict[int, Learner]:
        values = {
            "version": self.version_id,
            "last": range_.last,
            "until": range_.until,
            "most": most,
        }
        with connection.cursor() as cursor:
            cursor.execute(_LEARNERS, values)
            return {key: Learner(key, is_on_it) for key, is_on_it in cursor.fetchall()}

    def _read_reached(self, learners: dict[int, Learner]) -> None:
        keys = list(learners)
        completions = Completion.objects.filter(
            version=self.version_id, learner__gte=keys[0], learner__lte=keys[-1]
        ).order_by()
        for learner, exit_id, standing, state in completions.values_list(
            "learner", "exit", "standing", "credential__state"
        ):
            if learner in learners:  # else they came a moment ago, and enqueued a look
                shown = standing if state in LIVE else None
                learners[learner].reached[exit_id] = shown

    def _read_rows(self, learners: dict[int, Learner], now: datetime) -> None:
        values: dict[str, Any] = {
            "learners": list(learners),
            "versions": list(self._badges),
            "exits": list(self._pathways),
            "now": now,
            "oldest": self._oldest(now),
        }
        with connection.cursor() as cursor:
            cursor.execute(_HELD, values)
            for learner, version, exit_id, ended in cursor.fetchall():
                row = self._badges[version]
                if ended is not None or exit_id is not None:
                    pathway = self._pathways.get(exit_id)
                    row = row._replace(valid_until=ended, pathway=pathway)
                learners[learner].rows.append(row)

    def _read_from_elsewhere(self, learners: dict[int, Learner]) -> None:
        for learner, holdings in from_elsewhere_of_many(learners).items():
            learners[learner].rows += [sweep.row_of(each) for each in holdings]

    def _oldest(self, now: datetime) -> datetime:
        """What ended at this moment or before counts for no rule."""
        longest = timedelta(0)
        for keeps in self._keeps:
            if keeps is None:
                return _FOR_GOOD
            longest = max(longest, keeps)
        return now - longest


def _last_exits(tree: Tree) -> dict[int, int]:
    """The last exits of every version of the pathways that are asked for."""
    asked = {rule.pathway for rule in tree.root.walk() if rule.pathway is not None}
    exits = Exit.objects.filter(version__pathway__in=asked, requirement__parent=None)
    return dict(exits.values_list("pk", "version__pathway"))


def _rows(tree: Tree, last_exits: Iterable[int]) -> dict[int, Row]:
    """What each badge version that the rules can count is for them, in force."""
    asked = list(tree.root.walk())
    badges = {rule.achievement for rule in asked if rule.achievement is not None}
    skills = {rule.skill for rule in asked if rule.skill is not None}
    proving = AchievementSkill.objects.filter(skill__in=skills)
    outcomes = Exit.objects.filter(pk__in=last_exits)
    pairs = proving.filter(version=OuterRef("pk")).values(
        pair=JSONObject(skill="skill_id", level="level")
    )
    versions = AchievementVersion.objects.filter(
        Q(achievement__in=badges)
        | Q(pk__in=proving.values("version"))
        | Q(pk__in=outcomes.values("outcome"))
    ).annotate(proved=ArraySubquery(pairs))
    return {
        key: Row(
            key="",  # tells apart only what has no badge of ours
            achievement=badge,
            version=number,
            state=Credential.State.ACTIVE.value,
            valid_until=None,
            credits=credits or Decimal(0),
            skills=tuple((pair["skill"], pair["level"]) for pair in proved or ()),
            pathway=None,
            issuer="",
        )
        for key, badge, number, credits, proved in versions.values_list(
            "pk", "achievement", "number", "credits", "proved"
        )
    }
