"""Status list bits: their order, their one spelling, and bombs."""

import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import decode_encoded_list, set_indices

from credentials import bitstrings

LAST = bitstrings.LENGTH - 1


def encoded(packed: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


@given(st.sets(st.integers(0, LAST), max_size=50))
@settings(deadline=None)
def test_what_is_set_is_read_back_by_us_and_by_another_reader(indices):
    text = bitstrings.encode(indices)
    assert set_indices(bitstrings.decode(text)) == indices
    assert set_indices(decode_encoded_list(text)) == indices


def test_index_0_is_the_leftmost_bit_of_the_first_byte():
    bits = bitstrings.decode(bitstrings.encode([0, 9]))
    assert bits[:3] == b"\x80\x40\x00"
    assert len(bits) == 16 * 1024


@pytest.mark.parametrize("index", [0, 1, 7, 8, 9, 94567, LAST])
def test_only_the_bit_that_was_set_is_set(index):
    bits = bitstrings.decode(bitstrings.encode([index]))
    assert bitstrings.is_set(bits, index)
    assert not bitstrings.is_set(bits, (index + 1) % bitstrings.LENGTH)


def test_the_same_bits_give_the_same_text_without_a_time_stamp():
    text = bitstrings.encode([3, 5])
    assert text == bitstrings.encode({5, 3})
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    assert packed[4:8] == bytes(4)


@pytest.mark.parametrize("index", [-1, bitstrings.LENGTH])
def test_indices_outside_the_list_are_refused(index):
    with pytest.raises(ValueError, match="outside"):
        bitstrings.encode([index])
    with pytest.raises(IndexError):
        bitstrings.is_set(bytes(16 * 1024), index)


@pytest.mark.parametrize("length", [0, -8, 7])
def test_a_length_that_is_no_multiple_of_8_is_refused(length):
    with pytest.raises(ValueError, match="multiple"):
        bitstrings.encode([], length)


def test_the_worst_honest_list_is_read():
    every_other_noise = [i for i in range(bitstrings.LENGTH) if (i * i) % 7 < 3]
    text = bitstrings.encode(every_other_noise)
    assert set_indices(bitstrings.decode(text)) == set(every_other_noise)


def test_a_bomb_stops_at_the_limit():
    bomb = encoded(gzip.compress(bytes(32 * 1024 * 1024), mtime=0))
    with pytest.raises(bitstrings.UnreadableBitstring, match="more than"):
        bitstrings.decode(bomb)


def test_the_limit_itself_is_allowed():
    text = encoded(gzip.compress(bytes(20_000), mtime=0))
    assert len(bitstrings.decode(text, limit=20_000)) == 20_000
    with pytest.raises(bitstrings.UnreadableBitstring):
        bitstrings.decode(text, limit=19_999)


WHOLE = gzip.compress(bytes(16 * 1024), mtime=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        encoded(WHOLE)[1:],
        "z" + encoded(WHOLE)[1:],
        encoded(WHOLE) + "=",
        encoded(WHOLE) + "\n",
        encoded(WHOLE)[:-3] + "+/A",
        "uAAAAA",
        encoded(b"not gzip at all"),
        encoded(WHOLE[:-1]),
        encoded(WHOLE + b"x"),
        encoded(WHOLE + WHOLE),
        encoded(gzip.compress(bytes(16 * 1024 - 1), mtime=0)),
        "u" + "A" * 100_000,
    ],
)
def test_what_is_not_a_whole_list_is_refused(text):
    with pytest.raises(bitstrings.UnreadableBitstring):
        bitstrings.decode(text)
