"""A language that nobody speaks: it shows what is not translated and what is cut off.

Each message is accented, some 40 % longer and stands in ⟦brackets⟧. Made for the tests
from the messages of the code and of the packages whose words stand on our pages.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import allauth
import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portfolio.running import messages

LANGUAGE = "en-xa"
_LOCALE = "en_XA"
_ACCENTED = str.maketrans(
    "aAcCdDeEgGhHiIjJkKlLnNoOrRsStTuUwWyYzZ",
    "áÁçÇďĎéÉğĞĥĤíÍĵĴķĶĺĹñÑöÖŕŔšŠťŤúÚŵŴýÝžŽ",
)
#: What a program reads: placeholders, tags, entities, and addresses.
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}|<[^>]*>|&\w+;|https?://\S*")
_DJANGO = Path(django.__file__).parent
_OTHERS = (
    *_DJANGO.glob("conf/locale/en/LC_MESSAGES/django.po"),
    *_DJANGO.glob("contrib/*/locale/en/LC_MESSAGES/django.po"),
    *Path(allauth.__file__).parent.glob("locale/en/LC_MESSAGES/django.po"),
)


def pseudo(text: str) -> str:
    """Return the text as this language has it."""
    if not text.strip():
        return text
    ends = [0, *(end for found in _KEPT.finditer(text) for end in found.span())]
    pieces = [text[a:b] for a, b in zip(ends, [*ends[1:], len(text)], strict=True)]
    said = [
        piece if number % 2 else piece.translate(_ACCENTED)
        for number, piece in enumerate(pieces)
    ]
    letters = sum(len(piece) for piece in pieces[::2])
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    longer = "·" * max(1, letters * 4 // 10 - 2)
    # Where a line may end in the text, it may end in what makes it longer.
    longer = " ".join(longer[i : i + 6] for i in range(0, len(longer), 6))
    return f"{before}⟦{''.join(said).strip()} {longer}⟧{after}"


def write(folder: Path) -> None:
    """Write the catalogue where Django looks when LOCALE_PATHS names *folder*."""
    catalogue = Catalog(locale="en")
    for path in _OTHERS:
        with path.open("rb") as others:
            _add(catalogue, read_po(others))
    _add(catalogue, messages.found())
    file = BytesIO()
    write_mo(file, catalogue)
    place = folder / _LOCALE / "LC_MESSAGES" / "django.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(file.getvalue())


def _add(catalogue: Catalog, found: Catalog) -> None:
    for message in found:
        if not message.id:
            continue
        strings = (
            pseudo(message.id)
            if isinstance(message.id, str)
            else tuple(map(pseudo, message.id))
        )
        catalogue.add(message.id, strings, context=message.context)


class Untranslated(HTMLParser):
    """Finds the words of a page that stand outside ⟦brackets⟧ and are not content.

    Content is what names its language, direction or nature: ``lang``, ``dir=auto``,
    ``bdi``, ``translate=no``, ids and code. The rest is in ``found``.
    """

    _EMPTY = frozenset(
        re.findall(
            r"\w+", "area base br col embed hr img input link meta source track wbr"
        )
    )
    _SILENT = frozenset({"script", "style", "code", "pre", "bdi", "svg", "textarea"})
    _SAID = frozenset({"alt", "aria-label", "placeholder", "title", "data-unreachable"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._stack: list[tuple[str, bool]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_content = bool(self._stack and self._stack[-1][1])
        is_content |= tag in self._SILENT or given.get("translate") == "no"
        is_content |= tag != "html" and ("lang" in given or given.get("dir") == "auto")
        is_content |= not {"id", "avatar"}.isdisjoint(
            (given.get("class") or "").split()
        )
        if not is_content:
            for name in self._SAID & given.keys():
                self._look(given[name] or "", 0)
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self._look(given.get("value") or "", 0)
        if tag not in self._EMPTY:
            self._stack.append((tag, is_content))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_content = bool(self._stack and self._stack[-1][1])
        self._depth = self._look("" if is_content else data, self._depth)

    def _look(self, text: str, depth: int) -> int:
        outside: list[str] = []
        for char in text:
            depth += (char == "⟦") - (char == "⟧")
            outside.append(char if not depth and char != "⟧" else "\n")
        for words in "".join(outside).split("\n"):
            if any(char.isalpha() for char in words):
                self.found.append(" ".join(words.split()))
        return depth
