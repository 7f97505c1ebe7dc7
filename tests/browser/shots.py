"""Pictures of every page in every state, to look at: ``bin/shots``.

bin/shots                 all pages, 390 and 1280 px, light and dark, in shots/
bin/shots home review     these pages only
bin/shots --readme        the seven of the README, in docs/shots/
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page

from portfolio.running.preparing import ROOT
from tests.browser.all_views import CREDENTIALS, VIEWS
from tests.browser.browsing import PHONE, VISITOR, WIDE, Cookies, Visits, chromium
from tests.browser.running_site import running_site
from tests.browser.views import View

SHOTS = ROOT / "shots"
README_SHOTS = ROOT / "docs" / "shots"
_README = ("home", "badge", "pathway", "evidence", "review", "credential")
_README_BYTES = 200_000
_README_WIDTHS = (1280, 1120, 960, 800)
_SIZES = {"1280": WIDE, "390": PHONE}
# Pictures further down are loaded when somebody scrolls to them.
_LOAD_PICTURES = """() => Promise.all([...document.images].map((each) => {
  each.loading = 'eager';
  return each.decode().catch(() => null);
}))"""
_SETTLE = """async () => {
  for (const each of document.getAnimations()) each.finish();
  await document.fonts.ready;
}"""


@dataclass
class Camera:
    """Takes pictures of a site into a folder."""

    visits: Visits
    cookies: Cookies
    folder: Path

    def open(self, view: View) -> Page:
        """The page, with all of its pictures loaded."""
        page = self.visits.page(state=self.cookies.of(view.who, self.visits))
        view.open(page, self.visits.site)
        page.evaluate(_LOAD_PICTURES)
        return page

    def take(self, page: Page, scheme: str, size: str, *, whole: bool = True) -> bytes:
        """The page as PNG: the whole of it, or only what fits the window."""
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        width, height = _SIZES[size]["width"], _SIZES[size]["height"]
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(_SETTLE)
        return page.screenshot(full_page=whole)


def take_all(camera: Camera, names: Iterable[str]) -> None:
    """Every page (or the named ones) in both sizes and themes."""
    wanted = set(names)
    for view in VIEWS:
        if wanted and view.name not in wanted:
            continue
        page = camera.open(view)
        for size, scheme in product(_SIZES, ("light", "dark")):
            suffix = "-dark" if scheme == "dark" else ""
            path = camera.folder / f"{view.name}-{size}{suffix}.png"
            path.write_bytes(camera.take(page, scheme, size))
        camera.visits.give_back(page)


def take_for_readme(camera: Camera) -> None:
    """The seven pictures of the README, each small enough to be fetched with it."""
    by_name = {view.name: view for view in VIEWS}
    for name in _README:
        page = camera.open(by_name[name])
        picture = camera.take(page, "light", "1280", whole=False)
        _save_small(picture, camera.folder / f"{name}.png")
    _save_small(_certificate(camera), camera.folder / "certificate.png")


def _certificate(camera: Camera) -> bytes:
    """The first page of the certificate of the credential that is shown."""
    page = camera.visits.page(state=camera.cookies.of(VISITOR, camera.visits))
    address = CREDENTIALS[0].address_on(camera.visits.site)
    pdf = page.request.get(f"{address}credential.pdf").body()
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn = document[0].render(scale=1280 / document[0].get_width()).to_pil()
    finally:
        document.close()
    data = BytesIO()
    drawn.save(data, "PNG")
    return data.getvalue()


def _save_small(picture: bytes, path: Path) -> None:
    """Save with a palette, at the greatest width that keeps it below the limit."""
    original = Image.open(BytesIO(picture)).convert("RGB")
    for width in _README_WIDTHS:
        height = round(original.height * width / original.width)
        small = original.resize((width, height), Image.Resampling.LANCZOS)
        data = BytesIO()
        small.quantize(256, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= _README_BYTES:
            path.write_bytes(data.getvalue())
            return
    raise ValueError(f"{path.name} stays larger than {_README_BYTES} bytes")


def main(arguments: list[str]) -> int:
    """Start a site, take the pictures. Out: the exit code."""
    is_for_readme = "--readme" in arguments
    names = [name for name in arguments if not name.startswith("-")]
    folder = README_SHOTS if is_for_readme else SHOTS
    folder.mkdir(parents=True, exist_ok=True)
    with running_site() as site, chromium() as browser:
        camera = Camera(Visits(browser, site), Cookies(site), folder)
        if is_for_readme:
            take_for_readme(camera)
        else:
            take_all(camera, names)
        for complaint in dict.fromkeys(camera.visits.complaints):
            sys.stderr.write(f"{complaint}\n")
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
