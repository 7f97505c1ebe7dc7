"""What visitors report about a credential, passed on to its issuer and the operator."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from credentials import tasks
from credentials.models import Credential, ProblemReport

#: The same words about the same credential within this time are one report.
SAME = timedelta(days=1)


@transaction.atomic
def report_problem(
    credential: Credential, *, message: str, reply_to: str = ""
) -> ProblemReport:
    """Store a report and enqueue its mail, both or neither.

    Out: the report, or the one that says the same already: a form that was sent twice
    is one report and one mail.
    """
    # Two presses at once meet here; nothing else waits for this lock for long.
    Credential.objects.select_for_update(no_key=True).get(pk=credential.pk)
    said = {"message": message, "reply_to": reply_to}
    since = timezone.now() - SAME
    if same := credential.reports.filter(**said, created_at__gte=since).first():
        return same
    report = ProblemReport.objects.create(credential=credential, **said)
    tasks.mail_problem.defer(report_id=report.pk)
    return report
