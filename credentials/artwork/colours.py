"""The twelve hues of the artwork, and the one way in which colours are mixed."""

from dataclasses import dataclass

WHITE = "#FFFFFF"
PAPER = "#F7F3EA"


def mix(start: str, end: str, share: float) -> str:
    """The colour that lies ``share`` (0 to 1, in thousandths) between two others.

    Takes ``#RGB`` or ``#RRGGBB``, returns ``#RRGGBB`` in capitals. Whole numbers
    only, so that every machine gives the same colour.
    """
    part = round(share * 1000)
    channels = zip(_channels(start), _channels(end), strict=True)
    mixed = ((a * (1000 - part) + b * part + 500) // 1000 for a, b in channels)
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _channels(colour: str) -> tuple[int, ...]:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return tuple(bytes.fromhex(digits))


@dataclass(frozen=True, slots=True)
class Hue:
    """A duotone: ``deep`` ring, ``field`` in the middle, ``ink`` of the drawing."""

    deep: str
    field: str
    ink: str

    @property
    def lite(self) -> str:
        """Fine lines, dots and the edge of the field."""
        return mix(self.field, WHITE, 0.78)

    @property
    def half(self) -> str:
        """The second tone of a drawing."""
        return mix(self.field, self.ink, 0.64)

    @property
    def low(self) -> str:
        """The field where it darkens towards its edge."""
        return mix(self.field, self.deep, 0.45)

    @property
    def has_dark_ink(self) -> bool:
        """Amber, sky and sand: light fields that carry a dark drawing."""
        return self.ink != WHITE


HUES: dict[str, Hue] = {
    "cobalt": Hue("#173B94", "#2459D8", WHITE),
    "teal": Hue("#0B4F53", "#0F7B80", WHITE),
    "forest": Hue("#174B2E", "#23784A", WHITE),
    "moss": Hue("#3D4A12", "#617619", WHITE),
    "amber": Hue("#6B4200", "#F0B429", "#2B1A00"),
    "copper": Hue("#6E2C0C", "#B04A16", WHITE),
    "crimson": Hue("#7A1426", "#BF2440", WHITE),
    "plum": Hue("#551A5E", "#8A2D98", WHITE),
    "violet": Hue("#3A2388", "#6242CF", WHITE),
    "slate": Hue("#2C3644", "#4D5C70", WHITE),
    "sky": Hue("#0A4668", "#7CC7F2", "#062436"),
    "sand": Hue("#5A4A2C", "#E3CFA0", "#2E2410"),
}

# What a withdrawn credential is drawn with, whatever its hue was.
GREY = Hue("#4C525B", "#8B929C", "#F4F5F7")
GREY_PAPER = "#E4E6EA"
