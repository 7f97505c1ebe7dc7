"""How far a draft is: one measure for every page that says so in a line."""

from __future__ import annotations

from credentials.models import Submission

#: The parts of a task list: those of ``views.submitting.parts``, and to check and send.
PARTS = 5


def parts_done(submission: Submission, *, points: int, with_evidence: int) -> int:
    """Return how many parts of a draft are completed, of ``PARTS``.

    ``points`` are the criteria of its badge, ``with_evidence`` those that have some:
    whoever lists drafts counts them in the query. To check and send is done by sending.
    """
    return sum(
        (
            bool(submission.about),
            with_evidence >= points,
            bool(submission.help_received),
            with_evidence > 0 and submission.visibility_chosen_at is not None,
        )
    )
