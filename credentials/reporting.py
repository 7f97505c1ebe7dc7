"""What visitors report about a credential, passed on to its issuer and the operator."""

from __future__ import annotations

from django.db import transaction

from credentials import tasks
from credentials.models import Credential, ProblemReport


@transaction.atomic
def report_problem(
    credential: Credential, *, message: str, reply_to: str = ""
) -> ProblemReport:
    """Store a report and enqueue its mail, both or neither."""
    report = ProblemReport.objects.create(
        credential=credential, message=message, reply_to=reply_to
    )
    tasks.mail_problem.defer(report_id=report.pk)
    return report
