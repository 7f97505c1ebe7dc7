"""What holds of badges from elsewhere whatever is written, and whoever presses when."""

import pytest
from django.db import IntegrityError, connection, transaction

from credentials import importing
from credentials.models import Credential
from tests.credentials.elsewhere_samples import Site
from tests.credentials.racing import at_once, meet, without_unique
from tests.factories import make_credential, make_user

pytestmark = pytest.mark.django_db

GUARDS = (
    ("credentials_credential", "credentials_credential_award_key_key"),
    ("credentials_importeddocument", "importeddocument_once"),
)


@pytest.fixture(scope="module")
def site():
    return Site()


@pytest.fixture
def mei():
    return make_user("Mei Tan")


def bring(data, holder):
    return importing.bring(data, holder=holder, addresses=[holder.email])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE credentials_importeddocument SET raw = raw || ' '",
        "UPDATE credentials_importeddocument SET external_id = 'other'",
        "UPDATE credentials_importeddocument SET made_out = 'nobody'",
        "DELETE FROM credentials_importeddocument",
        "UPDATE credentials_credential SET title = 'Doctor'",
        "UPDATE credentials_credential SET document = '{}'",
        "UPDATE credentials_credential SET state = 'suspended', state_reason = 'other'",
        "UPDATE credentials_credential SET holder_id = NULL",
        "DELETE FROM credentials_credential",
    ],
)
def test_what_was_brought_never_changes(site, mei, change):
    bring(site.file(mei.email), mei)

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_document_belongs_to_a_credential_from_elsewhere(site, mei):
    imported = bring(site.file(mei.email), mei).imported
    earned = make_credential(holder=mei)
    imported.pk, imported.credential, imported.external_id = None, earned, "x"

    with pytest.raises(IntegrityError, match="own credential"), transaction.atomic():
        imported.save(force_insert=True)


def test_a_credential_from_elsewhere_has_a_document(site, mei):
    credential = bring(site.file(mei.email), mei)
    credential.pk, credential.token, credential.award_key = None, "0" * 26, "x"
    credential._state.adding = True

    credential.save(force_insert=True)

    with (
        pytest.raises(IntegrityError, match="has its document"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_instant_keep_one(site, monkeypatch):
    mei = make_user()
    data = site.file(mei.email)
    meet(monkeypatch, importing, "_keep", 2)

    outcomes = at_once(lambda: bring(data, mei), lambda: bring(data, mei))

    assert sorted(type(each).__name__ for each in outcomes) == ["Credential", "str"]
    assert "NotTaken" in outcomes
    assert Credential.objects.filter(holder=mei).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraints_there_are_two(site, monkeypatch):
    mei = make_user()
    data = site.file(mei.email)
    meet(monkeypatch, importing, "_keep", 2)

    with without_unique(*GUARDS):
        at_once(lambda: bring(data, mei), lambda: bring(data, mei))
        count = Credential.objects.filter(holder=mei).count()

    assert count == 2
