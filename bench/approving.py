"""How many submissions two processes approve in a second, commits included."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from bench.table import Row
from credentials import reviewing, sealing
from credentials.models import Submission
from portfolio.models import User
from tests import factories

PROCESSES = 2
EACH = 60
AIM = 15


def measure() -> list[Row]:
    """Two processes, let go together, each with its own submissions and reviewer."""
    version = factories.make_badge(criteria=4)
    workers = []
    for _ in range(PROCESSES):
        reviewer = factories.make_member(version.achievement.issuer)
        made = [factories.make_submission(version) for _ in range(EACH)]
        workers.append(_start(reviewer, made))
    for worker in workers:  # each says when it is warm
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    started = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.wait() for worker in workers] == [0] * PROCESSES
    rate = PROCESSES * EACH / (time.perf_counter() - started)
    return [
        Row(
            "approvals, from decision to signed credential, committed",
            f"{rate:.0f} a second",
            f"{PROCESSES} processes, {PROCESSES * EACH} submissions, mails sent beside",
            f"{AIM}",
            rate >= AIM,
        )
    ]


def _start(reviewer: User, submissions: list[Submission]) -> subprocess.Popen[str]:
    work = {"by": reviewer.pk, "submissions": [str(row.pk) for row in submissions]}
    return subprocess.Popen(
        [sys.executable, "-m", "bench.approve", json.dumps(work)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def approve_all(work: str) -> None:
    """What each process does: warm up, wait for the word, approve its submissions."""
    task = json.loads(work)
    reviewer = User.objects.get(pk=task["by"])
    rows = [Submission.objects.get(pk=pk) for pk in task["submissions"]]
    opinions = [factories.make_opinion(row) for row in rows]
    sealing.warm_up()
    print("ready", flush=True)
    sys.stdin.readline()
    for row, opinion in zip(rows, opinions, strict=True):
        reviewing.decide(row, opinion, by=reviewer)
