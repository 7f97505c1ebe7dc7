"""What every test gets."""

from __future__ import annotations

import gc
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from xdist.scheduler import LoadScopeScheduling

from credentials import limiting
from tests import migrated

_RUN = pytest.StashKey[str]()


class TogetherByFile(LoadScopeScheduling):
    """Tests of one file run in one process, all browser tests in one.

    What a file sets up once (the seeded demo), and the one site that browsers look
    at, would otherwise be made in every process.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


# Reading the tests makes much that stays and hardly any garbage.
gc.set_threshold(20_000)


def pytest_collection_finish() -> None:
    """What is there now stays: the search for garbage need not walk over it again."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config: Any, log: Any) -> LoadScopeScheduling:
    return TogetherByFile(config, log)


def pytest_configure_node(node: Any) -> None:
    node.config.stash[_RUN] = node.workerinput["testrunuid"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if run := session.config.stash.get(_RUN, None):
        migrated.drop(run)


@pytest.fixture(scope="session")
def migrated_database(
    request: pytest.FixtureRequest, django_db_blocker: Any
) -> str | None:
    """The database that all processes of a run copy; None where one works alone."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid")
    if run is None:
        return None
    with django_db_blocker.unblock():
        return migrated.database(run)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, migrated_database: str | None
) -> None:
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database


@pytest.fixture(autouse=True)
def _one_window(monkeypatch):
    """Tries are counted by the minute and the hour, which must not end in a test.

    A test that moves the clock moves it for this too.
    """
    clock, start = timezone.now, timezone.now()

    def now() -> datetime:
        return start if timezone.now is clock else timezone.now()

    monkeypatch.setattr(limiting, "timezone", SimpleNamespace(now=now))


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _no_jobs_left(request, django_db_blocker):
    """Jobs are in no table of Django's, so no flush after a test takes them away."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM procrastinate_jobs LIMIT 1")
            if cursor.rowcount:
                cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> None:
    """After a test with transactions, empty only the tables that hold rows.

    Emptying a table costs PostgreSQL new files, ten milliseconds whatever was in it.
    """
    empty_all = connection.ops.sql_flush

    def empty(style: Any, tables: list[str], **how: Any) -> list[str]:
        names = {each: connection.ops.quote_name(each) for each in tables}
        look = " UNION ALL ".join(
            f"(SELECT '{each}' FROM {name} LIMIT 1)"  # noqa: S608
            for each, name in names.items()
        )
        with connection.cursor() as cursor:
            cursor.execute("SHOW is_superuser")
            if cursor.fetchone() != ("on",) or how.get("reset_sequences"):
                return empty_all(style, tables, **how)
            cursor.execute(look)
            filled = [row[0] for row in cursor.fetchall()]
        # As a replica does: what keeps rows from being deleted is a trigger here.
        begin = "SET LOCAL session_replication_role = replica"
        return [begin, *(f"DELETE FROM {names[each]}" for each in filled)]  # noqa: S608

    connection.ops.sql_flush = empty  # type: ignore[method-assign, assignment] # on purpose


@pytest.fixture
def _empty_cache(db):
    cache.clear()
