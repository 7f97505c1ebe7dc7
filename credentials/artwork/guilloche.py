"""The fine lines of a medallion: the only part that the seed decides.

One sector of 60 degrees is drawn and turned six times. Every strand runs through a
whole number of lobes per sector, so the copies join without a seam.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import cos, pi

from .shapes import spline

type Radius = Callable[[float], float]

SECTOR = pi / 3
# A spline through so many samples per lobe loses this part of the amplitude.
SAMPLES_4, KEPT_OF_4 = 4, 0.75
SAMPLES_6, KEPT_OF_6 = 6, 0.875

_FORMS = (
    (0, 0),
    (0.3, 0),
    (-0.3, 0),
    (0, 7),
    (0, -7),
    (0.2, 5),
    (-0.2, -5),
    (0.2, -5),
)


@dataclass(frozen=True, slots=True)
class Weave:
    """What the hash of a seed chose from the tables."""

    key: str
    braid_lobes: int
    braid_amplitude: int
    rosette_choice: int
    rosette_amplitude: int
    form: tuple[float, float]
    symmetry: int

    @property
    def rosette_lobes(self) -> int:
        """Lobes per sector."""
        return self.rosette_choice + 2

    def strands(self, *, around_cairn: bool) -> int:
        """How many lines a rosette has: fewer where stones lie on it."""
        table = (10, 7, 6, 5) if around_cairn else (14, 11, 9, 8)
        return table[self.rosette_choice]


def weave(seed: str) -> Weave:
    """The choices for a seed, the uuid of the achievement version."""
    digest = sha256(b"medallion/1\0" + seed.encode()).digest()
    return Weave(
        key="m" + digest[:3].hex(),
        braid_lobes=6 + digest[0] % 4,
        braid_amplitude=8 + digest[1] % 3,
        rosette_choice=digest[2] % 4,
        rosette_amplitude=23 + 2 * (digest[3] % 3),
        form=_FORMS[digest[4] % 8],
        symmetry=6 if digest[5] % 2 == 0 else 12,
    )


def braid(woven: Weave, centre: Radius) -> str:
    """One sector of the three strands in the ring, as path text."""
    lobes = woven.braid_lobes
    amplitude = woven.braid_amplitude / KEPT_OF_4

    def strand(k: int) -> Radius:
        shift = 2 * pi * k / 3
        return lambda at: centre(at) + amplitude * cos(6 * lobes * at + shift)

    return "".join(spline(strand(k), lobes * SAMPLES_4, SECTOR) for k in range(3))


def rosette(woven: Weave, centre: Radius, *, symmetry: int, around_cairn: bool) -> str:
    """One sector of the strands in the field, as path text.

    ``symmetry`` is how often the whole figure repeats in a turn: 6 or 12.
    """
    lobes, (swing, bulge) = woven.rosette_lobes, woven.form
    count = woven.strands(around_cairn=around_cairn)

    def strand(k: int) -> Radius:
        shift = 2 * pi * k / count

        def radius(at: float) -> float:
            wave = cos(symmetry * at)
            amplitude = woven.rosette_amplitude * (1 + swing * wave) / KEPT_OF_6
            lobe = cos(6 * lobes * at + shift)
            return centre(at) + bulge * wave + amplitude * lobe

        return radius

    return "".join(spline(strand(k), lobes * SAMPLES_6, SECTOR) for k in range(count))
