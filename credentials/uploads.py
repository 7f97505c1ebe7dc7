"""Files that learners hand in: judged by content, measured, made harmless.

Pictures are drawn anew, which drops their metadata (place, camera, owner) and
whatever else rode along. Everything else is kept byte for byte. Types are what
the content says; the name and the browser's word count for nothing.
"""

import codecs
import hashlib
import re
import struct
import tempfile
import threading
import unicodedata
import zlib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import PurePosixPath
from typing import IO

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageFile

from credentials import inspecting_pdf
from credentials.picture_headers import pixels_stated
from credentials.writing import is_hidden

MAX_FILES = 10
MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 64_000_000
# Pillow holds a WebP three times while it draws it: 64 megapixels took a gigabyte.
MAX_PIXELS_WEBP = 20_000_000
MAX_SIDE = 4096
MAX_NAME_LENGTH = 120

TOO_MANY_FILES = _("You can add up to 10 files. Remove one to add another.")
SENTENCES = {
    "missing": _("Select a file."),
    "empty": _("The selected file is empty."),
    "type": _("The selected file must be a PDF, PNG, JPG, WebP, MP4 or text file."),
    "size": _("The selected file must be smaller than 25 MB."),
    "locked": _("The selected file is password protected."),
    "pixels": _("The selected picture is larger than 64 megapixels."),
    "pixels_webp": _(
        "The selected WebP picture is larger than 20 megapixels. Save it as PNG or JPG "
        "and select that copy."
    ),
    "damaged": _("The selected file is damaged and cannot be read."),
    "picture": _(
        "The selected picture cannot be read. Save it again as PNG or JPG and "
        "select that copy."
    ),
}

_CHUNK = 64 * 1024
_HEAD = 4096
_EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "video/mp4": (".mp4", ".m4v"),
    "text/plain": (".txt", ".md", ".csv"),
}
_PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
# Brands of MP4 proper. QuickTime, HEIC, AVIF and audio share the container.
_MP4_BRANDS = frozenset(
    {b"isom", b"avc1", b"mp41", b"mp42", b"dash", b"MSNV", b"M4V ", b"M4VH", b"M4VP"}
    | {b"iso%d" % number for number in range(2, 10)}
)
# Readable as text, and yet something that programs act upon.
_NOT_PLAIN = re.compile(
    rb"\s*(<[!?]|<(svg|html|head|body|script|style|iframe|math)\b|\{\\rtf|%!ps)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_NOT_IN_FILE_NAMES = re.compile(r'[/\\:*?"<>|]')
# What Pillow raises when bytes are missing or wrong, and when limits are passed
# (a text of 50 MiB in a PNG) or a parser stumbles.
_DAMAGED = (OSError, SyntaxError, EOFError, struct.error, zlib.error)
_UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, MemoryError)
# A picture of 64 megapixels takes 256 MB while it is drawn: one at a time.
_LARGE_PICTURE = 16_000_000
_one_large_picture = threading.Lock()


