"""A site of many thousand people, made up, to see how it behaves at that size.

Written as sets, by the database itself. Nothing is signed: each document says that it
is synthetic, and its page says that it cannot be checked. Badges and skills are few and
their use is uneven, as it is in life: a common skill has tens of thousands of holders.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from credentials.models import (
    Achievement,
    AchievementSkill,
    AchievementVersion,
    Credential,
    Issuer,
    Skill,
)
from credentials.models.artwork import Glyph, Hue
from portfolio.demo.scale_words import ACTIVITIES, PLACES, ROLES, SUBJECTS, TONGUES
from portfolio.models import User

ISSUERS = 40
BADGES = 400

#: Begins every made-up name of an issuer, so that nobody takes them for real ones.
PREFIX = "scale"


class NotEmpty(Exception):
    """The database holds credentials that are not made up."""


#: Chance is repeatable: the same numbers make the same site. Each part has a chance of
#: its own, or all parts would give the same badges to the same people again.
_CHANCE = "SELECT setseed(0.42 / %s)"

_PEOPLE = """
INSERT INTO portfolio_user (password, is_superuser, email, full_name, is_active,
    is_staff, language)
SELECT '!', false, 'person' || n || '@scale.example.org', 'Person ' || n, true,
    false, ''
FROM generate_series(%(first)s, %(last)s) n
"""

#: Eight of ten have a public page, six of ten may be found.
_PROFILES = """
INSERT INTO portfolio_profile (user_id, handle, other_name, headline, place, languages,
    own_words, about, photo, open_to_work_at, public_at, talent_search_at)
SELECT person.id, 'scale-' || person.id, '',
    (%(roles)s::text[])[1 + floor(drawn.role * drawn.role * %(role_count)s)::int],
    (%(places)s::text[])[1 + floor(drawn.place * drawn.place * %(place_count)s)::int],
    ARRAY[(%(tongues)s::text[])[1 + floor(drawn.tongue ^ 3 * %(tongue_count)s)::int]],
    '{}', '', '',
    CASE WHEN drawn.open < 0.3 THEN %(now)s::timestamptz END,
    CASE WHEN drawn.public < 0.8 THEN %(now)s::timestamptz END,
    CASE WHEN drawn.public < 0.6 THEN %(now)s::timestamptz END
FROM portfolio_user person, LATERAL (
    SELECT random() AS role, random() AS place, random() AS tongue, random() AS open,
        random() AS public, person.id
) drawn
WHERE person.email LIKE 'person%%@scale.example.org'
    AND NOT EXISTS (SELECT FROM portfolio_profile p WHERE p.user_id = person.id)
"""

#: Chance is written down before anything is joined to it: however the database joins,
#: it is not asked again.
_CREDENTIALS = """
INSERT INTO credentials_credential (id, token, source, award_key, holder_id,
    recipient_name, recipient_email, title, issuer_name, issuer_id, achievement_id,
    version_id, issued_at, valid_until, visibility, state, state_changed_at,
    state_reason, document, jwt, document_sha256, is_signature_good)
WITH drawn AS MATERIALIZED (
    SELECT n, floor(random() * %(learners)s)::int AS person,
        floor(random() ^ 2 * %(badge_count)s)::int AS badge,
        %(now)s::timestamptz - random() * interval '1500 days' AS issued_at,
        random() AS ends, random() AS shown, random() AS state
    FROM generate_series(%(first)s, %(last)s) n
)
SELECT gen_random_uuid(), 's' || lpad(drawn.n::text, 25, '0'), 'submission',
    'scale:' || drawn.n, person.id, person.full_name, '', badge.name,
    badge.issuer_name, badge.issuer_id, badge.achievement_id, badge.version_id,
    drawn.issued_at,
    CASE WHEN drawn.ends < 0.7 THEN drawn.issued_at + interval '3 years' END,
    CASE WHEN drawn.shown < 0.7 THEN 'public' WHEN drawn.shown < 0.9 THEN 'link'
         ELSE 'private' END,
    CASE WHEN drawn.state < 0.03 THEN 'revoked' ELSE 'active' END, drawn.issued_at,
    CASE WHEN drawn.state < 0.03 THEN 'mistake' ELSE '' END,
    made.document, '', encode(sha256(convert_to(made.document, 'UTF8')), 'hex'), true
