"""The bits of a Bitstring Status List (W3C Bitstring Status List 1.0).

Index 0 is the left-most bit of the first byte. On the wire the bits are gzipped
and written as multibase base64url: `u` and no padding.
"""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterable

LENGTH = 131_072
"""Entries of a list: the least that the standard allows, for herd privacy."""

COMPRESSED_LIMIT = 64 * 1024
DECODED_LIMIT = 1024 * 1024
"""Bytes; the worst honest list of `LENGTH` entries has 16 KiB, packed or not."""

_ENCODED = re.compile(r"u[A-Za-z0-9_-]+")
_GZIP = 31


class UnreadableBitstring(ValueError):
    """The text is not an encoded bitstring, or one that is too short or long."""


def encode(set_bits: Iterable[int], length: int = LENGTH) -> str:
    """The `encodedList` of `length` bits (a multiple of 8) with `set_bits` set.

    The same bits always give the same text: gzip's time stamp is zero. Raises
    ValueError for an index outside the list or an odd length.
    """
    if length <= 0 or length % 8:
        raise ValueError(f"a bitstring has a multiple of 8 bits, not {length}")
    bits = bytearray(length // 8)
    for index in set_bits:
        if not 0 <= index < length:
            raise ValueError(f"index {index} is outside the list of {length}")
        bits[index // 8] |= 0x80 >> (index % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(encoded: str, *, limit: int = DECODED_LIMIT) -> bytes:
    """The bits behind an `encodedList`, at most `limit` bytes of them.

    Never inflates more than `limit` bytes, nor reads more than 64 KiB packed.
    Raises UnreadableBitstring, also below the standard's 131,072 entries.
    """
    if len(encoded) > COMPRESSED_LIMIT * 4 // 3 + 2:
        raise UnreadableBitstring("more packed bytes than any honest list has")
    bits = _inflate(_packed(encoded), limit)
    if len(bits) * 8 < LENGTH:
        raise UnreadableBitstring(f"fewer than {LENGTH} entries")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit at `index` is set. Raises IndexError outside the list."""
    if not 0 <= index < len(bits) * 8:
        raise IndexError(f"index {index} is outside the list of {len(bits) * 8}")
    return bool(bits[index // 8] & (0x80 >> (index % 8)))


def _packed(encoded: str) -> bytes:
    if not _ENCODED.fullmatch(encoded):
        raise UnreadableBitstring("not multibase base64url")
    text = encoded[1:]
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise UnreadableBitstring("not multibase base64url") from None


def _inflate(packed: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj(wbits=_GZIP)
    try:
        bits = stream.decompress(packed, limit + 1)
    except zlib.error:
        raise UnreadableBitstring("not gzip") from None
    if len(bits) > limit:
        raise UnreadableBitstring(f"more than {limit} bytes")
    if not stream.eof or stream.unused_data:
        raise UnreadableBitstring("gzip is cut short or has something after it")
    return bits
