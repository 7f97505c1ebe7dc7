"""Badges as other sites make them: signed by keys of their own, hosted, or broken."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import jwt
from openbadgeslib.ob3 import add_data_integrity_proof, did_key_from_pem

from credentials import keys, sealing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOST = "kitchen-skills.example"
SKILL = "https://skills.example/food-safety"


class Site:
    """Another site: an issuer that is a did:key of its own."""

    def __init__(self, algorithm: keys.Algorithm = "Ed25519") -> None:
        self.key = keys.generate(algorithm)
        self.did = did_key_from_pem(self.key.public.pem())

    @property
    def method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    def badge(
        self, email: str = "", *, number: int = 1, **changes: Any
    ) -> dict[str, Any]:
        """An unsigned Open Badge 3.0, made out to the digest of an address, if any."""
        identifiers = [identity(email)] if email else []
        subject: dict[str, Any] = {
            "id": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"https://{HOST}/badges/hygiene",
                "type": ["Achievement"],
                "name": "Food hygiene, level 2",
                "description": "Keeps a kitchen safe.",
                "criteria": {"narrative": "Passed the test."},
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "Food safety",
                        "targetUrl": SKILL,
                        "targetDescription": "Intermediate (2/4)",
                    }
                ],
            },
        }
        if identifiers:
            subject["identifier"] = identifiers
        return {
            "@context": [
                sealing.VC_CONTEXT,
                sealing.OB_CONTEXT,
                sealing.OB_EXTENSIONS,
            ],
            "id": f"https://{HOST}/credentials/{number}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "Food hygiene, level 2",
            "issuer": {"id": self.did, "type": ["Profile"], "name": "Kitchen Skills"},
            "validFrom": "2026-03-02T09:00:00Z",
            "credentialSubject": subject,
        } | changes

    def signed(self, email: str = "", **changes: Any) -> dict[str, Any]:
        """The same with a Data Integrity proof by the site's did:key."""
        return self.seal(self.badge(email, **changes))

    def seal(self, badge: dict[str, Any]) -> dict[str, Any]:
        """Sign what is given, as the library does it for anybody."""
        signed: dict[str, Any] = add_data_integrity_proof(
            badge, self.key.signer(), self.method, created=NOW
        )
        return signed

    def file(self, email: str = "", **changes: Any) -> bytes:
        return json.dumps(self.signed(email, **changes)).encode()

    def token(
        self, email: str = "", *, header: dict[str, Any] | None = None, **changes: Any
    ):
        """The same as a compact JWT (VC-JWT)."""
        badge = self.badge(email, **changes)
        claims = {
            "iss": self.did,
            "jti": badge["id"],
            "sub": badge["credentialSubject"]["id"],
            "nbf": int(NOW.timestamp()),
        }
        algorithm = "ES256" if self.key.algorithm == "P-256" else "EdDSA"
        headers = {"kid": self.method, "typ": "JWT"} if header is None else header
        return jwt.encode(
            badge | claims, self.key.signer(), algorithm=algorithm, headers=headers
        ).encode()


def identity(email: str, salt: str = "a-salt") -> dict[str, Any]:
    """An IdentityObject: an address as a digest with its salt."""
    digest = hashlib.sha256(f"{email}{salt}".encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
        "salt": salt,
    }


def hosted(email: str = "", *, number: int = 1, hashed: bool = True, **changes: Any):
    """An Open Badges 2.0 assertion with its badge and issuer inside."""
    recipient: dict[str, Any] = {"type": "email", "hashed": hashed}
    if hashed:
        digest = hashlib.sha256(f"{email}salt".encode()).hexdigest()
        recipient |= {"identity": f"sha256${digest}", "salt": "salt"}
    else:
        recipient["identity"] = email
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"https://{HOST}/assertions/{number}",
        **({"recipient": recipient} if email else {}),
        "badge": {
            "type": "BadgeClass",
            "id": f"https://{HOST}/badges/hygiene",
            "name": "Food hygiene, level 2",
            "description": "Keeps a kitchen safe.",
            "criteria": {"narrative": "Passed the test."},
            "issuer": {
                "type": "Profile",
                "id": f"https://{HOST}/issuer",
                "name": "Kitchen Skills",
                "url": f"https://{HOST}",
            },
        },
        "issuedOn": "2024-03-08T00:00:00Z",
        "verification": {"type": "hosted"},
    } | changes


def as_file(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
