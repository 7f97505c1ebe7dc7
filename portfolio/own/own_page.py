"""What a learner's own page gathers: what needs them, what they hold, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from credentials.how_far import PARTS, parts_done
from credentials.languages import in_this_language
from credentials.models import Criterion, Evidence, Submission, SubmissionEvent
from credentials.verifying import Verdict
from portfolio.own import arranging
from portfolio.own.arranging import Entry, Pile
from portfolio.own.held import TAGS, Held, Holdings
from portfolio.own.looking import Grouping, Look
from portfolio.own.outlining import Outline
from portfolio.own.own_filters import OwnFilters
from portfolio.own_states import Tag
from portfolio.showing.checked import day

if TYPE_CHECKING:
    from portfolio.models import User

Status = Submission.Status

PAGE_SIZE = 24

_RETURNED: Tag = {"tone": "warn", "icon": "reply", "words": Status.RETURNED.label}
_DRAFT: Tag = {"tone": "", "icon": "circle-dashed", "words": Status.DRAFT.label}
_SENT: Tag = {"tone": "info", "icon": "mail", "words": Status.SUBMITTED.label}
_IN_REVIEW: Tag = {"tone": "info", "icon": "clock", "words": Status.IN_REVIEW.label}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for the learner: a verb, a badge, and where to do it."""

    verb: str
    title: str
    lang: str
    address: str
    meta: str
    tag: Tag