FROM drawn
JOIN (
    SELECT id, full_name, row_number() OVER (ORDER BY id) - 1 AS place
    FROM portfolio_user WHERE email LIKE 'person%%@scale.example.org'
) person ON person.place = drawn.person
JOIN (
    SELECT version.id AS version_id, version.name, badge.id AS achievement_id,
        issuer.id AS issuer_id, issuer.name AS issuer_name,
        row_number() OVER (ORDER BY badge.id) - 1 AS place
    FROM credentials_achievement badge
    JOIN credentials_achievementversion version
        ON version.id = badge.current_version_id
    JOIN credentials_issuer issuer ON issuer.id = badge.issuer_id
    WHERE issuer.slug LIKE 'scale-%%'
) badge ON badge.place = drawn.badge,
LATERAL (
    SELECT json_build_object('synthetic', true, 'number', drawn.n,
        'name', badge.name)::text AS document
) made
"""

#: What ``portfolio/talent/rows`` makes of one person, for all who may be found.
_FINDABLE = """
INSERT INTO portfolio_findableperson (learner_id, words, place, languages,
    is_open_to_work)
SELECT user_id, lower(' ' || headline || ' ' || place), lower(place),
    ARRAY(SELECT lower(each) FROM unnest(languages) each),
    open_to_work_at IS NOT NULL
FROM portfolio_profile
WHERE talent_search_at IS NOT NULL AND public_at IS NOT NULL
    AND handle LIKE 'scale-%%'
ON CONFLICT DO NOTHING
"""
_PROVEN = """
INSERT INTO portfolio_provenskill (learner_id, skill_id, credential_id, achievement_id,
    issuer_id, level, strength, earned_at, valid_until, place, languages,
    is_open_to_work)
SELECT held.holder_id, proved.skill_id, held.id, held.achievement_id, held.issuer_id,
    proved.level,
    CASE WHEN version.assessment = 'attended' THEN 1
         WHEN version.is_supervised AND version.is_identity_checked THEN 3 ELSE 2 END,
    held.issued_at, held.valid_until, person.place, person.languages,
    person.is_open_to_work
FROM credentials_credential held
JOIN portfolio_findableperson person ON person.learner_id = held.holder_id
JOIN credentials_achievementversion version ON version.id = held.version_id
JOIN credentials_achievementskill proved ON proved.version_id = version.id
WHERE held.award_key LIKE 'scale:%%' AND held.state = 'active'
    AND held.visibility = 'public'
    AND (held.valid_until IS NULL OR held.valid_until > %(now)s)
ON CONFLICT DO NOTHING
"""

#: Rows of one statement; each is a transaction, so that little is held at once.
_BATCH = 100_000


def fill(learners: int, credentials: int, say: Callable[[str], None]) -> None:
    """Write that many people and credentials, or what is missing of them.

    Raises NotEmpty when the database holds credentials that are not made up.
    """
    if Credential.objects.exclude(award_key__startswith="scale:").exists():
        raise NotEmpty
    now = timezone.now()
    _badges(now)
    say(f"{ISSUERS} issuers, {BADGES} badges")
    _people(learners, now)
    say(f"{learners} people")
    held = Credential.objects.count()
    for first in range(held + 1, credentials + 1, _BATCH):
        last = min(first + _BATCH - 1, credentials)
        given = {"learners": learners, "badge_count": BADGES, "now": now}
        _write(_CREDENTIALS, {**given, "first": first, "last": last}, part=first)
        say(f"{last} credentials")
    _write(_FINDABLE, {})
    _write(_PROVEN, {"now": now})
    say("rows of the talent search")


def settle() -> None:
    """Let the database learn what it holds, as it does by itself after a while.

    Outside of transactions only.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _write(statement: str, given: dict[str, object], part: int = 1) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_CHANCE, [part])
        cursor.execute(statement, given)  # type: ignore[arg-type] # plain values


