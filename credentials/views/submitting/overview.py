"""The page of one submission: a task list first, later its state."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credentials import track_record
from credentials.http import Request
from credentials.models import Review, Submission
from credentials.views.submitting.own import last_review, of_learner, see_other
from credentials.views.submitting.parts import Progress

Status = Submission.Status
#: States in which the reviewer's words matter to the learner.
SPOKEN = (Status.RETURNED, Status.APPROVED, Status.DECLINED)


@require_safe
@of_learner
def submission(request: Request, submission: Submission) -> HttpResponse:
    """Where it stands, and the one thing to do next."""
    review = last_review(submission) if submission.status in SPOKEN else None
    progress = Progress(submission, review)
    context = _context(submission, progress, review)
    if submission.is_editable:
        tasks = progress.tasks()
        context |= {
            "tasks": tasks,
            "finished": sum(task.state == "completed" for task in tasks),
            "next_task": progress.next_task(),
        }
        return render(request, "credentials/submission/tasks.html", context)
    if submission.status == Status.APPROVED:
        context["credential"] = getattr(submission, "credential", None)
    return render(request, "credentials/submission/state.html", context)


@require_safe
@of_learner
def sent(request: Request, submission: Submission) -> HttpResponse:
    """Confirms that it arrived; says what happens next and how to take it back."""
    if submission.status not in Submission.WAITING:
        return see_other(submission.get_absolute_url())
    context = _context(submission, Progress(submission), None)
    return render(request, "credentials/submission/sent.html", context)


def _context(
    submission: Submission, progress: Progress, review: Review | None
) -> dict[str, object]:
    return {
        "section": "me",
        "submission": submission,
        "version": submission.version,
        "issuer": submission.achievement.issuer,
        "progress": progress,
        "review": review,
        "answers": track_record.answers(submission.achievement),
    }
