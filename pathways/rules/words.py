"""The rules in words: what a node asks for, and why it is not met yet."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pathways.rules import lapses
from pathways.rules.amounts import amount, level_name, plural
from pathways.rules.counting import Why
from pathways.rules.standing import NodeStanding
from pathways.rules.tree import Kind, Rule

#: The top of the scale of levels: nothing is higher.
HIGHEST = 4


def sentence(rule: Rule) -> str:
    """Return what a node asks for, such as "Any 2 of these 3". Names stand as given.

    It ends without a full stop, so that it can be a heading.
    """
    if rule.kind.is_group and not rule.children:
        return _("Nothing yet")
    return _SAYS[rule.kind](rule)


def label(rule: Rule) -> str:
    """Return what a node is called where another sentence names it."""
    if rule.title:
        return rule.title
    if rule.kind == Kind.NOT_TOGETHER or not rule.kind.is_group or not rule.children:
        return sentence(rule)
    return _("%(rule)s (%(names)s)") % {
        "rule": sentence(rule),
        "names": _names(rule.children),
    }


def after_end(rule: Rule) -> str:
    """Return how long a leaf counts what has ended; empty when it never does."""
    if rule.keeps is None:
        return _("Also counts after its end.")
    if not rule.keeps:
        return ""
    return ngettext(
        "Also counts for %(days)d day after its end.",
        "Also counts for %(days)d days after its end.",
        rule.keeps.days,
    ) % {"days": rule.keeps.days}


def why(node: NodeStanding) -> list[str]:
    """Return why a node is not met: sentences that name what is missing; none: it is.

    A tree read without what can be earned today would say of each open leaf that it is
    not offered: ask with one that has its ways.
    """
    if node.is_met:
        return []
    said = [_("Needs %(name)s first.") % {"name": label(r)} for r in node.waits_for]
    said += _NOT_YET.get(node.rule.kind, _leaf)(node)
    return list(dict.fromkeys(said)) or [_as_it_stands(node.rule)]


def _as_it_stands(rule: Rule) -> str:
    """For drafts: a node that nobody can meet whatever they earn."""
    if rule.kind.is_group and not rule.children:
        return _("Nothing is in here yet.")
    return _("Nobody can meet %(name)s as it stands.") % {"name": label(rule)}


def _all(rule: Rule) -> str:
    if any(child.is_optional for child in rule.children):
        return _("All of these that are not optional")
    return _every(len(rule.children))


def _every(count: int) -> str:
    if count == 2:
        return _("Both of these")
    return ngettext("This one", "All %(count)d of these", count) % {"count": count}


def _at_least(rule: Rule) -> str:
    total = len(rule.children)
    if rule.count == total:
        return _every(total)
    return ngettext(
        "Any %(count)d of these %(total)d",
        "Any %(count)d of these %(total)d",
        rule.count,
    ) % {"count": rule.count, "total": total}


def _credits(rule: Rule) -> str:
    total = _credits_below(rule)
    said = {"credits": amount(rule.credits), "total": amount(total or Decimal(0))}
    number = plural(rule.credits)
    if total is None:
        return (
            ngettext(
                "At least %(credits)s credit from these",
                "At least %(credits)s credits from these",
                number,
            )
            % said
        )
    return (
        ngettext(
            "At least %(credits)s of %(total)s credit",
            "At least %(credits)s of %(total)s credits",
            plural(total),
        )
        % said
    )


def _credits_below(rule: Rule) -> Decimal | None:
    """All credits on offer below a node, each badge once; None: nobody can say."""
    best: dict[int, Decimal] = {}
    for leaf in rule.walk():
        if leaf.kind.is_group:
            continue
        if leaf.kind == Kind.SKILL or not leaf.ways:
            return None
        for way in leaf.ways:
            best[way.achievement] = max(
                way.credits, best.get(way.achievement, way.credits)
            )
    return sum(best.values(), Decimal(0)) or None


def _not_together(rule: Rule) -> str:
    if len(rule.children) < 2:
        return _("The first of these, not together with the others")
    first, *others = rule.children
    return _("%(name)s, not together with %(others)s") % {
        "name": label(first),
        "others": _names(others),
    }


def _badge(rule: Rule) -> str:
    first, last = rule.first_version, rule.last_version
    said = {"name": rule.name, "first": first, "last": last}
    if first is None and last is None:
        return rule.name
    if last is None:
        return _("%(name)s, version %(first)d or newer") % said
    if first is None:
        return _("%(name)s, version %(last)d or older") % said
    if first == last:
        return _("%(name)s, version %(first)d") % said
    return _("%(name)s, versions %(first)d to %(last)d") % said


def _skill(rule: Rule) -> str:
    said = {"skill": rule.name, "level": level_name(rule.level)}
    if rule.level >= HIGHEST:
        return _("%(skill)s, level %(level)s") % said
    return _("%(skill)s, level %(level)s or higher") % said


def _pathway(rule: Rule) -> str:
    return _("The pathway %(name)s") % {"name": rule.name}


_SAYS = {
    Kind.ALL: _all,
    Kind.AT_LEAST: _at_least,
    Kind.CREDITS: _credits,
    Kind.NOT_TOGETHER: _not_together,
    Kind.BADGE: _badge,
    Kind.SKILL: _skill,
    Kind.PATHWAY: _pathway,
}


def _missing_all(node: NodeStanding) -> list[str]:
    open_ones = [
        child.rule
        for child in node.children
        if not child.is_met and not child.rule.is_optional
    ]
    return _still_needed(open_ones)


def _missing_some(node: NodeStanding) -> list[str]:
    open_ones = _open(node)
    more = node.rule.count - int(node.done)
    if more < 1 or not open_ones:
        return []
    said = {"count": more, "names": _names(open_ones)}
    return [
        ngettext(
            "Earn %(count)d more of these: %(names)s.",
            "Earn %(count)d more of these: %(names)s.",
            more,
        )
        % said
    ]


def _missing_credits(node: NodeStanding) -> list[str]:
    if node.done >= node.needed:
        return []
    said = {"done": amount(node.done), "needed": amount(node.needed)}
    sentences = [
        ngettext(
            "%(done)s of %(needed)s credit so far.",
            "%(done)s of %(needed)s credits so far.",
            plural(node.needed),
        )
        % said
    ]
    open_ones = _open(node)
    if open_ones:
        sentences.append(_("More come with: %(names)s.") % {"names": _names(open_ones)})
    return sentences


def _open(node: NodeStanding) -> list[Rule]:
    """The parts to choose from: what nobody could earn only where nothing else is."""
    unmet = [child for child in node.children if not child.is_met]
    earnable = [child for child in unmet if not child.is_closed]
    return [child.rule for child in earnable or unmet]


def _missing_first(node: NodeStanding) -> list[str]:
    if not node.children:
        return []
    first = node.children[0]
    said = [] if first.is_met else _still_needed([first.rule])
    for rule in node.blocked_by:
        if rule.kind.is_group:
            text = _("Does not count together with %(name)s, which you have met.")
        else:
            text = _("Does not count together with %(name)s, which you hold.")
        said.append(text % {"name": label(rule)})
    return said


def _still_needed(rules: list[Rule]) -> list[str]:
    return [_("Still needed: %(names)s.") % {"names": _names(rules)}] if rules else []


def _leaf(node: NodeStanding) -> list[str]:
    rule = node.rule
    if node.counted:
        if not node.waits_for:
            return []
        return [_("You hold %(name)s: it counts after that.") % {"name": label(rule)}]
    barring = {one.holding.key for one in node.barred if one.holding}
    said = [
        lapses.sentence(rule, lapsed)
        for lapsed in node.lapsed
        if lapsed.why != Why.SUSPENDED or lapsed.holding.key not in barring
    ]
    said += [lapses.closed(barred) for barred in node.barred]
    if not said:
        said.append(_not_held(rule))
    if not rule.ways:
        said.append(_not_offered(rule))
    return said


def _not_held(rule: Rule) -> str:
    if rule.kind == Kind.PATHWAY:
        return _("You have not completed the pathway %(name)s yet.") % {
            "name": rule.name
        }
    if rule.kind == Kind.SKILL:
        return _("You hold no badge yet that proves this: %(rule)s.") % {
            "rule": sentence(rule)
        }
    return _("You do not hold %(name)s yet.") % {"name": sentence(rule)}


def _not_offered(rule: Rule) -> str:
    if rule.kind == Kind.PATHWAY:
        return _("The pathway %(name)s is not offered at the moment.") % {
            "name": rule.name
        }
    if rule.kind == Kind.SKILL:
        return _("No badge on offer proves this: %(rule)s.") % {"rule": sentence(rule)}
    return _("%(name)s is not offered at the moment.") % {"name": sentence(rule)}


_NOT_YET = {
    Kind.ALL: _missing_all,
    Kind.AT_LEAST: _missing_some,
    Kind.CREDITS: _missing_credits,
    Kind.NOT_TOGETHER: _missing_first,
}


def _names(rules: Iterable[Rule]) -> str:
    return pgettext("between names", ", ").join(label(rule) for rule in rules)
