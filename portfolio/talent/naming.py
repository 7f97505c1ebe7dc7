"""What the words of a search name: skills, badges, or something people say themselves.

Skills and badges are few, people are many: the words are looked up among the few, with
room for typing errors, and the people are then found by number.

The longest words that stand side by side and name something are one thing: "data
analysis Leeds" asks for a skill and for a place. Names that are only alike are guesses,
so they are looked for where nothing has these words, and nobody says them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db import connection

from portfolio.talent.folding import fold

#: As many skills and badges are looked at for one word.
MOST_NAMED = 12
#: How alike a mistyped word is to one of a name at least, from 0 to 1: two letters
#: that changed places leave 0.38.
ALIKE = 0.35
#: So alike are all words together to one name when that was meant, all of it mistyped.
SURE = 0.5
#: Of names that are alike, those that are nearly as much so as the likest.
NEARLY = 0.85
#: Shorter beginnings would be a walk through everything there is.
SHORTEST = 2
MOST_TERMS = 6

_EXACT = 2.0

#: For each of the phrases: names that have all of its words, the last one begun. The
#: expressions are those of the indexes ``skill_name_words``, ``version_name_words``.
_NAMED = """
SELECT asked.place - 1, named.kind, named.key, named.skills
FROM unnest(%(queries)s::text[]) WITH ORDINALITY asked (query, place)
CROSS JOIN LATERAL (
    (SELECT 'skill' AS kind, skill.id AS key, ARRAY[skill.id] AS skills
     FROM credentials_skill skill
     WHERE to_tsvector('cairn'::regconfig, coalesce(skill.name, ''))
         @@ to_tsquery('cairn'::regconfig, asked.query)
     ORDER BY skill.name, skill.id LIMIT %(most)s)
    UNION ALL
    (SELECT 'badge', version.achievement_id,
         ARRAY(SELECT proved.skill_id FROM credentials_achievementskill proved
               WHERE proved.version_id = version.id)
     FROM credentials_achievementversion version
     JOIN credentials_achievement badge ON badge.current_version_id = version.id
     WHERE to_tsvector('cairn'::regconfig, coalesce(version.name, ''))
         @@ to_tsquery('cairn'::regconfig, asked.query)
     ORDER BY version.name, version.id LIMIT %(most)s)
) named
ORDER BY asked.place
"""

#: For each of the phrases, but those of which people say every word: the names most
#: like it, of those that are like one of its words. The threshold is set before the
#: first name is looked at: the words come after it.
_ALIKE = """
WITH unsaid (term) AS MATERIALIZED ({unsaid}),
asked AS MATERIALIZED (
    SELECT place, phrase, string_to_array(phrase, ' ') AS terms
    FROM unnest(%(phrases)s::text[]) WITH ORDINALITY given (phrase, place)
    WHERE string_to_array(phrase, ' ') && ARRAY(SELECT term FROM unsaid)
),
threshold (at) AS MATERIALIZED (
    SELECT set_config('pg_trgm.word_similarity_threshold', %(alike)s, true)
),
word (term) AS MATERIALIZED (
    SELECT DISTINCT left(threshold.at, 0) || unnest(terms) FROM threshold, asked
),
name (term, kind, key, version, written) AS MATERIALIZED (
    SELECT word.term, 'skill', skill.id, NULL::bigint, lower(skill.name)
    FROM word JOIN credentials_skill skill ON word.term <%% lower(skill.name)
    UNION ALL
    SELECT word.term, 'badge', version.achievement_id, version.id, lower(version.name)
    FROM word
    JOIN credentials_achievementversion version ON word.term <%% lower(version.name)
    JOIN credentials_achievement badge ON badge.current_version_id = version.id
),
alike AS (
    SELECT DISTINCT asked.place, asked.phrase, kind, key, version, written
    FROM asked JOIN name ON name.term = ANY (asked.terms)
),
measured AS MATERIALIZED (
    SELECT *, word_similarity(phrase, written) AS likeness FROM alike
),
likest AS (
    SELECT *, row_number() OVER (
        PARTITION BY place, kind ORDER BY likeness DESC, written, key
    ) AS nth
    FROM measured WHERE likeness >= %(least)s
)
SELECT place - 1, kind, key, likeness,
    CASE kind WHEN 'skill' THEN ARRAY[key] ELSE ARRAY(
        SELECT proved.skill_id FROM credentials_achievementskill proved
        WHERE proved.version_id = likest.version
    ) END
FROM likest WHERE nth <= %(most)s
ORDER BY place, likeness DESC
"""
#: Written for each word by itself: how to look for it depends on how rare it is.
_UNSAID = """
SELECT %({term})s::text WHERE NOT EXISTS (
    SELECT FROM portfolio_findableperson WHERE words LIKE %({begun})s
)
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that somebody has to have: any of these, by primary key.

    Or, when ``said`` is not empty, its folded words in what they say of themselves.
    """

    skills: tuple[int, ...] = ()
    badges: tuple[int, ...] = ()
    issuers: tuple[int, ...] = ()
    said: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether credentials can match it at all."""
        return bool(self.skills or self.badges or self.issuers)


