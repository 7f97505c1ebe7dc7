"""One process of the sweeping bench; see `bench.sweeping`."""

import json
import resource
import sys
import time

import django

if __name__ == "__main__":
    django.setup()
    # After the set-up, since it imports models.
    from pathways import sweeping
    from pathways.models import Sweep

    (key,) = map(int, sys.argv[1:])
    took = []
    print("ready", flush=True)
    sys.stdin.readline()
    while Sweep.objects.filter(pk=key, finished_at=None).exists():
        started = time.perf_counter()
        sweeping.go_on(key, chunks=1)
        took.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # megabytes
    print(json.dumps({"took": took, "peak": peak}), flush=True)
