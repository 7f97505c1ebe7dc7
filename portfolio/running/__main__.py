"""``python -m portfolio.running demo|test|…``: prepare, then become the command.

Any Python from 3.12 on may start this; from here on the project's own runs.
"""

import os
import sys
from typing import NoReturn

from portfolio.running import preparing, system_packages
from portfolio.running.supervising import STOPPED, Failed, Stopped, say

MODULES = {
    "demo": "portfolio.running.demo",
    "test": "portfolio.running.testing",
    "shots": "tests.browser.shots",
    "bench": "bench.__main__",
    "messages": "portfolio.running.messages",
}


def main(command: str, arguments: list[str]) -> int:
    """Never returns when all goes well. Out: the exit code otherwise."""
    try:
        preparing.prepare(for_tests=command != "demo")
    except Stopped:
        return STOPPED
    except Failed as failure:
        say(str(failure), to_error=True)
        return 1
    return become(command, arguments)


def become(command: str, arguments: list[str]) -> NoReturn:
    """Go on as that command in the project's own Python, with the same pid."""
    os.environ.update(system_packages.library_environment())
    python = str(preparing.PYTHON)
    os.execv(python, [python, "-m", MODULES[command], *arguments])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
