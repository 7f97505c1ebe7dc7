"""Who hands in evidence, and what they have begun."""

from __future__ import annotations

import pytest

from tests.factories import make_draft, make_user


@pytest.fixture
def learner():
    return make_user("Mei Tan")


@pytest.fixture
def own(client, learner):
    """A browser in which the learner is signed in."""
    client.force_login(learner)
    return client


@pytest.fixture
def draft():
    return make_draft(complete=False)


@pytest.fixture
def criterion(draft):
    return draft.version.criteria.get(position=1)
