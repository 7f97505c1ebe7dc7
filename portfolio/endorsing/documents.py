"""The EndorsementCredential of Open Badges 3.0, signed as every credential is.

It stands alone: nothing that was signed before is signed again to carry it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from credentials import sealing, signing_keys, status_lists
from credentials.documents import absolute, profile, stamp, status_entry
from credentials.languages import written_in
from credentials.models import Achievement, Issuer
from portfolio.models import Endorsement

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
    "ob_v3p0_endorsementcredential_schema.json"
)
Kind = Endorsement.Kind


def seal(endorsement: Endorsement, now: datetime) -> None:
    """Sign what ``kind`` and ``comment`` say; fill in the signed columns, unsaved.

    Takes a position in the organisation's status list, so it runs in the deciding
    transaction. Raises NoActiveKey, or a SealingError when it cannot be signed.
    """
    organisation = endorsement.organisation
    opened = signing_keys.open_keys(organisation)
    decided = now.replace(microsecond=0)
    status_list, index = status_lists.take_position(organisation)
    endorsement.decided_at = decided
    endorsement.status_list, endorsement.status_index = status_list, index
    sealed = sealing.seal(
        document(endorsement),
        issuer_did=organisation.did,
        key=opened.proof,
        created=decided,
    )
    method = opened.proof.public.method_id(organisation.did)
    sealing.verify_document(sealed, public_keys={method: opened.proof.public})
    stored = sealing.to_json(sealed)
    endorsement.document = stored.decode()
    endorsement.document_sha256 = hashlib.sha256(stored).hexdigest()
    endorsement.signing_key = opened.proof_row


def document(endorsement: Endorsement) -> dict[str, Any]:
    """Build the unsigned document of an endorsement that has its position."""
    if endorsement.status_list is None or endorsement.decided_at is None:
        raise ValueError("only what was decided and can be withdrawn is signed")
    with written_in(language_of(endorsement)):
        name = _("Endorsement by %(organisation)s") % {
            "organisation": endorsement.organisation.name
        }
        comment = said(endorsement)
    return {
        "@context": [
            sealing.VC_CONTEXT,
            sealing.OB_CONTEXT,
            sealing.OB_EXTENSIONS,
        ],
        "id": absolute(endorsement.get_absolute_url()),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": name,
        "issuer": profile(endorsement.organisation),
        "awardedDate": stamp(endorsement.decided_at),
        "validFrom": stamp(endorsement.decided_at),
        "credentialSubject": {
            "id": subject_id(endorsement),
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
        "credentialStatus": status_entry(
            endorsement.status_list, endorsement.status_index
        ),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def said(endorsement: Endorsement) -> str:
    """What the organisation says, in one text: what it accepts it for, and its words.

    In the language that is active.
    """
    sentences = {
        Kind.ENDORSES: "",
        Kind.INTERVIEW: _("We accept this badge for an interview."),
        Kind.CREDIT: _("We accept this badge as credit towards a qualification."),
        Kind.PAY: _("We accept this badge for a pay step."),
        Kind.OTHER: _("We accept this badge."),
    }
    words = (sentences[Kind(endorsement.kind)], endorsement.comment)
    return "\n\n".join(filter(None, words))


def subject_id(endorsement: Endorsement) -> str:
    """The id of what is endorsed, as signed credentials name it.

    Of a badge that is its newest version: a later one may ask for something else.
    """
    target = endorsement.target
    if isinstance(target, Issuer):
        return target.did
    if isinstance(target, Achievement):
        if target.current_version is None:
            raise ValueError("a badge that was never published")
        return absolute(target.current_version.get_absolute_url())
    return absolute(target.get_absolute_url())


def language_of(endorsement: Endorsement) -> str:
    """The language that the document's fixed words are in: the badge's own."""
    target = endorsement.target
    if isinstance(target, Achievement) and target.current_version:
        return target.current_version.language
    if not isinstance(target, Achievement | Issuer):
        return target.language or settings.LANGUAGE_CODE
    return settings.LANGUAGE_CODE
