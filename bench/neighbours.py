"""How much of the processor other virtual machines took while something was measured.

A figure means little when the machine it was measured on was somebody else's for a
third of the time, and nothing in the figure says so.
"""

from __future__ import annotations

from pathlib import Path

_STAT = Path("/proc/stat")
#: The eighth number of the first line, in Linux' own order (man 5 proc_stat).
_STOLEN = 7


class Watch:
    """From its making on, until ``told`` is asked."""

    def __init__(self) -> None:
        self._before = _ticks()

    @property
    def told(self) -> str:
        """In words, to stand behind others; nothing where the system does not count."""
        passed = [now - then for now, then in zip(_ticks(), self._before, strict=True)]
        if not sum(passed):
            return ""
        share = passed[_STOLEN] / sum(passed)
        return f"; {share:.0%} of the processor taken by others"


def _ticks() -> list[int]:
    if not _STAT.exists():
        return []
    first = _STAT.read_text().partition("\n")[0]
    # The last two are parts of the first two.
    return [int(number) for number in first.split()[1:9]]
