"""The folder that holds everything a demo keeps: database, files, mails, secrets."""

import base64
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portfolio.running import locks, postgres
from portfolio.running.preparing import ROOT
from portfolio.running.supervising import Failed, take_over

# Not the demo's: tools of this clone, the tests' database, locks that are held.
_NOT_OURS = frozenset(
    {
        "tools",
        "tests",
        "checks",
        "prepare-lock",
        "preparing.json",
        "lock",
        "database-lock",
    }
)
DEFAULT = ROOT / ".cairn"
"""The data folder, unless ``CAIRN_DATA`` names another."""

RECORD = "running.json"
"""Where the living children of a run are written down, inside its data folder."""

_TEMPORARY = DEFAULT / "checks"
_STATE = "demo.json"
_SECRETS = "secrets.json"


@contextmanager
def claimed(data: Path) -> Iterator[None]:
    """Have the folder for ourselves while the block runs; made when absent.

    Raises Failed when another running demo has it, or when it is not a demo's.
    """
    data.mkdir(parents=True, exist_ok=True)
    foreign = [entry for entry in data.iterdir() if entry.name not in _NOT_OURS]
    if foreign and data != DEFAULT and not (data / _STATE).exists():
        raise Failed(
            f"{data} holds other things already. "
            "Name an empty or a new folder in CAIRN_DATA."
        )
    try:
        with locks.held(data / "lock", wait=False):
            yield
    except locks.Taken:
        raise Failed(
            f"A demo with the data in {data} is running already. "
            "Stop it first, or name another folder in CAIRN_DATA."
        ) from None


def read_secrets(data: Path) -> tuple[dict[str, str], bool]:
    """The keys of this folder's site, and whether they were made just now.

    ``CREDENTIALS_KEK`` opens the issuers' signing keys in the database, so it
    belongs to the data and is never made anew while they exist.
    """
    file = data / _SECRETS
    if file.exists():
        keys: dict[str, str] = json.loads(file.read_text())
        return keys, False
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CREDENTIALS_KEK": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(keys, indent=2) + "\n")
    unfinished.rename(file)
    return keys, True


def bind_to_port(data: Path, port: int) -> None:
    """Remember the port that signed credentials name.

    Raises Failed, with both ways out, when the data were made for another one.
    """
    file = data / _STATE
    if not file.exists():
        file.write_text(json.dumps({"port": port}) + "\n")
        return
    before = json.loads(file.read_text())["port"]
    if before != port:
        start = "bin/demo" if data == DEFAULT else f"CAIRN_DATA={data} bin/demo"
        raise Failed(
            f"The data in {data} were made for http://localhost:{before}/, and the "
            "signed credentials in them name that address for good. Start with\n"
            f"    PORT={before} {start}\n"
            f"to go on with them, or delete them and begin anew on port {port} with\n"
            f"    PORT={port} {start} --fresh"
        )


def empty(data: Path) -> None:
    """Delete everything that the demo keeps, its database included."""
    postgres.remove(data)
    # The mark that the folder is a demo's goes last, should this be cut short.
    for entry in sorted(data.iterdir(), key=lambda entry: entry.name == _STATE):
        if entry.name in _NOT_OURS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder of one's own while the block runs; nothing of it stays.

    What killed runs left is removed first: their locks went with them.
    """
    for left in _TEMPORARY.glob("*"):
        with suppress(locks.Taken), locks.held(left / "lock", wait=False):
            take_over(left / RECORD)
            _delete(left)
    data = _TEMPORARY / f"{os.getpid()}-{secrets.token_hex(4)}"
    with claimed(data):
        try:
            yield data
        finally:
            _delete(data)
            with suppress(OSError):
                _TEMPORARY.rmdir()


def _delete(data: Path) -> None:
    postgres.remove(data)
    shutil.rmtree(data, ignore_errors=True)


def own_environment(data: Path, port: int, database_url: str) -> dict[str, str]:
    """The environment that the demo's settings are read from."""
    keys, _ = read_secrets(data)
    environment = dict(os.environ)
    # These would contradict what is set here.
    for name in ("CREDENTIALS_KEK_FILE", "SECRET_KEY_FALLBACKS", "STATIC_ROOT"):
        environment.pop(name, None)
    return (
        environment
        | keys
        | {
            "DJANGO_SETTINGS_MODULE": "portfolio.settings",
            "CAIRN_DEMO": "1",
            "CAIRN_DATA": str(data),
            "SITE_URL": f"http://localhost:{port}",
            "DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1",
        }
    )
