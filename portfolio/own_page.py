"""What a learner's own page gathers: what needs them, what they hold, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.languages import in_this_language
from credentials.models import Criterion, Evidence, Submission, SubmissionEvent
from credentials.verifying import Verdict
from credentials.views.submitting.parts import Part
from portfolio.checked import day
from portfolio.held import TAGS, Held, Holdings, Outline, Sort
from portfolio.own_states import Tag

if TYPE_CHECKING:
    from portfolio.models import User

Status = Submission.Status

PAGE_SIZE = 24

_RETURNED: Tag = {"tone": "warn", "icon": "reply", "words": Status.RETURNED.label}
_DRAFT: Tag = {"tone": "", "icon": "circle-dashed", "words": Status.DRAFT.label}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for the learner: a verb, a badge, and where to do it."""

    verb: str
    title: str
    lang: str
    address: str
    meta: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything on the page, in the order in which it stands there."""

    needs: Sequence[Need]
    held: Sequence[Held]
    numbers: Page[Outline]
    waiting: Sequence[Submission]
    finished: Sequence[Submission]


def gather(learner: User, *, sort: Sort, number: str, now: datetime) -> OwnPage:
    """Gather the page in three queries.

    ``number`` is the page that the address asks for; the nearest one is taken.
    """
    submissions = _submissions(learner)
    opened = [one for one in submissions if one.status in Submission.OPEN]
    holdings = Holdings(learner, {one.achievement_id for one in opened}, now)
    numbers = Paginator(holdings.arranged(sort), PAGE_SIZE).get_page(number)
    shown, due = list(numbers.object_list), holdings.ending()
    read = {each.credential.pk: each for each in holdings.read([*shown, *due])}
    ending = [read[each.pk] for each in due if each.pk in read]
    return OwnPage(
        needs=[*_returned(opened), *_drafts(opened, now), *_ending(ending, now)],
        held=[read[each.pk] for each in shown if each.pk in read],
        numbers=numbers,
        waiting=[one for one in opened if one.status in Submission.WAITING],
        finished=[one for one in submissions if one.status not in Submission.OPEN],
    )


def _submissions(learner: User) -> list[Submission]:
    """All but approved ones, whose credentials speak for them, and discarded drafts.

    ``returned_at`` is when the issuer last asked for changes; ``criteria`` are those
    of the badge, and ``with_evidence`` those that have some.
    """
    returned = SubmissionEvent.objects.filter(
        submission=OuterRef("pk"), kind=SubmissionEvent.Kind.RETURNED
    ).order_by("-at")
    criteria = Criterion.objects.filter(version=OuterRef("version")).order_by()
    evidence = Evidence.objects.filter(submission=OuterRef("pk")).order_by()
    return list(
        Submission.objects.of(learner)
        .exclude(status=Status.APPROVED)
        .exclude(Q(status=Status.WITHDRAWN, round=0))
        .annotate(
            returned_at=Subquery(returned.values("at")[:1]),
            criteria=ArraySubquery(criteria.values("pk")),
            with_evidence=ArraySubquery(evidence.values("criterion")),
        )
        .defer("version__search", "version__skill_words", "version__description")
        .order_by("-saved_at", "pk")
    )


def _returned(opened: Iterable[Submission]) -> Iterator[Need]:
    for submission in opened:
        if submission.status != Status.RETURNED:
            continue
        returned_at = getattr(submission, "returned_at", None) or submission.saved_at
        meta = _("%(issuer)s asked for changes on %(date)s") % {
            "issuer": submission.achievement.issuer.name,
            "date": day(returned_at),
        }
        yield _need(submission, _("Answer the reviewer"), meta, _RETURNED)


def _drafts(opened: Iterable[Submission], now: datetime) -> Iterator[Need]:
    drafts = [each for each in opened if each.status == Status.DRAFT]
    for submission in drafts:
        meta = _("%(done)d of %(all)d parts, %(saved)s") % {
            "done": _parts_done(submission),
            "all": len(Part) + 1,  # to check and send it is the last
            "saved": _saved_words(submission.saved_at, now),
        }
        yield _need(submission, _("Finish your evidence"), meta, _DRAFT)


def _parts_done(submission: Any) -> int:
    """How many parts of its task list are completed (``parts.Progress`` draws it)."""
    with_evidence = set(submission.with_evidence)
    return sum(
        (
            bool(submission.about),
            with_evidence.issuperset(submission.criteria),
            bool(submission.help_received),
            bool(with_evidence) and submission.visibility_chosen_at is not None,
        )
    )


def _need(submission: Submission, verb: str, meta: str, tag: Tag) -> Need:
    version = submission.version
    address = submission.get_absolute_url()
    return Need(verb, version.name, version.language, address, meta, tag)


def _saved_words(saved: datetime, now: datetime) -> str:
    if localdate(saved) != localdate(now):
        return _("saved on %(date)s") % {"date": day(saved)}
    time = date_format(localtime(saved), "TIME_FORMAT")
    return _("saved today at %(time)s") % {"time": time}


def _ending(held: Iterable[Held], now: datetime) -> Iterator[Need]:
    """Of those that end within 60 days the ones that are in force."""
    for each in (each for each in held if each.is_good and each.is_due):
        credential = each.credential
        yield Need(
            verb=_("Renew") if each.renew else _("Ends soon"),
            title=credential.title,
            lang=credential.version.language if credential.version else "",
            address=each.renew or in_this_language(credential.get_absolute_url()),
            meta=_end_words(each, now),
            tag=TAGS[Verdict.ENDS_SOON],
        )


def _end_words(each: Held, now: datetime) -> str:
    end = each.credential.valid_until or now
    days = (localdate(end) - localdate(now)).days
    words = ngettext(
        "Ends on %(date)s, in %(days)d day",
        "Ends on %(date)s, in %(days)d days",
        days,
    ) % {"date": day(end), "days": days}
    if days == 0:
        words = _("Ends today")
    badge = each.credential.achievement
    if each.renew or (badge and badge.is_earned_on_a_pathway):
        return words
    issuer = {"issuer": each.credential.issuer_name}
    return f"{words}. " + _("%(issuer)s no longer offers this badge.") % issuer
