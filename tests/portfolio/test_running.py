"""The launcher, with real processes: nothing of it may be left behind."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from portfolio.running import data_folder, locks, places, postgres, processes
from portfolio.running.preparing import ROOT
from portfolio.running.supervising import Failed, Stopped, Supervisor, take_over

SLEEPER = [sys.executable, "-c", "import time; time.sleep(300)"]
# Both ignore TERM, the parent and its child; the parent tells when both are up.
STUBBORN = [
    sys.executable,
    "-c",
    "import os, signal, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "os.fork()\n"
    "open(sys.argv[1], 'a').write('up\\n')\n"
    "time.sleep(300)\n",
]


@pytest.fixture
def data(tmp_path):
    """A data folder whose server and copied programs are gone afterwards."""
    folder = tmp_path / "data"
    yield folder
    postgres.remove(folder)


@pytest.fixture
def supervisor():
    """A supervisor that is not patient."""
    with Supervisor(patience=0.3) as supervisor:
        yield supervisor


def value(url, query):
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def server_of(data):
    """The number of the server's process, which runs."""
    pid = postgres.running_pid(data)
    assert pid is not None
    return pid


def place_of(data):
    """Where the cluster lies, which exists."""
    place = places.find(data.resolve())
    assert place is not None
    return place


def wait_for_lines(path, count, supervisor):
    while not path.exists() or path.read_text().count("\n") < count:
        assert supervisor.pause() is None


def test_a_stopped_database_keeps_its_rows_and_a_running_one_is_found(data):
    url = postgres.ensure_running(data, for_tests=True)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE stone AS SELECT 'grün' AS colour")
    pid = server_of(data)

    assert postgres.ensure_running(data) == url
    assert postgres.running_pid(data) == pid

    postgres.stop(data)
    assert postgres.running_pid(data) is None
    assert processes.started_at(pid) is None

    again = postgres.ensure_running(data, for_tests=True)
    assert value(again, "SELECT upper(colour) FROM stone") == "GRÜN"


