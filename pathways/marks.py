"""The state of a leaf in word and shape, as a learner reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.how_far import PARTS
from credentials.models import Submission
from pathways.rules.counting import Why
from pathways.rules.tree import Kind

if TYPE_CHECKING:
    from pathways.rules.standing import NodeStanding
    from pathways.under_way import HandIn

#: How keys begin of holdings that nobody holds (``routes.earned``): those of what-if.
IMAGINED = "earned:"

Status = Submission.Status


@dataclass(frozen=True, slots=True)
class Mark:
    """A state: words, the icon beside them, a tone (ok, info, warn, bad or nothing)."""

    words: SafeString | str
    icon: str
    tone: str = ""


def day(moment: datetime) -> SafeString:
    """A date in full, as a ``time`` element."""
    local = localtime(moment)
    return format_html(
        '<time datetime="{}">{}</time>', f"{local:%Y-%m-%d}", date_format(local)
    )


def mark_of(
    node: NodeStanding, hand_in: HandIn | None, titles: Mapping[int, str]
) -> Mark:
    """Say where a learner stands with a leaf. ``titles`` names nodes by their keys.

    What somebody works on is said before what locks it: a badge can be earned in any
    order, it only counts later.
    """
    if node.is_met:
        return _met(node)
    if hand_in is not None:
        return mark_of_hand_in(hand_in)
    if node.is_locked:
        return _locked(node, titles)
    if node.lapsed:
        return _lapsed(node)
    if not node.rule.ways:
        return Mark(_("Not offered at the moment"), "circle-minus")
    if node.rule.kind == Kind.SKILL:
        return Mark(_("Not proved yet"), "circle-dashed")
    return Mark(_("Ready to start"), "arrow-right")


def open_mark(node: NodeStanding, titles: Mapping[int, str]) -> Mark | None:
    """Say of a leaf what is true for everybody: what it needs, or nothing."""
    if node.is_locked:
        needed = get_text_list([titles[each.key] for each in node.waits_for], _("and"))
        return Mark(_("After %(names)s") % {"names": needed}, "lock")
    if not node.rule.ways:
        return Mark(_("Not offered at the moment"), "circle-minus")
    return None


def _met(node: NodeStanding) -> Mark:
    held = max(node.counted, key=lambda each: each.issued_at)
    if held.key.startswith(IMAGINED):
        return Mark(_("Counted as if you had it"), "circle-dashed", "info")
    says = {
        Kind.SKILL: _("Proved {day}"),
        Kind.PATHWAY: _("Completed {day}"),
    }.get(node.rule.kind, _("Earned {day}"))
    return Mark(format_html(says, day=day(held.issued_at)), "circle-check", "ok")


def mark_of_hand_in(hand_in: HandIn) -> Mark:
    """Say how far an open submission is."""
    if hand_in.status == Status.RETURNED:
        return Mark(_("Changes asked for"), "rotate-ccw", "warn")
    if hand_in.status in Submission.WAITING:
        return Mark(_("In review"), "clock", "info")
    counted = {"done": hand_in.done, "all": PARTS}
    return Mark(_("In progress: %(done)d of %(all)d parts") % counted, "circle-dashed")


def _locked(node: NodeStanding, titles: Mapping[int, str]) -> Mark:
    needed = get_text_list([titles[each.key] for each in node.waits_for], _("and"))
    if node.counted:
        says = _("Held, and counts after %(names)s")
    else:
        says = _("Locked: needs %(names)s")
    return Mark(says % {"names": needed}, "lock")


def _lapsed(node: NodeStanding) -> Mark:
    """The nearest to counting speaks: what was issued last."""
    last = max(node.lapsed, key=lambda each: each.holding.issued_at)
    words, icon, tone = _NO_MORE[last.why]
    ended = last.holding.valid_until
    return Mark(format_html(str(words), day=day(ended) if ended else ""), icon, tone)


_NO_MORE: dict[Why, tuple[str | Promise, str, str]] = {
    Why.REVOKED: (gettext_lazy("Counts no more: withdrawn"), "octagon-minus", "bad"),
    Why.SUSPENDED: (gettext_lazy("Does not count: paused"), "circle-pause", "warn"),
    Why.SUPERSEDED: (
        gettext_lazy("Counts no more: replaced"),
        "circle-arrow-right",
        "",
    ),
    Why.ENDED: (gettext_lazy("Counts no more: ended {day}"), "clock", "warn"),
    Why.OTHER_VERSION: (gettext_lazy("Held in another version"), "history", "warn"),
    Why.LOW_LEVEL: (gettext_lazy("Proved at a lower level"), "signal-low", ""),
    Why.UNTRUSTED: (
        gettext_lazy("Held from somebody who is not trusted here"),
        "circle-question-mark",
        "warn",
    ),
}
