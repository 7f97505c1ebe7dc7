"""How many documents one core signs in a second."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.table import Row
from credentials import sealing, signing_keys
from tests import factories

SECONDS = 6.0
CRITERIA = 4
AIM = 40


def measure() -> list[Row]:
    """Sign the same document again and again, beside a bare Ed25519 signature."""
    row = factories.make_credential(factories.make_badge(criteria=CRITERIA))
    assert row.issuer is not None
    did, opened = row.issuer.did, signing_keys.open_keys(row.issuer)
    sealed = json.loads(row.document or "")
    document = {name: value for name, value in sealed.items() if name != "proof"}
    public = {opened.proof.public.method_id(did): opened.proof.public}
    words, now = sealing.to_json(document), datetime.now(UTC)
    bare_key = Ed25519PrivateKey.generate()

    seals = _per_second(
        lambda: sealing.seal(document, issuer_did=did, key=opened.proof, created=now)
    )
    checks = _per_second(lambda: sealing.verify_document(sealed, public_keys=public))
    bare = _per_second(lambda: bare_key.sign(words))
    return [
        Row(
            f"sealing {CRITERIA} criteria × 3 levels, undefined terms refused",
            f"{seals:.0f} a second and core",
            f"bare Ed25519: {bare:,.0f}",
            f"{AIM}",
            seals >= AIM,
        ),
        Row("checking it, signature and spelling", f"{checks:.0f} a second and core"),
    ]


def _per_second(work: Callable[[], object]) -> float:
    """How often it is done in a second of this process's own time."""
    work()
    done, started = 0, time.process_time()
    while time.process_time() - started < SECONDS:
        work()
        done += 1
    return done / (time.process_time() - started)