def test_the_database_listens_on_the_loopback_alone_and_wants_its_password(data):
    url = postgres.ensure_running(data, for_tests=True)

    assert value(url, "SHOW listen_addresses") == "127.0.0.1"
    assert value(url, "SHOW unix_socket_directories") == ""
    assert int(value(url, "SHOW max_connections")) >= 300
    password = (data / "database-password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        psycopg.connect(url.replace(password, "wrong"))
    assert (data / "database-password").stat().st_mode & 0o077 == 0


def test_a_killed_database_comes_back_although_a_stranger_has_its_number(data):
    postgres.ensure_running(data, for_tests=True)
    server = server_of(data)
    os.kill(server, signal.SIGKILL)
    lock = place_of(data).cluster / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert postgres.running_pid(data) is None
    url = postgres.ensure_running(data, for_tests=True)

    assert value(url, "SELECT 1") == 1
    assert postgres.running_pid(data) not in {server, os.getpid()}


def test_removing_a_database_leaves_nothing(data):
    postgres.ensure_running(data, for_tests=True)
    home = place_of(data).home
    pid = server_of(data)

    postgres.remove(data)

    assert not home.exists()
    assert processes.started_at(pid) is None
    assert {entry.name for entry in data.iterdir()} <= {"database-lock"}


def test_a_data_folder_deleted_by_hand_does_not_bring_the_old_database_back(data):
    first = postgres.ensure_running(data, for_tests=True)
    old = server_of(data)
    for name in ("where", "database-password"):
        (data / name).unlink(missing_ok=True)
    if (data / "postgres").exists():
        pytest.skip("the database lies inside the folder here, so it goes with it")

    second = postgres.ensure_running(data, for_tests=True)

    assert first != second
    assert processes.started_at(old) is None


def test_the_end_of_a_supervisor_ends_stubborn_children_and_their_children(tmp_path):
    with Supervisor(patience=0.3) as supervisor:
        child = supervisor.start("stubborn", [*STUBBORN, str(tmp_path / "up")])
        wait_for_lines(tmp_path / "up", 2, supervisor)
        group = child.process.pid
        assert len(processes.members_of(group)) == 2

    assert processes.members_of(group) == set()


def test_a_signal_during_a_step_ends_the_step(supervisor, tmp_path):
    command = [
        sys.executable,
        "-c",
        "import os, signal, sys, time\n"
        "open(sys.argv[1], 'w').write(str(os.getpid()))\n"
        "os.kill(os.getppid(), signal.SIGTERM)\n"
        "time.sleep(300)\n",
        str(tmp_path / "pid"),
    ]

    with pytest.raises(Stopped):
        supervisor.run(command)

    assert processes.members_of(int((tmp_path / "pid").read_text())) == set()


def test_a_program_that_is_not_there_is_named(supervisor):
    with pytest.raises(Failed, match="/nowhere/granian does not start"):
        supervisor.start("web server", ["/nowhere/granian"])


def test_the_next_start_ends_what_a_killed_supervisor_left(tmp_path):
    record = tmp_path / "running.json"
    child = subprocess.Popen(SLEEPER, start_new_session=True)
    stranger = subprocess.Popen(SLEEPER, start_new_session=True)
    try:
        started = processes.started_at(child.pid)
        record.write_text(json.dumps({child.pid: started, stranger.pid: "long ago"}))

        take_over(record)

        assert child.wait(timeout=5) == -signal.SIGTERM
        assert stranger.poll() is None
        assert not record.exists()
    finally:
        processes.end_groups([child.pid, stranger.pid])
        child.wait()
        stranger.wait()


def test_living_children_are_written_down_and_crossed_out(supervisor, tmp_path):
    record = tmp_path / "running.json"
    supervisor.record_in(record)

    child = supervisor.start("worker", SLEEPER)

    pid = child.process.pid
    assert json.loads(record.read_text()) == {str(pid): processes.started_at(pid)}
    supervisor.end_children()
    assert not record.exists()


def test_another_port_for_existing_data_names_both_ways_out(tmp_path):
    data_folder.bind_to_port(tmp_path, 8000)
    data_folder.bind_to_port(tmp_path, 8000)

    with pytest.raises(Failed) as refusal:
        data_folder.bind_to_port(tmp_path, 8001)

    words = str(refusal.value)
    assert "PORT=8000" in words
    assert "PORT=8001" in words
    assert "--fresh" in words


def test_secrets_are_made_once_and_are_private(tmp_path):
    keys, new = data_folder.read_secrets(tmp_path)
    again, still_new = data_folder.read_secrets(tmp_path)

    assert (new, still_new) == (True, False)
    assert keys == again
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_folder_with_other_things_is_never_taken(tmp_path):
    (tmp_path / "thesis.odt").touch()

    with pytest.raises(Failed, match="holds other things"), ExitStack() as stack:
        stack.enter_context(data_folder.claimed(tmp_path))


def test_a_folder_has_one_demo_at_a_time(tmp_path):
    with (
        data_folder.claimed(tmp_path),
        pytest.raises(Failed, match="is running already"),
        data_folder.claimed(tmp_path),
    ):
        pass

    with locks.held(tmp_path / "lock", wait=False):
        pass


def test_beginning_anew_keeps_the_tools_and_deletes_the_rest(tmp_path):
    data_folder.bind_to_port(tmp_path, 8000)
    data_folder.read_secrets(tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "evidence.pdf").touch()

    data_folder.empty(tmp_path)

    assert {entry.name for entry in tmp_path.iterdir()} == {"tools"}


def demo(data: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "portfolio.running.demo", *arguments],
        env=inherited | {"CAIRN_DATA": str(data)} | environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_of(process):
    assert process.stdout is not None
    return process.stdout


def mentioned(text):
    """Living processes whose command line names something."""
    pids = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return [pid for pid in pids if text in processes.command_of(pid)]


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("Starting PostgreSQL", signal.SIGTERM),
        ("Preparing the database", signal.SIGINT),
    ],
)
def test_a_signal_in_the_first_seconds_leaves_nothing_behind(data, moment, number):
    with demo(data, PORT=str(postgres.free_port())) as process:
        for line in lines_of(process):
            if line.startswith(moment):
                process.send_signal(number)
        code = process.wait()

    assert code == 130
    assert postgres.running_pid(data) is None
    assert mentioned(str(data)) == []
    assert mentioned(str(place_of(data).home)) == []
    assert not (data / "running.json").exists()


def test_beginning_anew_never_touches_a_database_of_ones_own(data):
    with demo(data, "--fresh", DATABASE_URL="postgres://x@127.0.0.1:1/x") as process:
        words = "".join(lines_of(process))

    assert process.returncode == 1
    assert "never a database of your own" in words
    assert not data.exists()


def test_a_temporary_folder_goes_and_takes_with_it_what_killed_runs_left(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(data_folder, "_TEMPORARY", tmp_path / "checks")
    killed = tmp_path / "checks" / "killed"
    with data_folder.temporary() as living:
        (killed / "logs").mkdir(parents=True)
        (killed / "lock").touch()

        with data_folder.temporary() as data:
            (data / "media").mkdir()
            assert not killed.exists()
            assert living.exists()

        assert not data.exists()
    assert not (tmp_path / "checks").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "٨٠"])
def test_a_port_that_is_none_is_named(data, port):
    with demo(data, PORT=port) as process:
        words = "".join(lines_of(process))

    assert process.returncode == 1
    assert "PORT is a number from 1 to 65535" in words


def test_a_shim_that_leads_nowhere_is_passed_over(tmp_path):
    clone = tmp_path / "clone" / "bin"
    shims = tmp_path / "shims"
    real = tmp_path / "real"
    for folder in (clone, shims, real):
        folder.mkdir(parents=True)
    (clone / "prepare.sh").write_bytes((ROOT / "bin" / "prepare.sh").read_bytes())
    probe = clone / "probe"
    probe.write_text('. "$(dirname "$0")/prepare.sh"\necho "$python"\n')
    for name in ("python3.13", "python3"):
        (shims / name).write_text("#!/bin/sh\necho not found >&2\nexit 127\n")
        (shims / name).chmod(0o755)
    (real / "python3").symlink_to(Path(sys.executable).resolve())

    found = subprocess.run(
        ["/bin/sh", str(probe)],
        env={"PATH": f"{shims}:{real}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert found == str(real / "python3")
