"""Files that are made when somebody first asks for them, and kept.

A kept file is a cache: its name says everything that it was made from, so it is never
stale, and it can be deleted at any time.
"""

from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """Return the bytes stored under ``name``; ``make`` and store them when absent."""
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        made = make()
    stored = default_storage.save(name, ContentFile(made))
    if stored != name:  # somebody else was faster; storage gave ours another name
        default_storage.delete(stored)
    return made
