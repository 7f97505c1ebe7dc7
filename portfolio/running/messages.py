"""``bin/messages``: the interface's sentences, from the code into every language.

Finds each sentence in Python and templates, brings ``locale/*/LC_MESSAGES/django.po``
up to date (translations stay, what is new is empty, what is gone leaves) and compiles
them. Without gettext's own programs: Babel reads and writes the files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from portfolio.running.supervising import say

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale"
CODE = ("credentials", "pathways", "portfolio")
TEMPLATES = "templates"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_NOTES = ("Translators:",)
_HEADER = (
    "# The words of the interface. Keep what stands in %(…)s and in tags as it is."
)
# A date in a file that is kept in git would change with every run.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_NOT_KEPT = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Report-Msgid-Bugs-To',
    b'"Last-Translator',
    b'"Language-Team',
)


def found() -> Catalog:
    """Return a catalogue of every sentence in code and templates, untranslated."""
    catalogue = Catalog(project="Cairn", creation_date=_MADE, revision_date=_MADE)
    for path, source in _sources():
        name = path.relative_to(ROOT).as_posix()
        for line, words, notes, context in extract(
            "python", BytesIO(source), KEYWORDS, _NOTES
        ):
            catalogue.add(
                words, None, [(name, line)], auto_comments=notes, context=context
            )
    return catalogue


def languages() -> list[str]:
    """Return the languages that have a folder, such as ``["ar", "es"]``."""
    return sorted(path.parents[1].name for path in LOCALE.glob("*/*/django.po"))


def po_file(language: str) -> Path:
    """Where people write translations."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def mo_file(language: str) -> Path:
    """Where the site reads them: kept in git, so that a clone needs no step."""
    return po_file(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    """Return what is translated into a language so far: nothing of a new one."""
    if not po_file(language).exists():
        return Catalog(language, project="Cairn", header_comment=_HEADER, fuzzy=False)
    with po_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.creation_date = catalogue.revision_date = _MADE
    return catalogue


def missing(catalogue: Catalog) -> list[Message]:
    """Return what has no translation, or one that somebody has to look at."""
    return [m for m in catalogue if m.id and (m.fuzzy or not _is_translated(m))]


def compiled(language: str) -> bytes:
    """Return the binary form that the site reads, without what is not translated."""
    catalogue = read(language)
    for message in missing(catalogue):
        catalogue.delete(message.id, message.context)
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def update(language: str) -> Catalog:
    """Bring one language's file up to date and compile it."""
    catalogue = read(language)
    catalogue.update(found(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file = BytesIO()
    write_po(file, catalogue, sort_by_file=True, include_lineno=False, width=88)
    lines = file.getvalue().splitlines(keepends=True)
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    po_file(language).write_bytes(
        b"".join(line for line in lines if not line.startswith(_NOT_KEPT))
    )
    mo_file(language).write_bytes(compiled(language))
    return catalogue


def _sources() -> Iterator[tuple[Path, bytes]]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_bytes()
    for path in sorted((ROOT / TEMPLATES).rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            text = templatize(path.read_text(), origin=str(path))
            # As Python it has to begin at the margin.
            yield path, "\n".join(line.strip() for line in text.splitlines()).encode()


def _is_translated(message: Message) -> bool:
    if isinstance(message.string, str):
        return bool(message.string)
    return bool(message.string) and all(message.string or ())


def main(chosen: list[str]) -> int:
    """Update the chosen languages, or all.

    Out: 0 when every sentence is translated, else 1; it says which are not.
    """
    waiting = 0
    for language in chosen or languages():
        untranslated = missing(update(language))
        waiting += len(untranslated)
        say(f"{language}: {len(untranslated)} sentences wait for a translation")
        for message in untranslated[:10]:
            say(f"    {message.id if isinstance(message.id, str) else message.id[0]}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