class RefusedFile(ValidationError):
    """The file is not taken; the sentence says what to do. ``code`` names it."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)


@dataclass(frozen=True)
class KeptFile:
    """An accepted file. ``content`` is temporary, at its start, and yours to close.

    Sizes are bytes, digests hexadecimal SHA-256; *received* is what was sent,
    *kept* is ``content``. Pixels only for pictures.
    """

    name: str
    content_type: str
    content: "File[bytes]"
    size_received: int
    size_kept: int
    sha256_received: str
    sha256_kept: str
    width: int | None = None
    height: int | None = None


def accept(file: "IO[bytes] | File[bytes]", *, name: str) -> KeptFile:
    """Judge *file* and give back what is kept of it under a harmless *name*.

    At most :data:`MAX_BYTES` are read, in pieces. Raises :class:`RefusedFile`.
    """
    received = tempfile.TemporaryFile()  # noqa: SIM115 - lives on in KeptFile
    try:
        size, digest = _copy(file, received)
        content_type = _content_type(received, size)
        name = clean_file_name(name, content_type=content_type)
        if content_type in _PICTURES:
            return _kept_picture(received, name, content_type, size, digest)
        if check := _CHECKS.get(content_type):
            check(received)
        return _kept(received, name, content_type, size, digest)
    except BaseException:
        received.close()
        raise


def clean_file_name(name: str, *, content_type: str) -> str:
    """*name* for pages and downloads: no folders, nothing hidden, true extension.

    An extension that does not fit *content_type* stays and the right one follows
    it, so ``notes.html`` that holds text becomes ``notes.html.txt``.
    """
    last = re.split(r"[/\\]", name[-1000:])[-1]
    visible = "".join(char for char in last if not is_hidden(char))
    plain = unicodedata.normalize("NFC", _NOT_IN_FILE_NAMES.sub("_", visible))
    plain = " ".join(plain.split()).strip(". ") or "file"
    extensions = _EXTENSIONS[content_type]
    suffix = PurePosixPath(plain).suffix
    if suffix.lower() in extensions:
        stem = plain.removesuffix(suffix)
    else:
        stem, suffix = plain, extensions[0]
    return stem[: MAX_NAME_LENGTH - len(suffix)].rstrip(". ") + suffix


def _copy(source: "IO[bytes] | File[bytes]", target: IO[bytes]) -> tuple[int, str]:
    """Copy at most the allowed bytes; the size and digest of what was copied."""
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_CHUNK):
        size += len(piece)
        if size > MAX_BYTES:
            raise RefusedFile("size")
        digest.update(piece)
        target.write(piece)
    if not size:
        raise RefusedFile("empty")
    target.flush()
    return size, digest.hexdigest()


def _content_type(file: IO[bytes], size: int) -> str:
    """The type that the content itself proves, among those that are taken."""
    file.seek(0)
    head = file.read(_HEAD)
    for content_type, is_one in _SIGNATURES.items():
        if is_one(head):
            _refuse_unless_magic_agrees(head, content_type)
            return content_type
    if not _NOT_PLAIN.match(head.removeprefix(codecs.BOM_UTF8)) and _is_text(file):
        return "text/plain"
    raise RefusedFile("type")


def _refuse_unless_magic_agrees(head: bytes, content_type: str) -> None:
    """A second opinion on signatures; MP4 has more brands than it knows."""
    if content_type == "video/mp4":
        return
    if content_type not in {match.mime_type for match in puremagic.magic_string(head)}:
        raise RefusedFile("type")


def _is_mp4(head: bytes) -> bool:
    length = int.from_bytes(head[:4])
    return head[4:8] == b"ftyp" and 16 <= length <= 1024 and head[8:12] in _MP4_BRANDS


def _is_text(file: IO[bytes]) -> bool:
    """Whether the whole file is UTF-8 without control characters."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_CHUNK):
            if _CONTROLS.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_pdf(file: IO[bytes]) -> None:
    try:
        file.seek(0)
        inspecting_pdf.check_opens(file.read())
    except inspecting_pdf.UnreadablePdf as error:
        locked = error.outcome is inspecting_pdf.Outcome.LOCKED
        raise RefusedFile("locked" if locked else "damaged") from None


def _check_mp4(file: IO[bytes]) -> None:
    """Walk the outermost boxes: they fill the file exactly and one has the film."""
    end, position = file.seek(0, 2), 0
    kinds: set[bytes] = set()
    while position < end and len(kinds) < 10_000:
        file.seek(position)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if length == 1:  # a longer length follows the type
            length = int.from_bytes(header[8:16])
        elif length == 0:  # the last box runs to the end
            length = end - position
        if len(header) < 8 or length < 8:
            raise RefusedFile("damaged")
        kinds.add(header[4:8])
        position += length
    if position != end or b"moov" not in kinds:
        raise RefusedFile("damaged")


def _kept_picture(
    received: BufferedRandom, name: str, content_type: str, size: int, digest: str
) -> KeptFile:
    drawn = tempfile.TemporaryFile()  # noqa: SIM115 - lives on in KeptFile
    try:
        width, height = _redraw(received, drawn, _PICTURES[content_type])
    except BaseException:
        drawn.close()
        raise
    received.close()
    return _kept(drawn, name, content_type, size, digest, (width, height))


