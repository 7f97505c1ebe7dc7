"""How long ``bin/demo`` takes until it is ready: on a fresh machine, and again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.table import Row
from portfolio.running.postgres import free_port
from portfolio.running.preparing import ROOT


def measure() -> list[Row]:
    """From a fresh clone with an empty home; then once more with the data kept.

    The first start installs Python packages: how fast they come is part of it. System
    packages (Pango, fonts) that the machine has already are not counted.
    """
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as name:
        folder = Path(name)
        clone, home = folder / "clone", folder / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PORT": str(free_port()),
        }
        try:
            cold = _seconds_until_ready(clone, environment)
            second = _seconds_until_ready(clone, environment)
        finally:
            shutil.rmtree(clone / ".venv", ignore_errors=True)
    return [
        Row("`bin/demo` in a fresh clone, packages installed", f"{cold:.0f} s"),
        Row("`bin/demo` the second time", f"{second:.0f} s"),
    ]


def _seconds_until_ready(clone: Path, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    with subprocess.Popen(
        ["bin/demo"], cwd=clone, env=environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        took = 0.0
        for line in demo.stdout:
            if line.startswith("Ready:"):
                took = time.perf_counter() - started
                demo.send_signal(signal.SIGINT)
        assert took, "bin/demo ended before it was ready"
        return took
