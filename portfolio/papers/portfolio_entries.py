"""Credentials as a portfolio on paper shows them: words, a drawing, a QR code each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from credentials import artwork
from credentials.certificate_drawings import (
    badge_drawing,
    part_drawing,
    photo,
    qr_drawing,
)
from credentials.certificate_layout import direction, plain
from credentials.certifying import resized
from credentials.documents import absolute
from credentials.models import AchievementVersion, Credential, ImportedDocument
from credentials.pdf_pictures import Drawing, Picture
from pathways.cairns import Cairn
from portfolio.collections.collection_page import Item
from portfolio.profile.public_lines import Line

#: Pixels of a picture that came from elsewhere: 28 mm at 300 dots per inch.
_PIXELS = (330, 330)
_STONE = "#1F4FBF"


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential on paper; ``address`` is that of its page, ``typed`` as one types.

    ``qr`` and ``art`` are addresses of drawings; ``art`` is empty where there is none.
    """

    title: str
    lang: str
    dir: str
    issuer: str
    issued: str
    state: str
    tag: str
    address: str
    typed: str
    qr: str
    art: str


class _Art(NamedTuple):
    """What a medallion is drawn from; names are those of a badge version."""

    kind: str
    level: int
    hue: str
    glyph: str
    art_version: int
    seed: UUID


class Pictures:
    """The drawings of one paper by their addresses, each there once."""

    def __init__(self) -> None:
        self.drawings: dict[str, Picture] = {}
        self._versions: dict[int, _Art] = {}

    def know(self, credentials: Iterable[Line | Item]) -> None:
        """Learn what these are drawn with: two queries at most."""
        versions, brought = set(), set()
        for each in credentials:
            of = each.credential if isinstance(each, Item) else each
            if of.is_imported:
                brought.add(of.pk)
            elif of.version_id:
                versions.add(of.version_id)
        self._versions |= _art_of(versions)
        self.drawings |= {
            _brought(row.credential_id): _as_brought(row) for row in _rows_of(brought)
        }

    def entry(self, shown: Line | Item, *, is_large: bool = False) -> Entry:
        """One of those that are known by now."""
        of = shown.credential if isinstance(shown, Item) else shown
        path = of.get_absolute_url() if isinstance(of, Credential) else of.canonical
        address = absolute(path)
        title = plain(of.title)
        return Entry(
            title=title,
            lang=of.language,
            dir=direction(title),
            issuer=plain(of.issuer_name),
            issued=date_format(localtime(of.issued_at)),
            state=plain(shown.words),
            tag=str(shown.tag["words"]) if of.is_imported and shown.tag else "",
            address=address,
            typed=typed(address),
            qr=self.code(address),
            art=self._art_of(of, is_large=is_large),
        )

    def _art_of(self, of: Line | Credential, *, is_large: bool) -> str:
        """Where the page finds its drawing; empty when there is none."""
        if of.is_imported:
            place = _brought(of.pk)
            return place if place in self.drawings else ""
        art = self._versions.get(of.version_id or 0)
        if art is None:
            return ""
        place = (
            f"cairn:art/{of.version_id}"
            if is_large
            else f"cairn:small/{art.kind}/{art.hue}/{art.glyph}"
        )
        if place not in self.drawings:
            self.drawings[place] = (
                badge_drawing(
                    *art[:4], str(art.seed), version=art.art_version, stones=()
                )
                if is_large
                else part_drawing(art.kind, art.hue, art.glyph)
            )
        return place

    def code(self, address: str) -> str:
        """Where the page finds the QR code of an address."""
        place = f"cairn:qr/{address}"
        if place not in self.drawings:
            self.drawings[place] = qr_drawing(address, "M")
        return place

    def cairn(self, drawn: Cairn) -> str:
        """Where the page finds a cairn of so many stones, all laid."""
        place = f"cairn:cairn/{len(drawn.stones)}"
        if not drawn.stones:
            return ""
        stones = "".join(
            f'<path fill="{_STONE}" d="{stone.outline}"/>' for stone in drawn.stones
        )
        svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -2 168 %d">%s</svg>'
        self.drawings[place] = Drawing.of(svg % (drawn.height + 4, stones))
        return place

    def photo(self, file: Any) -> str:
        """Where the page finds a photo; empty when its file is lost."""
        body = _read(file)
        if not body:
            return ""
        self.drawings["cairn:photo"] = photo(resized(body, _PIXELS, "RGBA"))
        return "cairn:photo"


def typed(address: str) -> str:
    """An address as somebody types it, without its scheme."""
    return address.partition("://")[2]


def site_host() -> str:
    """The address of this site as somebody types it."""
    return urlsplit(settings.SITE_URL).netloc


def _art_of(versions: set[int]) -> dict[int, _Art]:
    if not versions:
        return {}
    rows = AchievementVersion.objects.filter(pk__in=versions).values_list(
        "pk", "kind", "level", "hue", "glyph", "art_version", "achievement__seed"
    )
    return {row[0]: _Art(*row[1:]) for row in rows}


def _rows_of(brought: set[UUID]) -> Iterable[ImportedDocument]:
    if not brought:
        return ()
    rows = ImportedDocument.objects.filter(credential__in=brought)
    return rows.only("picture", "credential")


def _brought(credential: UUID) -> str:
    return f"cairn:brought/{credential}"


def _as_brought(row: ImportedDocument) -> Picture:
    body = _read(row.picture)
    return photo(resized(body, _PIXELS, "RGBA")) if body else _plain()


@cache
def _plain() -> Drawing:
    """The drawing of a badge that brought no picture."""
    return Drawing.of(artwork.plain())


def _read(file: Any) -> bytes:
    """The bytes of a stored file; none when there is no file, or it is lost."""
    if not file:
        return b""
    try:
        with file.open() as opened:
            return bytes(opened.read())
    except FileNotFoundError:
        return b""
