"""Sealing documents: what is refused before signing, and every later change."""

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import keys, sealing
from credentials.sealing import (
    ForbiddenCharacter,
    IssuerMismatch,
    RelativeId,
    SealingError,
    SignatureMismatch,
    UndefinedTerm,
    UnknownContext,
    UnknownKey,
    UnsignableValue,
    UnsignedContent,
    UnsupportedProof,
    seal,
    to_json,
    verify_document,
)
from tests.credentials import samples


def sealed(document=None):
    return seal(
        document or samples.credential(),
        issuer_did=samples.DID,
        key=samples.ED25519,
        created=samples.CREATED,
    )


def verify(document, public_keys=samples.PUBLIC_KEYS):
    verify_document(document, public_keys=public_keys)


@pytest.fixture(scope="module")
def signed():
    return sealed()


def strings(value, path=()):
    """The path of every text in a document."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from strings(item, (*path, key))


def changed(document, path, change):
    """A copy of the document in which the value at `path` went through `change`."""
    document = copy.deepcopy(document)
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = change(parent[path[-1]])
    return document


def test_the_proof_is_one_of_a_list_and_names_the_key_itself(signed):
    [proof] = copy.deepcopy(signed["proof"])
    assert proof.pop("proofValue").startswith("z")
    assert proof == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-02T12:30:45Z",
        "verificationMethod": f"{samples.DID}#{samples.ED25519.key_id}",
        "proofPurpose": "assertionMethod",
    }
    assert signed == samples.credential() | {"proof": signed["proof"]}


def test_a_sealed_badge_and_a_sealed_list_are_verified(signed):
    verify(signed)
    verify(sealed(samples.status_list(3)))


def test_a_proof_given_as_an_object_is_verified_alike(signed):
    verify(signed | {"proof": signed["proof"][0]})


def test_sealing_is_repeatable_and_leaves_its_input_alone():
    document = samples.credential()
    before = copy.deepcopy(document)
    assert sealed(document) == sealed(document)
    assert document == before


def test_threads_that_sign_at_once_agree(signed):
    # PyLD's context cache is shared by the threads of a process.
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: sealed(), range(12))) == [signed] * 12


def test_created_is_written_in_utc_without_fractions():
    moment = datetime(2026, 7, 1, 9, 30, 1, 999999, timezone(timedelta(hours=2)))
    signed = seal(
        samples.credential(),
        issuer_did=samples.DID,
        key=samples.ED25519,
        created=moment,
    )
    assert signed["proof"][0]["created"] == "2026-07-01T07:30:01Z"
    verify(signed)


def test_every_signed_text_with_one_changed_character_is_refused(signed):
    paths = [path for path in strings(signed) if path[-1] != "proofValue"]
    assert len(paths) > 60
    for path in paths:
        document = changed(
            signed, path, lambda text: text[:-1] + chr(ord(text[-1]) ^ 1)
        )
        with pytest.raises(SealingError):
            verify(document)


def test_every_changed_character_of_the_signature_is_refused(signed):
    value = signed["proof"][0]["proofValue"]
    for place in range(len(value)):
        other = "2" if value[place] != "2" else "3"
        tampered = value[:place] + other + value[place + 1 :]
        with pytest.raises(SignatureMismatch):
            verify(changed(signed, ("proof", 0, "proofValue"), lambda _, t=tampered: t))


def test_a_changed_number_and_an_added_or_removed_member_are_refused(signed):
    achievement = ("credentialSubject", "achievement")
    cases = [
        changed(signed, (*achievement, "creditsAvailable"), lambda n: n + 0.5),
        changed(signed, achievement, lambda a: a | {"humanCode": "F1"}),
        {name: signed[name] for name in signed if name != "validUntil"},
        {name: signed[name] for name in signed if name != "credentialStatus"},
    ]
    for document in cases:
        with pytest.raises(SignatureMismatch):
            verify(document)


def test_what_the_proof_does_not_cover_is_refused_though_the_proof_holds(signed):
    iri = "https://www.w3.org/2018/credentials#validUntil"
    respelled = {name: signed[name] for name in signed if name != "validUntil"}
    date = "http://www.w3.org/2001/XMLSchema#dateTime"
    respelled[iri] = {"@type": date, "@value": signed["validUntil"]}
    for document in (signed | {"grade": "A"}, respelled):
        with pytest.raises(UnsignedContent):
            verify(document)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\ud800", "\ufffe", "\uffff"],
)
def test_forbidden_characters_are_refused_in_values_and_names(character):
    for document in (
        samples.credential(name=f"Forklift{character}"),
        samples.credential() | {f"na{character}/me": "x"},
        samples.credential(evidence=[{"type": ["Evidence"], "name": character}]),
    ):
        with pytest.raises(ForbiddenCharacter):
            sealed(document)


def test_the_place_of_a_forbidden_character_is_named():
    with pytest.raises(ForbiddenCharacter, match=r"^U\+0008 at /issuer/name$"):
        sealing.check_words({"issuer": {"name": "Ac\x08me"}})


def test_names_in_every_script_are_signed_and_verified():
    for name in ("Zoë O’Brien", "王小明", "मीरा", "אורי", "𝒜 😀\nline\ttab", 'a"\\b'):
        verify(sealed(samples.credential(name=name)))


@given(st.text(st.characters(codec="utf-8"), max_size=20))
@settings(deadline=None, max_examples=40)  # the first signature is a slow one
def test_a_text_is_either_refused_or_signed_and_verified(text):
    document = samples.status_list() | {"name": text}
    try:
        signed = sealed(document)
    except ForbiddenCharacter:
        return
    verify(json.loads(to_json(signed)))


@pytest.mark.parametrize(
    "document",
    [
        samples.credential(colour="red"),
        samples.credential(type=["VerifiableCredential", "OpenBadgeCredentials"]),
        samples.credential(evidence=[{"type": ["Evidence"], "grade": "A"}]),
        samples.credential(
            **{
                "@context": samples.credential()["@context"][:2],
                "refreshService": {"id": "urn:a:b", "type": "1EdTechCredentialRefresh"},
            }
        ),
        samples.credential(**{"@included": [{"id": "urn:a:b", "name": "x"}]}),
        samples.credential(**{"@id": "urn:a:b"}),
        samples.credential(**{"https://schema.org/name": "x"}),
        samples.credential(evidence=[{"@type": "Evidence", "name": "x"}]),
    ],
)
def test_undefined_terms_are_refused(document):
    with pytest.raises(UndefinedTerm):
        sealed(document)


RELATIVE = ["", "c/1/", "/c/1/", "//evil.example/c/1/", "#c", "?c", "_:b0", "a b:c"]


@pytest.mark.parametrize("relative", [*RELATIVE, "https://a.example/b c"])
def test_relative_ids_are_refused(relative):
    with pytest.raises(RelativeId):
        sealed(samples.credential(id=relative))
    with pytest.raises(RelativeId):
        sealed(samples.credential(evidence=[{"id": relative, "type": ["Evidence"]}]))


@pytest.mark.parametrize(
    "contexts",
    [
        None,
        sealing.VC_CONTEXT,
        [sealing.OB_CONTEXT, sealing.VC_CONTEXT],
        [sealing.VC_CONTEXT, sealing.VC_CONTEXT],
        [sealing.VC_CONTEXT, "https://evil.example/context.json"],
        [sealing.VC_CONTEXT, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"],
        [sealing.VC_CONTEXT, {"@vocab": "https://evil.example/#"}],
    ],
)
def test_other_contexts_are_refused_by_signer_and_verifier(contexts, signed):
    values = {} if contexts is None else {"@context": contexts}
    unsigned = {n: v for n, v in samples.credential().items() if n != "@context"}
    with pytest.raises(UnknownContext):
        sealed(unsigned | values)
    proofed = {name: signed[name] for name in signed if name != "@context"}
    with pytest.raises(UnknownContext):
        verify(proofed | values)


def test_a_context_below_the_top_is_refused(signed):
    nested = {"@context": {"name": "urn:x:name"}, "id": samples.DID, "name": "Acme"}
    with pytest.raises(UnknownContext):
        sealed(samples.credential(issuer=nested))
    with pytest.raises(UnknownContext):
        verify(signed | {"issuer": nested})
    with pytest.raises(UnknownContext):
        verify(signed | {"proof": [signed["proof"][0] | nested]})


@pytest.mark.parametrize(
    "value",
    [None, [], 2**53 + 1, 0.001, 1e7, float("nan"), float("inf"), b"x", object()],
)
def test_values_that_are_dropped_or_printed_differently_are_refused(value):
    with pytest.raises(UnsignableValue):
        sealed(samples.credential(description=value))


def test_texts_that_two_processors_sort_differently_are_refused():
    with pytest.raises(UnsignableValue):
        sealing.check_values({"tag": ["\U0001f600", "\uff21"]})
    sealing.check_values({"tag": ["\U0001f600", "a"]})


def test_another_issuer_wrong_key_naive_time_or_second_proof_is_refused(signed):
    good: dict[str, Any] = {
        "issuer_did": samples.DID,
        "key": samples.ED25519,
        "created": samples.CREATED,
    }
    with pytest.raises(IssuerMismatch):
        seal(samples.credential(), **good | {"issuer_did": "did:web:other.example"})
    naive = samples.CREATED.replace(tzinfo=None)
    for bad in ({"key": samples.P256}, {"created": naive}):
        with pytest.raises(UnsupportedProof):
            seal(samples.credential(), **good | bad)
    with pytest.raises(UnsupportedProof):
        seal(signed, **good)


@pytest.mark.parametrize(
    "change",
    [
        {"proofPurpose": "authentication"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"type": "Ed25519Signature2020"},
        {"expires": "2126-01-01T00:00:00Z"},
        {"domain": "example.org"},
        {"id": "urn:a:b"},
    ],
)
def test_proofs_of_another_kind_are_unsupported(change, signed):
    with pytest.raises(UnsupportedProof):
        verify(signed | {"proof": [signed["proof"][0] | change]})


def test_none_several_or_odd_proofs_are_unsupported(signed):
    proof = signed["proof"][0]
    short = {name: proof[name] for name in proof if name != "created"}
    odds: list[Any] = [[], [proof, proof], "proof", [short], [[proof]], {}]
    for odd in odds:
        with pytest.raises(UnsupportedProof):
            verify(signed | {"proof": odd})
    with pytest.raises(UnsupportedProof):
        verify(samples.credential())


def test_keys_that_are_not_published_or_of_another_algorithm_are_unknown(signed):
    method = signed["proof"][0]["verificationMethod"]
    with pytest.raises(UnknownKey):
        verify(signed, {})
    with pytest.raises(UnknownKey):
        verify(signed, {method: samples.P256.public})
    for odd in (f"{method}x", samples.DID, 7, [method], None):
        with pytest.raises(UnknownKey):
            verify(
                changed(signed, ("proof", 0, "verificationMethod"), lambda _, o=odd: o)
            )


def test_another_key_published_under_the_id_does_not_verify(signed):
    method = signed["proof"][0]["verificationMethod"]
    with pytest.raises(SignatureMismatch):
        verify(signed, {method: keys.generate("Ed25519").public})


def test_a_key_of_one_issuer_does_not_speak_for_another():
    other = "did:web:other.example"
    signed = sealed()
    mine = seal(
        samples.credential(issuer={"id": other, "type": ["Profile"]}),
        issuer_did=other,
        key=samples.ED25519,
        created=samples.CREATED,
    )
    forged = mine | {
        "proof": changed(
            mine,
            ("proof", 0, "verificationMethod"),
            lambda _: signed["proof"][0]["verificationMethod"],
        )["proof"]
    }
    with pytest.raises(IssuerMismatch):
        verify(forged)


def test_the_stored_bytes_are_utf8_and_the_same_for_any_order_of_keys(signed):
    data = to_json(signed)
    assert to_json(json.loads(data)) == data
    assert to_json(dict(reversed(signed.items()))) == data
    assert "Zoë Müller-王".encode() in data
    verify(json.loads(data))


@pytest.mark.parametrize("value", [float("nan"), object(), "\ud800", {1: "a", "b": 2}])
def test_what_is_not_json_has_no_bytes(value):
    with pytest.raises(UnsignableValue):
        to_json({"a": value})


def test_deep_and_large_documents_are_refused_before_any_work(signed):
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    for document in (deep, signed | {"name": "a" * 300_000}):
        with pytest.raises(UnsignableValue):
            verify(document)


def test_every_refusal_is_one_kind_of_exception():
    kinds = [getattr(sealing, name) for name in sealing.__all__]
    faults = [k for k in kinds if isinstance(k, type) and issubclass(k, Exception)]
    assert len(faults) == 14
    assert all(issubclass(kind, SealingError) for kind in faults)


def test_warming_up_signs_and_checks_without_a_fault():
    sealing.warm_up()


def test_an_expired_badge_still_has_a_good_signature():
    past = datetime(2020, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    verify(sealed(samples.credential(validFrom=past, validUntil=past)))
