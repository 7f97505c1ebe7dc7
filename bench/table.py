"""The rows that a part of the bench measures, and the table they are shown in."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, how it came out, what stands beside it.

    ``met`` is None where no aim was set.
    """

    what: str
    measured: str
    beside: str = ""
    aim: str = ""
    met: bool | None = None


def hand_over(rows: Iterable[Row]) -> None:
    """Write the rows of one part where the bench reads them: its standard output."""
    for row in rows:
        print(json.dumps(asdict(row)), flush=True)


def handed_over(output: str) -> list[Row]:
    """The rows that a part wrote."""
    return [Row(**json.loads(line)) for line in output.splitlines()]


def show(rows: Iterable[Row]) -> None:
    """Print the rows as a table in Markdown."""
    print("| what | measured | beside it | aim | met |")
    print("|---|---|---|---|---|")
    words = {None: "", True: "yes", False: "**no**"}
    for row in rows:
        cells = (row.what, row.measured, row.beside, row.aim, words[row.met])
        print(f"| {' | '.join(cells)} |")
    sys.stdout.flush()
