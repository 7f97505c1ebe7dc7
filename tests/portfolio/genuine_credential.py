"""A genuine credential, the people around it, and its page as tests ask for it."""

import pytest
from django.db import connection

from credentials.models import Credential
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)


@pytest.fixture
def issuer():
    return make_issuer("Harbour Health Trust")


@pytest.fixture
def version(issuer):
    return make_badge(issuer, name="Recognising sepsis early")


@pytest.fixture
def holder():
    return make_user("Amina Yusuf")


@pytest.fixture
def manager(issuer):
    return make_member(issuer, "manager")


@pytest.fixture
def credential(version, holder):
    return make_credential(version, holder, days_ago=3)


def see(client, credential, **headers):
    return client.get(credential.get_absolute_url(), headers=headers)


def change(credential, **values):
    """Change a stored credential behind the back of its trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else a trigger is pending
        cursor.execute(
            "ALTER TABLE credentials_credential DISABLE TRIGGER credential_written_once"
        )
        Credential.objects.filter(pk=credential.pk).update(**values)
        cursor.execute(
            "ALTER TABLE credentials_credential ENABLE TRIGGER credential_written_once"
        )
    credential.refresh_from_db()
