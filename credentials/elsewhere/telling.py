"""What a credential from elsewhere says of itself, as plain values.

Open Badges 2.0 and 3.0 say the same things in other places (3.0, appendix on 2.0). The
words are anybody's: they are shown as what the file says, never as what is so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials import sealing, tokens
from credentials.elsewhere import words
from credentials.elsewhere.origins import DID_KEY, origin_of
from credentials.elsewhere.proofs import claims_of
from credentials.elsewhere.recipients import Recipient
from credentials.reading import Found

TITLE_LENGTH = 100
ISSUER_LENGTH = 120
IDENTIFIER_LENGTH = 2000
DESCRIPTION_LENGTH = 2000
CRITERIA_LENGTH = 4000
ALIGNMENTS = 40

#: How sites like this one write a level of our scale beside a skill: (2/4).
_LEVEL = re.compile(r"\(([1-4])/4\)\s*$")
_SCHEME = re.compile(r"^[a-z]+://", re.IGNORECASE)

type Json = Mapping[str, Any]


class NotABadge(Exception):
    """It is signed data of another kind, or says too little to be kept.

    ``is_address`` when it only names the page where the badge is kept.
    """

    def __init__(self, *, is_address: bool = False) -> None:
        super().__init__("no badge")
        self.is_address = is_address


@dataclass(frozen=True, slots=True)
class Alignment:
    """A skill that the badge stands for, in somebody's framework."""

    uri: str
    name: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """A credential in its own words. ``host`` is the place that it names.

    Identifiers are kept as they stand (they are compared, and shown to nobody but as
    text); everything else is clean and short.
    """

    title: str
    issuer: str
    issuer_name: str
    host: str
    identifier: str
    issued_at: datetime
    valid_until: datetime | None
    recipient: Recipient
    holder_name: str
    description: str
    criteria: str
    criteria_address: str
    alignments: tuple[Alignment, ...]
    image: str

    @property
    def origin(self) -> str:
        """Where it says that it comes from; see ``origins``."""
        return origin_of(self.issuer, self.host)


def told_by(found: Found) -> Told:
    """Read a credential of either standard. Raises NotABadge."""
    if found.kind == "ob2":
        return _of_open_badges_2(found)
    return _of_open_badges_3(found)


def _of_open_badges_3(found: Found) -> Told:
    claims = claims_of(found)
    subject = words.mapping(claims.get("credentialSubject"))
    badge = words.mapping(subject.get("achievement"))
    if not badge and "ClrCredential" not in set(words.several(claims.get("type"))):
        raise NotABadge
    issuer = sealing.issuer_of(claims) or ""
    identifier = _identifier(claims.get("id"), found)
    criteria = words.mapping(badge.get("criteria"))
    recipient = Recipient.of_open_badges_3(subject)
    return Told(
        title=_title(claims.get("name") or badge.get("name"), issuer, identifier),
        issuer=_own_identifier(issuer),
        issuer_name=_name(claims.get("issuer")),
        host=_host(issuer, identifier, badge),
        identifier=identifier,
        issued_at=_issued(claims, "validFrom", "issuanceDate", "awardedDate"),
        valid_until=_end(claims, "validUntil", "expirationDate"),
        recipient=recipient,
        holder_name=recipient.name,
        description=_description(badge.get("description") or claims.get("description")),
        criteria=_criteria(criteria.get("narrative")),
        criteria_address=words.web_address(criteria.get("id")),
        alignments=tuple(_alignments(badge)),
        image=words.identifier_of(badge.get("image")),
    )


