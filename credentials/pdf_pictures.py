"""Pictures of a PDF, packed once and put into as many documents as show them.

They lean on what WeasyPrint's image cache holds and on how its streams take images,
which it does not promise: hence the pinned version, and a test that compares pixels.
"""

import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol, Self

from . import pdf


class Picture(Protocol):
    """What WeasyPrint keeps for the address of an image."""

    def get_intrinsic_size(
        self, resolution: float, font_size: float
    ) -> tuple[float | None, float | None, float]:
        """Width and height in px, where known, and their ratio."""

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw into a box of this size."""


class Drawing:
    """A flat drawing as PDF operators, made once and replayed in many documents.

    WeasyPrint walks an SVG curve by curve (about 15 µs each, a medallion has 2,000).
    What it writes for solid colours needs no resources of the page, so the bytes can
    be kept, packed, and become a form XObject of each document.
    """

    SIDE = 1000.0

    def __init__(self, ops: bytes, ratio: float) -> None:
        """``ops`` draw into ``SIDE`` by ``SIDE / ratio`` units, y downwards."""
        self.packed = zlib.compress(ops, 9)
        self.ratio = ratio
        # Becomes its name in the file: the same drawing, the same name.
        self.id = f"d{hashlib.sha256(ops).hexdigest()[:16]}"

    @classmethod
    def of(cls, svg: str) -> Self:
        """Record an SVG whose viewBox gives the ratio.

        Raises ``ValueError`` when it holds what cannot be replayed: transparency,
        gradients, pictures or text.
        """
        from defusedxml.ElementTree import fromstring
        from weasyprint.pdf.stream import Stream
        from weasyprint.svg import SVG

        resources: dict[str, dict[str, Any]] = {
            kind: {}
            for kind in ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
        }
        stream = Stream({}, (0, 0, 1, 1), resources, {}, None, {}, None)
        image = SVG(fromstring(svg), None, None, pdf.ground().fetcher)
        _, _, width, height = image.tree.get_viewbox()
        ratio = width / height
        image.draw(stream, cls.SIDE, cls.SIDE / ratio, None, None)
        return cls(_operators(stream.stream), ratio)

    def get_intrinsic_size(
        self, resolution: float, font_size: float
    ) -> tuple[float | None, float | None, float]:
        """No size of its own, only the ratio: the style sheet gives the size."""
        return None, None, self.ratio

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Replay into a box of this size."""
        with stream.stacked():
            stream.transform(a=width / self.SIDE, d=height * self.ratio / self.SIDE)
            stream.draw_x_object(stream.add_image(self, False, 1))

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:
        """The drawing as a form XObject (ISO 32000-1, 8.10), once per document."""
        from pydyf import Array, Stream

        side = self.SIDE
        return Stream(
            [self.packed],
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                # Lines may swing over the edge, as they may in the SVG.
                "BBox": Array([-side, -side, 2 * side, 2 * side]),
                "Filter": "/FlateDecode",
            },
        )


def _operators(parts: Sequence[Any]) -> bytes:
    raw = b"\n".join(p if isinstance(p, bytes) else str(p).encode() for p in parts)
    # "Opacity 1" needs a resource of the page and means nothing.
    raw = re.sub(rb"/[aA]1(\.0)? gs\n", b"", raw)
    foreign = (b" gs", b" Do", b" sh", b" scn", b" SCN", b" Tj", b" TJ")
    if any(line.endswith(foreign) for line in raw.split(b"\n")):
        raise ValueError("only solid colours can be replayed")
    return raw


class Photo:
    """A raster picture, decoded once and packed as the samples that a PDF holds."""

    def __init__(self, image: bytes) -> None:
        """``image`` is a PNG; raises ``OSError`` when it cannot be read."""
        from PIL import Image  # loads slowly

        with Image.open(BytesIO(image), formats=["PNG"]) as opened:
            grey = opened.mode in {"1", "L", "LA"}
            picture = opened.convert("LA" if grey else "RGBA")
        self.width, self.height = picture.size
        self.space = "/DeviceGray" if grey else "/DeviceRGB"
        self.samples = _packed(picture.convert("L" if grey else "RGB"))
        self.mask = _packed(picture.getchannel("A"))
        self.id = f"p{hashlib.sha256(image).hexdigest()[:16]}"

    def get_intrinsic_size(
        self, resolution: float, font_size: float
    ) -> tuple[float | None, float | None, float]:
        """Width and height in px at one dot per px, and their ratio."""
        return (
            self.width / resolution,
            self.height / resolution,
            self.width / self.height,
        )

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Put it into a box of this size."""
        with stream.stacked():
            stream.transform(a=width, d=-height, f=height)
            stream.draw_x_object(stream.add_image(self, False, 1))

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:
        """The picture as an image XObject with its soft mask (ISO 32000-1, 8.9)."""
        mask = self._samples("/DeviceGray", self.mask, {})
        return self._samples(self.space, self.samples, {"SMask": mask})

    def _samples(self, space: str, packed: bytes, more: Mapping[str, Any]) -> Any:
        from pydyf import Stream

        return Stream(
            [packed],
            {
                "Type": "/XObject",
                "Subtype": "/Image",
                "Width": self.width,
                "Height": self.height,
                "ColorSpace": space,
                "BitsPerComponent": 8,
                # PDF/A (ISO 19005-3, 6.2.8) forbids asking a viewer to interpolate.
                "Interpolate": "false",
                "Filter": "/FlateDecode",
                **more,
            },
        )


def _packed(samples: Any) -> bytes:
    return zlib.compress(samples.tobytes(), 9)
