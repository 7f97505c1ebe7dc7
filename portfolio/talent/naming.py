"""What the words of a search name: skills, badges, or something people say themselves.

Skills and badges are few, people are many: the words are looked up among the few, with
room for typing errors, and the people are then found by number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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

#: For each of the words: names that have all of them, the last one begun (likeness 2),
#: and names with something nearly like them.
_NAMED = """
SELECT asked.place - 1, named.kind, named.key, named.likeness, named.skills
FROM unnest(%(words)s::text[], %(queries)s::text[])
    WITH ORDINALITY asked (words, query, place)
CROSS JOIN LATERAL (
    (SELECT 'skill' AS kind, skill.id AS key, near.likeness, ARRAY[skill.id] AS skills
     FROM credentials_skill skill, LATERAL (SELECT CASE
         WHEN to_tsvector('cairn', skill.name) @@ to_tsquery('cairn', asked.query)
         THEN 2 ELSE word_similarity(asked.words, lower(skill.name)) END
         AS likeness) near
     WHERE near.likeness >= %(alike)s
     ORDER BY near.likeness DESC, skill.name, skill.id LIMIT %(most)s)
    UNION ALL
    (SELECT 'badge', version.achievement_id, near.likeness,
         ARRAY(SELECT proved.skill_id FROM credentials_achievementskill proved
               WHERE proved.version_id = version.id)
     FROM credentials_achievementversion version
     JOIN credentials_achievement badge ON badge.current_version_id = version.id,
     LATERAL (SELECT CASE
         WHEN to_tsvector('cairn', version.name) @@ to_tsquery('cairn', asked.query)
         THEN 2 ELSE word_similarity(asked.words, lower(version.name)) END
         AS likeness) near
     WHERE near.likeness >= %(alike)s
     ORDER BY near.likeness DESC, version.name, version.id LIMIT %(most)s)
) named
ORDER BY asked.place, named.likeness DESC
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

    All words together name something, or each of them does: "usability testing" is one
    skill, "sepsis Leeds" are a skill and a place. One query, none without words.
    """
    return things_named_by([words])[words]


def things_named_by(searched: Iterable[str]) -> dict[str, list[Thing]]:
    """The same for the words of several searches, still in one query at most."""
    asked = {words: _terms(words) for words in searched}
    phrases = [phrase for terms in asked.values() for phrase in _phrases(terms)]
    named = _look_up(list(dict.fromkeys(phrases)))
    return {words: _things(terms, named) for words, terms in asked.items()}


def _terms(words: str) -> list[str]:
    terms = [term for term in re.findall(r"\w+", fold(words)) if len(term) >= SHORTEST]
    return terms[:MOST_TERMS]


def _phrases(terms: Sequence[str]) -> list[str]:
    """All terms together, and each of them."""
    return [" ".join(terms), *terms] if terms else []


def _things(terms: Sequence[str], named: Mapping[str, Sequence[_Name]]) -> list[Thing]:
    if not terms:
        return []
    together = " ".join(terms)
    exact = _thing(together, _exact(named[together]))
    if exact.is_proven:
        return [exact]
    likest = _likest(named[together])
    if (
        likest
        and likest[0].likeness >= SURE
        and not any(_exact(named[term]) for term in terms)
    ):
        return [_thing(together, likest)]
    return [_thing(term, _exact(named[term]) or _likest(named[term])) for term in terms]


def _look_up(phrases: Sequence[str]) -> Mapping[str, list[_Name]]:
    """The names of each phrase, the likest first."""
    if not phrases:
        return {}
    queries = [_begun(phrase.split()) for phrase in phrases]
    given: dict[str, Any] = {
        "words": list(phrases),
        "queries": queries,
        "alike": ALIKE,
        "most": MOST_NAMED,
    }
    found = defaultdict[int, list[_Name]](list)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, given)
        for place, kind, key, likeness, skills in cursor.fetchall():
            found[place].append(_Name(kind, key, likeness, tuple(skills)))
    return {phrase: found[place] for place, phrase in enumerate(phrases)}


def _begun(terms: Sequence[str]) -> str:
    """All the terms; the last one may be the beginning of a word."""
    return " & ".join([*terms[:-1], f"{terms[-1]}:*"])


def _exact(names: Iterable[_Name]) -> list[_Name]:
    return [name for name in names if name.likeness == _EXACT]


def _likest(names: Sequence[_Name]) -> list[_Name]:
    least = NEARLY * max((name.likeness for name in names), default=0)
    return [name for name in names if name.likeness >= least]


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
