import json
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import reading
from credentials.baking import SVG_NAMESPACE, bake_png, bake_svg
from credentials.reading import NoCredentialFound, Reason, find_credential
from tests.credentials import hostile

DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Wound care, ünïcode ]]> & <b>",
}
TEXT = json.dumps(DOCUMENT, ensure_ascii=False)
JWT = hostile.compact_jwt({"alg": "ES256", "kid": "did:web:x#1"}, DOCUMENT)
ASSERTION = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
VECTORS = Path(os.environ.get("STANDARDS_DIR", "/nowhere")) / "vectors"


def refusal(data):
    with pytest.raises(NoCredentialFound) as refused:
        find_credential(data)
    return refused.value


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (TEXT.encode(), "json"),
        (b"\xef\xbb\xbf\r\n" + TEXT.encode() + b"\n", "json"),
        (bake_png(hostile.picture(), TEXT), "png"),
        (bake_svg(SVG, TEXT).encode(), "svg"),
        (hostile.pdf(attachments={"credential.json": TEXT.encode()}), "pdf"),
    ],
)
def test_a_document_is_found_with_its_exact_bytes(data, container):
    found = find_credential(data)

    assert (found.kind, found.container) == ("document", container)
    assert found.document == DOCUMENT
    assert found.raw == TEXT.encode()
    assert found.jwt is None


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (JWT.encode(), "jwt"),
        (f"\n{JWT}\n".encode(), "jwt"),
        (bake_png(hostile.picture(), JWT), "png"),
        (bake_svg(SVG, JWT).encode(), "svg"),
    ],
)
def test_a_compact_jwt_is_found(data, container):
    found = find_credential(data)

    assert (found.kind, found.container) == ("jwt", container)
    assert (found.jwt, found.raw, found.document) == (JWT, JWT.encode(), None)


def test_jwts_that_must_be_refused_later_are_found_first():
    unsigned = hostile.compact_jwt({"alg": "none"}, DOCUMENT, b"")
    older = hostile.compact_jwt({"alg": "HS256"}, {"vc": DOCUMENT})

    assert find_credential(unsigned.encode()).kind == "jwt"
    assert find_credential(older.encode()).kind == "jwt"


def test_a_compressed_chunk_is_read_although_bakers_should_not_write_it():
    packed = hostile.itxt(zlib.compress(TEXT.encode()), compressed=True)
    png = hostile.with_chunk(hostile.picture(), b"iTXt", packed)
    assert find_credential(png).document == DOCUMENT


def test_a_baked_svg_is_found_by_namespace_whatever_its_prefix():
    body = f'<b:credential xmlns:b="{SVG_NAMESPACE}" verify="{JWT}"/>'
    assert find_credential(hostile.svg(body).encode()).jwt == JWT

    other = f'<openbadges:credential xmlns:openbadges="urn:x" verify="{JWT}"/>'
    assert refusal(hostile.svg(other).encode()).reason is Reason.NOT_A_CREDENTIAL


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(ASSERTION).encode(),
        hostile.compact_jwt({"alg": "RS256"}, ASSERTION).encode(),
        hostile.with_chunk(
            hostile.picture(), b"tEXt", b"openbadges\0https://example.org/assertion/1"
        ),
        hostile.with_chunk(
            hostile.picture(),
            b"iTXt",
            hostile.itxt(json.dumps(ASSERTION).encode(), keyword=b"openbadges"),
        ),
        hostile.svg(
            '<a:assertion xmlns:a="http://openbadges.org" verify="https://example.org/1"/>'
        ).encode(),
    ],
)
def test_open_badges_2_is_told_apart(data):
    assert find_credential(data).kind == "ob2"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (hostile.nested_json(), reading.AGAINST_THE_RULES),
        (hostile.json_with_a_key_twice(), reading.AGAINST_THE_RULES),
        (hostile.json_with_nan(), reading.AGAINST_THE_RULES),
        (hostile.json_with_5000_digits(), reading.AGAINST_THE_RULES),
        (b'{"type": "OpenBadgeCredential", "a": "\\ud800"}', reading.AGAINST_THE_RULES),
        (
            hostile.compact_jwt(
                {"alg": "ES256"}, hostile.json_with_a_key_twice()
            ).encode(),
            reading.AGAINST_THE_RULES,
        ),
        (TEXT.encode()[:-5], reading.SENTENCES[Reason.DAMAGED]),
        (TEXT.encode("latin-1"), reading.SENTENCES[Reason.DAMAGED]),
        (bake_png(hostile.picture(), TEXT)[:-20], reading.SENTENCES[Reason.DAMAGED]),
        (
            bake_png(hostile.picture(), TEXT).replace(b"Wound", b"Would"),
            reading.SENTENCES[Reason.DAMAGED],
        ),
        (
            hostile.with_chunk(
                hostile.picture(), b"iTXt", b"openbadgecredential\0\0\0en"
            ),
            reading.SENTENCES[Reason.DAMAGED],
        ),
        (
            hostile.with_chunk(
                hostile.picture(), b"iTXt", hostile.itxt(b"not zlib", compressed=True)
            ),
            reading.SENTENCES[Reason.DAMAGED],
        ),
        (bake_svg(SVG, TEXT).encode()[:-20], reading.SENTENCES[Reason.DAMAGED]),
        (hostile.svg_with_entities(), reading.SENTENCES[Reason.DAMAGED]),
        (hostile.svg_that_reads_a_file(), reading.SENTENCES[Reason.DAMAGED]),
        (b"%PDF-1.7\nnothing more", reading.SENTENCES[Reason.DAMAGED]),
        (hostile.pdf_with_an_attachment_bomb(), reading.SENTENCES[Reason.DAMAGED]),
        (hostile.pdf(password="secret"), reading.LOCKED),
    ],
)
def test_what_cannot_be_read_is_damaged_and_gets_its_sentence(data, sentence):
    refused = refusal(data)
    assert (refused.reason, refused.sentence) == (Reason.DAMAGED, sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{" + b" " * (5 * hostile.MIB), reading.SENTENCES[Reason.TOO_LARGE]),
        (
            b'{"a": "' + b"x" * reading.MAX_CREDENTIAL_BYTES + b'"}',
            reading.TOO_MUCH_INSIDE,
        ),
        (hostile.png_with_50_mib_text(b"openbadgecredential"), reading.TOO_MUCH_INSIDE),
        (
            hostile.with_chunk(
                hostile.picture(), b"iTXt", hostile.itxt(b"{" + b" " * hostile.MIB)
            ),
            reading.TOO_MUCH_INSIDE,
        ),
        (
            hostile.pdf(attachments={"credential.json": b" " * hostile.MIB}),
            reading.TOO_MUCH_INSIDE,
        ),
        (hostile.svg("<g/>" * 30_000).encode(), reading.SENTENCES[Reason.TOO_LARGE]),
        (
            hostile.svg("<g>" * 1000 + "</g>" * 1000).encode(),
            reading.SENTENCES[Reason.TOO_LARGE],
        ),
    ],
)
def test_what_is_too_large_is_refused_by_its_limit(data, sentence):
    refused = refusal(data)
    assert (refused.reason, refused.sentence) == (Reason.TOO_LARGE, sentence)


