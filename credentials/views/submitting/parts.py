"""The parts of a submission: what is done, what comes next, where each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials import submitting
from credentials.http import Request
from credentials.models import Criterion, CriterionReview, Evidence, Review, Submission


class State(TextChoices):
    """What a task list says about a part."""

    COMPLETED = "completed", _("Completed")
    IN_PROGRESS = "in_progress", _("In progress")
    NOT_STARTED = "not_started", _("Not started")
    CANNOT_START = "cannot_start", _("Cannot start yet")


class Part(TextChoices):
    """The parts, in the order in which *Save and continue* leads through them."""

    ABOUT = "about", _("About your work")
    EVIDENCE = "evidence", _("Evidence for each point")
    HELP = "help", _("People who helped and use of AI")
    VISIBILITY = "visibility", _("Who may see it")


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list; without an address it cannot be started."""

    title: str | Promise
    state: State
    address: str = ""
    hint: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of the step line."""

    number: int
    title: str | Promise
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion, what was added for it, and what the reviewer last said."""

    criterion: Criterion
    address: str
    items: Sequence[Evidence]
    review: CriterionReview | None = None


class Progress:
    """How far a submission is. No query beyond what ``of_learner`` has fetched."""

    def __init__(self, submission: Submission, review: Review | None = None) -> None:
        self.submission = submission
        self.review = review

    @cached_property
    def missing(self) -> submitting.Missing:
        return submitting.missing(self.submission)

    @cached_property
    def points(self) -> list[Point]:
        """Every criterion with its evidence, in order."""
        reviews = self.review.criteria.all() if self.review else ()
        said = {each.criterion_id: each for each in reviews}
        items: dict[int, list[Evidence]] = {}
        for item in self.submission.evidence.all():
            items.setdefault(item.criterion_id, []).append(item)
        return [
            Point(
                criterion,
                address_of(self.submission, Part.EVIDENCE, criterion.position),
                items.get(criterion.pk, []),
                said.get(criterion.pk),
            )
            for criterion in self.submission.version.criteria.all()
        ]

    def state(self, part: Part) -> State:
        """What the task list says about one part."""
        if part == Part.EVIDENCE:
            return self._evidence_state()
        if part == Part.VISIBILITY and not self._has_evidence:
            return State.CANNOT_START
        lacking = {
            Part.ABOUT: self.missing.about,
            Part.HELP: self.missing.help_received,
            Part.VISIBILITY: self.missing.visibility,
        }[part]
        return State.NOT_STARTED if lacking else State.COMPLETED

    def tasks(self) -> list[Task]:
        """The task list, *Check and send* at its end."""
        listed = [self._task(part) for part in Part]
        done = not self.missing
        listed.append(
            Task(
                _("Check and send"),
                State.NOT_STARTED if done else State.CANNOT_START,
                address_of_check(self.submission) if done else "",
            )
        )
        return listed

    def steps(self, current: Part) -> list[Step]:
        """The step line over a page of the wizard."""
        return [
            Step(n, part.label, self.state(part) == State.COMPLETED, part == current)
            for n, part in enumerate(Part, start=1)
        ]

    def next_task(self) -> str:
        """Where *Continue* leads: a point with a note, or what is not done yet."""
        if self._noted and not self.missing:
            return self._noted[0].address
        for task in self.tasks():
            if task.address and task.state != State.COMPLETED:
                return task.address
        return address_of_check(self.submission)

    @property
    def _has_evidence(self) -> bool:
        return any(point.items for point in self.points)

    def _evidence_state(self) -> State:
        if not self.missing.criteria:
            return State.COMPLETED
        return State.IN_PROGRESS if self._has_evidence else State.NOT_STARTED

    def _task(self, part: Part) -> Task:
        state = self.state(part)
        if part != Part.EVIDENCE:
            address = address_of(self.submission, part)
            return Task(
                part.label, state, "" if state == State.CANNOT_START else address
            )
        return Task(part.label, state, self._next_point().address, self._hint())

    def _next_point(self) -> Point:
        """The first point that has no evidence, else the first with a note."""
        empty = [point for point in self.points if not point.items]
        return [*empty, *self._noted, *self.points][0]

    @property
    def _noted(self) -> list[Point]:
        """Points for which the reviewer wrote something."""
        return [point for point in self.points if point.review and point.review.note]

    def _hint(self) -> str:
        count = sum(bool(point.items) for point in self.points)
        words = ngettext(
            "%(count)d of %(all)d point has evidence",
            "%(count)d of %(all)d points have evidence",
            len(self.points),
        ) % {"count": count, "all": len(self.points)}
        if not self._noted:
            return words
        notes = ngettext(
            "%(count)d note from the reviewer",
            "%(count)d notes from the reviewer",
            len(self._noted),
        ) % {"count": len(self._noted)}
        return f"{words} · {notes}"


def address_of(submission: Submission, part: Part, position: int = 1) -> str:
    """The page of a part; ``position`` names the criterion of an evidence page."""
    if part == Part.EVIDENCE:
        return reverse("submission_evidence", args=[submission.pk, position])
    return reverse(f"submission_{part.value}", args=[submission.pk])


def address_of_check(submission: Submission) -> str:
    """The page where everything is looked over and sent."""
    return reverse("submission_check", args=[submission.pk])


def is_from_check(request: Request) -> bool:
    """Whether a *Change* link of the check page led here."""
    return request.GET.get("from") == "check"


def after(
    request: Request, submission: Submission, part: Part, position: int = 0
) -> str:
    """Where *Save and continue* leads from a part (and a criterion's position).

    *Save and come back later* leads to the task list, and whoever came from the
    check page goes back there.
    """
    if request.POST.get("then") == "later":
        return submission.get_absolute_url()
    if is_from_check(request):
        return address_of_check(submission)
    following = [
        criterion.position
        for criterion in submission.version.criteria.all()
        if criterion.position > position
    ]
    if part == Part.ABOUT or (part == Part.EVIDENCE and following):
        return address_of(submission, Part.EVIDENCE, following[0])
    if part == Part.VISIBILITY:
        return address_of_check(submission)
    following_part = Part.VISIBILITY if part == Part.HELP else Part.HELP
    return address_of(submission, following_part)


def frame(
    request: Request,
    submission: Submission,
    part: Part,
    review: Review | None = None,
) -> dict[str, object]:
    """What every page of the wizard shows around its form."""
    progress = Progress(submission, review)
    back = (
        address_of_check(submission)
        if is_from_check(request)
        else submission.get_absolute_url()
    )
    steps = progress.steps(part)
    return {
        "section": "me",
        "submission": submission,
        "version": submission.version,
        "issuer": submission.achievement.issuer,
        "progress": progress,
        "steps": steps,
        "step": next(step for step in steps if step.is_current),
        "back": back,
        "review": review,
    }
