"""The documents that get signed or published, as plain dicts of our own.

Shapes follow Open Badges 3.0 (1EdTech), Verifiable Credentials 2.0, Bitstring Status
List 1.0 and DID core (W3C). Lists stay lists for one value, what is empty is left
out, every id is absolute.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.languages import written_in
from credentials.models import (
    AchievementVersion,
    Credential,
    Criterion,
    Evidence,
    Issuer,
    RubricLevel,
    StatusList,
)
from credentials.signable import OB_CONTEXT, OB_EXTENSIONS, VC_CONTEXT
from credentials.signing_keys import public_key

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
    "ob_v3p0_achievementcredential_schema.json"
)
DID_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]


@dataclass(frozen=True, slots=True)
class Result:
    """The level that was seen in one criterion."""

    criterion: Criterion
    level: RubricLevel


def absolute(path: str) -> str:
    """Return the permanent address of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def stamp(moment: datetime) -> str:
    """Write a time as xsd:dateTime in UTC, to the second."""
    utc = moment.astimezone(UTC).replace(microsecond=0)
    return utc.isoformat().replace("+00:00", "Z")


def credential_document(
    credential: Credential,
    *,
    subject_id: str,
    results: Sequence[Result],
    evidence: Iterable[Evidence] = (),
) -> dict[str, Any]:
    """Build the unsigned AchievementCredential of an unsaved ``credential``.

    ``evidence`` are the items that are public at approval; only their opaque
    addresses, and digests of files, go into the document.
    """
    version, issuer = credential.version, credential.issuer
    if version is None or issuer is None or credential.status_list is None:
        raise ValueError("only a credential that we award has a document of ours")
    document: dict[str, Any] = {
        "@context": [VC_CONTEXT, OB_CONTEXT, OB_EXTENSIONS],
        "id": absolute(credential.get_absolute_url()),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": credential.title,
        "issuer": profile(issuer),
        "awardedDate": stamp(credential.issued_at),
        "validFrom": stamp(credential.issued_at),
        "credentialSubject": {
            "id": subject_id,
            "identifier": [_name_identifier(credential.recipient_name)],
            **_subject(version, results),
        },
        "credentialStatus": status_entry(
            credential.status_list, credential.status_index
        ),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if credential.valid_until:
        document["validUntil"] = stamp(credential.valid_until)
    items = [item for item in evidence if item.is_public]
    return document | _public_work(credential, version, items)


def _public_work(
    credential: Credential, version: AchievementVersion, items: list[Evidence]
) -> dict[str, Any]:
    """The members that name the public evidence and pin its files; none for none."""
    work: dict[str, Any] = {}
    if items:
        with written_in(version.language):
            work["evidence"] = [_evidence(credential, item) for item in items]
    if related := [_related(credential, item) for item in items if item.sha256_kept]:
        work["relatedResource"] = related
    return work


def achievement(version: AchievementVersion) -> dict[str, Any]:
    """Build the Achievement of a published version, with criteria and rubric."""
    address = absolute(version.get_absolute_url())
    criteria = list(version.criteria.all())
    document: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": version.achievement_type,
        "name": version.name,
        "description": f"{version.promise}\n\n{version.description}",
        "criteria": {
            "id": f"{address}#criteria",
            "narrative": "\n".join(_criterion_line(c) for c in criteria),
        },
        "image": {"id": f"{address}art.png", "type": "Image"},
        "inLanguage": version.language,
        "version": str(version.number),
    }
    # Nobody is judged for a badge that is earned on a pathway: it has no rubric.
    if not version.achievement.is_earned_on_a_pathway:
        rubric = [_result_description(address, c) for c in criteria]
        document["resultDescription"] = rubric
    if version.credits is not None:
        document["creditsAvailable"] = float(version.credits)
    skills = version.skill_levels.select_related("skill").order_by("skill__uri")
    # Whoever approves or publishes may read another language than the badge is in.
    with written_in(version.language):
        if alignment := [_alignment(entry) for entry in skills]:
            document["alignment"] = alignment
    return document


