"""Signatures with contexts that are remembered: faster, and not otherwise different."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from pyld import jsonld

from credentials import scoped_contexts, sealing
from tests.credentials import samples


def seal(document):
    return sealing.seal(
        document, issuer_did=samples.DID, key=samples.ED25519, created=samples.CREATED
    )


@pytest.fixture
def made(monkeypatch):
    """The contexts of types that are made while the test runs."""
    contexts = []

    def process(self, active_ctx, local_ctx, *how):
        if isinstance(local_ctx, Mapping):
            contexts.append(local_ctx)
        return inner(self, active_ctx, local_ctx, *how)

    inner = scoped_contexts._process
    monkeypatch.setattr(scoped_contexts, "_process", process)
    return contexts


def test_a_signature_is_the_same_with_and_without(monkeypatch):
    document = samples.credential()
    remembered = [seal(document), seal(document)]

    monkeypatch.setattr(
        jsonld.JsonLdProcessor, "_process_context", scoped_contexts._process
    )

    assert remembered == [seal(document)] * 2


def test_a_second_document_makes_none_of_its_contexts_again(made):
    scoped_contexts._own.__dict__.clear()
    seal(samples.credential())
    assert len(made) > 5
    made.clear()

    seal(samples.credential())

    assert made == []


def test_without_it_every_signature_makes_them_again(monkeypatch):
    calls = []

    def process(self, active_ctx, local_ctx, *how, **more):
        calls.append(local_ctx)
        return scoped_contexts._process(self, active_ctx, local_ctx, *how, **more)

    monkeypatch.setattr(jsonld.JsonLdProcessor, "_process_context", process)
    seal(samples.credential())
    before = len(calls)
    seal(samples.credential())

    assert len(calls) >= 2 * before - 5


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(scoped_contexts, "KEPT", 3)
    scoped_contexts._own.__dict__.clear()

    seal(samples.credential())

    assert len(scoped_contexts._own.kept) == 3


def test_a_term_that_nobody_defines_is_refused_after_a_good_document():
    seal(samples.credential())

    with pytest.raises(sealing.UndefinedTerm):
        seal(samples.credential(shoeSize=42))


def test_a_document_whose_contexts_change_is_read_anew():
    document = samples.credential()
    seal(document)
    document["@context"].remove(sealing.OB_CONTEXT)

    with pytest.raises(sealing.UndefinedTerm):
        seal(document)
