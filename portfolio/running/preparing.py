"""What has to be installed before anything runs: Python packages and test tools.

Everything here is done once and then found again by a stamp that names the lock
file's checksum, so that a second start takes no time. Needs nothing but Python.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from portfolio.running import locks, system_packages
from portfolio.running.supervising import Failed, Supervisor, say

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = ROOT / ".cairn" / "tools"
JUDGES = ROOT / "tests" / "judges"

_RUNTIME_LOCK = ROOT / "requirements.txt"
_TEST_LOCK = ROOT / "requirements-dev.txt"
_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def prepare(*, for_tests: bool) -> None:
    """Install what is missing; ``for_tests`` adds the tools of the checks.

    Raises Stopped, and Failed with the exact command for what it cannot install.
    """
    (ROOT / ".cairn").mkdir(exist_ok=True)
    with Supervisor() as supervisor:
        while True:
            try:
                with locks.held(ROOT / ".cairn" / "prepare-lock", wait=False):
                    supervisor.record_in(ROOT / ".cairn" / "preparing.json")
                    _prepare(supervisor, for_tests=for_tests)
                    return
            except locks.Taken:
                supervisor.pause()


def _prepare(supervisor: Supervisor, *, for_tests: bool) -> None:
    system_packages.install(supervisor, for_tests=for_tests)
    _install_packages(supervisor, for_tests=for_tests)
    if for_tests:
        _install_judges(supervisor)


def _install_packages(supervisor: Supervisor, *, for_tests: bool) -> None:
    # The tests' lock holds the runtime's packages too, in the same versions.
    tests_stamp, runtime_stamp = _stamp(_TEST_LOCK), _stamp(_RUNTIME_LOCK)
    wanted = tests_stamp if for_tests else runtime_stamp
    usable = _works(supervisor, [str(PYTHON), "-c", ""])
    if usable and (wanted.exists() or tests_stamp.exists()):
        return
    lock = _TEST_LOCK if for_tests else _RUNTIME_LOCK
    say(f"Installing Python packages ({lock.name}) …")
    uv = _uv(supervisor)
    if not usable:
        _must(
            supervisor, [uv, "venv", "-q", "--clear", "-p", _base_python(), str(VENV)]
        )
    install = [uv, "pip", "install", "-q", "--require-hashes"]
    _must(supervisor, [*install, "-p", str(VENV), "-r", str(lock)])
    for old in VENV.glob(f"{_prefix(lock)}*"):
        old.unlink()
    wanted.touch()


def _base_python() -> str:
    """The Python that this runs in, unless that is the broken environment itself."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _prefix(lock: Path) -> str:
    return f".prepared-{lock.stem}-"


def _stamp(lock: Path) -> Path:
    """A file that exists when the lock's packages are in the environment.

    The folder is part of it: programs in an environment that was moved point
    at where it was.
    """
    text = lock.read_bytes() + os.fsencode(ROOT)
    return VENV / f"{_prefix(lock)}{hashlib.sha256(text).hexdigest()[:16]}"


def _uv(supervisor: Supervisor) -> str:
    """A uv that runs: the machine's own, or one installed for this clone alone."""
    own = str(TOOLS / "bin" / "uv")
    places = [os.environ.get("PATH", os.defpath), str(Path.home() / ".local" / "bin")]
    found = (shutil.which("uv", path=place) for place in places)
    for candidate in (os.environ.get("UV", ""), *found, own):
        if candidate and _works(supervisor, [candidate, "--version"]):
            return candidate
    say("Installing uv into .cairn/tools …")
    made = supervisor.run(
        [sys.executable, "-m", "venv", "--clear", str(TOOLS)], env=_environment()
    )
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "-qq"]
    if made or supervisor.run([*pip, "uv"], env=_environment()):
        raise Failed(
            "uv could not be installed. Install it (https://docs.astral.sh/uv/) "
            "and run this command again."
        )
    return own


def _install_judges(supervisor: Supervisor) -> None:
    lock = JUDGES / "package-lock.json"
    if not lock.exists():
        say("tests/judges has no lock file: the npm judges are left out.")
        return
    npm = shutil.which("npm")
    if npm is None:
        say("npm is not installed: the npm judges are left out.")
        return
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    stamp = JUDGES / "node_modules" / f".prepared-{digest}"
    if stamp.exists():
        return
    say("Installing the npm judges …")
    command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    _must(supervisor, command, cwd=JUDGES)
    stamp.parent.mkdir(exist_ok=True)
    stamp.touch()


def _works(supervisor: Supervisor, command: list[str]) -> bool:
    """Whether a program really runs: a name on PATH may lead nowhere."""
    try:
        code = supervisor.run(command, env=_environment(), log=Path(os.devnull))
    except Failed:
        return False
    return code == 0


def _must(
    supervisor: Supervisor, command: list[str], *, cwd: Path | None = None
) -> None:
    if code := supervisor.run(command, env=_environment(), cwd=cwd):
        raise Failed(f"This failed with code {code}: {' '.join(command)}")


def _environment() -> dict[str, str]:
    """Our own environment, with the system's certificates for uv and npm."""
    environment = dict(os.environ)
    environment.pop("VIRTUAL_ENV", None)
    environment.setdefault("UV_SYSTEM_CERTS", "true")
    environment.setdefault("UV_NATIVE_TLS", "true")  # the same, for an older uv
    environment.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    if bundle := next((name for name in _CERTIFICATES if Path(name).exists()), None):
        environment.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    return environment
