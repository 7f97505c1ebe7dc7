"""100,000 made-up learners on a pathway of 20 nodes, written as rows.

Nothing of them is signed: they live in the bench's own database. Each has an account,
an enrolment, six to seven badges that the rules count and two that they do not. One in
ten holds all and the outcome; of those one in fifty lost a part since, which nobody
has looked at.
"""

from __future__ import annotations

from django.db import connection, transaction

from credentials.models import AchievementVersion, Issuer
from pathways.models import PathwayVersion
from tests import factories
from tests.pathways.making import make_pathway, rule

LEARNERS = 100_000
FEW = 10_000

#: As a bulk load does it: rows that fit each other by how they are made are not
#: compared with each other one by one.
_UNCHECKED = """
SET LOCAL session_replication_role = replica;
SET LOCAL statement_timeout = 0;
SET LOCAL synchronous_commit = off;
"""

_USERS = """
WITH made AS (
    INSERT INTO portfolio_user (password, is_superuser, email, full_name, is_active,
        is_staff, language)
    SELECT '!', false, 'crowd' || n || '@crowd.example.org', 'Person ' || n, true,
        false, ''
    FROM generate_series(1, %(learners)s) n
    RETURNING id
)
SELECT min(id), max(id) FROM made
"""

_ENROLMENTS = """
INSERT INTO pathways_enrolment (learner_id, pathway_id, version_id)
SELECT %(first)s + n, %(pathway)s, %(version)s
FROM generate_series(0, %(learners)s - 1) n
"""

#: Learner n holds a badge by chance of its own; one in ten holds them all, and nobody
#: else the first one. Some have ended, or were withdrawn.
_HELD = """
INSERT INTO credentials_credential (id, token, source, award_key, holder_id,
    recipient_name, recipient_email, title, issuer_name, issuer_id, achievement_id,
    version_id, issued_at, valid_until, visibility, state, state_reason, document, jwt,
    document_sha256, is_signature_good)
SELECT gen_random_uuid(), lpad(n || 'c' || place, 26, '0'), 'submission',
    'crowd:' || n || ':' || place, %(first)s + n, 'Person', '', 'Badge', 'Issuer',
    badge.issuer_id, badge.id, badge.current_version_id, now() - interval '400 days',
    CASE WHEN n %% 500 = 0 AND place = 1 THEN now() - interval '1 day'
         WHEN n %% 10 > 0 AND (n + place) %% 20 = 0 THEN now() - interval '9 days'
         ELSE now() + interval '300 days' END,
    'link',
    CASE WHEN n %% 10 > 0 AND (n + place) %% 50 = 1 THEN 'revoked' ELSE 'active' END,
    CASE WHEN n %% 10 > 0 AND (n + place) %% 50 = 1 THEN 'mistake' ELSE '' END,
    '{}', '', '', true
FROM unnest(%(badges)s::bigint[]) WITH ORDINALITY asked (badge_id, place)
JOIN credentials_achievement badge ON badge.id = asked.badge_id
JOIN generate_series(0, %(learners)s - 1) n
    ON n %% 10 = 0 OR place > 1 AND (n * 7919 + place * 104729) %% 97 < 52
"""

_OUTCOMES = """
WITH given AS (
    INSERT INTO credentials_credential (id, token, source, award_key, holder_id,
        recipient_name, recipient_email, title, issuer_name, issuer_id, achievement_id,
        version_id, issued_at, visibility, state, state_reason, document, jwt,
        document_sha256, is_signature_good)
    SELECT gen_random_uuid(), lpad(n || 'o' || %(exit)s, 26, '0'), 'pathway',
        'pathway:' || %(exit)s || ':' || n, n, 'Person', '', 'Badge', 'Issuer',
        badge.issuer_id, badge.id, outcome.id, now(), 'link', 'active', '', '{}', '',
        '', true
    FROM pathways_exit ending
    JOIN credentials_achievementversion outcome ON outcome.id = ending.outcome_id
    JOIN credentials_achievement badge ON badge.id = outcome.achievement_id
    JOIN generate_series(%(first)s, %(first)s + %(learners)s - 1, 10) n
        ON ending.id = %(exit)s
    RETURNING id, holder_id
)
INSERT INTO pathways_completion (exit_id, version_id, learner_id, credential_id,
    completed_at, standing, standing_since, clr_sha256)
SELECT %(exit)s, %(version)s, holder_id, id, now(), 'met', now(), '' FROM given
"""


@transaction.atomic
def gather() -> tuple[PathwayVersion, PathwayVersion]:
    """Write them all. Out: a pathway that few of them are on, and one that all are."""
    issuer = factories.make_issuer()
    badges = [factories.make_badge(issuer, credits=2) for _ in range(15)]
    few, everybody = _pathway(issuer, badges), _pathway(issuer, badges)
    with connection.cursor() as cursor:
        cursor.execute(_UNCHECKED)
        cursor.execute(_USERS, {"learners": LEARNERS})
        first, last = cursor.fetchone()
        assert last - first == LEARNERS - 1, "accounts are numbered one by one"
        asked = [badge.achievement_id for badge in badges]
        cursor.execute(_HELD, {"first": first, "learners": LEARNERS, "badges": asked})
        for version, learners in ((few, FEW), (everybody, LEARNERS)):
            values = {
                "first": first,
                "learners": learners,
                "version": version.pk,
                "pathway": version.pathway_id,
                "exit": version.exits.get().pk,
            }
            cursor.execute(_ENROLMENTS, values)
            cursor.execute(_OUTCOMES, values)
        cursor.execute("ANALYZE")
    return few, everybody


def _pathway(issuer: Issuer, badges: list[AchievementVersion]) -> PathwayVersion:
    """Twenty nodes: four stages of every kind of rule that looks at badges."""
    skill = badges[6].skill_levels.get()
    version = make_pathway(
        issuer,
        badges[:3],
        rule("at_least", *badges[3:6], (skill.skill, skill.level), count=2),
        rule("credits", *badges[7:11], credits=4),
        rule("all", badges[11], rule("at_least", *badges[12:14], count=1)),
    )
    assert version.requirements.count() == 20
    return version