def _people(learners: int, now: datetime) -> None:
    made_up = User.objects.filter(
        email__startswith="person", email__endswith="@scale.example.org"
    )
    there = made_up.count()
    for first in range(there + 1, learners + 1, _BATCH):
        last = min(first + _BATCH - 1, learners)
        _write(_PEOPLE, {"first": first, "last": last})
    with connection.cursor() as cursor:  # or each person is looked up in all profiles
        cursor.execute("ANALYZE portfolio_user")
    words = {"roles": ROLES, "places": PLACES, "tongues": TONGUES}
    counts = {f"{name[:-1]}_count": len(each) for name, each in words.items()}
    _write(_PROFILES, {**words, **counts, "now": now}, part=there + 1)


@transaction.atomic
def _badges(now: datetime) -> None:
    """Issuers, skills and badges, published as they stand, once."""
    if Issuer.objects.filter(slug=f"{PREFIX}-0").exists():
        return
    issuers = Issuer.objects.bulk_create(_issuer(number) for number in range(ISSUERS))
    skills = Skill.objects.bulk_create(
        Skill(framework="Synthetic", name=name, uri=f"https://scale.example/{number}")
        for number, name in enumerate(_names())
    )
    badges = Achievement.objects.bulk_create(
        Achievement(issuer=issuers[number % ISSUERS], slug=f"{PREFIX}-{number}")
        for number in range(BADGES)
    )
    versions = AchievementVersion.objects.bulk_create(
        _version(number, badge, skills[number % len(skills)].name)
        for number, badge in enumerate(badges)
    )
    AchievementSkill.objects.bulk_create(
        AchievementSkill(
            version=version,
            skill=skills[(number + step) % len(skills)],
            level=1 + (number + step) % 4,
        )
        for number, version in enumerate(versions)
        for step in (0, 37, 113)
    )
    by = User.objects.create_user(
        "designer@scale.example.org", None, full_name="Designer of made-up badges"
    )
    AchievementVersion.objects.filter(achievement__in=badges).update(
        published_at=now, published_by=by
    )
    for badge, version in zip(badges, versions, strict=True):
        badge.current_version = version
    Achievement.objects.bulk_update(badges, ["current_version"])


def _issuer(number: int) -> Issuer:
    return Issuer(
        slug=f"{PREFIX}-{number}",
        name=f"Made-up school {number}",
        kind="education",
        url=f"https://school{number}.scale.example/",
        email=f"badges@school{number}.scale.example",
        hue=Hue.values[number % len(Hue.values)],
        glyph=Glyph.values[number % len(Glyph.values)],
    )


def _version(number: int, badge: Achievement, skill: str) -> AchievementVersion:
    return AchievementVersion(
        achievement=badge,
        name=f"{skill}, part {1 + number // len(SUBJECTS)}",
        promise="Shows how the site behaves with many people.",
        description="Made up.",
        level=1 + number % 4,
        effort_hours=2 + number % 40,
        delivery="online",
        assessment="attended" if number % 5 == 0 else "assessed",
        assessment_words="Made up",
        is_supervised=number % 3 == 0,
        is_identity_checked=number % 6 == 0,
        hue=Hue.values[number % len(Hue.values)],
        glyph=Glyph.values[number % len(Glyph.values)],
        skill_words=skill,
    )


def _names() -> list[str]:
    return [f"{subject} {activity}" for activity in ACTIVITIES for subject in SUBJECTS]
