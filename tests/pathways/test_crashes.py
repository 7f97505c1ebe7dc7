"""A worker killed while it decides about somebody: the outcome is awarded once."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials.models import Credential
from pathways import enrolling
from pathways.models import Completion
from portfolio.running import postgres
from tests.credentials.crashing import (
    OTHERS,
    Machine,
    ask,
    point,
    until,
    work_on_after_a_while,
)
from tests.factories import make_user
from tests.pathways.stacks import earn, kinds_of, make_stack, outcome_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def machine(settings, tmp_path):
    port = postgres.free_port()
    settings.SITE_URL = f"http://localhost:{port}"
    ask("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    machine = Machine(tmp_path, port)
    yield machine
    machine.stop()


@pytest.mark.parametrize("heard", [False, True])
def test_a_worker_killed_in_an_award_leaves_one_outcome_when_the_job_runs_again(
    machine, heard
):
    version, learner = make_stack(2), make_user()
    earn(version, learner)
    ask("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    enrolling.enrol(version.pathway, learner=learner)
    outcomes = Credential.objects.filter(holder=learner, version=outcome_of(version))

    with point("award commits") as here:
        worker = machine.worker()
        here.reached()
        worker.kill()
        if heard:
            here.let_go()
        else:
            here.cut_off()
    until(lambda: not ask(OTHERS))
    jobs = ProcrastinateJob.objects.filter(task_name="pathways.evaluate")
    job = jobs.earliest("pk")  # an award enqueues one more: it may complete others
    assert job.status == "doing"
    assert outcomes.count() == Completion.objects.count() == int(heard)

    work_on_after_a_while(machine)

    assert {each.status for each in jobs.all()} == {"succeeded"}
    assert outcomes.count() == 1
    completion = Completion.objects.get()
    assert completion.credential == outcomes.get()
    assert completion.parts.count() == 2
    assert kinds_of(completion) == ["completed"]
    mails = ProcrastinateJob.objects.filter(task_name="pathways.mail_event")
    assert [each.status for each in mails] == ["succeeded"]
