"""``bin/test``: the five checks of the project, on a PostgreSQL of their own."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from portfolio.running import data_folder, postgres, system_packages
from portfolio.running.places import DatabaseUnavailable
from portfolio.running.preparing import ROOT, VENV
from portfolio.running.supervising import STOPPED, Failed, Stopped, Supervisor, say

BIN = VENV / "bin"
_STANDARDS = ROOT.parent / "shared" / "standards"
# The tests' settings bring what they need; a shell's leftovers must not change that.
_NOT_FOR_TESTS = (
    "CREDENTIALS_KEK_FILE",
    "DJANGO_SETTINGS_MODULE",
    "PYTEST_ADDOPTS",
    "PYTHONDONTWRITEBYTECODE",  # some forty programs are started; each would compile
)


def main(arguments: Sequence[str]) -> int:
    """Run the checks; arguments go to pytest. Out: 0 when all passed, else 1."""
    try:
        with ExitStack() as stack:
            supervisor = stack.enter_context(Supervisor())
            environment = _environment(stack, supervisor)
            return _check(supervisor, environment, arguments)
    except Stopped:
        return STOPPED
    except (Failed, DatabaseUnavailable) as failure:
        say(str(failure), to_error=True)
        return 1


def _environment(stack: ExitStack, supervisor: Supervisor) -> dict[str, str]:
    environment = dict(os.environ)
    for name in _NOT_FOR_TESTS:
        environment.pop(name, None)
    data = stack.enter_context(data_folder.temporary())
    stack.callback(supervisor.end_children)
    supervisor.record_in(data / data_folder.RECORD)
    environment["CAIRN_DATA"] = str(data / "site")
    if not environment.get("DATABASE_URL"):
        environment["DATABASE_URL"] = postgres.ensure_running(data, for_tests=True)
    if _STANDARDS.is_dir():
        environment.setdefault("STANDARDS_DIR", str(_STANDARDS))
    if (browser := system_packages.browser()) is not None:
        environment.setdefault("CHROMIUM", browser)
    return environment


def _check(
    supervisor: Supervisor, environment: dict[str, str], arguments: Sequence[str]
) -> int:
    log = Path(environment["CAIRN_DATA"]).parent / "logs" / "mypy.log"
    # Types take one core for half a minute: beside the others, not before them.
    mypy = [str(BIN / "mypy"), "."]
    types = supervisor.start("mypy", mypy, env=environment, log=log, cwd=ROOT)
    results = []
    for title, commands in _checks(arguments):
        say(f"\n== {title}")
        begin = time.monotonic()
        passed = all(
            supervisor.run(
                [str(BIN / command[0]), *command[1:]], env=environment, cwd=ROOT
            )
            == 0
            for command in commands
        )
        results.append((f"{title}  ({time.monotonic() - begin:.0f} s)", passed))
    say("\n== mypy .")
    while types.process.poll() is None:
        supervisor.pause()
    say(log.read_text(errors="replace").rstrip())
    results.append(("mypy .  (beside the others)", types.process.returncode == 0))
    say()
    for title, passed in results:
        say(f"{'passed' if passed else 'FAILED'}  {title}")
    return 0 if all(passed for _, passed in results) else 1


def _checks(arguments: Sequence[str]) -> list[tuple[str, list[list[str]]]]:
    """The checks but types, each with the programs it runs, the quickest first."""
    pytest = ["pytest", *_workers(arguments), *arguments]
    return [
        (
            "ruff check . && ruff format --check .",
            [["ruff", "check", "."], ["ruff", "format", "--check", "."]],
        ),
        ("lint-imports", [["lint-imports"]]),
        ("djlint --lint templates", [["djlint", "--lint", "templates", "--quiet"]]),
        ("pytest", [pytest]),
    ]


def _workers(arguments: Sequence[str]) -> list[str]:
    """A process more than cores: one looks on while browsers work, and mostly waits.

    Unless the arguments say otherwise or one test is looked into.
    """
    alone = ("-n", "--numprocesses", "--pdb", "-s", "-p", "--collect-only")
    if any(argument.startswith(alone) for argument in arguments):
        return []
    return ["-n", str((os.cpu_count() or 1) + 1)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
