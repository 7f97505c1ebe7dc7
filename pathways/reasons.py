"""Why a badge is recommended, in words: one sentence for each goal, none left out."""

from __future__ import annotations

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.map_of import hours_words
from pathways.recommending import Aim, Reason, SetAside
from pathways.rules import words


def sentence(reason: Reason) -> str:
    """Say what a badge does for a goal."""
    if reason.goal.aim == Aim.SKILL:
        asked = words.sentence(reason.goal.tree.root)
        return _("Proves a skill that you wish for: %(skill)s.") % {"skill": asked}
    said = _step(reason)
    if not reason.waits_for:
        return said
    names = get_text_list([words.label(each) for each in reason.waits_for], _("and"))
    first = _("It counts there after %(names)s.") % {"names": names}
    return f"{said} {first}"


def caution(aside: SetAside) -> str:
    """Say why a badge is not recommended although it helps somewhere."""
    names = [each.name for each in aside.hurts]
    return _("%(badge)s: it does not count together with other steps of %(names)s.") % {
        "badge": aside.way.name,
        "names": get_text_list(names, _("and")),
    }


def _step(reason: Reason) -> str:
    said = {
        "name": reason.goal.name,
        "count": len(reason.before.steps),
        "before": hours_words(reason.before.hours),
        "after": hours_words(reason.after.hours),
    }
    if reason.goal.aim == Aim.PATHWAY_LOST and reason.completes:
        return _("Replaces the part of %(name)s that no longer counts.") % said
    if reason.completes:
        return _("Completes %(name)s.") % said
    if reason.is_step and reason.before.is_cut:
        return (
            ngettext(
                "The one other step that is missing of %(name)s.",
                "One of the %(count)d other steps that are missing of %(name)s.",
                len(reason.before.steps),
            )
            % said
        )
    if reason.is_step:
        return (
            ngettext(
                "The one step that is left of %(name)s.",
                "One of the %(count)d steps that are left of %(name)s.",
                len(reason.before.steps),
            )
            % said
        )
    around = _(
        "Another way through %(name)s. Left after it: %(after)s instead of %(before)s."
    )
    return around % said
