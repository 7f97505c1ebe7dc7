"""Names of people as pages draw them: initials, and the script they are written in."""

from __future__ import annotations

import re
import unicodedata

#: ISO 15924 by the word that begins the Unicode names of a script's letters.
_SCRIPTS = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "HANGUL": "Hang",
    "HEBREW": "Hebr",
    "HIRAGANA": "Jpan",
    "KANNADA": "Knda",
    "KATAKANA": "Jpan",
    "KHMER": "Khmr",
    "LAO": "Laoo",
    "LATIN": "Latn",
    "MALAYALAM": "Mlym",
    "MYANMAR": "Mymr",
    "SINHALA": "Sinh",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
}


def initials(name: str) -> str:
    """What stands in for a picture: ``AY``; one letter in scripts without capitals."""
    words = name.split()
    letters = [word[0].upper() for word in (words[0], words[-1])] if words else []
    if len(words) < 2 or not all(letter.isupper() for letter in letters):
        return "".join(letters[:1])
    return "".join(letters)


def tag_of(name: str) -> str:
    """The language tag of a name (BCP 47): its script, for nobody said its language.

    ``und-Arab`` lets a browser choose fitting letters and claims no more. Empty for a
    script that is not known here.
    """
    first = next((char for char in name if char.isalpha()), "")
    if not first:
        return ""
    begins = re.split(r"[ -]", unicodedata.name(first, ""), maxsplit=1)[0]
    return f"und-{_SCRIPTS[begins]}" if begins in _SCRIPTS else ""
