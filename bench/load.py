"""Asking for one page again and again, as several browsers at once would."""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

AT_ONCE = 8


@dataclass(frozen=True)
class Answers:
    """How a page answered: requests per second, and milliseconds by percentile."""

    per_second: float
    p50: float
    p99: float


def ask(site: str, path: str, *, cookie: str = "", requests: int = 320) -> Answers:
    """Send that many requests over eight connections that stay open.

    Raises AssertionError when an answer is not 200. The client runs on the same
    cores as the site; a page and its reference pay for it alike.
    """
    host = urlsplit(site).netloc
    headers = {"Cookie": cookie} if cookie else {}
    ready = threading.Barrier(AT_ONCE + 1)

    def browse(count: int) -> list[float]:
        connection = http.client.HTTPConnection(host, timeout=30)
        took = []
        connection.connect()
        ready.wait()
        for _ in range(count):
            started = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            took.append((time.perf_counter() - started) * 1000)
            assert response.status == 200, f"{path} answered {response.status}"
        connection.close()
        return took

    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(browse, requests // AT_ONCE) for _ in range(AT_ONCE)]
        ready.wait()
        started = time.perf_counter()
        took = sorted(took for part in running for took in part.result())
        seconds = time.perf_counter() - started
    return Answers(
        len(took) / seconds, took[len(took) // 2], took[int(len(took) * 0.99)]
    )
