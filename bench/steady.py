"""Asking for pages at a steady rate, however long the answers take.

Each answer's time is counted from when it was due, so a site that falls behind pays for
it (closed loops, as in `bench.load`, wait politely and hide that).
"""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PER_SECOND = 20
SECONDS = 30
CONNECTIONS = 8


@dataclass(frozen=True)
class Request:
    """A page to ask for, and whose session asks."""

    path: str
    cookie: str = ""


@dataclass(frozen=True)
class Answered:
    """How one kind of page answered: how many times, milliseconds by percentile."""

    count: int
    p50: float
    p95: float


def ask(site: str, kinds: Mapping[str, Iterator[Request]]) -> dict[str, Answered]:
    """Ask for each kind in turn for half a minute, after a round that warms up.

    Raises AssertionError when an answer is not 200.
    """
    for kind in kinds.values():
        _run(site, [("", next(kind)) for _ in range(20)], per_second=10)
    names = list(kinds)
    due = [
        (name, next(kinds[name]))
        for name in (names[n % len(names)] for n in range(PER_SECOND * SECONDS))
    ]
    took = _run(site, due, per_second=PER_SECOND)
    return {name: _answered(took[name]) for name in names}


def _run(
    site: str, due: list[tuple[str, Request]], *, per_second: int
) -> dict[str, list[float]]:
    waiting: queue.SimpleQueue[tuple[float, str, Request] | None] = queue.SimpleQueue()
    took = defaultdict[str, list[float]](list)
    wrong: list[str] = []

    def browse() -> None:
        connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
        while (order := waiting.get()) is not None:
            at, kind, request = order
            headers = {"Cookie": request.cookie} if request.cookie else {}
            connection.request("GET", request.path, headers=headers)
            response = connection.getresponse()
            response.read()
            took[kind].append((time.perf_counter() - at) * 1000)
            if response.status != 200:
                wrong.append(f"{request.path} answered {response.status}")
        connection.close()

    threads = [threading.Thread(target=browse) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    for number, (kind, request) in enumerate(due):
        at = started + number / per_second
        time.sleep(max(0.0, at - time.perf_counter()))
        waiting.put((at, kind, request))
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    return took


def _answered(took: list[float]) -> Answered:
    ordered = sorted(took)
    return Answered(
        len(ordered), ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    )
