"""``bin/demo --check``: the main job over HTTP, in a folder that nobody else uses."""

import sys

from portfolio.running import data_folder, postgres, serving
from portfolio.running.preparing import ROOT
from portfolio.running.supervising import Supervisor


def run() -> int:
    """Start a site of its own, walk through it, and remove every trace.

    Out: the exit code of the walk. Raises Failed and Stopped.
    """
    port = postgres.free_port()
    with (
        # Outermost, so that a signal never interrupts the others' tidying up.
        Supervisor() as supervisor,
        data_folder.temporary() as data,
        serving.site(data, port, supervisor, database_url=None) as environment,
    ):
        walk = [sys.executable, "-m", "portfolio.demo.check"]
        base_url = environment["SITE_URL"] + "/"
        return supervisor.run([*walk, base_url, str(data)], env=environment, cwd=ROOT)
