"""The demo's mails, which are files: a page to read them on. Exists only there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

NEWEST = 50
SEPARATOR = b"\n" + b"-" * 79 + b"\n"  # what Django's file back end writes after each
HTML_MAIL_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}


@dataclass(frozen=True)
class Mail:
    """One mail as its reader sees it; *name* finds it again."""

    name: str
    subject: str
    to: str
    sent: str
    text: str
    html: str


@require_safe
@login_not_required
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """List the newest mails, or show the HTML part of the one named ``html=``."""
    if not settings.DEMO:
        raise Http404
    if name := request.GET.get("html"):
        return _html_part(request, name)
    mails = list(_newest(settings.DATA / "mail", NEWEST))
    return render(request, "demo/mail.html", {"mails": mails})


@csp_override(HTML_MAIL_CSP)
def _html_part(request: HttpRequest, name: str) -> HttpResponse:
    for found in _newest(settings.DATA / "mail", NEWEST):
        if found.name == name and found.html:
            return HttpResponse(found.html)
    raise Http404


def _newest(folder: Path, count: int) -> Iterator[Mail]:
    # Names hold the second only: mails of one moment need the finer clock.
    files = sorted(
        folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True
    )
    for path in files:
        parts = path.read_bytes().split(SEPARATOR)
        for position, part in reversed(list(enumerate(parts))):
            if part.strip() and count > 0:
                count -= 1
                yield _read(f"{path.stem}.{position}", part.lstrip())


def _read(name: str, source: bytes) -> Mail:
    message = message_from_bytes(source, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 the policy makes these
    return Mail(
        name=name,
        subject=str(message["Subject"]),
        to=str(message["To"]),
        sent=str(message["Date"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body else ""
