"""Which skills a job text names: their names, word for word, and nothing else.

Nobody has to guess why a skill was found: the words that name it stand in the text.
The text is looked at once and kept nowhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from credentials.models import Skill
from portfolio.employers import roles
from portfolio.talent.folding import fold

MOST_CHARACTERS = 20_000
#: Skills that one text is found to name; more than a role asks for.
MOST_NAMED = 40
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Named:
    """A skill, and the words of the text that name it."""

    skill: Skill
    words: str


def skills_in(text: str) -> list[Named]:
    """Return the skills that a text names, in its order. One query.

    Case and accents do not count, what stands between words does not either. A name
    inside of a longer one counts too: whoever reads decides.
    """
    return find(text, roles.choosable())


def find(text: str, skills: Iterable[Skill]) -> list[Named]:
    """The same for these skills."""
    text = text[:MOST_CHARACTERS]
    places = [match.span() for match in _WORD.finditer(text)]
    words = [fold(text[start:end]) for start, end in places]
    found: dict[int, tuple[int, Named]] = {}
    by_first = _by_first_word(skills)
    for at, word in enumerate(words):
        for name, skill in by_first.get(word, ()):
            if words[at : at + len(name)] != name or skill.pk in found:
                continue
            said = text[places[at][0] : places[at + len(name) - 1][1]]
            found[skill.pk] = at, Named(skill, " ".join(said.split()))
    ordered = sorted(found.values(), key=lambda each: (each[0], each[1].skill.name))
    return [named for _at, named in ordered[:MOST_NAMED]]


def _by_first_word(skills: Iterable[Skill]) -> dict[str, list[tuple[list[str], Skill]]]:
    by_first = defaultdict[str, list[tuple[list[str], Skill]]](list)
    for skill in skills:
        if name := [fold(word) for word in _WORD.findall(skill.name)]:
            by_first[name[0]].append((name, skill))
    return by_first
