"""Documents for the tests of signing: a badge with rubric levels, and its list."""

from datetime import UTC, datetime
from typing import Any

from credentials import bitstrings, keys
from credentials.sealing import OB_CONTEXT, OB_EXTENSIONS, VC_CONTEXT

SITE = "http://localhost:8000"
DID = "did:web:localhost%3A8000:issuers:acme"
BADGE = f"{SITE}/badges/acme/forklift/v1/"
CREDENTIAL = f"{SITE}/c/3Jd9sKq0aXvB7uPz5tYw1g/"
STATUS_LIST = f"{SITE}/status/1"
STATUS_INDEX = 94567
CREATED = datetime(2026, 1, 2, 12, 30, 45, tzinfo=UTC)

ED25519 = keys.generate("Ed25519")
P256 = keys.generate("P-256")
PUBLIC_KEYS = {pair.public.method_id(DID): pair.public for pair in (ED25519, P256)}


def did_document(*pairs: keys.KeyPair) -> dict[str, Any]:
    """The DID document of the issuer, with the two sample keys unless told."""
    methods = [p.public.verification_method(DID) for p in pairs or (ED25519, P256)]
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
        ],
        "id": DID,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def credential(**changes: Any) -> dict[str, Any]:
    """An unsigned badge with every part that ours have; `changes` replace members."""
    return {
        "@context": [VC_CONTEXT, OB_CONTEXT, OB_EXTENSIONS],
        "id": CREDENTIAL,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Forklift safety",
        "issuer": {
            "id": DID,
            "type": ["Profile"],
            "name": "Acme Warehousing",
            "url": f"{SITE}/issuers/acme/",
        },
        "validFrom": "2026-01-02T12:30:45Z",
        "validUntil": "2126-01-02T12:30:45Z",
        "awardedDate": "2026-01-02T12:30:45Z",
        "credentialSubject": _subject(),
        "evidence": [
            {
                "id": f"{CREDENTIAL}evidence/kJ2mP8/",
                "type": ["Evidence"],
                "name": "Evidence for criterion 1",
            }
        ],
        "credentialStatus": {
            "id": f"{STATUS_LIST}#{STATUS_INDEX}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(STATUS_INDEX),
            "statusListCredential": STATUS_LIST,
        },
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
                "ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
    } | changes


def status_list(*set_bits: int) -> dict[str, Any]:
    """An unsigned status list of the same issuer with these bits set."""
    return {
        "@context": [VC_CONTEXT],
        "id": STATUS_LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{STATUS_LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": 300_000,
            "encodedList": bitstrings.encode(set_bits),
        },
    }


def _subject() -> dict[str, Any]:
    return {
        "id": "urn:uuid:5f0c7a4e-52a5-4a5e-9d0f-3b7f6c0e9a11",
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "Zoë Müller-王",
                "identityType": "name",
            }
        ],
        "achievement": _achievement(),
        "result": [
            {
                "type": ["Result"],
                "resultDescription": f"{BADGE}#criterion-1",
                "achievedLevel": f"{BADGE}#criterion-1-level-2",
            }
        ],
    }


def _achievement() -> dict[str, Any]:
    return {
        "id": BADGE,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "Forklift safety",
        "description": "Drives a counterbalance forklift\nin a mixed-traffic yard.",
        "criteria": {
            "id": f"{BADGE}#criteria",
            "narrative": "1. *Checks* the truck before each shift.",
        },
        "image": {"id": f"{BADGE}art.png", "type": "Image"},
        "creditsAvailable": 1.5,
        "inLanguage": "en",
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "operate forklift",
                "targetUrl": "http://data.europa.eu/esco/skill/"
                "4b2ef4c0-3bd7-4d4c-9c8f-7b1f0f4b7b1e",
                "targetFramework": "ESCO",
                "targetType": "ext:esco_skill",
            }
        ],
        "resultDescription": [_rubric()],
    }


def _rubric() -> dict[str, Any]:
    return {
        "id": f"{BADGE}#criterion-1",
        "type": ["ResultDescription"],
        "name": "Checks the truck before each shift",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": f"{BADGE}#criterion-1-level-2",
        "rubricCriterionLevel": [
            {
                "id": f"{BADGE}#criterion-1-level-{number}",
                "type": ["RubricCriterionLevel"],
                "name": name,
                "level": str(number),
            }
            for number, name in enumerate(("Not yet", "Safe", "Exemplary"), start=1)
        ],
    }
