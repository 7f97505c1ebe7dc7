"""What a job enqueues is there when the job's work is, and never without it."""

from __future__ import annotations

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import tasks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _in_a_worker():
    """The app as a worker has it while it runs a job."""
    with app.replace_connector(app.connector.get_worker_connector()):
        yield


def enqueued():
    jobs = ProcrastinateJob.objects.filter(task_name="credentials.mail_problem")
    return list(jobs.values_list("args__report_id", flat=True))


@pytest.mark.usefixtures("_in_a_worker")
def test_a_job_that_is_rolled_back_has_enqueued_nothing():
    with transaction.atomic():
        tasks.mail_problem.defer(report_id=1)
        transaction.set_rollback(True)
    with transaction.atomic():
        tasks.mail_problem.defer(report_id=2)
        tasks.mail_problem.batch_defer({"report_id": 3}, {"report_id": 4})

    assert enqueued() == [2, 3, 4]
