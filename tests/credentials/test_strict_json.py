"""Reading JSON from outside: what is refused, and why."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.strict_json import Reason, UnreadableJson, load_object, loads

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('abc\\"[{'), inner),
    max_leaves=20,
)


def reason(data: bytes, **options) -> Reason:
    with pytest.raises(UnreadableJson) as caught:
        loads(data, **options)
    return caught.value.reason


@given(PLAIN)
@settings(deadline=None)
def test_plain_json_is_read_as_it_is(value):
    assert loads(json.dumps(value).encode()) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


def test_duplicate_keys_are_refused_at_any_depth():
    assert reason(b'{"a": 1, "a": 1}') is Reason.DUPLICATE_KEY
    assert reason(b'[{"b": {"a": 1, "\\u0061": 2}}]') is Reason.DUPLICATE_KEY


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_are_none_are_refused(text):
    assert reason(f'{{"a": [{text}]}}'.encode()) is Reason.NOT_A_NUMBER


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b"[" * 33 + b"]" * 33,
        b'["[\\"]",' + b"[" * 32 + b"]" * 33,
    ],
)
def test_nesting_is_counted_before_the_parser_runs(data, monkeypatch):
    monkeypatch.setattr("credentials.strict_json.json.loads", lambda *a, **k: 1 / 0)
    assert reason(data) is Reason.TOO_DEEP


def test_32_levels_are_read_and_brackets_in_texts_do_not_count():
    assert loads(b"[" * 32 + b"]" * 32)
    brackets = "[{\\" * 5_000 + '"' + "}"
    assert loads(json.dumps([brackets]).encode()) == [brackets]


@pytest.mark.parametrize("tail", [b'"', b'"\\', b'"\\"', b"[" * 50, b']"[['])
def test_a_text_without_an_end_is_malformed_or_too_deep(tail):
    wanted = Reason.TOO_DEEP if tail == b"[" * 50 else Reason.MALFORMED
    assert reason(b'{"a": ' + tail) is wanted


def test_integers_have_at_most_15_digits():
    assert loads(b"[999999999999999, -999999999999999]")
    assert reason(b"1" * 16) is Reason.TOO_MANY_DIGITS
    assert reason(b"-" + b"1" * 16) is Reason.TOO_MANY_DIGITS
    assert reason(b"1" * 5_000) is Reason.TOO_MANY_DIGITS
    assert reason(b"0." + b"1" * 5_000) is Reason.TOO_MANY_DIGITS


@pytest.mark.parametrize(
    "data", [b'"\\ud800"', b'{"\\udc00": 1}', b'["\\ud800\\ud800"]']
)
def test_lone_surrogates_are_refused(data):
    assert reason(data) is Reason.LONE_SURROGATE


def test_a_pair_of_surrogates_is_one_character():
    assert loads(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_the_size_limit_is_in_bytes_and_inclusive():
    assert loads(b'"abcd"', max_bytes=6) == "abcd"
    assert reason(b'"abcd"', max_bytes=5) is Reason.TOO_LARGE
    assert reason(b" " * (256 * 1024) + b"1") is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "data", [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\x80"', b"\xfe\xff"]
)
def test_bytes_that_are_not_utf8_are_refused(data):
    assert reason(data) is Reason.NOT_UTF8


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{'a': 1}", b"[1,]", b"01", b'"\x08"', b"\xef\xbb\xbf1", b"1 2"],
)
def test_what_is_not_json_is_malformed(data):
    assert reason(data) is Reason.MALFORMED


def test_only_an_object_is_a_document():
    assert load_object(b'{"a": 1}') == {"a": 1}
    with pytest.raises(UnreadableJson) as caught:
        load_object(b"[]")
    assert caught.value.reason is Reason.NOT_AN_OBJECT


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_raise_anything_else(data):
    with contextlib.suppress(UnreadableJson):
        loads(data)
