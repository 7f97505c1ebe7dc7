"""Why something that somebody holds does not count, or is in the way: sentences."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.rules.amounts import level_name
from pathways.rules.counting import Why, level_of
from pathways.rules.standing import Barred, Lapsed, NodeStanding
from pathways.rules.tree import HeldState, Holding, Kind, Rule


def sentence(rule: Rule, lapsed: Lapsed) -> str:
    """Say why a holding does not count for a leaf, naming the badge."""
    holding, name = lapsed.holding, _name(rule, lapsed.holding)
    if lapsed.why == Why.OTHER_VERSION:
        return _other_version(rule, holding)
    if lapsed.why == Why.LOW_LEVEL:
        said = {
            "name": name,
            "skill": rule.name,
            "level": level_name(level_of(rule, holding)),
            "needed": level_name(rule.level),
        }
        return _("%(name)s proves %(skill)s at level %(level)s, not %(needed)s.") % said
    if lapsed.why == Why.UNTRUSTED:
        said = {"skill": rule.name, "issuer": holding.issuer}
        return (
            _("A badge by %(issuer)s proves %(skill)s, but does not count here.") % said
        )
    if lapsed.why == Why.ENDED:
        return _ended(rule, holding, name)
    return _BY_STATE[lapsed.why]() % {"name": name}


def closing(node: NodeStanding) -> list[str]:
    """Say what keeps a node and those below from being met: each badge once."""
    said = (closed(each) for one in node.walk() for each in one.barred)
    return list(dict.fromkeys(said))


def closed(barred: Barred) -> str:
    """Say why a badge cannot be earned that would meet a leaf."""
    held, name = barred.holding, {"name": barred.way.name}
    if held is None:
        text = _(
            "You cannot earn %(name)s at the moment. The page of its pathway says why."
        )
    elif held.state == HeldState.SUSPENDED:
        text = _(
            "You hold %(name)s, paused; it cannot be earned again while you hold it."
        )
    else:
        text = _("You hold %(name)s; it cannot be earned again while you hold it.")
    return text % name


_BY_STATE = {
    Why.SUSPENDED: lambda: _("%(name)s is paused."),
    Why.REVOKED: lambda: _("%(name)s is withdrawn."),
    Why.SUPERSEDED: lambda: _("%(name)s is replaced by a newer one."),
}


def _name(rule: Rule, holding: Holding) -> str:
    """The name of a badge held: the leaf's, or what the leaf knows of it."""
    if rule.kind != Kind.SKILL:
        return rule.name
    for way in rule.ways:
        if way.achievement == holding.achievement and not holding.issuer:
            return way.name
    return _("A badge for %(skill)s") % {"skill": rule.name}


def _ended(rule: Rule, holding: Holding, name: str) -> str:
    said = {"name": name, "day": _day(holding.valid_until)}
    if not rule.keeps:
        return _("%(name)s ended on %(day)s.") % said
    days = rule.keeps.days
    return ngettext(
        "%(name)s ended on %(day)s and counts for %(days)d day after its end.",
        "%(name)s ended on %(day)s and counts for %(days)d days after its end.",
        days,
    ) % {**said, "days": days}


def _other_version(rule: Rule, holding: Holding) -> str:
    first, last = rule.first_version, rule.last_version
    said = {
        "name": rule.name,
        "held": holding.version,
        "first": first,
        "last": last,
    }
    if last is None:
        text = _(
            "You hold version %(held)d of %(name)s; version %(first)d or newer counts."
        )
    elif first is None:
        text = _(
            "You hold version %(held)d of %(name)s; version %(last)d or older counts."
        )
    elif first == last:
        text = _("You hold version %(held)d of %(name)s; version %(first)d counts.")
    else:
        text = _(
            "You hold version %(held)d of %(name)s; "
            "versions %(first)d to %(last)d count."
        )
    return text % said


def _day(moment: datetime | None) -> str:
    return date_format(localtime(moment)) if moment else ""
