"""How many learners two processes look at in a second, and what memory that takes.

Each chunk commits, and reads the rules anew: a job of the site does so once for many.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from bench import crowd
from bench.table import Row
from pathways import sweeping
from pathways.models import PathwayVersion

PROCESSES = 2
AIM = 5000
#: Megabytes that 100,000 learners may take above what 10,000 do.
MORE = 5


@dataclass(frozen=True)
class Swept:
    """How a sweep went: learners and those who changed, seconds, megabytes."""

    learners: int
    enqueued: int
    seconds: float
    chunks: list[float]  # seconds, the fastest first
    peak: float


def measure() -> list[Row]:
    """Few learners in one process, then many in two."""
    few, everybody = crowd.gather()
    small = _swept(few, 1)
    large = _swept(everybody, PROCESSES)
    assert (small.learners, large.learners) == (crowd.FEW, crowd.LEARNERS)
    rate = large.learners / large.seconds
    p50, p99 = (_percentile(large.chunks, share) * 1000 for share in (0.5, 0.99))
    return [
        Row(
            "learners looked at again, a pathway of 20 nodes",
            f"{rate:,.0f} a second",
            f"{PROCESSES} processes, {large.learners:,} learners, of whom "
            f"{large.enqueued} changed",
            f"{AIM:,}",
            rate >= AIM,
        ),
        Row(
            f"a chunk of {sweeping.CHUNK:,} of them",
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
            f"the longest {large.chunks[-1] * 1000:.0f} ms",
        ),
        Row(
            "memory of a process at its highest, 100,000 learners",
            f"{large.peak:.0f} MB",
            f"{crowd.FEW:,} learners: {small.peak:.0f} MB",
            f"{MORE} MB more",
            large.peak - small.peak <= MORE,
        ),
    ]


def _swept(version: PathwayVersion, processes: int) -> Swept:
    """Sweep a version in so many processes, let go together, a range each."""
    ranges = sweeping.prepare(version.pk, processes)
    workers = [_start(each.pk) for each in ranges]
    for worker in workers:  # each says when it is warm
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    started = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [json.loads(worker.communicate()[0]) for worker in workers]
    seconds = time.perf_counter() - started
    for each in ranges:
        each.refresh_from_db()
    return Swept(
        learners=sum(each.learners for each in ranges),
        enqueued=sum(each.enqueued for each in ranges),
        seconds=seconds,
        chunks=sorted(took for one in said for took in one["took"]),
        peak=max(one["peak"] for one in said),
    )


def _start(sweep_id: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.sweep", str(sweep_id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _percentile(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)]
