"""QR codes for the addresses of credentials: dark on white, with their quiet zone.

Level Q survives the loss of a quarter: paper is folded and stamped. Where a page has
many small codes, level M (a seventh) makes their modules larger. The mask is fixed,
because trying all eight costs more than drawing, and because the same address then
always gives the same picture.
"""

from io import BytesIO
from itertools import groupby
from typing import Literal

type Level = Literal["M", "Q"]  # how much of a code may be lost

QUIET_ZONE = 4  # modules; ISO/IEC 18004 asks for at least four
# Of the eight masks the one that leaves the fewest confusing patterns in codes of
# our addresses, measured over 40 of them.
_MASK = 4
_LONGEST = 1663  # bytes in the largest code of level Q


def modules(address: str, level: Level = "Q") -> list[list[bool]]:
    """The code as rows of dark (True) and light modules, quiet zone included.

    Raises ValueError for an empty address, or one too long for any code.
    """
    # Loads slowly, and is seldom needed.
    from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
    from qrcode.main import QRCode

    if not 0 < len(address.encode()) <= _LONGEST:
        raise ValueError("no QR code can hold this address")
    code = QRCode(
        error_correction=ERROR_CORRECT_M if level == "M" else ERROR_CORRECT_Q,
        border=QUIET_ZONE,
        mask_pattern=_MASK,
    )
    code.add_data(address, optimize=0)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def svg(address: str) -> str:
    """The code as SVG text, one unit per module, sharp at every size.

    Raises ValueError as ``modules`` does.
    """
    rows = modules(address)
    side = len(rows)
    runs = "".join(
        f"M{x} {y}h{width}v1h-{width}z"
        for y, row in enumerate(rows)
        for x, width in _dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        ' shape-rendering="crispEdges">'
        f'<path fill="#FFF" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path d="{runs}"/></svg>'
    )


def png(address: str, *, box: int = 12) -> bytes:
    """The code as a black and white PNG with ``box`` pixels per module.

    Raises ValueError as ``modules`` does, and for a box smaller than a pixel.
    """
    from PIL import Image  # loads slowly, and the pages use the SVG

    if box < 1:
        raise ValueError("a module needs at least one pixel")
    rows = modules(address)
    side = len(rows)
    picture = Image.new("1", (side, side), 1)
    picture.putdata([not dark for row in rows for dark in row])
    saved = BytesIO()
    large = picture.resize((side * box, side * box), Image.Resampling.NEAREST)
    large.save(saved, "PNG", optimize=True)
    return saved.getvalue()


def _dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark stretches of a row begin, and how many modules they have."""
    runs, x = [], 0
    for dark, group in groupby(row):
        width = len(list(group))
        if dark:
            runs.append((x, width))
        x += width
    return runs
