"""Photos on people's pages: drawn anew, square and small.

They come in as evidence does (``credentials.uploads``): judged by content, measured
before anything is drawn, upright, and without the metadata that say where and by whom
they were taken. Then the middle is cut out as a square. The one before is deleted once
the new one is stored.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from credentials import uploads
from portfolio.models import Profile

MAX_BYTES = 5 * 1024 * 1024
#: Pixels at each side of what is kept.
SIDE = 512
SMALLEST = 128
QUALITY = 85
CONTENT_TYPE = "image/jpeg"
_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}

SENTENCES = {
    "missing": _("Select a photo."),
    "type": _("The selected file must be a PNG, JPG or WebP picture."),
    "size": _("The selected photo must be smaller than 5 MB."),
    "small": _("The selected photo must have at least 128 pixels at each side."),
    "moving": _("The selected picture moves. Select one that stands still."),
}


class RefusedPhoto(ValidationError):
    """The photo is not taken; the sentence says what to do. ``code`` names it."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)


def accept(file: IO[bytes] | File[bytes]) -> ContentFile[bytes]:
    """Judge a photo; return what is kept of it: a square JPEG of at most 512 pixels.

    Raises RefusedPhoto, or RefusedFile with what is wrong with any file.
    """
    if file.seek(0, 2) > MAX_BYTES:
        raise RefusedPhoto("size")
    try:
        kept = uploads.accept(file, name="photo")
    except uploads.RefusedFile as error:
        if error.code == "type":
            raise RefusedPhoto("type") from None
        raise
    with kept.content:
        if kept.content_type not in _KINDS:
            raise RefusedPhoto("type")
        if _moves(file, _KINDS[kept.content_type]):
            raise RefusedPhoto("moving")
        return ContentFile(_square(kept.content, _KINDS[kept.content_type]))


@transaction.atomic
def keep(profile: Profile, photo: ContentFile[bytes]) -> None:
    """Store an accepted photo in place of the one before."""
    own = _locked(profile)
    before = own.photo.name
    own.photo.save("photo", photo, save=False)
    stored = own.photo.name or ""
    try:
        Profile.objects.filter(pk=own.pk).update(photo=stored)
    except BaseException:
        own.photo.storage.delete(stored)
        raise
    _delete_later(own, before)
    profile.photo = own.photo


@transaction.atomic
def remove(profile: Profile) -> bool:
    """Take the photo away; whether there was one."""
    own = _locked(profile)
    before = own.photo.name
    Profile.objects.filter(pk=own.pk).update(photo="")
    _delete_later(own, before)
    return bool(before)


def _locked(profile: Profile) -> Profile:
    return Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)


def _delete_later(profile: Profile, name: str | None) -> None:
    """Delete a file once nothing names it any more; a rollback keeps it."""
    storage = profile.photo.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _moves(file: IO[bytes] | File[bytes], kind: str) -> bool:
    """Whether a picture that was drawn once has more frames than that.

    A JPEG has none: phones put a second picture behind it, for depth or for printing.
    """
    if kind == "JPEG":
        return False
    file.seek(0)
    with Image.open(file, formats=(kind,)) as opened:
        return bool(getattr(opened, "is_animated", False))


def _square(content: IO[bytes] | File[bytes], kind: str) -> bytes:
    """The middle of an upright picture, on white where it is transparent."""
    with Image.open(content, formats=(kind,)) as opened:
        if min(opened.size) < SMALLEST:
            raise RefusedPhoto("small")
        side = min(*opened.size, SIDE)
        fitted = ImageOps.fit(_in_colour(opened), (side, side))
    drawn = BytesIO()
    fitted.save(drawn, "JPEG", quality=QUALITY, optimize=True, exif=b"")
    return drawn.getvalue()


def _in_colour(picture: Image.Image) -> Image.Image:
    if picture.mode == "I;16":  # 65,536 greys would be clipped, not scaled
        picture = picture.point(lambda grey: grey / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    upper = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", upper.size, "white"), upper).convert(
        "RGB"
    )
