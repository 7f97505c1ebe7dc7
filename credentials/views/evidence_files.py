"""Files that learners handed in, for those who may see them.

They are never served from a public folder, and the browser is told to run nothing in
them. Pictures and films can be shown in the page, everything else is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from uuid import UUID

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from credentials.http import Request
from credentials.models import Evidence

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
# A film or picture whose address is opened alone loads itself and has the styles of
# the page that the browser draws around it. Nothing in it can run: no allow-scripts.
POLICY_WHEN_SHOWN = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self'; media-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'"
)
SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "video/mp4"})

# More digits than any file has bytes: Python refuses to read very long numbers.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_CHUNK = 64 * 1024


@require_safe
def evidence_file(request: Request, pk: UUID) -> HttpResponseBase:
    """A file, for its learner and the issuer's reviewers; 404 for anybody else."""
    visible = Evidence.objects.visible_to(request.user).filter(kind="file")
    return file_response(request, get_object_or_404(visible, pk=pk))


def file_response(request: HttpRequest, item: Evidence) -> HttpResponseBase:
    """The bytes of an item, whole or the part that a player asks for.

    Who may see it is the caller's question. Raises Http404 when the storage has lost
    the file.
    """
    try:
        stored = item.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = _whole_or_part(request, stored.file, stored.size)
    text = item.content_type == "text/plain"
    response["Content-Type"] = (
        "text/plain; charset=utf-8" if text else item.content_type
    )
    is_shown = item.content_type in SHOWN
    disposition = content_disposition_header(not is_shown, item.file_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = POLICY_WHEN_SHOWN if is_shown else POLICY
    return response


def _whole_or_part(
    request: HttpRequest, file: IO[bytes], size: int
) -> HttpResponseBase:
    """One range at most (RFC 9110, 14.2); what is not understood gets the whole."""
    asked = request.headers.get("Range", "")
    # Without validators no If-Range can match, and HEAD knows no ranges.
    if request.method != "GET" or "If-Range" in request.headers:
        asked = ""
    found = _RANGE.fullmatch(asked.strip())
    if not found or found.groups() == ("", ""):
        return FileResponse(file)
    part = _part(found[1], found[2], size)
    if part is None:
        file.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    first, last = part
    response = StreamingHttpResponse(_pieces(file, first, last + 1), status=206)
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _part(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a range; None when the file has none of it."""
    if not first:  # the last so many bytes
        length = min(int(last), size)
        return (size - length, size - 1) if length else None
    begin, end = int(first), min(int(last or size - 1), size - 1)
    return (begin, end) if begin <= end else None


def _pieces(file: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(begin)
        while begin < end and (piece := file.read(min(_CHUNK, end - begin))):
            begin += len(piece)
            yield piece
