"""Finding the credential in a file that somebody wants checked.

Nothing here is believed: the bytes may come from anybody. What is found is
only taken out of its container and parsed; whether it is genuine is decided in
``verifying.py``. Every size has a limit (Open Badges 3.0, section 5.3, says
where each container keeps the credential).
"""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, Literal
from xml.etree.ElementTree import Element, ParseError  # names only; defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials import inspecting_pdf, strict_json
from credentials.baking import (
    PNG_KEYWORD,
    PNG_SIGNATURE,
    SVG_NAMESPACE,
    BrokenPicture,
    Chunk,
    read_chunks,
)

MAX_BYTES = 5 * 1024 * 1024
MAX_CREDENTIAL_BYTES = strict_json.MAX_BYTES
MAX_EXPANDED_BYTES = 1024 * 1024
MAX_XML_ELEMENTS = 20_000
MAX_XML_DEPTH = 200
PDF_ATTACHMENT = "credential.json"

type Kind = Literal["document", "jwt", "ob2"]
type Container = Literal["json", "jwt", "png", "svg", "pdf"]

_OB2_PNG_KEYWORD = b"openbadges"
_OB2_SVG_NAMESPACE = "http://openbadges.org"
_OB2_CONTEXTS = frozenset(
    {"https://w3id.org/openbadges/v1", "https://w3id.org/openbadges/v2"}
)
_CREDENTIAL_TYPES = frozenset(
    {
        "VerifiableCredential",
        "OpenBadgeCredential",
        "AchievementCredential",
        "ClrCredential",
    }
)
_SVG_ROOT = "{http://www.w3.org/2000/svg}svg"
_BAKED_TAGS: dict[str, bool] = {  # tag: is it Open Badges 2.0
    f"{{{SVG_NAMESPACE}}}credential": False,
    f"{{{_OB2_SVG_NAMESPACE}}}assertion": True,
}
# An unsigned JWT has an empty last part. It is found, so that it can be refused.
_COMPACT_JWT = re.compile(rb"([\w-]+)\.([\w-]+)\.[\w-]*", re.ASCII)
_BOM = b"\xef\xbb\xbf"


class Reason(StrEnum):
    """Why no credential was found."""

    TOO_LARGE = "too_large"
    NOT_A_CREDENTIAL = "not_a_credential"
    DAMAGED = "damaged"
    SEVERAL = "several"


SENTENCES = {
    Reason.TOO_LARGE: _("The file must be smaller than 5 MB."),
    Reason.NOT_A_CREDENTIAL: _(
        "This file does not contain a credential. We accept Open Badges 2.0 and "
        "3.0 as JSON, PNG, SVG, or our PDF."
    ),
    Reason.DAMAGED: _(
        "This file is damaged and cannot be read. Download it again, or ask for a "
        "new copy."
    ),
    Reason.SEVERAL: _(
        "This file contains more than one credential. Check them one at a time."
    ),
}
EMPTY = _("The file is empty.")
LOCKED = _("The file is password protected. Remove the password and try again.")
TOO_MUCH_INSIDE = _("The credential in this file is larger than 256 KB.")
AGAINST_THE_RULES = _(
    "This file breaks the rules for credential files. Ask its issuer for a new copy."
)


