"""Logos and signatures: drawn anew, small enough for a certificate, stored as PNG."""

from __future__ import annotations

import io
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from PIL import Image

from credentials.uploads import RefusedFile, accept

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

#: Certificates show logos 10 mm and signatures 15 mm high; more is weight alone.
LOGO_HEIGHT = 150
LOGO_WIDTH = 900
SIGNATURE_WIDTH = 400
SIGNATURE_HEIGHT = 300


class PictureInput(AdminFileWidget):
    """A file control that links to nothing: stored pictures have no public address."""

    template_name = "admin/credentials/picture_input.html"
    use_fieldset = False
    clear_checkbox_label = _("Remove this picture")  # type: ignore[assignment]  # lazy

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """Draw it with the site's templates; widgets know Django's only."""
        context = self.get_context(name, value, attrs)
        return SafeString(render_to_string(self.template_name, context))


def logo(upload: UploadedFile[Any]) -> ContentFile[bytes]:
    """Return the picture as PNG, at most 150 px high. Raises RefusedFile."""
    return _redrawn(upload, (LOGO_WIDTH, LOGO_HEIGHT), "RGBA")


def signature(upload: UploadedFile[Any]) -> ContentFile[bytes]:
    """Return the picture as grey PNG, at most 400 px wide. Raises RefusedFile."""
    return _redrawn(upload, (SIGNATURE_WIDTH, SIGNATURE_HEIGHT), "LA")


def _redrawn(
    upload: UploadedFile[Any], largest: tuple[int, int], mode: str
) -> ContentFile[bytes]:
    upload.seek(0)
    kept = accept(upload, name=upload.name or "picture")
    with kept.content:
        if not kept.content_type.startswith("image/"):
            raise RefusedFile("picture")
        with Image.open(kept.content, formats=("PNG", "JPEG", "WEBP")) as picture:
            drawn = picture.convert("RGBA")
    drawn.thumbnail(largest, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    drawn.convert(mode).save(target, "PNG", optimize=True)
    return ContentFile(target.getvalue(), name=f"{uuid.uuid4().hex}.png")
