"""Pictures beside links to a person's page and to a collection.

Made once for whatever stands on them; who may see one is asked each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import ngettext

from credentials import artwork
from credentials.artwork.shelf_previews import MOST, shelf_preview
from credentials.certificate_layout import plain
from credentials.certifying import language_of
from credentials.kept import kept
from credentials.languages import written_in
from credentials.models import AchievementVersion
from portfolio.collections.collection_page import Item
from portfolio.models import Collection
from portfolio.profile.profile_page import ProfilePage

VERSION = 1  # goes up when these pictures are drawn anew

type Art = tuple[str, int, str, str, int, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """All that stands on a picture. ``medallions`` say what each is drawn from."""

    above: str
    name: str
    below: str
    medallions: Sequence[Art]
    language: str
    site_address: str

    @property
    def digest(self) -> str:
        """A name for exactly this picture."""
        return hashlib.sha256(f"{VERSION} {self!r}".encode()).hexdigest()[:32]

    def png(self) -> bytes:
        """The picture; kept, since drawing takes a good part of a second."""
        return kept(f"previews/{self.digest}.png", self._drawn)

    def _drawn(self) -> bytes:
        with written_in(settings.LANGUAGE_CODE):
            return shelf_preview(
                above=self.above,
                name=self.name,
                below=self.below,
                medallions=[_medallion(each) for each in self.medallions],
                site_address=self.site_address,
                language=self.language,
            )


def of_profile(page: ProfilePage) -> Preview:
    """Name, headline, and the medallions that stand large on the page. Two queries."""
    profile = page.profile
    versions = [each.version_id for each in page.large if each.version_id]
    name = plain(profile.user.full_name)
    return Preview(
        above=settings.SITE_NAME,
        name=name,
        below=plain(profile.headline),
        medallions=_art_of(versions),
        language=language_of(name, settings.LANGUAGE_CODE),
        site_address=_host(),
    )


def of_collection(shown: Collection, items: Sequence[Item]) -> Preview:
    """Its name, how many visitors see in it, and the first medallions. No person."""
    versions = [each.credential.version_id for each in items]
    name = plain(shown.name)
    with written_in(settings.LANGUAGE_CODE):
        count = ngettext("%(n)d credential", "%(n)d credentials", len(items)) % {
            "n": len(items)
        }
    return Preview(
        above=settings.SITE_NAME,
        name=name,
        below=count,
        medallions=_art_of([each for each in versions if each]),
        language=language_of(name, settings.LANGUAGE_CODE),
        site_address=_host(),
    )


def _art_of(versions: Sequence[int]) -> list[Art]:
    """What the first of these are drawn from, each badge version once."""
    wanted = list(dict.fromkeys(versions))[:MOST]
    rows = AchievementVersion.objects.filter(pk__in=wanted).values_list(
        "pk", "kind", "level", "hue", "glyph", "art_version", "achievement__seed"
    )
    found: dict[int, Art] = {
        pk: (kind, level, hue, glyph, version, str(seed))
        for pk, kind, level, hue, glyph, version, seed in rows
    }
    return [found[each] for each in wanted if each in found]


def _medallion(art: Art) -> str:
    kind, level, hue, glyph, version, seed = art
    return artwork.medallion(kind, level, hue, glyph, seed, version=version)


def _host() -> str:
    return urlsplit(settings.SITE_URL).netloc
