"""Credentials as one zip file to keep: as signed, as a picture, as a certificate."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.timezone import localtime

from credentials import baking, certifying
from credentials.certificates import UncoveredCharacters
from credentials.documents import absolute
from credentials.models import Credential
from credentials.verifying import status_of
from credentials.views.artwork import drawn_png
from credentials.views.machine_forms import NO_FILE

if TYPE_CHECKING:
    from credentials.verifying import Status
    from portfolio.models import User

MOST = 100  # credentials
MOST_BYTES = 50 * 1000 * 1000
#: Pictures and certificates that nobody asked for yet have to be made, which takes
#: a second each. After so many seconds what is missing is left out, and named.
SECONDS = 12

_IN_MEMORY = 4 * 1024 * 1024
_NAME_LETTERS = 60
#: MS-DOS has no day before this one, and neither has a zip file.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class TooLarge(Exception):
    """The files together are larger than one download may be."""


@dataclass(slots=True)
class Line:
    """What README.txt says of one credential."""

    credential: Credential
    address: str
    files: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


def bundle(learner: User, wanted: Collection[UUID], now: datetime) -> IO[bytes]:
    """Return a zip of these credentials of one's own, read from its beginning.

    One query. Others' are left out. What has no file (changed, or from elsewhere
    without one) is named in README.txt. Raises TooLarge beyond 50 MB.
    """
    file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - handed on
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            lines = list(_fill(archive, _whole(learner, wanted), now))
            _write(archive, "README.txt", _readme(lines, now), now)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _fill(
    archive: zipfile.ZipFile, credentials: Iterable[Credential], now: datetime
) -> Iterator[Line]:
    """Write the files of each; what README.txt says of them comes out."""
    names, size, until = {"readme"}, 0, time.monotonic() + SECONDS
    for credential in credentials:
        line = Line(credential, absolute(credential.get_absolute_url()))
        stem = _stem(credential, names)
        for ending, body in _files(credential, line, now, until):
            size += len(body)
            if size > MOST_BYTES:
                raise TooLarge
            line.files.append(f"{stem}.{ending}")
            _write(archive, f"{stem}.{ending}", body, credential.issued_at)
        yield line


def _whole(learner: User, wanted: Collection[UUID]) -> Sequence[Credential]:
    return list(
        Credential.objects.of(learner)
        .filter(pk__in=wanted)
        .select_related("issuer", "version__achievement", "signing_key", "imported")
        .defer(None)  # the bytes of those from elsewhere are wanted here
        .defer("jwt", "signing_key__sealed_private_key", "version__search")
    )


def _files(
    credential: Credential, line: Line, now: datetime, until: float
) -> Iterator[tuple[str, bytes]]:
    """Ending and bytes of each file; ``line`` gathers the endings that are missing."""
    status = status_of(credential, now)
    if status.verdict in NO_FILE:
        return
    if credential.is_imported:
        imported = credential.imported
        yield "json" if imported.is_json else "jwt", bytes(imported.raw)
    if not credential.document:
        return
    yield "json", credential.document.encode()
    if credential.version is None:
        return
    if time.monotonic() < until:
        picture = drawn_png(credential.version)
        yield "png", baking.bake_png(picture, credential.document)
    else:
        line.lacks.append("PNG")
    if status.verdict not in certifying.CERTIFIED:
        return
    paper = _certificate(credential, status) if time.monotonic() < until else None
    if paper is not None:
        yield "pdf", paper
    else:
        line.lacks.append("PDF")


def _certificate(credential: Credential, status: Status) -> bytes | None:
    try:
        return certifying.certificate_pdf(credential, status, "a4")
    except UncoveredCharacters:  # its own page says which letters cannot be drawn
        return None


def _stem(credential: Credential, names: set[str]) -> str:
    """``survey-design-2026-03-12``; a name that is there already gets a number.

    Letters, digits and hyphens alone: nothing that leads out of a folder. Upper and
    lower case are the same to some systems.
    """
    day = localtime(credential.issued_at).date().isoformat()
    title = slugify(credential.title, allow_unicode=True)[:_NAME_LETTERS].strip("-")
    base = f"{title or 'credential'}-{day}"
    stem, number = base, 1
    while stem.casefold() in names:
        number += 1
        stem = f"{base}-{number}"
    names.add(stem.casefold())
    return stem


def _readme(lines: Iterable[Line], now: datetime) -> bytes:
    context = {
        "lines": lines,
        "now": now,
        "site": settings.SITE_NAME,
        "verify": absolute("/verify/"),
    }
    text = render_to_string("portfolio/me/readme.txt", context)
    return text.replace("\n", "\r\n").encode()


def _write(archive: zipfile.ZipFile, name: str, body: bytes, moment: datetime) -> None:
    day = max(localtime(moment).timetuple()[:6], _FIRST_DAY)
    entry = zipfile.ZipInfo(name, day)
    entry.external_attr = 0o644 << 16
    is_packed = name.endswith((".png", ".pdf"))
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    archive.writestr(entry, body)
