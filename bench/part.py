"""One part of the bench in a process of its own: ``python -m bench.part sealing``."""

import importlib
import itertools
import os
import sys

import django

from bench.table import hand_over

if __name__ == "__main__":
    django.setup()
    # After the set-up, since they import models.
    from tests import factories

    # Parts share a database, and rows are named after these numbers.
    factories.numbers = itertools.count(os.getpid() * 1_000_000)
    hand_over(importlib.import_module(f"bench.{sys.argv[1]}").measure())
