"""The badges that the demo's learner earned on other sites, as such sites make them.

Both sites exist nowhere. The first signs with a key of its own, made on this day, so
that its signature can be checked; the second is of an older kind that only its own site
could vouch for.
"""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from credentials import baking, importing, keys, sealing, sharing
from credentials.models import Credential
from portfolio.demo.stage import Stage

LEARNER = "amina"
_FIRST_AID, _KITCHEN = "https://red-lantern.example", "https://kitchen-skills.example"
_SIZE = 400  # pixels


def badges(stage: Stage) -> None:
    """Bring one badge that checks out, shown to people with its link, and one old."""
    learner = stage.people[LEARNER]
    brought = stage.at(12, "brought-first-aid")
    issued = (brought - timedelta(days=190)).replace(microsecond=0)
    signed = _first_aid(stage, learner.email, issued)
    picture = baking.bake_png(_drawing(), sealing.to_json(signed).decode())
    first = importing.bring(
        picture, holder=learner, addresses=[learner.email], now=brought
    )
    sharing.show_to(first, Credential.Visibility.LINK, by=learner)
    importing.bring(
        json.dumps(_food_hygiene(learner.email)).encode(),
        holder=learner,
        addresses=[learner.email],
        now=stage.at(9, "brought-hygiene"),
    )


def _first_aid(stage: Stage, email: str, issued: datetime) -> dict[str, Any]:
    """An Open Badge 3.0 of an issuer that is its own key (did:key)."""
    key = keys.generate("Ed25519")
    did = f"did:key:{key.key_id}"
    told = next(
        skill for skill in stage.content.skills if skill.key == "esco-nursing-care"
    )
    badge = {
        "id": f"{_FIRST_AID}/badges/basic-life-support",
        "type": ["Achievement"],
        "name": "Basic life support",
        "description": (
            "Starts resuscitation within a minute, uses a defibrillator safely, and "
            "hands over to the ambulance crew."
        ),
        "criteria": {
            "narrative": (
                "One day with a trainer.\n\nA scenario of ten minutes with an adult "
                "and one with a child, both seen by an examiner."
            )
        },
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": told.name,
                "targetUrl": told.uri,
                "targetFramework": told.framework,
            }
        ],
    }
    document = {
        "@context": [sealing.VC_CONTEXT, sealing.OB_CONTEXT, sealing.OB_EXTENSIONS],
        "id": f"{_FIRST_AID}/credentials/7c1f",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge["name"],
        "issuer": {
            "id": did,
            "type": ["Profile"],
            "name": "Red Lantern First Aid",
            "url": _FIRST_AID,
        },
        "validFrom": issued.isoformat(),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(email)],
            "achievement": badge,
        },
    }
    return sealing.seal(document, issuer_did=did, key=key, created=issued)


def _identity(email: str) -> dict[str, Any]:
    """An address as a digest, so that the file does not tell it (IdentityObject)."""
    salt = "lantern"
    digest = hashlib.sha256(f"{email}{salt}".encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
        "salt": salt,
    }


def _food_hygiene(email: str) -> dict[str, Any]:
    """A hosted assertion of Open Badges 2.0."""
    digest = hashlib.sha256(f"{email}kitchen".encode()).hexdigest()
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{_KITCHEN}/assertions/20391",
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": "kitchen",
            "identity": f"sha256${digest}",
        },
        "badge": {
            "type": "BadgeClass",
            "id": f"{_KITCHEN}/badges/food-hygiene-2",
            "name": "Food hygiene, level 2",
            "description": "Handles, stores and serves food safely.",
            "criteria": {"narrative": "Passed the level 2 test with 90 % or more."},
            "issuer": {
                "type": "Profile",
                "id": f"{_KITCHEN}/issuer",
                "name": "Kitchen Skills",
                "url": _KITCHEN,
            },
        },
        "issuedOn": datetime(2024, 3, 8, 10, 30, tzinfo=UTC).isoformat(),
        "verification": {"type": "hosted"},
    }


def _drawing() -> bytes:
    """A badge as that site draws them: a red square with round corners, a cross."""
    from PIL import Image, ImageDraw  # loads slowly

    large = _SIZE * 4  # drawn large and made small, so that edges are smooth
    picture = Image.new("RGBA", (large, large))
    canvas = ImageDraw.Draw(picture)
    edge, arm, wide = large * 0.06, large * 0.22, large * 0.09
    canvas.rounded_rectangle(
        (edge, edge, large - edge, large - edge), large * 0.2, fill="#a4282e"
    )
    middle = large / 2
    for x, y in ((arm, wide), (wide, arm)):
        canvas.rounded_rectangle(
            (middle - x, middle - y, middle + x, middle + y), large * 0.02, fill="#fff"
        )
    saved = io.BytesIO()
    picture.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(saved, "PNG")
    return saved.getvalue()
