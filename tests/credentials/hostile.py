"""Builders of files and texts that people with bad intent, or bad luck, send in.

Each returns bytes or text that fit in memory: what expands to much is small here.
"""

import base64
import json
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

from credentials.baking import PNG_SIGNATURE

MIB = 1024 * 1024
SECRET = "N51.5007 the-camera-of-Amina"  # stands in metadata, must never come out


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with a right checksum."""
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def compressed_zeros(size: int) -> bytes:
    """*size* zero bytes, compressed without ever standing in memory as a whole.

    A piece after a full flush knows nothing of those before it, so all whole pieces
    are the same one. A zlib stream ends in an Adler-32 (RFC 1950), which is short for
    zeros.
    """
    whole, rest = divmod(size, MIB)
    piece, last = (zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS) for _ in "12")
    repeated = piece.compress(bytes(MIB)) + piece.flush(zlib.Z_FULL_FLUSH)
    end = last.compress(bytes(rest)) + last.flush()
    return b"\x78\xda" + repeated * whole + end + struct.pack(">HH", size % 65521, 1)


def picture(
    kind: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: Any
) -> bytes:
    """A small honest picture with a few colours."""
    drawn = Image.new(mode, size)
    if mode == "RGB":
        drawn.paste((200, 30, 40), (0, 0, size[0] // 2, size[1]))
    file = BytesIO()
    drawn.save(file, kind, **options)
    return file.getvalue()


def picture_with_metadata(kind: str, *, orientation: int = 1) -> bytes:
    """A picture that says where, by whom and which way up it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 2.5)}
    options: dict[str, Any] = {
        "exif": exif,
        "icc_profile": b"profile " + SECRET.encode(),
    }
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "WEBP":
        options["xmp"] = SECRET.encode()
    made = picture(kind, (40, 20), **options)
    if kind == "PNG":
        made = with_chunk(made, b"tEXt", b"Author\x00" + SECRET.encode())
    return made


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """*png* with another chunk after its header."""
    return png[:33] + chunk(kind, data) + png[33:]


def itxt(
    text: bytes, *, keyword: bytes = b"openbadgecredential", compressed: bool = False
) -> bytes:
    """The data of an iTXt chunk; *text* is given as it stands, packed or not."""
    return keyword + bytes([0, compressed, 0, 0, 0]) + text


def png_of_13000_by_13000() -> bytes:
    """About 20 KB that would take 160 MB and more when drawn."""
    header = struct.pack(">IIBBBBB", 13000, 13000, 1, 0, 0, 0, 0)
    rows = compressed_zeros(13000 * (1 + 13000 // 8))
    return (
        PNG_SIGNATURE
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def png_with_50_mib_text(keyword: bytes = b"Comment") -> bytes:
    """About 51 KB with a text that expands to 50 MiB."""
    bomb = itxt(compressed_zeros(50 * MIB), keyword=keyword, compressed=True)
    return with_chunk(picture(), b"iTXt", bomb)


def webp_of_16000_by_16000() -> bytes:
    """A WebP whose header claims a canvas of a gigabyte."""
    side = (16000 - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + side + side
    body += b"VP8 " + struct.pack("<I", 10) + bytes(10)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def truncated_jpeg() -> bytes:
    """The first half of a photograph."""
    whole = picture("JPEG", (400, 300))
    return whole[: len(whole) // 2]


def svg(inside: str = "", root: str = 'xmlns="http://www.w3.org/2000/svg"') -> str:
    """An SVG with a script beside whatever stands *inside*."""
    return f"<svg {root}>{inside}<script>alert(1)</script></svg>"


def svg_with_entities() -> bytes:
    """An SVG that doubles a text 30 times over, were its entities followed."""
    lines = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 30))
    document = f'<!DOCTYPE svg [<!ENTITY e0 "ha">{lines}]>'
    return (document + svg("<text>&e29;</text>")).encode()


def svg_that_reads_a_file() -> bytes:
    """An SVG whose entity names a file of the server."""
    document = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return (document + svg("<text>&x;</text>")).encode()


def zip_bomb() -> bytes:
    """10 KB of ZIP that expand to 10 MiB."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(10 * MIB))
    return file.getvalue()


def pdf(
    *,
    pages: int = 1,
    attachments: dict[str, bytes] | None = None,
    password: str = "",
    owner_password: str = "",
) -> bytes:
    """A PDF; *attachments* by the key they stand under."""
    made = pikepdf.new()
    for _page in range(pages):
        made.add_blank_page(page_size=(200, 200))
    for key, content in (attachments or {}).items():
        made.attachments[key] = _attached(made, content, key.split("#")[0])
    file = BytesIO()
    if password or owner_password:
        # An empty owner password would open what the user's password closes.
        owner = owner_password or password
        made.save(file, encryption=pikepdf.Encryption(user=password, owner=owner))
    else:
        made.save(file)
    return file.getvalue()


def _attached(
    made: pikepdf.Pdf, content: bytes, filename: str
) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        made,
        content,
        filename=filename,
        description="",
        mime_type="application/json",
        creation_date="",
        mod_date="",
    )


def pdf_with_an_attachment_bomb() -> bytes:
    """About 400 KB of PDF whose credential.json expands to 400 MiB."""
    made = pikepdf.new()
    made.add_blank_page()
    packed = pikepdf.Stream(
        made, compressed_zeros(400 * MIB), Filter=pikepdf.Name.FlateDecode
    )
    made.attachments["credential.json"] = _attached(made, b"{}", "credential.json")
    files = made.attachments["credential.json"].obj.EF
    files.F = files.UF = made.make_indirect(packed)
    file = BytesIO()
    made.save(file, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return file.getvalue()


def box(kind: bytes, data: bytes = b"") -> bytes:
    """One MP4 box."""
    return struct.pack(">I", 8 + len(data)) + kind + data


def mp4(brand: bytes = b"isom") -> bytes:
    """The outline of a film: types, description, pictures."""
    return (
        box(b"ftyp", brand + bytes(4) + b"isommp42")
        + box(b"moov", box(b"mvhd", bytes(100)))
        + box(b"mdat", bytes(500))
    )


def nested_json(depth: int = 100_000) -> bytes:
    """A credential with a value nested *depth* deep."""
    return b'{"type": "OpenBadgeCredential", "a": ' + b"[" * depth + b"]" * depth + b"}"


def json_with_a_key_twice() -> bytes:
    """A credential with two names: two readers would see two."""
    return b'{"type": "OpenBadgeCredential", "name": "A", "name": "B"}'


def json_with_nan() -> bytes:
    """A credential with a number that is none."""
    return b'{"type": "OpenBadgeCredential", "credits": NaN}'


def json_with_5000_digits() -> bytes:
    """A credential with an integer of 5,000 digits."""
    return b'{"type": "OpenBadgeCredential", "credits": ' + b"9" * 5000 + b"}"


def compact_jwt(header: Any, payload: Any, signature: bytes = b"not checked") -> str:
    """A compact JWT of *header* and *payload* (values or raw bytes)."""
    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode()
        for part in (header, payload)
    ]
    return ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=")
        for part in [*parts, signature]
    )