def _kept(
    content: BufferedRandom,
    name: str,
    content_type: str,
    size: int,
    digest: str,
    pixels: tuple[int, int] | None = None,
) -> KeptFile:
    if pixels:
        content.seek(0)
        kept = hashlib.file_digest(content, "sha256").hexdigest()
    else:
        kept = digest
    size_kept = content.seek(0, 2)
    content.seek(0)
    width, height = pixels or (None, None)
    return KeptFile(
        name=name,
        content_type=content_type,
        content=File(content, name=name),
        size_received=size,
        size_kept=size_kept,
        sha256_received=digest,
        sha256_kept=kept,
        width=width,
        height=height,
    )


def _refuse_pixels(pixels: int, kind: str) -> None:
    if pixels > MAX_PIXELS:
        raise RefusedFile("pixels")
    if kind == "WEBP" and pixels > MAX_PIXELS_WEBP:
        raise RefusedFile("pixels_webp")


def _redraw(source: IO[bytes], target: IO[bytes], kind: str) -> tuple[int, int]:
    """Draw the first frame upright and without metadata; width and height."""
    # WeasyPrint tells Pillow, for the whole process, to accept pictures cut short.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    source.seek(0)
    lossless = source.read(16).endswith(b"VP8L")
    try:
        pixels = pixels_stated(source, kind)
        _refuse_pixels(pixels, kind)
        turn = _one_large_picture if pixels > _LARGE_PICTURE else nullcontext()
        source.seek(0)
        with turn:
            drawn = _drawn(source, kind)
            return _save(drawn, target, kind, lossless=lossless)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RefusedFile("pixels") from None
    except _DAMAGED:
        raise RefusedFile("damaged") from None
    except _UNREADABLE:
        raise RefusedFile("picture") from None


def _drawn(source: IO[bytes], kind: str) -> Image.Image:
    """The picture as it is kept. Its decoder, and what that holds, is gone by then."""
    with Image.open(source, formats=(kind,)) as opened:
        _refuse_pixels(opened.width * opened.height, kind)
        # Pictures with few colours shrink badly unless they get all colours first.
        few = opened.mode in {"1", "P"}
        picture = opened.convert(_mode(opened, kind)) if few else opened
        turn = _turn(opened)
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        drawn = picture.convert(_mode(picture, kind))
    drawn = drawn if turn is None else drawn.transpose(turn)
    drawn.info = {}  # some encoders would write comments and profiles from here
    return drawn


def _save(
    drawn: Image.Image, target: IO[bytes], kind: str, *, lossless: bool
) -> tuple[int, int]:
    if kind == "PNG":
        drawn.save(target, "PNG")
    elif kind == "JPEG":
        drawn.save(target, "JPEG", quality=88, optimize=True, exif=b"")
    else:
        drawn.save(target, "WEBP", quality=88, lossless=lossless, exif=b"")
    return drawn.size


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """What brings a picture upright; broken metadata are no reason to refuse it."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation)
    except (*_DAMAGED, *_UNREADABLE):
        return None
    return _TURNS.get(orientation) if isinstance(orientation, int) else None


def _mode(picture: Image.Image, kind: str) -> str:
    """Grey or colour, with transparency where the picture has it."""
    if picture.mode == "I;16":
        return "I;16"  # converting would clip its 65,536 greys, not scale them
    if picture.mode in {"1", "L"} and "transparency" not in picture.info:
        return "L"
    return "RGBA" if picture.has_transparency_data and kind != "JPEG" else "RGB"


_TURNS = {  # Exif orientation: what undoes it
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "application/pdf": lambda head: head.startswith(b"%PDF-"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "video/mp4": _is_mp4,
}
_CHECKS: dict[str, Callable[[IO[bytes]], None]] = {
    "application/pdf": _check_pdf,
    "video/mp4": _check_mp4,
}
