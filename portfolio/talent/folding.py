"""Text as it is compared: without case, accents and doubled blanks."""

from __future__ import annotations

from portfolio.folding import folded


def fold(text: str) -> str:
    """Fold *text* for comparing: ``Málaga`` and ``malaga`` are one place."""
    return " ".join(folded(text).split())
