"""The embedded PostgreSQL: made, started, taken over, stopped, removed."""

import locale
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from portfolio.running import locks, places, processes
from portfolio.running.places import DatabaseUnavailable, Place

NAME = "cairn"
"""Name of the database and of its user."""

_ATTEMPTS = 5
_LOOPBACK = "127.0.0.1"

_ALWAYS = {
    "listen_addresses": _LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A crash may cost the tests their data, never their time.
_FOR_TESTS = {
    "max_connections": "400",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "30s",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
}


def ensure_running(data: Path, *, for_tests: bool = False) -> str:
    """Start the embedded PostgreSQL of a data folder, or find it running.

    In: the data folder, made when absent; ``for_tests`` trades safety of the data
    for speed and allows 400 connections (at its start: a running server is taken
    as it is). Out: the ``DATABASE_URL`` of an existing, perhaps empty database.
    A server that outlived its launcher is used again; what a killed one left
    behind is cleared. Raises DatabaseUnavailable.
    """
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    with locks.held(data / "database-lock"):
        return _ensure_running(data, for_tests=for_tests)


def _ensure_running(data: Path, *, for_tests: bool) -> str:
    place = places.find(data)
    if place is None:
        place = _create(data)
    _refuse_other_version(place)
    port = _port_of_running(place)
    if port is not None and not _answers(place, port):
        stop(data)
        port = None
    if port is None:
        port = _start(place, for_tests=for_tests)
    _ensure_database(place, port)
    return _url(place, port)


def stop(data: Path) -> None:
    """Stop the embedded PostgreSQL of a data folder; nothing happens if none runs.

    Open connections are cut, transactions rolled back, everything is written out.
    """
    place = places.find(data.resolve())
    if place is not None:
        _stop(place)


def remove(data: Path) -> None:
    """Stop the embedded PostgreSQL and delete everything it ever stored."""
    stop(data)
    places.remove(data.resolve())


def running_pid(data: Path) -> int | None:
    """The process of the data folder's server, or None while none runs."""
    place = places.find(data.resolve())
    return None if place is None else _server_pid(place)


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind((_LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def _create(data: Path) -> Place:
    _clear_orphan(data)
    place = places.prepare(data)
    password = secrets.token_urlsafe(24)
    place.password_file.touch(mode=0o600)
    place.password_file.write_text(password)
    # Renamed when complete: an interrupted start leaves no half cluster behind.
    unfinished = place.home / "cluster.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    places.give_to_database_user(unfinished)
    with _lent(password, place.home / "password") as password_file:
        place.run("initdb", *_initdb_arguments(unfinished, password_file))
    unfinished.rename(place.cluster)
    return place


def _clear_orphan(data: Path) -> None:
    home = places.remove_orphan(data)
    if home is not None:
        with suppress(DatabaseUnavailable):
            (data / "where").parent.mkdir(parents=True, exist_ok=True)
            (data / "where").write_text(f"{home}\n")
            stop(data)
        places.remove(data)


@contextmanager
def _lent(password: str, path: Path) -> Iterator[Path]:
    """The password in a file that the database's user can read, for a moment."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(password)
    places.give_to_database_user(path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _initdb_arguments(cluster: Path, password_file: Path) -> list[str]:
    return [
        f"--pgdata={cluster}",
        f"--username={NAME}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        # The builtin provider orders and folds alike on every system.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        f"--locale={_libc_locale()}",
        "--lc-messages=C",
        "--no-instructions",
        "--no-sync",
    ]


def _libc_locale() -> str:
    """C.UTF-8 where the system has it; the search parser asks it what a letter is."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    else:
        return "C.UTF-8"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _refuse_other_version(place: Place) -> None:
    made_by = (place.cluster / "PG_VERSION").read_text().strip()
    ours = places.major_version()
    if made_by != ours:
        raise DatabaseUnavailable(
            f"The database in {place.home} was made by PostgreSQL {made_by}; "
            f"PostgreSQL {ours} is installed here and cannot read it."
        )


def _start(place: Place, *, for_tests: bool) -> int:
    for attempt in range(1, _ATTEMPTS + 1):
        _disown_stale_lock(place)
        port = free_port()
        try:
            place.run("pg_ctl", *_start_arguments(place, port, for_tests=for_tests))
        except DatabaseUnavailable:
            # Somebody took the port, or a killed server's last parts still live.
            _stop(place)
            if attempt == _ATTEMPTS:
                raise
            time.sleep(1)
        else:
            return port
    raise AssertionError  # pragma: no cover


def _start_arguments(place: Place, port: int, *, for_tests: bool) -> list[str]:
    values = _ALWAYS | {"port": str(port)} | (_FOR_TESTS if for_tests else {})
    options = " ".join(f"-c {name}={value}" for name, value in values.items())
    if not place.log.exists():
        place.log.touch(mode=0o600)
        places.give_to_database_user(place.log)
    return [
        "start",
        f"--pgdata={place.cluster}",
        f"--log={place.log}",
        f"--options={options}",
        "--wait",
        "--timeout=60",
        "--silent",
    ]


def _stop(place: Place) -> None:
    for mode in ("fast", "immediate"):
        pid = _server_pid(place)
        if pid is None:
            return
        with suppress(DatabaseUnavailable):
            place.run(
                "pg_ctl",
                "stop",
                f"--pgdata={place.cluster}",
                f"--mode={mode}",
                "--timeout=30",
                "--silent",
            )
    if (pid := _server_pid(place)) is not None:
        raise DatabaseUnavailable(f"PostgreSQL (process {pid}) does not stop.")


def _lock_lines(place: Place) -> list[str]:
    """``postmaster.pid``: pid, data directory, start, port, socket, address, …, state.

    https://www.postgresql.org/docs/current/storage-file-layout.html
    """
    try:
        return (place.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _server_pid(place: Place) -> int | None:
    lines = _lock_lines(place)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    # After a restart of the machine the same number may be anybody's.
    return pid if str(place.cluster) in processes.command_of(pid) else None


def _port_of_running(place: Place) -> int | None:
    if _server_pid(place) is None:
        return None
    lines = _lock_lines(place)
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0


def _disown_stale_lock(place: Place) -> None:
    """Name a process that does not exist in a lock whose number is now another's.

    PostgreSQL would believe that its old server still runs. The rest of the file
    stays: by it PostgreSQL makes sure that no part of the old server lives on.
    """
    lines = _lock_lines(place)
    if lines and lines[0].isdigit() and processes.started_at(int(lines[0])):
        lines[0] = str(_absent_pid())
        (place.cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")


def _absent_pid() -> int:
    return next(pid for pid in range(99_998, 1, -1) if not processes.started_at(pid))


def _answers(place: Place, port: int) -> bool:
    """Whether the server on that port is the one of this cluster, and lets us in."""
    try:
        with psycopg.connect(_url(place, port, "postgres"), connect_timeout=5) as found:
            row = found.execute("SHOW data_directory").fetchone()
    except psycopg.Error:
        return False
    return row is not None and Path(row[0]) == place.cluster


def _ensure_database(place: Place, port: int) -> None:
    with psycopg.connect(_url(place, port, "postgres"), autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(query, [NAME]).fetchone() is None:
            create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME))
            connection.execute(create)


def _url(place: Place, port: int, database: str = NAME) -> str:
    password = place.password_file.read_text()
    return f"postgres://{NAME}:{password}@{_LOOPBACK}:{port}/{database}"
