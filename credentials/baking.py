"""Credentials baked into pictures: one PNG chunk or one SVG element.

Written by hand because the library's baker puts the chunk elsewhere, never
replaces an older one, and appends to the SVG instead of leading it. The rules
are those of Open Badges 3.0, section 5.3 (*Baked badges*).
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEYWORD = b"openbadgecredential"
SVG_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"

_ROOT_START = re.compile(r"<svg(?=[\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_BAKED_ELEMENT = re.compile(
    r"<openbadges:credential(?=[\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*?"
    r"(?:/>|>(?:<!\[CDATA\[.*?\]\]>|[^<])*</openbadges:credential\s*>)",
    re.DOTALL,
)
_NAMESPACE_DECLARATION = re.compile(r"\sxmlns:openbadges\s*=\s*(\"[^\"]*\"|'[^']*')")


class BrokenPicture(ValueError):
    """The bytes are no PNG or SVG that a credential can be put into."""


class Chunk(NamedTuple):
    """One PNG chunk: its four-letter type and its data."""

    kind: bytes
    data: bytes


def bake_png(png: bytes, text: str) -> bytes:
    """*png* with *text* (JSON or compact JWT) as its one baked credential.

    The ``iTXt`` chunk is uncompressed and follows ``IHDR``; an older baked
    credential goes. Raises :class:`BrokenPicture` when *png* is not a PNG.
    """
    kept = [chunk for chunk in read_chunks(png) if not _is_baked(chunk)]
    baked = Chunk(b"iTXt", PNG_KEYWORD + b"\x00" * 5 + text.encode())
    return PNG_SIGNATURE + b"".join(
        _written(chunk) for chunk in [kept[0], baked, *kept[1:]]
    )


def bake_svg(svg: str, text: str) -> str:
    """*svg* with *text* as the first child of its root.

    JSON becomes the element's CDATA body, a compact JWT its ``verify``
    attribute; an older baked credential goes. *svg* is our own artwork, whose
    root is written ``<svg …>``. Raises :class:`BrokenPicture` when it has none.
    """
    unbaked = _BAKED_ELEMENT.sub("", svg)
    root = _ROOT_START.search(unbaked)
    if root is None:
        raise BrokenPicture("no <svg> element")
    start = _NAMESPACE_DECLARATION.sub("", root.group()).removesuffix(">")
    empty = start.endswith("/")
    start = start.removesuffix("/").rstrip() + f' xmlns:openbadges="{SVG_NAMESPACE}">'
    rest = "</svg>" if empty else ""
    return "".join(
        [unbaked[: root.start()], start, _element(text), rest, unbaked[root.end() :]]
    )


def read_chunks(png: bytes, *, max_chunks: int = 1000) -> Iterator[Chunk]:
    """The chunks of *png* up to and with ``IEND``; what follows is left alone.

    Raises :class:`BrokenPicture` on a missing signature, a first chunk other
    than ``IHDR``, a length beyond the end, a wrong checksum, or more than
    *max_chunks* chunks.
    """
    if not png.startswith(PNG_SIGNATURE):
        raise BrokenPicture("no PNG signature")
    position = len(PNG_SIGNATURE)
    for number in range(max_chunks):
        chunk, position = _chunk_at(png, position)
        if (number == 0) != (chunk.kind == b"IHDR"):
            raise BrokenPicture("IHDR is not the first chunk")
        yield chunk
        if chunk.kind == b"IEND":
            return
    raise BrokenPicture("too many chunks")


def _chunk_at(png: bytes, position: int) -> tuple[Chunk, int]:
    if position + 12 > len(png):
        raise BrokenPicture("the file ends before IEND")
    length, kind = struct.unpack_from(">I4s", png, position)
    end = position + 12 + length
    if end > len(png):
        raise BrokenPicture("a chunk is longer than the file")
    data = png[position + 8 : end - 4]
    if _checksum(kind, data) != png[end - 4 : end]:
        raise BrokenPicture("a checksum is wrong")
    return Chunk(kind, data), end


def _written(chunk: Chunk) -> bytes:
    length = struct.pack(">I", len(chunk.data))
    return length + chunk.kind + chunk.data + _checksum(chunk.kind, chunk.data)


def _checksum(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _is_baked(chunk: Chunk) -> bool:
    return chunk.kind == b"iTXt" and chunk.data.startswith(PNG_KEYWORD + b"\x00")


def _element(text: str) -> str:
    if not text.lstrip().startswith("{"):
        return f"<openbadges:credential verify={quoteattr(text)}/>"
    # "]]>" inside JSON would end the section early.
    body = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<openbadges:credential><![CDATA[{body}]]></openbadges:credential>"