def did_document(issuer: Issuer) -> dict[str, Any]:
    """Build the did:web document: every key that old credentials may need.

    Compromised keys are not listed: what they signed is no longer believed.
    """
    did = issuer.did
    rows = issuer.keys.filter(compromised_at=None).order_by("created_at", "pk")
    methods = [public_key(row).verification_method(did) for row in rows]
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "alsoKnownAs": [absolute(issuer.get_absolute_url())],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def status_list_document(
    status_list: StatusList, *, encoded: str, now: datetime
) -> dict[str, Any]:
    """Build the unsigned BitstringStatusListCredential around an encoded list."""
    address = absolute(status_list.get_absolute_url())
    return {
        "@context": [VC_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": status_list.issuer.did,
        "validFrom": stamp(now),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def evidence_address(credential: Credential, item: Evidence) -> str:
    """Return the page that shows an item, as long as its owner lets it."""
    path = reverse("credential_evidence", args=[credential.token, item.pk])
    return absolute(path)


def criterion_id(address: str, criterion: Criterion) -> str:
    """Return the id of a criterion's ResultDescription."""
    return f"{address}#criterion-{criterion.position}"


def level_id(address: str, criterion: Criterion, level: RubricLevel) -> str:
    """Return the id of a rubric level."""
    return f"{criterion_id(address, criterion)}-level-{level.position}"


def _subject(version: AchievementVersion, results: Sequence[Result]) -> dict[str, Any]:
    """What was achieved, and how well."""
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "achievement": achievement(version),
    }
    if results:
        subject["result"] = [_result(version, result) for result in results]
    return subject


def profile(issuer: Issuer) -> dict[str, Any]:
    """Build the Profile of whoever signs, as every document of theirs names them."""
    return {
        "id": issuer.did,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
        "email": issuer.email,
    }


def _name_identifier(name: str) -> Mapping[str, Any]:
    """The name as typed: no e-mail, hashed or not, stands in a public document."""
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": name,
        "identityType": "name",
    }


def _criterion_line(criterion: Criterion) -> str:
    """One line of the narrative; ``showing`` takes the statement from it again.

    A result description has no place for the statement (Open Badges 3.0, B.1.19).
    """
    statement = " ".join(criterion.statement.split())
    return f"{criterion.position}. **{criterion.title}.** {statement}"


def _result_description(address: str, criterion: Criterion) -> dict[str, Any]:
    levels = list(criterion.levels.all())
    described: dict[str, Any] = {
        "id": criterion_id(address, criterion),
        "type": ["ResultDescription"],
        "name": criterion.title,
        "resultType": "RubricCriterionLevel",
        "rubricCriterionLevel": [
            {
                "id": level_id(address, criterion, level),
                "type": ["RubricCriterionLevel"],
                "name": level.name,
                "level": str(level.position),
                "description": level.description,
            }
            for level in levels
        ],
    }
    for level in levels:
        if level.is_required:
            described["requiredLevel"] = level_id(address, criterion, level)
    return described


def _result(version: AchievementVersion, result: Result) -> dict[str, Any]:
    address = absolute(version.get_absolute_url())
    return {
        "type": ["Result"],
        "resultDescription": criterion_id(address, result.criterion),
        "achievedLevel": level_id(address, result.criterion, result.level),
    }


def _alignment(entry: Any) -> dict[str, Any]:
    skill = entry.skill
    aligned = {
        "type": ["Alignment"],
        "targetName": skill.name,
        "targetUrl": skill.uri,
        "targetFramework": skill.framework,
        "targetType": "ceasn:Competency",
        "targetDescription": f"{entry.get_level_display()} ({entry.level}/4)",
    }
    if skill.code:
        aligned["targetCode"] = skill.code
    return aligned


def status_entry(status_list: StatusList, index: int | None) -> dict[str, Any]:
    """Build the entry that leads from a document to its bit in a list."""
    address = absolute(status_list.get_absolute_url())
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def _evidence(credential: Credential, item: Evidence) -> dict[str, Any]:
    return {
        "id": evidence_address(credential, item),
        "type": ["Evidence"],
        "name": _("Evidence for criterion %(number)d")
        % {"number": item.criterion.position},
    }


def _related(credential: Credential, item: Evidence) -> dict[str, Any]:
    """The bytes that were public at approval, by digest (VC 2.0, 5.3)."""
    digest = base64.b64encode(bytes.fromhex(item.sha256_kept)).decode()
    path = reverse("credential_evidence_file", args=[credential.token, item.pk])
    return {
        "id": absolute(path),
        "mediaType": item.content_type,
        "digestSRI": f"sha256-{digest}",
    }
