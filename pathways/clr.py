"""The Comprehensive Learner Record (CLR 2.0, 1EdTech) of a completed pathway.

One signed document that carries the outcome and its parts whole, each with its own
proof, and says how they belong together. It contains parts that may be private, so it
is its holder's alone to hand on.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from credentials import sealing, signing_keys
from credentials.documents import absolute
from credentials.languages import written_in
from credentials.models import Credential
from pathways.models import Completion, Exit, PathwayVersion
from pathways.rules import words
from pathways.rules.tree import Rule

log = logging.getLogger(__name__)

CONTEXTS = [
    sealing.VC_CONTEXT,
    sealing.CLR_CONTEXT,
    sealing.OB_CONTEXT,
    sealing.OB_EXTENSIONS,
]


def sign(
    ending: Exit, rule: Rule, outcome: Credential, parts: Sequence[Credential]
) -> str | None:
    """Return the signed CLR as JSON text, in the bytes that are stored and served.

    ``rule`` is what the exit asks for. None when it cannot be signed: the outcome is
    given all the same. That is so when the parts are too many for one signed document
    (256 KiB, some thirty badges). Raises NoActiveKey.
    """
    document = clr_document(ending, rule, outcome, parts)
    issuer = ending.version.pathway.issuer
    key = signing_keys.open_proof_key(issuer)
    method = key.public.method_id(issuer.did)
    try:
        sealed = sealing.seal(
            document, issuer_did=issuer.did, key=key, created=outcome.issued_at
        )
        sealing.verify_proof(sealed, public_keys={method: key.public})
    except sealing.SealingError:
        log.exception("credential %s has no CLR: it cannot be signed", outcome.pk)
        return None
    return sealing.to_json(sealed).decode()


def digest(text: str | None) -> str:
    """Return the SHA-256 of a stored CLR in hex; empty for none."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def is_intact(completion: Completion) -> bool:
    """Tell whether the stored CLR still has the bytes that were signed."""
    return digest(completion.clr) == completion.clr_sha256


def clr_document(
    ending: Exit, rule: Rule, outcome: Credential, parts: Iterable[Credential]
) -> dict[str, Any]:
    """Build the unsigned ClrCredential.

    Issuer, subject, dates and status are the outcome's own: where that is withdrawn, so
    is this. It is partial, for the issuer may know more about the learner than this.
    """
    whole = _stored(outcome)
    # What came from elsewhere is in no form that we know: the record is partial.
    carried = [_stored(part) for part in parts if not part.is_imported]
    subject = whole["credentialSubject"]
    pathway = _pathway(ending.version, rule)
    document = {
        "@context": CONTEXTS,
        "id": absolute(f"{outcome.get_absolute_url()}clr.json"),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": outcome.title,
        "partial": True,
        "issuer": whole["issuer"],
        "validFrom": whole["validFrom"],
        "credentialSubject": {
            "id": subject["id"],
            "type": ["ClrSubject"],
            "identifier": subject["identifier"],
            "achievement": [pathway],
            "association": [
                _parent_of(pathway["id"], _achievement(whole)),
                *_parts_of(whole, carried),
            ],
            "verifiableCredential": [whole, *carried],
        },
        "credentialStatus": whole["credentialStatus"],
    }
    if "validUntil" in whole:
        document["validUntil"] = whole["validUntil"]
    return document


def _stored(credential: Credential) -> dict[str, Any]:
    """The signed document as it was stored: every value, whatever its spelling."""
    if credential.document is None:
        raise ValueError("an erased credential is no part of anything")
    stored: dict[str, Any] = json.loads(credential.document)
    return stored


def _achievement(document: dict[str, Any]) -> str:
    return str(document["credentialSubject"]["achievement"]["id"])


def _parts_of(
    whole: dict[str, Any], carried: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """One association for each badge among the parts, though it be held twice."""
    ids = dict.fromkeys(_achievement(part) for part in carried)
    return [_parent_of(_achievement(whole), part) for part in ids]


def _parent_of(parent: str, child: str) -> dict[str, str]:
    return {
        "type": "Association",
        "associationType": "isParentOf",
        "sourceId": parent,
        "targetId": child,
    }


def _pathway(version: PathwayVersion, rule: Rule) -> dict[str, Any]:
    """The pathway as an achievement of its own, with its rules in words."""
    address = absolute(version.get_absolute_url())
    with written_in(version.language):
        narrative = "\n".join(_outline(rule, ""))
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "LearningProgram",
        "name": version.name,
        "description": f"{version.promise}\n\n{version.description}".strip(),
        "criteria": {"id": f"{address}#criteria", "narrative": narrative},
        "inLanguage": version.language,
        "version": str(version.number),
    }


def _outline(rule: Rule, indent: str) -> Iterator[str]:
    """The rules as an indented list in Markdown."""
    title = f"**{rule.title}.** " if rule.title else ""
    yield f"{indent}- {title}{words.sentence(rule)}"
    for child in rule.children:
        yield from _outline(child, f"{indent}  ")
