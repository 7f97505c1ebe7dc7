"""The site's own settings, with one more page: the reference of each page."""

from portfolio.settings import *  # noqa: F403 - settings are taken over whole
from portfolio.settings import DATA, TEMPLATES

ROOT_URLCONF = "bench.reference"
_folders = TEMPLATES[0]["DIRS"]
assert isinstance(_folders, list)
_folders.append(DATA / "bench")