class NoCredentialFound(Exception):
    """There is nothing to check: ``reason`` for code, ``sentence`` for people."""

    def __init__(self, reason: Reason, sentence: str | Promise | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sentence = SENTENCES[reason] if sentence is None else sentence


@dataclass(frozen=True)
class Found:
    """A credential as it stands in a file, unchecked.

    ``raw`` are the bytes of the credential alone, taken out of its container.
    A ``document`` has them parsed, a ``jwt`` has them as text. ``ob2`` (Open
    Badges 2.0) may be a JSON assertion, a JWS or the address of a hosted one;
    ``document`` is set for the first only.
    """

    kind: Kind
    container: Container
    raw: bytes
    document: dict[str, Any] | None = None
    jwt: str | None = None


def find_credential(data: bytes) -> Found:
    """The one credential in *data*: JSON, compact JWT, baked PNG or SVG, our PDF.

    The type is judged by content. Raises :class:`NoCredentialFound` and nothing
    else, whatever the bytes are.
    """
    if len(data) > MAX_BYTES:
        raise NoCredentialFound(Reason.TOO_LARGE)
    if data.startswith(PNG_SIGNATURE):
        return _in_png(data)
    if is_pdf(data):
        return _in_pdf(data)
    text = data.removeprefix(_BOM).strip()
    if not text:
        raise NoCredentialFound(Reason.NOT_A_CREDENTIAL, EMPTY)
    if text.startswith(b"<"):
        return _in_svg(text)
    return _credential(text, "json" if text[:1] in b"{[" else "jwt")


def is_pdf(data: bytes) -> bool:
    """Whether reading *data* takes a process of its own, and up to 30 seconds."""
    return data.startswith(b"%PDF-")


def _credential(text: bytes, container: Container) -> Found:
    text = text.strip()
    if len(text) > MAX_CREDENTIAL_BYTES:
        raise NoCredentialFound(Reason.TOO_LARGE, TOO_MUCH_INSIDE)
    if text[:1] in {b"{", b"["}:
        return _document(text, container)
    return _compact_jwt(text, container)


def _document(text: bytes, container: Container) -> Found:
    value = _json(text)
    if not isinstance(value, dict):
        raise NoCredentialFound(Reason.NOT_A_CREDENTIAL)
    _refuse_presentation(value)
    return Found(_kind(value, "document"), container, text, document=value)


def _compact_jwt(text: bytes, container: Container) -> Found:
    parts = _COMPACT_JWT.fullmatch(text)
    if parts is None or not _is_jose_header(parts[1]):
        raise NoCredentialFound(Reason.NOT_A_CREDENTIAL)
    payload = _json(_base64url(parts[2]))
    if not isinstance(payload, dict):
        raise NoCredentialFound(Reason.NOT_A_CREDENTIAL)
    # VC 1.1 put the credential under "vc".
    claims = payload.get("vc") if isinstance(payload.get("vc"), dict) else payload
    return Found(_kind(claims or {}, "jwt"), container, text, jwt=text.decode("ascii"))


def _kind(value: dict[str, Any], otherwise: Kind) -> Kind:
    contexts, types = _strings(value.get("@context")), _strings(value.get("type"))
    if contexts & _OB2_CONTEXTS and "Assertion" in types:
        return "ob2"
    if types & _CREDENTIAL_TYPES:
        return otherwise
    raise NoCredentialFound(Reason.NOT_A_CREDENTIAL)


def _refuse_presentation(value: dict[str, Any]) -> None:
    held = value.get("verifiableCredential")
    is_presentation = "VerifiablePresentation" in _strings(value.get("type"))
    if is_presentation and isinstance(held, list) and len(held) > 1:
        raise NoCredentialFound(Reason.SEVERAL)


def _strings(value: object) -> set[str]:
    items = value if isinstance(value, list) else [value]
    return {item for item in items if isinstance(item, str)}


def _json(text: bytes) -> Any:
    try:
        return strict_json.loads(text, max_bytes=MAX_CREDENTIAL_BYTES)
    except strict_json.UnreadableJson as error:
        plain = {strict_json.Reason.MALFORMED, strict_json.Reason.NOT_UTF8}
        sentence = None if error.reason in plain else AGAINST_THE_RULES
        raise NoCredentialFound(Reason.DAMAGED, sentence) from None


def _is_jose_header(part: bytes) -> bool:
    try:
        header = strict_json.loads(_base64url(part), max_bytes=MAX_CREDENTIAL_BYTES)
    except (strict_json.UnreadableJson, NoCredentialFound):
        return False
    return isinstance(header, dict) and "alg" in header


def _base64url(part: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except binascii.Error:
        raise NoCredentialFound(Reason.DAMAGED) from None


def _in_png(data: bytes) -> Found:
    try:
        baked = [chunk for chunk in read_chunks(data) if _baked_keyword(chunk)]
    except BrokenPicture:
        raise NoCredentialFound(Reason.DAMAGED) from None
    if len(baked) != 1:
        raise NoCredentialFound(Reason.SEVERAL if baked else Reason.NOT_A_CREDENTIAL)
    text = _chunk_text(baked[0])
    if _baked_keyword(baked[0]) == _OB2_PNG_KEYWORD:
        return _open_badges_2(text, "png")
    return _credential(text, "png")


def _baked_keyword(chunk: Chunk) -> bytes:
    """The keyword of a chunk that carries a credential, else nothing.

    Open Badges 2.0 began with ``tEXt`` chunks that hold the hosted address.
    """
    keyword, end, _text = chunk.data[:80].partition(b"\x00")
    carriers = {
        (b"iTXt", PNG_KEYWORD),
        (b"iTXt", _OB2_PNG_KEYWORD),
        (b"tEXt", _OB2_PNG_KEYWORD),
    }
    return keyword if end and (chunk.kind, keyword) in carriers else b""


def _chunk_text(chunk: Chunk) -> bytes:
    if len(chunk.data) > MAX_CREDENTIAL_BYTES + 200:
        raise NoCredentialFound(Reason.TOO_LARGE, TOO_MUCH_INSIDE)
    _keyword, _end, rest = chunk.data.partition(b"\x00")
    if chunk.kind == b"tEXt":
        return rest
    compressed, method = rest[:1], rest[1:2]
    _language, has_language, rest = rest[2:].partition(b"\x00")
    _translated, has_translated, text = rest.partition(b"\x00")
    if not has_language or not has_translated:
        raise NoCredentialFound(Reason.DAMAGED)
    if compressed == b"\x00":
        return text
    if (compressed, method) != (b"\x01", b"\x00"):
        raise NoCredentialFound(Reason.DAMAGED)
    return _expanded(text)


def _expanded(text: bytes) -> bytes:
    """The standard forbids compressing, but some bakers do; bombs stop here."""
    stream = zlib.decompressobj()
    try:
        expanded = stream.decompress(text, MAX_EXPANDED_BYTES + 1)
    except zlib.error:
        raise NoCredentialFound(Reason.DAMAGED) from None
    if len(expanded) > MAX_EXPANDED_BYTES:
        raise NoCredentialFound(Reason.TOO_LARGE, TOO_MUCH_INSIDE)
    return expanded


def _in_svg(data: bytes) -> Found:
    try:
        baked = _baked_elements(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        is_svg = b"<svg" in data[:4096]
        raise NoCredentialFound(
            Reason.DAMAGED if is_svg else Reason.NOT_A_CREDENTIAL
        ) from None
    if len(baked) != 1:
        raise NoCredentialFound(Reason.SEVERAL if baked else Reason.NOT_A_CREDENTIAL)
    element = baked[0]
    text = (element.get("verify") or element.text or "").encode()
    if _BAKED_TAGS[element.tag]:
        return _open_badges_2(text, "svg")
    return _credential(text, "svg")


def _baked_elements(data: bytes) -> list[Element]:
    """The elements that carry a credential, found by namespace, not by prefix."""
    baked: list[Element] = []
    count = depth = 0
    for event, element in iterparse(BytesIO(data), events=("start", "end")):
        if event == "start":
            count, depth = count + 1, depth + 1
            if count == 1 and element.tag != _SVG_ROOT:
                raise NoCredentialFound(Reason.NOT_A_CREDENTIAL)
            if count > MAX_XML_ELEMENTS or depth > MAX_XML_DEPTH:
                raise NoCredentialFound(Reason.TOO_LARGE)
            continue
        depth -= 1
        if element.tag in _BAKED_TAGS:
            baked.append(element)
        else:
            element.clear()
    return baked


def _open_badges_2(text: bytes, container: Container) -> Found:
    """An assertion, a JWS or an address: read further by whoever can check it."""
    text = text.strip()
    if len(text) > MAX_CREDENTIAL_BYTES:
        raise NoCredentialFound(Reason.TOO_LARGE, TOO_MUCH_INSIDE)
    if not text.startswith(b"{"):
        return Found("ob2", container, text)
    value = _json(text)
    return Found("ob2", container, text, document=value)


def _in_pdf(data: bytes) -> Found:
    outcomes = inspecting_pdf.Outcome
    try:
        text = inspecting_pdf.attachment(data, PDF_ATTACHMENT)
    except inspecting_pdf.UnreadablePdf as error:
        if error.outcome is outcomes.LOCKED:
            raise NoCredentialFound(Reason.DAMAGED, LOCKED) from None
        if error.outcome is outcomes.TOO_LARGE:
            raise NoCredentialFound(Reason.TOO_LARGE, TOO_MUCH_INSIDE) from None
        raise NoCredentialFound(
            {
                outcomes.NONE: Reason.NOT_A_CREDENTIAL,
                outcomes.TOO_LONG: Reason.NOT_A_CREDENTIAL,
                outcomes.SEVERAL: Reason.SEVERAL,
            }.get(error.outcome, Reason.DAMAGED)
        ) from None
    return _credential(text, "pdf")
