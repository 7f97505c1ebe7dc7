"""``bin/bench``: start a site, measure it part by part, print the table."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

from bench import starting
from bench.table import Row, handed_over, show
from portfolio.running import data_folder, postgres, serving
from portfolio.running.preparing import ROOT
from portfolio.running.supervising import Failed, Stopped, Supervisor, say

#: Sweeping comes last: it leaves 100,000 people behind.
IN_SITE = ("sealing", "approving", "certificates", "pages", "sweeping")
#: A million credentials of their own; takes a quarter of an hour.
IN_CROWD = ("scale",)
PARTS = (*IN_SITE, *IN_CROWD, "starting")


def main(names: list[str]) -> int:
    """Measure these parts, or those that need a site. Out: the exit code."""
    chosen = names or list(IN_SITE)
    if unknown := set(chosen) - set(PARTS):
        say(f"No such part: {', '.join(unknown)}. There are {', '.join(PARTS)}.")
        return 2
    try:
        rows = _measured([name for name in IN_SITE if name in chosen])
        crowd = [name for name in IN_CROWD if name in chosen]
        rows += _measured(crowd, is_demo=False)
    except (Failed, Stopped) as failure:
        say(str(failure), to_error=True)
        return 1
    if "starting" in chosen:
        rows += starting.measure()
    say(f"{os.cpu_count()} cores, Python {platform.python_version()}, granian 2×4\n")
    show(rows)
    return 0


def _measured(parts: list[str], *, is_demo: bool = True) -> list[Row]:
    """The rows of parts that need a site, from a process each."""
    if not parts:
        return []
    port = postgres.free_port()
    bench = {"DJANGO_SETTINGS_MODULE": "bench.settings"}
    with (
        Supervisor() as supervisor,
        data_folder.temporary() as data,
        serving.site(
            data,
            port,
            supervisor,
            database_url=None,
            extra=bench,
            is_demo=is_demo,
        ) as environment,
    ):
        return [row for name in parts for row in _rows(name, environment)]


def _rows(name: str, environment: dict[str, str]) -> list[Row]:
    say(f"Measuring {name} …")
    command = [sys.executable, "-m", "bench.part", name]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise Failed(f"The part {name} ended with {done.returncode}.")
    return handed_over(done.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