@dataclass(frozen=True, slots=True)
class _Name:
    kind: str
    key: int
    likeness: float
    skills: tuple[int, ...]


def things_named(words: str) -> list[Thing]:
    """Return what the words ask for; each thing must be there.

    Two queries at most, none without words.
    """
    return things_named_by([words])[words]


def things_named_by(searched: Iterable[str]) -> dict[str, list[Thing]]:
    """The same for the words of several searches, still in two queries at most."""
    asked = {words: _terms(words) for words in searched}
    phrases = {phrase for terms in asked.values() for phrase in _phrases(terms)}
    named = _look_up(sorted(phrases))
    pieces = {words: _pieces(terms, named) for words, terms in asked.items()}
    unknown = {
        phrase
        for each in pieces.values()
        for piece in each
        if piece not in named
        for phrase in (piece, *piece.split())
    }
    alike = _look_for_alike(sorted(unknown))
    return {
        words: [thing for piece in each for thing in _things(piece, named, alike)]
        for words, each in pieces.items()
    }


def _terms(words: str) -> list[str]:
    terms = [term for term in re.findall(r"\w+", fold(words)) if len(term) >= SHORTEST]
    return terms[:MOST_TERMS]


def _phrases(terms: Sequence[str]) -> list[str]:
    """Each run of terms that stand side by side."""
    ends = combinations(range(len(terms) + 1), 2)
    return [" ".join(terms[start:end]) for start, end in ends]


def _pieces(terms: Sequence[str], named: Mapping[str, object]) -> list[str]:
    """The terms as phrases: the longest that name something, and what is between."""
    for length in range(len(terms), 0, -1):
        for start in range(len(terms) - length + 1):
            phrase = " ".join(terms[start : start + length])
            if phrase in named:
                before, after = terms[:start], terms[start + length :]
                return [*_pieces(before, named), phrase, *_pieces(after, named)]
    return [" ".join(terms)] if terms else []


def _things(
    phrase: str,
    named: Mapping[str, Sequence[_Name]],
    alike: Mapping[str, Sequence[_Name]],
) -> list[Thing]:
    """What one piece asks for: one thing, or one for each word that names nothing."""
    if phrase in named:
        return [_thing(phrase, named[phrase])]
    likest = _likest(alike.get(phrase, ()))
    if likest and likest[0].likeness >= SURE:
        return [_thing(phrase, likest)]
    return [_thing(term, _likest(alike.get(term, ()))) for term in phrase.split()]


def _look_up(phrases: Sequence[str]) -> dict[str, list[_Name]]:
    """The names that have the words of each phrase; without those that name nothing."""
    found = defaultdict[str, list[_Name]](list)
    if not phrases:
        return found
    queries = [_begun(phrase.split()) for phrase in phrases]
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"queries": queries, "most": MOST_NAMED})
        for place, kind, key, skills in cursor.fetchall():
            found[phrases[place]].append(_Name(kind, key, _EXACT, tuple(skills)))
    return dict(found)


def _look_for_alike(phrases: Sequence[str]) -> dict[str, list[_Name]]:
    """The names that are like each phrase, the likest first."""
    found = defaultdict[str, list[_Name]](list)
    if not phrases:
        return found
    words = sorted({word for phrase in phrases for word in phrase.split()})
    given: dict[str, Any] = {
        "phrases": phrases,
        "alike": str(ALIKE),
        "least": ALIKE,
        "most": MOST_NAMED,
    }
    parts = []
    for at, word in enumerate(words):
        given |= {f"term{at}": word, f"begun{at}": f"% {word}%"}
        parts.append(_UNSAID.format(term=f"term{at}", begun=f"begun{at}"))
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE.format(unsaid=" UNION ALL ".join(parts)), given)
        for place, kind, key, likeness, skills in cursor.fetchall():
            found[phrases[place]].append(_Name(kind, key, likeness, tuple(skills)))
    return dict(found)


def _begun(terms: Sequence[str]) -> str:
    """All the terms; the last one may be the beginning of a word."""
    return " & ".join([*terms[:-1], f"{terms[-1]}:*"])


def _likest(names: Sequence[_Name]) -> list[_Name]:
    least = NEARLY * max((name.likeness for name in names), default=0)
    likest = [name for name in names if name.likeness >= least]
    return sorted(likest, key=lambda name: -name.likeness)


def _thing(said: str, names: Sequence[_Name]) -> Thing:
    """Any of these. A badge that proves one of the skills anyway is not looked for."""
    skills = {name.key for name in names if name.kind == "skill"}
    return Thing(
        skills=tuple(name.key for name in names if name.kind == "skill"),
        badges=tuple(
            name.key
            for name in names
            if name.kind == "badge" and skills.isdisjoint(name.skills)
        ),
        said=said,
    )
