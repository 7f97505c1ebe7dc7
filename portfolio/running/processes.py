"""Processes of this machine: which live, since when, and how a group of them ends."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

PATIENCE = 10.0
"""Seconds between asking a group to end (TERM) and ending it (KILL)."""

_PROC = Path("/proc")


def started_at(pid: int) -> str | None:
    """When the process began, or None when it is gone.

    Together with the pid this names a process for good: a pid comes again after
    a while, a pid with the same start does not.
    """
    if (fields := _stat(pid)) is not None:
        return None if fields[0] == "Z" else fields[19]
    return _ps(pid, "lstart")


def command_of(pid: int) -> str:
    """The command line of a living process, or an empty text."""
    if _has_proc():
        with contextlib.suppress(OSError):
            words = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
            return " ".join(word.decode(errors="replace") for word in words).strip()
        return ""
    return _ps(pid, "command") or ""


def members_of(group: int) -> set[int]:
    """The living processes of a process group; the dead but unread are not counted."""
    if not _has_proc():
        return _members_by_ps(group)
    pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    return {pid for pid in pids if _belongs(pid, group)}


def end_groups(groups: Iterable[int], *, patience: float = PATIENCE) -> None:
    """End process groups: TERM to all, wait, then KILL for those that stayed.

    In: numbers of groups (the pids of their first processes); ``patience`` in
    seconds. Groups that are gone already are no error.
    """
    waiting = set(groups)
    for group in waiting:
        _signal_group(group, signal.SIGTERM)
    waiting = _wait_until_gone(waiting, patience)
    for group in waiting:
        _signal_group(group, signal.SIGKILL)
    _wait_until_gone(waiting, PATIENCE)


def _wait_until_gone(groups: set[int], seconds: float) -> set[int]:
    end = time.monotonic() + seconds
    while (left := {group for group in groups if members_of(group)}) and (
        time.monotonic() < end
    ):
        time.sleep(0.05)
    return left


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _has_proc() -> bool:
    return (_PROC / "self" / "stat").exists()


def _stat(pid: int) -> list[str] | None:
    """Fields of ``/proc/<pid>/stat`` from the state on; the name may hold spaces."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _belongs(pid: int, group: int) -> bool:
    fields = _stat(pid)
    return fields is not None and fields[0] != "Z" and int(fields[2]) == group


def _ps(pid: int, column: str) -> str | None:
    """One column of ``ps``, for systems without ``/proc``."""
    if _has_proc():
        return None
    found = subprocess.run(
        ["ps", "-p", str(pid), "-o", "stat=", "-o", f"{column}="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split(maxsplit=1)
    if len(found) < 2 or found[0].startswith("Z"):
        return None
    return found[1].strip()


def _members_by_ps(group: int) -> set[int]:
    lines = subprocess.run(
        ["ps", "-A", "-o", "pid=", "-o", "pgid=", "-o", "stat="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    rows = [line.split(maxsplit=2) for line in lines]
    return {
        int(pid)
        for pid, leader, state in rows
        if int(leader) == group and not state.startswith("Z")
    }
