"""What the demo's check knows about signed credentials: as a verifier elsewhere would.

Keys and status come over HTTP alone, from the addresses that the document names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from credentials import bitstrings, keys, sealing
from portfolio.demo.visitor import Disappointed, Page, Visitor

#: Names of the machine forms: their media types, and how their bytes begin.
FORMS = {
    "credential.json": ("application/json", b"{"),
    "credential.jwt": ("text/plain", b"ey"),
    "credential.png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "credential.svg": ("image/svg+xml", b"<"),
    "credential.pdf": ("application/pdf", b"%PDF-"),
    "qr.svg": ("image/svg+xml", b"<"),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A credential as fetched, with its issuer's keys by verification method."""

    document: dict[str, Any]
    public_keys: dict[str, keys.PublicKey]
    files: dict[str, bytes]

    @property
    def badge(self) -> str:
        """The name of what was achieved."""
        name: str = self.document["credentialSubject"]["achievement"]["name"]
        return name


def fetch_forms(anyone: Visitor, address: str, saw: Callable[[str], None]) -> Signed:
    """Fetch every form and the issuer's keys, and check both signatures.

    ``saw`` is told what was found. Raises Disappointed.
    """
    fetched = {name: _form(anyone, address, name) for name in FORMS}
    saw(", ".join(f"{name} ({len(fetched[name].body):,} bytes)" for name in FORMS))
    document = json.loads(fetched["credential.json"].body)
    if document["id"] != address:
        raise Disappointed(f"The document calls itself {document['id']}")
    negotiated = anyone.get(address, accept="application/vc")
    if negotiated.body != fetched["credential.json"].body:
        raise Disappointed("Asked by Accept, the page answers another document")
    public = _public_keys(anyone, document["issuer"]["id"])
    _verify(document, public)
    token = fetched["credential.jwt"].body.decode()
    claimed = sealing.verify_jwt(token, public_keys=public)
    if claimed != {name: document[name] for name in document if name != "proof"}:
        raise Disappointed("The token claims something else than the document")
    saw(f"both signatures verify with the keys of {document['issuer']['id']}")
    files = {name: fetched[name].body for name in FORMS if name != "qr.svg"}
    return Signed(document, public, files)


def is_listed(anyone: Visitor, signed: Signed) -> bool:
    """Tell whether the signed status list, fetched now, has the credential's bit."""
    entry = signed.document["credentialStatus"]
    entry = entry[0] if isinstance(entry, list) else entry
    page = anyone.get(entry["statusListCredential"], accept="application/vc")
    listing = json.loads(page.body)
    _verify(listing, signed.public_keys)
    bits = bitstrings.decode(listing["credentialSubject"]["encodedList"])
    return bitstrings.is_set(bits, int(entry["statusListIndex"]))


def tampered(signed: Signed) -> bytes:
    """Return the document with one word changed after it was signed."""
    document = json.loads(json.dumps(signed.document))
    document["name"] = f"{document['name']} with honours"
    return json.dumps(document).encode()


def _form(anyone: Visitor, address: str, name: str) -> Page:
    content_type, head = FORMS[name]
    page = anyone.get(f"{address}{name}", accept="*/*")
    if page.content_type != content_type or not page.body.startswith(head):
        raise Disappointed(f"{name} is {page.content_type}: {page.body[:60]!r}")
    return page


def _public_keys(anyone: Visitor, did: str) -> dict[str, keys.PublicKey]:
    """Resolve a did:web id (the method's specification, 3.2) over plain HTTP."""
    method, _, rest = did.removeprefix("did:").partition(":")
    host, *path = rest.split(":")
    if method != "web":
        raise Disappointed(f"{did} is no did:web")
    address = "/".join([f"http://{unquote(host)}", *path, "did.json"])
    answer = json.loads(anyone.get(address, accept="*/*").body)
    if answer["id"] != did:
        raise Disappointed(f"{address} is about {answer['id']}")
    asserting = set(answer["assertionMethod"])
    methods = answer["verificationMethod"]
    return {each["id"]: _key(each) for each in methods if each["id"] in asserting}


def _key(entry: dict[str, Any]) -> keys.PublicKey:
    if entry["type"] == "Multikey":
        return keys.PublicKey("Ed25519", entry["publicKeyMultibase"])
    jwk = json.dumps(entry["publicKeyJwk"], sort_keys=True, separators=(",", ":"))
    return keys.PublicKey("P-256", jwk)


def _verify(document: dict[str, Any], public: dict[str, keys.PublicKey]) -> None:
    try:
        sealing.verify_document(document, public_keys=public)
    except sealing.SealingError as error:
        raise Disappointed(f"The signature of {document['id']}: {error}") from error
