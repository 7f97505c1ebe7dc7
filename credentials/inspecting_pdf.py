"""What a PDF from outside holds, looked at in a process with narrow limits.

A PDF of a few kilobytes can ask for gigabytes or never end, and its parser is
native code. So this file starts itself as a separate program that limits its
own memory and time before it loads the parser, and that gets none of our
environment. Whatever happens there is an exit code here.
"""

import contextlib
import subprocess
import sys
from enum import IntEnum
from io import BytesIO
from pathlib import Path
from typing import Any

MAX_INPUT_BYTES = 25 * 1024 * 1024
MAX_ATTACHMENT_BYTES = 256 * 1024
MAX_PAGES = 10
MAX_ATTACHMENTS = 10
MEMORY_BYTES = {"open": 512 * 1024 * 1024, "attachment": 256 * 1024 * 1024}
CPU_SECONDS = 10
WALL_SECONDS = 30


class Outcome(IntEnum):
    """How the separate process ends; any other code is a crash or a limit."""

    DONE = 0
    LOCKED = 3
    DAMAGED = 4
    TOO_LONG = 5
    NONE = 6
    SEVERAL = 7
    TOO_LARGE = 8


class UnreadablePdf(Exception):
    """The PDF cannot be looked into; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.name)
        self.outcome = outcome


def check_opens(pdf: bytes) -> None:
    """Return when *pdf* opens without a password and has a page.

    Raises :class:`UnreadablePdf`, ``LOCKED`` or ``DAMAGED``.
    """
    _run("open", "", pdf)


def attachment(pdf: bytes, name: str) -> bytes:
    """The content of the one attachment called *name*.

    Raises :class:`UnreadablePdf`: ``NONE`` and ``SEVERAL`` speak of attachments
    with this name, ``TOO_LONG`` of more than 10 pages, ``TOO_LARGE`` of more
    than 256 KiB inside.
    """
    return _run("attachment", name, pdf)


def _run(task: str, name: str, pdf: bytes) -> bytes:
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter, this very file
            [sys.executable, "-IB", str(Path(__file__).resolve()), task, name],
            input=pdf,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadablePdf(Outcome.DAMAGED) from None
    if ended.returncode != Outcome.DONE:
        raise UnreadablePdf(_outcome(ended.returncode))
    return ended.stdout


def _outcome(code: int) -> Outcome:
    return Outcome(code) if code in Outcome else Outcome.DAMAGED


def _limit_this_process(memory: int) -> None:
    import resource  # not on every system that only verifies JSON

    limits = [
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]
    for which, limit in limits:
        # macOS refuses RLIMIT_AS; the time limits hold there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (limit, limit))


def _inspect(task: str, name: str) -> tuple[Outcome, bytes]:
    """Runs in the separate process only, after the limits stand."""
    import pikepdf

    data = BytesIO(sys.stdin.buffer.read(MAX_INPUT_BYTES + 1))
    try:
        with pikepdf.open(data) as pdf:
            if task == "open":
                return (Outcome.DONE if len(pdf.pages) else Outcome.DAMAGED), b""
            if len(pdf.pages) > MAX_PAGES:
                return Outcome.TOO_LONG, b""
            return _attached(pdf.attachments, name)
    except pikepdf.PasswordError:
        return Outcome.LOCKED, b""
    except pikepdf.PdfError:
        return Outcome.DAMAGED, b""


def _attached(attachments: Any, name: str) -> tuple[Outcome, bytes]:
    if len(attachments) > MAX_ATTACHMENTS:
        return Outcome.TOO_LARGE, b""
    named = [spec for spec in attachments.values() if spec.filename == name]
    if len(named) != 1:
        return (Outcome.SEVERAL if named else Outcome.NONE), b""
    content = named[0].get_file().read_bytes()
    if len(content) > MAX_ATTACHMENT_BYTES:
        return Outcome.TOO_LARGE, b""
    return Outcome.DONE, content


if __name__ == "__main__":
    _limit_this_process(MEMORY_BYTES[sys.argv[1]])
    _code, _content = _inspect(sys.argv[1], sys.argv[2])
    sys.stdout.buffer.write(_content)
    sys.stdout.buffer.flush()
    sys.exit(_code)
