"""Programs that run for us: each in a process group of its own, none left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any, Self

from portfolio.running import processes

STOPPED = 130
"""Exit code of a run that somebody ended before it was through, as shells have it."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOOK_EVERY = 0.1
_LINES_TO_SHOW = 30


class Stopped(Exception):
    """Somebody asked this program to end."""


class Failed(Exception):
    """Something that has to work did not; the text tells the person what."""


@dataclass(frozen=True)
class Child:
    """A program that runs until it is ended."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None


class Supervisor:
    """Starts programs and ends every one of them when its ``with`` block is left.

    TERM, Ctrl-C and a closed terminal only set a mark; ``run``, ``wait`` and
    ``look`` turn it into Stopped. So a signal never tears a step apart, and comes
    through in any second.
    """

    def __init__(self, *, patience: float = processes.PATIENCE) -> None:
        """``patience``: seconds that children have to end when asked to."""
        self._patience = patience
        self._record: Path | None = None
        self._children: list[Child] = []
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_children()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def record_in(self, record: Path) -> None:
        """Write the living children down, for ``take_over`` after a KILL.

        In: a file of a folder that no other supervisor uses now. What an earlier
        one left running there is ended first.
        """
        take_over(record)
        self._record = record

    def look(self) -> None:
        """Raise Stopped when somebody asked this program to end."""
        if self._asked:
            raise Stopped

    def run(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        cwd: Path | None = None,
    ) -> int:
        """Run a program to its end. Out: its exit code. Raises Stopped."""
        self.look()
        child = self.start(command[0], command, env=env, log=log, cwd=cwd)
        try:
            while (code := child.process.poll()) is None:
                self.look()
                time.sleep(_LOOK_EVERY)
        finally:
            self._end([child])
        self.look()
        return code

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        cwd: Path | None = None,
    ) -> Child:
        """Start a program in a process group of its own; what it says goes to a log."""
        output: IO[bytes] | None = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            output = log.open("ab")
        try:
            process = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output and subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise Failed(f"{command[0]} does not start: {error.strerror}.") from error
        finally:
            if output is not None:
                output.close()
        child = Child(name, process, log)
        self._children.append(child)
        self._write_record()
        return child

    def wait(self) -> Child:
        """Wait until one of the children ends by itself. Raises Stopped."""
        while True:
            self.look()
            for child in self._children:
                if child.process.poll() is not None:
                    return child
            time.sleep(_LOOK_EVERY)

    def pause(self) -> Child | None:
        """A short breath between two tries. Out: a child that ended, if any."""
        self.look()
        time.sleep(_LOOK_EVERY)
        ended = (child for child in self._children if child.process.poll() is not None)
        return next(ended, None)

    def end_children(self) -> None:
        """End all children: TERM, ten seconds, KILL."""
        self._end(list(self._children))

    def _end(self, children: list[Child]) -> None:
        if not children:
            return
        processes.end_groups(
            (child.process.pid for child in children), patience=self._patience
        )
        for child in children:
            child.process.wait()
            self._children.remove(child)
        self._write_record()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True

    def _write_record(self) -> None:
        if self._record is None:
            return
        if not self._children:
            self._record.unlink(missing_ok=True)
            return
        pids = [child.process.pid for child in self._children]
        text = json.dumps({pid: processes.started_at(pid) for pid in pids})
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(text)
        unfinished.rename(self._record)


def take_over(record: Path) -> None:
    """End what a killed supervisor left running, as its record names it.

    A pid that meanwhile belongs to another program is left alone.
    """
    try:
        known = json.loads(record.read_text())
    except (FileNotFoundError, ValueError):
        return
    processes.end_groups(
        int(pid)
        for pid, since in known.items()
        if processes.started_at(int(pid)) in {since, None}
    )
    record.unlink(missing_ok=True)


def last_words(log: Path | None) -> str:
    """The end of a log, to show to the person who has to do something about it."""
    if log is None or not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-_LINES_TO_SHOW:])


def say(text: str = "", *, to_error: bool = False) -> None:
    """Print a line at once; a closed terminal is no reason to stop half-way."""
    try:
        print(text, file=sys.stderr if to_error else sys.stdout, flush=True)
    except OSError:
        # Python would try to write again at exit, and complain.
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, (sys.stderr if to_error else sys.stdout).fileno())
