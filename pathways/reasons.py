"""Why a badge is recommended, in words: one sentence for each goal, none left out."""

from __future__ import annotations

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.map_of import hours_words
from pathways.recommending import Aim, Goal, Reason, SetAside
from pathways.rules import words
from pathways.rules.amounts import level_name


def sentence(reason: Reason) -> str:
    """Say what a badge does for a goal."""
    if reason.goal.aim == Aim.SKILL:
        return _proves(reason.goal)
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


def goal_name(goal: Goal) -> str:
    """What a goal is called: a pathway, or a skill at its level."""
    if goal.is_pathway:
        return goal.name
    return _("%(skill)s, level %(level)s or higher") % _skill(goal)


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
    if reason.is_step:
        return (
            ngettext(
                "1 of %(count)d step left of %(name)s.",
                "1 of %(count)d steps left of %(name)s.",
                len(reason.before.steps),
            )
            % said
        )
    return _("Another way through %(name)s: %(after)s left instead of %(before)s.") % (
        said
    )


def _proves(goal: Goal) -> str:
    return _("Proves a skill that you wish for: %(skill)s, level %(level)s.") % _skill(
        goal
    )


def _skill(goal: Goal) -> dict[str, str]:
    return {"skill": goal.name, "level": level_name(goal.level)}
