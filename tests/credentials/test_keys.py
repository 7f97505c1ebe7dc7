"""Keys: their published forms, and private halves that only their kek opens."""

import dataclasses
import json

import pytest
from openbadgeslib.ob3 import resolve_verification_method

from credentials import keys

KEK = bytes(range(32))
DID = "did:web:localhost%3A8000:issuers:acme"


def test_an_ed25519_key_id_is_the_key_itself():
    pair = keys.generate("Ed25519")
    assert pair.key_id == pair.public.multibase == pair.public.encoded
    assert pair.key_id.startswith("z6Mk")
    assert pair.public.method_id(DID) == f"{DID}#{pair.key_id}"


def test_a_p256_key_id_begins_its_rfc_7638_thumbprint():
    # The thumbprint was computed by jose's calculateJwkThumbprint.
    jwk = {
        "crv": "P-256",
        "kty": "EC",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
    public = keys.PublicKey("P-256", json.dumps(jwk | {"use": "sig"}))
    assert public.key_id == "es256-oKIywvGU"


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256"])
def test_a_did_document_publishes_a_key_that_others_resolve(algorithm):
    public = keys.generate(algorithm).public
    method = public.verification_method(DID)
    document = json.dumps({"id": DID, "verificationMethod": [method]}).encode()
    found = resolve_verification_method(method["id"], download=lambda url: document)
    assert found == public.pem()
    assert method["controller"] == DID
    assert "d" not in method.get("publicKeyJwk", {})


def test_each_algorithm_is_published_in_its_own_encoding_alone():
    with pytest.raises(keys.UnreadableKey):
        _ = keys.generate("Ed25519").public.jwk
    with pytest.raises(keys.UnreadableKey):
        _ = keys.generate("P-256").public.multibase


@pytest.mark.parametrize(
    ("algorithm", "encoded"),
    [
        ("Ed25519", "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"),
        ("Ed25519", "z6Mk" + "1" * 40),
        ("Ed25519", ""),
        ("P-256", "{}"),
        ("P-256", "not json"),
        ("P-256", '"text"'),
        ("P-256", '{"kty":"oct","k":"AAAA"}'),
        ("P-256", '{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}'),
    ],
)
def test_text_that_is_no_such_key_is_refused(algorithm, encoded):
    with pytest.raises(keys.UnreadableKey):
        keys.PublicKey(algorithm, encoded)


def test_a_jwk_with_a_private_part_is_not_a_public_key():
    pair = keys.generate("P-256")
    private = json.dumps(pair.public.jwk | {"d": pair.public.jwk["x"]})
    with pytest.raises(keys.UnreadableKey):
        keys.PublicKey("P-256", private)


@pytest.mark.parametrize("algorithm", ["RSA", "P-384", "ed25519", ""])
def test_other_algorithms_are_unknown(algorithm):
    with pytest.raises(keys.UnknownAlgorithm):
        keys.generate(algorithm)
    with pytest.raises(keys.UnknownAlgorithm):
        keys.PublicKey(algorithm, "z6Mk")


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256"])
def test_a_sealed_private_key_opens_to_the_same_bytes(algorithm):
    pair = keys.generate(algorithm)
    aad = keys.binding(DID, pair.key_id)
    sealed = keys.seal_private_key(pair.private, kek=KEK, aad=aad)
    opened = keys.open_private_key(memoryview(sealed), kek=KEK, aad=aad)
    assert opened == pair.private
    assert pair.private not in sealed
    assert keys.KeyPair(pair.public, opened).signer().public_key()


def test_sealing_twice_never_gives_the_same_bytes():
    first, second = (
        keys.seal_private_key(b"private", kek=KEK, aad="a") for _ in range(2)
    )
    assert first != second


@pytest.mark.parametrize(
    ("kek", "aad"),
    [
        (bytes(32), keys.binding("acme", "k1")),
        (KEK, keys.binding("other", "k1")),
        (KEK, keys.binding("acme", "k2")),
    ],
)
def test_another_kek_issuer_or_key_id_does_not_open(kek, aad):
    sealed = keys.seal_private_key(b"private", kek=KEK, aad=keys.binding("acme", "k1"))
    with pytest.raises(keys.CannotOpen):
        keys.open_private_key(sealed, kek=kek, aad=aad)


def test_no_changed_byte_of_a_sealed_key_opens():
    sealed = keys.seal_private_key(b"private", kek=KEK, aad="a")
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 1
        with pytest.raises(keys.CannotOpen):
            keys.open_private_key(bytes(damaged), kek=KEK, aad="a")
    for length in range(len(sealed)):
        with pytest.raises(keys.CannotOpen):
            keys.open_private_key(sealed[:length], kek=KEK, aad="a")


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_kek_of_another_length_is_refused(length):
    with pytest.raises(keys.UnusableKeyEncryptionKey):
        keys.seal_private_key(b"private", kek=bytes(length), aad="a")
    with pytest.raises(keys.UnusableKeyEncryptionKey):
        keys.open_private_key(b"\x01" + bytes(40), kek=bytes(length), aad="a")


def test_issuer_and_key_id_cannot_be_shifted_into_each_other():
    assert keys.binding("acme", "1#2") != keys.binding("acme#1", "2")
    assert keys.binding('a","b', "c") != keys.binding("a", 'b","c')


def test_the_private_half_must_be_that_of_the_public_key():
    one, other = keys.generate("Ed25519"), keys.generate("Ed25519")
    with pytest.raises(keys.UnreadableKey):
        dataclasses.replace(one, private=other.private).signer()
    with pytest.raises(keys.UnreadableKey):
        dataclasses.replace(one, private=b"noise").signer()


def test_no_repr_shows_the_private_half():
    pair = keys.generate("Ed25519")
    assert repr(pair.private) not in repr(pair)
    assert "private" not in repr(pair)


def test_every_fault_of_keys_is_one_kind_of_exception():
    kinds = [
        keys.UnknownAlgorithm,
        keys.UnreadableKey,
        keys.UnusableKeyEncryptionKey,
        keys.CannotOpen,
    ]
    assert all(issubclass(kind, keys.KeyFault) for kind in kinds)
