"""What every test gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from xdist.scheduler import LoadScopeScheduling


class TogetherByFile(LoadScopeScheduling):
    """Tests of one file run in one process, all browser tests in one.

    What a file sets up once (the seeded demo), and the one site that browsers look
    at, would otherwise be made in every process.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


def pytest_xdist_make_scheduler(config: Any, log: Any) -> LoadScopeScheduling:
    return TogetherByFile(config, log)


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
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def _empty_cache(db):
    cache.clear()