def _of_open_badges_2(found: Found) -> Told:
    claims = _assertion(found)
    badge, where = words.mapping(claims.get("badge")), claims.get("badge")
    issuer = words.identifier_of(badge.get("issuer"))
    identifier = _identifier(claims.get("id") or claims.get("uid"), found)
    criteria = badge.get("criteria")
    narrative = words.mapping(criteria).get("narrative") or claims.get("narrative")
    badge_id = words.identifier_of(where)
    return Told(
        title=_title(badge.get("name"), badge_id, issuer, identifier),
        issuer=_own_identifier(issuer or badge_id),
        issuer_name=_name(badge.get("issuer")),
        host=_host(issuer or badge_id, identifier, badge),
        identifier=identifier,
        issued_at=_issued(claims, "issuedOn"),
        valid_until=_end(claims, "expires"),
        recipient=Recipient.of_open_badges_2(claims),
        holder_name="",
        description=_description(badge.get("description")),
        criteria=_criteria(narrative),
        criteria_address=words.web_address(words.identifier_of(criteria)),
        alignments=tuple(_alignments(badge)),
        image=words.identifier_of(badge.get("image")),
    )


def _assertion(found: Found) -> Json:
    """The assertion in the open or in a JWS; an address alone tells nothing."""
    if found.document is not None:
        return found.document
    jws = found.jwt or found.raw.decode("ascii", "replace")
    claims = tokens.claimed_document(jws) if jws.count(".") == 2 else {}
    if "recipient" not in claims and "badge" not in claims:
        raise NotABadge(is_address=True)
    return claims


def _identifier(value: object, found: Found) -> str:
    """What the file calls itself; the digest of one that has no name."""
    own = _own_identifier(value)
    return own or f"sha256:{hashlib.sha256(found.raw).hexdigest()}"


def _own_identifier(value: object) -> str:
    """An identifier as it stands: equal after trimming (Open Badges 3.0, equality).

    Raises NotABadge for one that no database and no person could take.
    """
    if not isinstance(value, str):
        return ""
    value = value.strip()
    if len(value) > IDENTIFIER_LENGTH or value != words.line(
        value, max_length=IDENTIFIER_LENGTH
    ):
        raise NotABadge
    return value


def _title(value: object, *otherwise: str) -> str:
    """Its name; else the address of the badge, which is all that such files say."""
    for each in (value, *(_SCHEME.sub("", one) for one in otherwise)):
        if title := words.line(each, max_length=TITLE_LENGTH):
            return title
    raise NotABadge


def _name(issuer: object) -> str:
    name = words.mapping(issuer).get("name")
    return words.line(name, max_length=ISSUER_LENGTH)


def _host(issuer: str, identifier: str, badge: Json) -> str:
    """The place that it names. For an issuer that is a key, nothing proves it."""
    places = [issuer, identifier, words.identifier_of(badge.get("id"))]
    if issuer.startswith(DID_KEY):
        places = places[1:]
    return next((host for each in places if (host := words.host_of(each))), "")


def _issued(claims: Json, *names: str) -> datetime:
    found = (words.moment(claims[name]) for name in names if name in claims)
    moment = next((each for each in found if each), None)
    if moment is None:
        raise NotABadge
    return moment


def _end(claims: Json, *names: str) -> datetime | None:
    """When it ends. An end that nobody will live to see is none."""
    given = [claims[name] for name in names if claims.get(name) not in (None, "")]
    return words.moment(given[0]) if given else None


def _description(value: object) -> str:
    return words.text(value, max_length=DESCRIPTION_LENGTH)


def _criteria(value: object) -> str:
    return words.text(value, max_length=CRITERIA_LENGTH)


def _alignments(badge: Json) -> Iterator[Alignment]:
    """Skills by their addresses, each once. Open Badges 2.0 has the same names."""
    seen: set[str] = set()
    for entry in list(words.several(badge.get("alignment")))[:ALIGNMENTS]:
        row = words.mapping(entry)
        level = _LEVEL.search(words.line(row.get("targetDescription"), max_length=500))
        name = words.line(row.get("targetName"), max_length=ISSUER_LENGTH)
        for value in (row.get("targetUrl"), row.get("targetCode")):
            uri = words.line(value, max_length=500)
            if uri and uri == value and "://" in uri and uri not in seen:
                seen.add(uri)
                yield Alignment(uri, name, int(level[1]) if level else 1)
