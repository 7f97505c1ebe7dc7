"""Why somebody was found, in one line; and the matched words of a title."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from credentials.models.skills import Level
from portfolio.models.talent import Strength
from portfolio.talent.folding import fold

if TYPE_CHECKING:
    from portfolio.talent.people import Person
    from portfolio.talent.proofs import Proof

_WORD = re.compile(r"(\w+)")


def why(person: Person) -> str:
    """What put somebody in their place: the skill or badge, and how it was earned."""
    proof = person.proofs[0]
    sentences = {
        Strength.WATCHED: _("%(what)s: assessed under supervision, identity checked."),
        Strength.ASSESSED: _("%(what)s: assessed."),
        Strength.ATTENDED: _("%(what)s: attended, not assessed."),
    }
    return sentences[proof.strength] % {"what": _shown(proof)}


def _shown(proof: Proof) -> str:
    """The skill with its level, or the badge where the badge was asked for."""
    if not proof.is_by_skill:
        return proof.shown.title
    level = Level(proof.shown.level).label
    return _("%(skill)s, %(level)s") % {
        "skill": proof.shown.skill_name,
        "level": level,
    }


def marked(title: str, terms: Collection[str]) -> SafeString:
    """The title with every word marked that begins with one of the folded terms."""
    pieces = [
        format_html("<mark>{}</mark>", piece)
        if piece and fold(piece).startswith(tuple(terms))
        else conditional_escape(piece)
        for piece in _WORD.split(title)
    ]
    return SafeString("".join(pieces))
