"""How large a picture says it is, read before anything sets memory aside for it."""

from typing import IO

from PIL import Image


def pixels_stated(file: IO[bytes], kind: str) -> int:
    """Return the pixels that the header of a PNG, JPEG or WEBP states.

    ``kind`` is Pillow's name of the format. Opening a JPEG reads its header and
    nothing else, so Pillow does that, and raises what it raises for a broken one.
    """
    file.seek(0)
    if kind == "JPEG":
        with Image.open(file, formats=(kind,)) as opened:
            return opened.width * opened.height
    head = file.read(30).ljust(30, b"\x00")
    if kind == "WEBP":
        return _webp_pixels(head)
    return int.from_bytes(head[16:20]) * int.from_bytes(head[20:24])


def _webp_pixels(head: bytes) -> int:
    """Sizes of the three WebP layouts (RFC 9649, section 2.5 to 2.7)."""
    little = int.from_bytes
    if head[12:16] == b"VP8X":
        return (little(head[24:27], "little") + 1) * (little(head[27:30], "little") + 1)
    if head[12:16] == b"VP8L":
        bits = little(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    width, height = little(head[26:28], "little"), little(head[28:30], "little")
    return (width & 0x3FFF) * (height & 0x3FFF)
