"""Whether this process answers, and whether it can do its work."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from portfolio.views import health
from tests.factories import make_issuer


def test_the_process_answers_without_touching_anything(
    client, db, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = client.get("/livez")

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_migrated_site_with_keys_is_ready(client):
    make_issuer()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "parts": {"database": "ok", "migrations": "ok", "keys": "ok"},
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_migration_makes_the_site_unready(client):
    MigrationRecorder.Migration.objects.filter(app="credentials").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["migrations"] == "failing"


@pytest.mark.django_db
def test_an_issuer_that_cannot_sign_makes_the_site_unready(client):
    issuer = make_issuer()
    make_issuer()
    issuer.keys.filter(algorithm="P-256").update(compromised_at=timezone.now())

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["keys"] == "failing"


def test_without_a_database_the_other_parts_are_unknown(client, monkeypatch):
    def is_away():
        raise OperationalError("host 10.0.0.7 does not answer")

    monkeypatch.setattr(health, "_database_answers", is_away)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"] == {
        "database": "failing",
        "migrations": "unknown",
        "keys": "unknown",
    }
    assert b"10.0.0.7" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_a_probe_may_ask_by_the_machines_address(client, address):
    probe = client.get(address, headers={"Host": "10.20.30.40:8000"})

    assert probe.status_code == 200
    assert client.get("/", headers={"Host": "10.20.30.40:8000"}).status_code == 400
