"""Where a credential says that it comes from: the place it names, or its key."""

from __future__ import annotations

DID_KEY = "did:key:"


def key_end(issuer: str) -> str:
    """The last four characters of an issuer that is a key; empty for others."""
    return issuer[-4:] if issuer.startswith(DID_KEY) else ""


def origin_of(issuer: str, host: str) -> str:
    """A domain, or the end of a key, or nothing.

    Nothing proves the domain that an issuer names who is a key: pages say so.
    """
    end = key_end(issuer)
    return host or (f"…{end}" if end else "")
