"""What every test gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
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


@pytest.fixture
def _empty_cache(db):
    cache.clear()
