"""Keys in the database and the command that keeps them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from credentials import documents, keys, signing_keys, verifying
from tests.factories import make_credential, make_issuer

pytestmark = pytest.mark.django_db


def keys_command(*arguments):
    out = StringIO()
    call_command("keys", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_issuer_has_one_active_key_of_each_kind():
    issuer = make_issuer()

    assert sorted(key.algorithm for key in issuer.keys.all()) == ["Ed25519", "P-256"]
    with pytest.raises(IntegrityError, match="one_active"), transaction.atomic():
        signing_keys.add_key(issuer, "Ed25519")


def test_a_stored_key_does_not_open_for_another_issuer_or_under_another_kek(settings):
    one, other = make_issuer(), make_issuer()
    row = one.keys.get(algorithm="Ed25519")
    stolen = other.keys.get(algorithm="Ed25519")
    stolen.sealed_private_key = row.sealed_private_key
    stolen.save()

    with pytest.raises(keys.CannotOpen):
        signing_keys.open_keys(other)
    settings.CREDENTIALS_KEK = b"x" * 32
    with pytest.raises(keys.CannotOpen):
        signing_keys.open_keys(one)


def test_rotation_keeps_old_credentials_verifiable():
    credential = make_credential()
    issuer = credential.issuer

    listed = keys_command("--issuer", issuer.slug, "--rotate", "Ed25519")

    assert "retired" in listed
    assert len(documents.did_document(issuer)["verificationMethod"]) == 3
    assert verifying.check_signature(credential)
    fresh = make_credential(credential.version)
    assert fresh.signing_key != credential.signing_key
    assert verifying.check_signature(fresh)


def test_a_compromised_key_makes_its_credentials_not_genuine():
    credential = make_credential()
    key = credential.signing_key

    said = keys_command("--issuer", credential.issuer.slug, "--compromised", key.key_id)

    assert "1 credentials were signed with it" in said
    credential.signing_key.refresh_from_db()
    verdict = verifying.status_of(credential).verdict
    assert verdict == verifying.Verdict.NOT_GENUINE
    methods = documents.did_document(credential.issuer)["assertionMethod"]
    assert key.verification_method not in methods
    assert len(methods) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--issuer", "nobody"],
        ["--rotate", "Ed25519"],
    ],
)
def test_half_a_command_is_refused(arguments):
    make_issuer()

    with pytest.raises(CommandError):
        keys_command(*arguments)


def test_a_key_id_of_nobody_is_refused():
    issuer = make_issuer()

    with pytest.raises(CommandError, match="no key with this id"):
        keys_command("--issuer", issuer.slug, "--compromised", "zzz")
