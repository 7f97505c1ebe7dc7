"""The picture of a badge from elsewhere: drawn anew, or none at all."""

from __future__ import annotations

import base64
import binascii
import re
from io import BytesIO

from PIL import Image

from credentials import uploads
from credentials.baking import PNG_SIGNATURE
from credentials.picture_headers import pixels_stated

#: Pixels a side of what is kept: the largest place that shows it has 240.
SIDE = 512
#: Pixels of what is opened: a badge is no photograph.
MOST_PIXELS = 4096 * 4096

_IN_WORDS = re.compile(r"data:image/(?:png|jpeg|webp);base64,([A-Za-z0-9+/=\s]+)")
_SIGNATURES = {PNG_SIGNATURE: "PNG", b"\xff\xd8\xff": "JPEG", b"RIFF": "WEBP"}


def picture_in(data: bytes, image: str) -> bytes | None:
    """The picture around a credential, or the one that it carries in words, as PNG.

    ``data`` is the file that was brought and ``image`` what the credential names as
    its picture; an address there is not opened. None when there is no picture, or one
    that cannot be drawn: a badge is kept all the same.
    """
    source = data if data.startswith(PNG_SIGNATURE) else _in_words(image)
    if source is None:
        return None
    try:
        return _drawn(source)
    except (uploads.RefusedFile, OSError, ValueError, SyntaxError):
        return None


def _in_words(image: str) -> bytes | None:
    found = _IN_WORDS.fullmatch(image.strip())
    if found is None:
        return None
    try:
        return base64.b64decode("".join(found[1].split()), validate=True)
    except binascii.Error:
        return None


def _drawn(source: bytes) -> bytes | None:
    starts = (kind for start, kind in _SIGNATURES.items() if source.startswith(start))
    kind = next(starts, "")
    if not kind or pixels_stated(BytesIO(source), kind) > MOST_PIXELS:
        return None
    kept = uploads.accept(BytesIO(source), name="picture")
    with kept.content, Image.open(kept.content, formats=(kind,)) as opened:
        picture = opened.convert("RGBA")
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    saved = BytesIO()
    picture.save(saved, "PNG")
    return saved.getvalue()
