"""Whose credential it is: the identity in the file against the addresses of a person.

Open Badges hash an e-mail as ``sha256$`` and the hexadecimal digest of address and
salt, salt last (2.0, *IdentityHash*; 3.0, *IdentityObject*). Nobody lower-cases alike,
so an address is tried as it is kept and in lower case.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from credentials.elsewhere import words

NAME_LENGTH = 200
#: No badge names its holder in more ways; each costs a few digests to compare.
MOST_IDENTITIES = 20
#: The second is no proof of anything, and old badges have it.
_HASHES: dict[str, Callable[[bytes], Any]] = {
    "sha256": hashlib.sha256,
    "md5": partial(hashlib.md5, usedforsecurity=False),
}
_MAILTO = "mailto:"


class MadeOut(StrEnum):
    """What comes out of comparing."""

    TO_ADDRESS = "address"
    TO_ANOTHER = "another"
    TO_NOBODY = "nobody"  # nothing in it can be compared


@dataclass(frozen=True, slots=True)
class Identity:
    """An e-mail address, in the open or as a digest with its salt."""

    value: str
    salt: str = ""
    is_hashed: bool = False

    def is_of(self, address: str) -> bool:
        """Whether this stands for the address."""
        spellings = {address, address.lower()}
        if not self.is_hashed:
            return self.value.strip().lower() == address.lower()
        name, _, digest = self.value.partition("$")
        make = _HASHES.get(name.lower())
        if make is None:
            return False
        return any(
            hmac.compare_digest(
                make(f"{each}{self.salt}".encode()).hexdigest().encode(),
                digest.lower().encode(),
            )
            for each in spellings
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a file names: addresses to compare, and a name that proves nothing."""

    identities: tuple[Identity, ...] = ()
    name: str = ""

    @classmethod
    def of_open_badges_2(cls, claims: Any) -> Recipient:
        """The recipient of an assertion: one identity, of a type."""
        recipient = words.mapping(claims.get("recipient"))
        if str(words.first(recipient.get("type"))).lower() != "email":
            return cls()
        return cls(tuple(_identities(recipient, recipient.get("identity"))))

    @classmethod
    def of_open_badges_3(cls, subject: Any) -> Recipient:
        """The subject of a credential: identifiers of many types, and an id."""
        found: list[Identity] = []
        name = ""
        for entry in list(words.several(subject.get("identifier")))[:MOST_IDENTITIES]:
            row = words.mapping(entry)
            kind = str(words.first(row.get("identityType"))).lower()
            if kind in {"emailaddress", "email"}:
                found.extend(_identities(row, row.get("identityHash")))
            elif kind == "name" and not row.get("hashed"):
                name = words.line(row.get("identityHash"), max_length=NAME_LENGTH)
        own = words.identifier_of(subject)
        if own.lower().startswith(_MAILTO):
            found.append(Identity(own[len(_MAILTO) :]))
        return cls(tuple(found), name)

    def compare(self, addresses: Collection[str]) -> MadeOut:
        """Tell whether it is made out to one of a person's addresses."""
        if not self.identities:
            return MadeOut.TO_NOBODY
        own = any(one.is_of(each) for one in self.identities for each in addresses)
        return MadeOut.TO_ADDRESS if own else MadeOut.TO_ANOTHER

    @property
    def address(self) -> str:
        """The address that stands in it for all to read; empty when it is hashed."""
        for identity in self.identities:
            value = identity.value.strip()
            if not identity.is_hashed and len(value) <= 254:
                try:
                    validate_email(value)
                except ValidationError:
                    continue
                return value
        return ""


def _identities(row: Any, value: object) -> Iterator[Identity]:
    value = words.first(value)
    if not isinstance(value, str) or not value or len(value) > 500:
        return
    salt = row.get("salt")
    is_hashed = bool(row.get("hashed")) or value.lower().startswith(("sha256$", "md5$"))
    yield Identity(value, salt if isinstance(salt, str) else "", is_hashed)
