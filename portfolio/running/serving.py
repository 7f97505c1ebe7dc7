"""A whole site on this machine: database, web server and worker, up and down again."""

import errno
import http.client
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from portfolio.running import data_folder, postgres
from portfolio.running.places import DatabaseUnavailable
from portfolio.running.preparing import ROOT
from portfolio.running.supervising import (
    Child,
    Failed,
    Supervisor,
    last_words,
    say,
)

_READY_WITHIN = 120.0
_ADDRESS = "127.0.0.1"
Step = tuple[str, list[str]]
_DATABASE: Step = ("Preparing the database …", ["migrate", "--noinput"])
_DEMO: Step = ("Writing the demo content …", ["seed_demo"])
_STATIC: Step = ("Collecting static files …", ["collectstatic", "--noinput"])


@contextmanager
def site(
    data: Path,
    port: int,
    supervisor: Supervisor,
    *,
    database_url: str | None,
    extra: Mapping[str, str] | None = None,
    is_demo: bool = True,
) -> Iterator[dict[str, str]]:
    """A ready site on http://localhost:<port>/ while the block runs.

    In: a claimed data folder; ``database_url`` None stands for the embedded
    database; ``extra`` joins the environment of its programs; ``is_demo`` False leaves
    the database without content. Out: that environment.
    Afterwards web server, worker and database are stopped, in this order. Raises
    Failed and Stopped.
    """
    supervisor.record_in(data / data_folder.RECORD)
    _refuse_taken_port(port)
    # Mails and evidence are nobody else's business.
    os.umask(0o077)
    try:
        environment = _environment(data, port, database_url) | dict(extra or {})
        for words, arguments in (_DATABASE, *([_DEMO] if is_demo else []), _STATIC):
            _manage(supervisor, data, environment, words, arguments)
        _start_children(supervisor, data, port, environment)
        wait_until_ready(supervisor, port)
        yield environment
    finally:
        supervisor.end_children()
        if database_url is None:
            postgres.stop(data)


def explain_end(child: Child) -> str:
    """What to tell when a program of the site ended by itself."""
    return (
        f"The {child.name} ended (code {child.process.returncode}). "
        f"Its last words, from {child.log}:\n{last_words(child.log)}"
    )


def _environment(data: Path, port: int, database_url: str | None) -> dict[str, str]:
    if database_url is None:
        say("Starting PostgreSQL …")
        try:
            database_url = postgres.ensure_running(data)
        except DatabaseUnavailable as error:
            raise Failed(str(error)) from error
    _, new = data_folder.read_secrets(data)
    if new:
        say(f"Made new keys for this site: {data / 'secrets.json'} (keep it private).")
    return data_folder.own_environment(data, port, database_url)


def _manage(
    supervisor: Supervisor,
    data: Path,
    environment: dict[str, str],
    words: str,
    arguments: list[str],
) -> None:
    supervisor.look()
    say(words)
    log = data / "logs" / "preparing.log"
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    if supervisor.run(command, env=environment, log=log, cwd=ROOT):
        raise Failed(
            f"manage.py {' '.join(arguments)} failed. "
            f"Its last words, from {log}:\n{last_words(log)}"
        )


def _start_children(
    supervisor: Supervisor, data: Path, port: int, environment: dict[str, str]
) -> None:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi"]
    granian += ["--host", _ADDRESS, "--port", str(port), "--no-ws"]
    granian += ["--workers", "2", "--blocking-threads", "4"]
    granian += ["portfolio.wsgi:application"]
    worker = [sys.executable, str(ROOT / "manage.py"), "procrastinate", "worker"]
    # Left alone, glibc keeps a heap for every thread: 25 MB more in each process.
    environment = {"MALLOC_ARENA_MAX": "2"} | environment
    for name, command in (("web server", granian), ("worker", worker)):
        log = data / "logs" / f"{name.replace(' ', '-')}.log"
        supervisor.start(name, command, env=environment, log=log, cwd=ROOT)


def wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Return when the web server on that port is ready. Raises Failed and Stopped."""
    end = time.monotonic() + _READY_WITHIN
    answer = ""
    while time.monotonic() < end:
        if (ended := supervisor.pause()) is not None:
            raise Failed(explain_end(ended))
        status, answer = _ask(port)
        if status == http.client.OK:
            return
    raise Failed(
        f"The site did not become ready within {_READY_WITHIN:.0f} seconds. "
        f"/readyz answers: {answer or 'nothing'}"
    )


def _ask(port: int) -> tuple[int, str]:
    """What ``/readyz`` says: status code and text, 0 when nothing answers."""
    connection = http.client.HTTPConnection(_ADDRESS, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _refuse_taken_port(port: int) -> None:
    """Raise Failed when another program listens where ``localhost`` leads."""
    for family, address in ((socket.AF_INET, _ADDRESS), (socket.AF_INET6, "::1")):
        # A machine without IPv6 cannot have anybody there.
        with suppress(OSError), socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise Failed(_port_is_taken(port)) from None


def _port_is_taken(port: int) -> str:
    return (
        f"Another program uses port {port} already. Stop it, or run a second demo "
        f"beside it with\n    PORT={port + 1} CAIRN_DATA=.cairn-{port + 1} bin/demo"
    )