class Shown(NamedTuple):
    """A credential where it stands.

    ``held`` is missing where its card stands further up on the page.
    """

    entry: Entry
    held: Held | None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under one heading on this page; ``total`` counts all pages."""

    heading: str
    total: int
    shown: list[Shown]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A submission that is not decided, and what comes next."""

    submission: Submission
    words: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything on the page, in the order in which it stands there.

    ``all_held`` counts every credential, ``found`` those that the look leaves.
    """

    needs: Sequence[Need]
    groups: Sequence[Group]
    numbers: Page[Entry] | Page[Outline]
    filters: OwnFilters
    all_held: int
    found: int
    tags: Sequence[str]
    under_way: Sequence[UnderWay]
    finished: Sequence[Submission]

    @property
    def held(self) -> list[Held]:
        """The credentials with a card on this page."""
        shown = [each for group in self.groups for each in group.shown]
        return [each.held for each in shown if each.held is not None]


def gather(learner: User, *, look: Look, waiting: int, now: datetime) -> OwnPage:
    """Gather the page in four queries.

    In: ``waiting`` is the number of messages without an answer. Of a look whose page is
    past the last one the last one is taken.
    """
    submissions = _submissions(learner)
    opened = [one for one in submissions if one.status in Submission.OPEN]
    under_way = {one.achievement_id for one in opened}
    holdings = Holdings(learner, under_way, now, arranging.about(look))
    kept = arranging.found(holdings.outlines, look, now)
    numbers, entries = _numbered(kept, look)
    heads, due = [each.pile.head for each in entries], holdings.ending()
    read = {each.credential.pk: each for each in holdings.read([*heads, *due])}
    ending = [read[each.pk] for each in due if each.pk in read]
    return OwnPage(
        needs=[
            *_messages(waiting),
            *_returned(opened),
            *_drafts(opened, now),
            *_ending(ending, now),
        ],
        groups=_groups(entries, read),
        numbers=numbers,
        filters=OwnFilters(holdings.outlines, look, now, len(kept)),
        all_held=len(holdings.outlines),
        found=len(kept),
        tags=sorted({tag for each in holdings.outlines for tag in each.tags}),
        under_way=[*_waiting(opened), *_begun(opened)],
        finished=[one for one in submissions if one.status not in Submission.OPEN],
    )


def _numbered(
    kept: Sequence[Outline], look: Look
) -> tuple[Page[Entry] | Page[Outline], Sequence[Entry]]:
    """The page of a look, and what stands on it."""
    if look.grouping == Grouping.NONE:
        plain = Paginator(kept, PAGE_SIZE).get_page(look.page)
        return plain, [Entry(Pile(each)) for each in plain.object_list]
    grouped = Paginator(arranging.entries(kept, look), PAGE_SIZE).get_page(look.page)
    return grouped, list(grouped.object_list)


def _groups(entries: Iterable[Entry], read: Mapping[UUID, Held]) -> list[Group]:
    """Each with its card, once on the page; what is gone by now is left out."""
    groups: list[Group] = []
    drawn: set[UUID] = set()
    for entry in entries:
        head = entry.pile.head.pk
        if head not in read:
            continue
        if not groups or groups[-1].heading != entry.heading:
            groups.append(Group(entry.heading, entry.total, []))
        groups[-1].shown.append(Shown(entry, None if head in drawn else read[head]))
        drawn.add(head)
    return groups


def _submissions(learner: User) -> list[Submission]:
    """All but approved ones, whose credentials speak for them, and discarded drafts.

    ``returned_at`` is when the issuer last asked for changes; ``criteria`` are those
    of the badge (key and title), ``with_evidence`` the keys of those that have some.
    """
    returned = SubmissionEvent.objects.filter(
        submission=OuterRef("pk"), kind=SubmissionEvent.Kind.RETURNED
    ).order_by("-at")
    criteria = Criterion.objects.filter(version=OuterRef("version"))
    told = JSONObject(pk="pk", title="title")
    evidence = Evidence.objects.filter(submission=OuterRef("pk")).order_by()
    return list(
        Submission.objects.of(learner)
        .exclude(status=Status.APPROVED)
        .exclude(Q(status=Status.WITHDRAWN, round=0))
        .annotate(
            returned_at=Subquery(returned.values("at")[:1]),
            criteria=ArraySubquery(criteria.order_by("position").values(told=told)),
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
            "all": PARTS,
            "saved": _saved_words(submission.saved_at, now),
        }
        yield _need(submission, _("Finish your evidence"), meta, _DRAFT)


def _parts_done(submission: Any) -> int:
    """How many parts of its task list are completed (``parts.Progress`` draws it)."""
    points = {each["pk"] for each in submission.criteria}
    done = points.intersection(submission.with_evidence)
    return parts_done(submission, points=len(points), with_evidence=len(done))


def _next_criterion(submission: Any) -> str:
    """The title of the first criterion without evidence; empty when all have some."""
    done = set(submission.with_evidence)
    titles = (each["title"] for each in submission.criteria if each["pk"] not in done)
    return next(titles, "")


def _next_part(submission: Any) -> str:
    """What to do next in a draft, as its task list has it."""
    criterion = _next_criterion(submission)
    if not submission.about:
        return _("next: about your work")
    if criterion:
        return _("next: evidence for %(criterion)s") % {"criterion": criterion}
    if not submission.help_received:
        return _("next: people who helped and use of AI")
    if submission.visibility_chosen_at is None:
        return _("next: who may see it")
    return _("next: check and send")


def _waiting(opened: Iterable[Submission]) -> Iterator[UnderWay]:
    """Those that lie with their issuers."""
    for submission in opened:
        if submission.status not in Submission.WAITING:
            continue
        is_read = submission.status == Status.IN_REVIEW
        sent_at = submission.submitted_at or submission.saved_at
        words = _("With %(issuer)s since %(day)s. Reference %(reference)s.") % {
            "issuer": submission.achievement.issuer.name,
            "day": day(sent_at),
            "reference": submission.reference,
        }
        tag = _IN_REVIEW if is_read else _SENT
        yield UnderWay(submission, words, tag)


def _begun(opened: Iterable[Submission]) -> Iterator[UnderWay]:
    """Drafts, with how far they are and what comes next."""
    for submission in opened:
        if submission.status != Status.DRAFT:
            continue
        words = _("%(done)d of %(all)d parts · %(next)s") % {
            "done": _parts_done(submission),
            "all": PARTS,
            "next": _next_part(submission),
        }
        yield UnderWay(submission, words, _DRAFT)


def _need(submission: Submission, verb: str, meta: str, tag: Tag) -> Need:
    version = submission.version
    address = submission.get_absolute_url()
    return Need(verb, version.name, version.language, address, meta, tag)


def _saved_words(saved: datetime, now: datetime) -> str:
    if localdate(saved) != localdate(now):
        return _("saved on %(date)s") % {"date": day(saved)}
    time = date_format(localtime(saved), "TIME_FORMAT")
    return _("saved today at %(time)s") % {"time": time}


def _messages(number: int) -> Iterator[Need]:
    """Messages that wait for an answer, all in one line."""
    if number:
        yield Need(
            verb=_("Answer"),
            title=ngettext("%(n)d message waits", "%(n)d messages wait", number)
            % {"n": number},
            lang=get_language() or "",
            address=reverse("contacts"),
            meta=_("They see your e-mail address only if you accept."),
            tag={"tone": "info", "icon": "mail", "words": _("New")},
        )


def _ending(held: Iterable[Held], now: datetime) -> Iterator[Need]:
    """Of those that can be renewed by now the ones that are in force."""
    for each in (each for each in held if each.is_good and each.is_due):
        credential = each.credential
        yield Need(
            verb=_("Renew") if each.renew else _("Ends soon"),
            title=credential.title,
            lang=credential.language,
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
