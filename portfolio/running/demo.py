"""``bin/demo``: the whole site with demo content, from nothing to *Ready*."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from portfolio.running import checking, data_folder, serving
from portfolio.running.places import DatabaseUnavailable
from portfolio.running.supervising import STOPPED, Failed, Stopped, Supervisor, say

_DEFAULT_PORT = 8000
_PEOPLE = ("learner", "reviewer", "manager", "employer", "admin")


def main(arguments: Sequence[str]) -> int:
    """Run the demo until somebody stops it, or the check. Out: the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.check:
            return checking.run()
        return _run(_data(), _port(), fresh=options.fresh)
    except Stopped:
        return STOPPED
    except (Failed, DatabaseUnavailable) as failure:
        say(str(failure), to_error=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/demo",
        description="Run the whole site with demo content on this machine.",
        epilog="PORT: 8000 unless set. CAIRN_DATA: data folder, .cairn unless set. "
        "DATABASE_URL: a PostgreSQL of your own instead of the embedded one.",
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--fresh", action="store_true", help="delete the demo's data and begin anew"
    )
    choice.add_argument(
        "--check",
        action="store_true",
        help="walk the main job over HTTP in a folder of its own; exit 0 or 1",
    )
    return parser


def _data() -> Path:
    return Path(os.environ.get("CAIRN_DATA") or data_folder.DEFAULT).resolve()


def _port() -> int:
    text = os.environ.get("PORT") or str(_DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**16):
        raise Failed(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def _run(data: Path, port: int, *, fresh: bool) -> int:
    database_url = os.environ.get("DATABASE_URL") or None
    if fresh and database_url is not None:
        raise Failed(
            "--fresh deletes the data folder and the embedded database, never a "
            "database of your own. Empty the one in DATABASE_URL yourself and name "
            "a new folder in CAIRN_DATA."
        )
    with ExitStack() as stack:
        # Outermost, so that a signal never interrupts the others' tidying up.
        supervisor = stack.enter_context(Supervisor())
        stack.enter_context(data_folder.claimed(data))
        supervisor.record_in(data / data_folder.RECORD)
        if fresh:
            say(f"Deleting the demo's data in {data} …")
            data_folder.empty(data)
        data_folder.bind_to_port(data, port)
        stack.enter_context(
            serving.site(data, port, supervisor, database_url=database_url)
        )
        _welcome(port)
        return _stay(supervisor)


def _stay(supervisor: Supervisor) -> int:
    try:
        ended = supervisor.wait()
    except Stopped:
        say("Stopping …")
        return 0
    raise Failed(serving.explain_end(ended))


def _welcome(port: int) -> None:
    site = f"http://localhost:{port}"
    say(f"Ready: {site}/")
    say()
    say("Log in with the password demo as")
    for name in _PEOPLE:
        say(f"  {name}@example.org")
    say()
    say(f"The review queue is at {site}/admin/, mails are at {site}/demo/mail/.")
    say("Ctrl-C stops everything; the data stay for the next start.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
