"""Real programs that are killed at named points, held there by the database.

Product code knows nothing of this: a trigger of the test waits for a lock that the test
holds. Whoever waits is killed; then either their connection is cut, as when a machine
dies, or the lock is let go, as when the database has heard everything already.
"""

from __future__ import annotations

import base64
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from credentials import tasks
from portfolio.running import data_folder, processes
from portfolio.running.preparing import ROOT

PATIENCE = 60  # seconds; only a test that fails takes so long
LOCK = 7_007_007
CSRF = "c" * 32

#: What each point is: an event on a table, looked at while its transaction commits.
POINTS = {
    "award commits": "AFTER INSERT ON credentials_credential",
    "job is finished": "AFTER UPDATE OF status ON procrastinate_jobs",
}
CONDITIONS = {
    "award commits": "",
    "job is finished": "WHEN (NEW.status = 'succeeded')",
}
HOLD = """
CREATE FUNCTION tests_hold() RETURNS trigger LANGUAGE plpgsql
    SET lock_timeout TO 0 AS $$
BEGIN PERFORM pg_advisory_xact_lock({lock}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER tests_hold {event} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW {condition} EXECUTE FUNCTION tests_hold();
"""
WAITING = """
SELECT pid FROM pg_locks WHERE NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
OTHERS = """
SELECT pid, state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def ask(query: str, *values: str | int) -> list[tuple[Any, ...]]:
    """Run a statement on the test's own connection; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall()) if cursor.description else []


def until(condition: Callable[[], Any]) -> Any:
    """Look until a condition is true; return what it returned."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, condition
        time.sleep(0.02)
    return found


class Point:
    """A place where programs are held until they are killed or let go."""

    def let_go(self) -> None:
        """Let the database finish what it was told."""
        ask("SELECT pg_advisory_unlock(%s)", LOCK)

    def cut_off(self) -> None:
        """End the connections of those that wait, as a dying machine does."""
        for (pid,) in ask(WAITING):
            ask("SELECT pg_terminate_backend(%s)", pid)

    def reached(self) -> None:
        """Return when a program waits here."""
        until(lambda: ask(WAITING))


@contextmanager
def point(name: str) -> Iterator[Point]:
    """Hold every program that comes to this point, while the block runs."""
    ask(HOLD.format(lock=LOCK, event=POINTS[name], condition=CONDITIONS[name]))
    ask("SELECT pg_advisory_lock(%s)", LOCK)
    try:
        yield Point()
    finally:
        ask("SELECT pg_advisory_unlock_all()")
        ask("DROP FUNCTION tests_hold CASCADE")


@dataclass
class Program:
    """A program in a process group of its own."""

    process: subprocess.Popen[bytes]

    def signal(self, number: int) -> None:
        """Send a signal to the first process alone."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill all of its processes at once, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        """Wait until no process of the group lives; return the first one's code."""
        code = self.process.wait(PATIENCE)
        until(lambda: not processes.members_of(self.process.pid))
        return code


@dataclass
class Machine:
    """Starts the site's programs as ``bin/demo`` does, on the tests' database."""

    data: Path
    port: int
    started: list[Program] = field(default_factory=list)

    def web(self, workers: int = 1) -> Program:
        """Start the web server; return when it answers."""
        command = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--no-ws", "--workers", str(workers)]
        command += ["--blocking-threads", "4", "portfolio.wsgi:application"]
        program = self._start(command)
        until(lambda: self.get("/livez") == 200)
        return program

    def worker(self, *options: str) -> Program:
        """Start the worker; with --one-shot it ends when nothing is left to do."""
        return self._start(["manage.py", "procrastinate", "worker", *options])

    def _start(self, command: list[str]) -> Program:
        with (self.data / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        program = Program(process)
        self.started.append(program)
        return program

    def _environment(self) -> dict[str, str]:
        database = connection.settings_dict
        who = f"{database['USER']}:{quote(database['PASSWORD'])}"
        where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
        kek = base64.b64encode(settings.CREDENTIALS_KEK).decode()
        own = data_folder.own_environment(
            self.data, self.port, f"postgres://{who}@{where}"
        )
        return own | {"SECRET_KEY": settings.SECRET_KEY, "CREDENTIALS_KEK": kek}

    def stop(self) -> None:
        """Kill what still runs."""
        for program in self.started:
            if processes.members_of(program.process.pid):
                program.kill()

    def get(self, path: str) -> int:
        """Ask for a page; return the status, 0 when nobody answers."""
        try:
            return self._speak("GET", path)[0]
        except OSError:
            return 0

    def press(self, path: str, form: Mapping[str, str], session: str) -> str:
        """Press a button with a session's cookie; return where it leads.

        Or the name of what went wrong: the connection was lost, or a status.
        """
        body = urlencode({**form, "csrfmiddlewaretoken": CSRF})
        cookies = f"{settings.SESSION_COOKIE_NAME.removeprefix('__Host-')}={session}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{cookies}; csrftoken={CSRF}",
        }
        try:
            status, location = self._speak("POST", path, body, headers)
        except (OSError, http.client.HTTPException):
            return "lost"
        return location if status in {302, 303} else str(status)

    def _speak(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            host = {"Host": f"localhost:{self.port}"}
            line.request(method, path, body, {**host, **(headers or {})})
            response = line.getresponse()
            return response.status, response.headers.get("Location", "")
        finally:
            line.close()


def work_on_after_a_while(machine: Machine) -> None:
    """The killed worker is not heard of any more; another one does what is left."""
    until(lambda: not ask(OTHERS))
    ask("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    tasks.retry_stalled.configure().defer(timestamp=0)
    assert machine.worker("--one-shot").ended() == 0
