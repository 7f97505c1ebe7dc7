"""One process of the approving bench; see `bench.approving`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    # After the set-up, since it imports models.
    from bench.approving import approve_all

    approve_all(sys.argv[1])
