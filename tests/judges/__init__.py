"""Judges that nobody of ours wrote, for what the project signs.

Node programs (`judge.mjs`: @digitalbazaar/vc, its status list reader, jose), the
Open Badges JSON Schema, and openbadgeslib's verifier of whole badges. All work on
the document as it is served and without a network. A judge that is not installed
skips the test that asks for it, with the reason.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openbadgeslib.ob3 import OB3LdpVerifier
from openbadgeslib.ob3.contexts import bundled_contexts

FOLDER = Path(__file__).parent
BADGE_SCHEMA = "ob_v3p0_achievementcredential_schema.json"
_DRAFT = "https://json-schema.org/draft/2019-09/schema"
_INSTALL_SECONDS = 300
_JUDGE_SECONDS = 60

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What a Node judge answered; `statuses` are (purpose, whether the bit is set).

    `header` and `payload` are filled for tokens alone.
    """

    verified: bool
    errors: list[str]
    statuses: list[tuple[str, bool]] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)


def standards_dir() -> Path:
    """The folder of schemas, contexts and vectors; skips the test without it.

    From STANDARDS_DIR, else `shared/standards` beside the checkout.
    """
    beside = FOLDER.parents[2] / "shared" / "standards"
    folder = Path(os.environ.get("STANDARDS_DIR") or beside)
    if not folder.is_dir():
        pytest.skip(f"no standards folder: set STANDARDS_DIR or provide {beside}")
    return folder


def judge_credential(
    document: Document, did_document: Document, status_list: Document | None = None
) -> Verdict:
    """@digitalbazaar/vc on a signed document, with its status where one is given."""
    given = [status_list] if status_list else []
    return _ask("credential", document, did_document, given)


def judge_status(
    document: Document, did_document: Document, status_list: Document
) -> Verdict:
    """vc-bitstring-status-list on the status of `document` in a signed list."""
    return _ask("status", document, did_document, [status_list])


def judge_jwt(token: str, jwk: Mapping[str, str]) -> Verdict:
    """jose on an ES256 token under the public key `jwk`."""
    return _run({"kind": "jwt", "token": token, "jwk": dict(jwk)})


def schema_errors(document: Document, schema: str = BADGE_SCHEMA) -> list[str]:
    """What 1EdTech's JSON Schema finds wrong, as lines of place and message."""
    path = standards_dir() / "schemas" / schema
    rules = json.loads(path.read_text("utf-8")) | {"$schema": _DRAFT}
    validator = jsonschema.Draft201909Validator(
        rules, format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER
    )
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(document)]


def strict_verify(
    document: bytes | Document,
    did_document: Document,
    status_list: Document | None = None,
) -> None:
    """openbadgeslib's strict verifier on the stored bytes or a document.

    The key comes from `did_document`; with `status_list` the status is read too
    (unsigned for this library, which knows lists as tokens only). Raises
    OB3VerificationError.
    """
    given = {did_document["id"]: did_document}
    if status_list:
        given[status_list["id"]] = status_list

    def download(url: str) -> bytes:
        key = did_document["id"] if url.endswith("/did.json") else url
        return json.dumps(given[key]).encode()

    verifier = OB3LdpVerifier.for_issuer_did(did_document["id"])
    verifier.verify(
        document if isinstance(document, bytes) else dict(document),
        check_status=status_list is not None,
        verify_status_list=False,
        download=download,
    )


def _ask(
    kind: str, document: Document, did_document: Document, others: list[Document]
) -> Verdict:
    documents: dict[str, Any] = {one["id"]: one for one in [did_document, *others]}
    return _run(
        {"kind": kind, "credential": document, "documents": documents} | _contexts()
    )


def _contexts() -> dict[str, Any]:
    """Contexts from the standards folder; without one, our library's own bundle."""
    try:
        return {"contexts_dir": str(standards_dir() / "contexts")}
    except pytest.skip.Exception:
        return {"contexts": bundled_contexts()}


def _run(request: dict[str, Any]) -> Verdict:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("the judges need Node: node or npm is not installed")
    install()
    done = subprocess.run(
        [node, str(FOLDER / "judge.mjs")],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
        timeout=_JUDGE_SECONDS,
    )
    answer = json.loads(done.stdout)
    statuses = [(one["purpose"], one["set"]) for one in answer.pop("statuses", [])]
    return Verdict(statuses=statuses, **answer)


def install() -> None:
    """`npm ci` once; test processes that come at the same time wait for it."""
    with Path(tempfile.gettempdir(), "cairn-judges.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there = FOLDER / "node_modules" / ".package-lock.json"
        lock_file = FOLDER / "package-lock.json"
        if there.exists() and there.stat().st_mtime >= lock_file.stat().st_mtime:
            return
        subprocess.run(
            ["npm", "ci"],
            cwd=FOLDER,
            check=True,
            capture_output=True,
            timeout=_INSTALL_SECONDS,
        )