@pytest.mark.parametrize(
    "data",
    [
        hostile.picture(),
        hostile.picture("JPEG"),
        hostile.png_of_13000_by_13000(),
        hostile.png_with_50_mib_text(),
        hostile.svg().encode(),
        b"<html><body>Not found</body></html>",
        b"<not-even-xml",
        hostile.zip_bomb(),
        hostile.pdf(),
        hostile.pdf(attachments={"other.json": TEXT.encode()}),
        hostile.pdf(pages=11, attachments={"credential.json": TEXT.encode()}),
        b"[]",
        b"null",
        b'{"type": "Person"}',
        b'{"type": [["OpenBadgeCredential"], 3, null]}',
        b"just words",
        b"www.example.org",
        hostile.compact_jwt({"typ": "JWT"}, DOCUMENT).encode(),
        hostile.compact_jwt([1], DOCUMENT).encode(),
        hostile.compact_jwt({"alg": "ES256"}, {"sub": "somebody"}).encode(),
        hostile.compact_jwt({"alg": "ES256"}, [DOCUMENT]).encode(),
        b"\x00\xff" * 100,
    ],
)
def test_files_without_a_credential_are_told_so(data):
    refused = refusal(data)
    assert refused.reason is Reason.NOT_A_CREDENTIAL
    assert str(refused.sentence).startswith("This file does not contain a credential.")


def test_an_empty_file_is_called_empty():
    assert str(refusal(b" \n").sentence) == "The file is empty."


@pytest.mark.parametrize(
    "data",
    [
        hostile.with_chunk(
            bake_png(hostile.picture(), TEXT), b"iTXt", hostile.itxt(TEXT.encode())
        ),
        hostile.with_chunk(
            bake_png(hostile.picture(), TEXT),
            b"tEXt",
            b"openbadges\0https://example.org/1",
        ),
        hostile.svg(
            f'<c xmlns="{SVG_NAMESPACE}"><credential/><credential/></c>'
        ).encode(),
        hostile.pdf(attachments={"credential.json": b"{}", "credential.json#2": b"{}"}),
        json.dumps(
            {"type": "VerifiablePresentation", "verifiableCredential": [DOCUMENT] * 2}
        ).encode(),
    ],
)
def test_of_several_credentials_none_is_chosen(data):
    assert refusal(data).reason is Reason.SEVERAL


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            TEXT.encode(),
            JWT.encode(),
            bake_png(hostile.picture(), TEXT),
            bake_svg(SVG, TEXT).encode(),
        ]
    ),
    st.integers(0),
    st.binary(max_size=8),
)
def test_no_change_of_bytes_makes_reading_fall_over(data, position, change):
    at = position % len(data)
    try:
        find_credential(data[:at] + change + data[at + len(change) :])
    except NoCredentialFound as refused:
        assert refused.reason in Reason  # noqa: PT017 - found or refused, never else


@pytest.mark.skipif(not VECTORS.is_dir(), reason="STANDARDS_DIR holds no vectors")
def test_the_baked_samples_of_the_standards_body_are_found():
    samples = VECTORS / "1edtech-validator"
    kinds = {
        path.name: find_credential(path.read_bytes()).kind
        for path in [*samples.glob("ob30/simple-*"), samples / "ob20/simple-badge.png"]
        if path.suffix in {".png", ".svg"}
    }
    assert kinds == {
        "simple-json.png": "document",
        "simple-json.svg": "document",
        "simple-jwt.png": "jwt",
        "simple-jwt.svg": "jwt",
        "simple-jwt_v1.png": "jwt",
        "simple-jwt_v1.svg": "jwt",
        "simple-badge.png": "ob2",
    }
