"""Reading from other sites: the one place that opens connections and asks name servers.

Called in jobs only, never while a page is waited for. What is asked for is written by
people whom nobody knows, so that nothing of it is believed: the name is looked up once,
every address it has must lie in the public network, and the connection goes to the very
address that was looked at. A name that changes its mind between the two (DNS rebinding)
changes nothing. Redirects are not followed, proxies of the environment not asked.

Whoever catches ``CouldNotRead`` says one sentence for all of it: what it was that
failed would tell people about machines that they cannot see.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any
from urllib.parse import urlsplit

import dns.exception
import dns.resolver

#: Bytes of an answer; what is longer is not read to its end.
MOST_BYTES = 1024 * 1024
#: Seconds: for a connection, for one piece of the answer, and for all of it.
CONNECT, READ, TOTAL = 3.0, 5.0, 10.0
LOOK_UP = 3.0
MOST_ADDRESSES = 16
MOST_RECORDS = 50
HTTPS = 443

type Address = IPv4Address | IPv6Address

#: Not every one of these is other than global for Python's ``ipaddress``: tunnels and
#: translations that lead to addresses inside, and ranges of documentation and tests.
_REFUSED: Sequence[IPv4Network | IPv6Network] = [
    ip_network(each)
    for each in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10"),
        *("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("3fff::/20", "5f00::/16"),
    )
]
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_UNWRITTEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


class CouldNotRead(Exception):
    """It was not read. Why is for no page, no mail and no log."""


def is_public(address: Address) -> bool:
    """Whether an address lies in the public network, behind none of its back doors."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_loopback
        and not address.is_link_local
        and not address.is_unspecified
        and not any(
            address in each for each in _REFUSED if each.version == address.version
        )
    )


def look_up(host: str) -> list[Address]:
    """All addresses of a DNS name. Raises CouldNotRead when there is none in time."""
    end = time.monotonic() + LOOK_UP
    found: list[Address] = []
    for kind in ("A", "AAAA"):
        records = _records(host, kind, end - time.monotonic())
        found += [ip_address(record.address) for record in records]
    if not found:
        raise CouldNotRead
    return found[:MOST_ADDRESSES]


def text_records(name: str) -> list[str]:
    """Return the TXT records of a DNS name, none when it has none.

    Raises CouldNotRead when no name server answered in time.
    """
    records = _records(name, "TXT", LOOK_UP)
    return [
        b"".join(record.strings).decode("utf-8", "replace")
        for record in records[:MOST_RECORDS]
    ]


@dataclass(frozen=True, slots=True)
class Network:
    """How names and addresses are found, and which of these may be connected to.

    Tests that run a server of their own on this machine give another one, with its
    port, its certificate and a rule that lets it in; nothing else does.
    """

    look_up: Callable[[str], Sequence[Address]] = look_up
    text_records: Callable[[str], Sequence[str]] = text_records
    is_allowed: Callable[[Address], bool] = is_public
    port: int = HTTPS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    connect: float = CONNECT
    read: float = READ
    total: float = TOTAL


@dataclass(frozen=True, slots=True)
class Answer:
    """What another site answered: its bytes, and what it says they are."""

    body: bytes
    content_type: str


def dns_name(text: str) -> str:
    """Return a host as DNS has it: ASCII, small letters, at least two labels.

    Raises ValueError for addresses in numbers, single labels and what is no name.
    """
    try:
        name = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError from error
    labels = name.split(".")
    is_name = all(_LABEL.fullmatch(label) for label in labels) and len(name) <= 253
    # The last label of a name has a letter; numbers alone are an address.
    if not is_name or len(labels) < 2 or not re.search("[a-z]", labels[-1]):
        raise ValueError
    if re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        raise ValueError
    return name


def fetch(url: str, *, kinds: Sequence[str], network: Network | None = None) -> Answer:
    """Read an ``https`` address that answers 200 with one of these media types.

    Raises CouldNotRead for whatever else happens, and for an answer of more than
    ``MOST_BYTES`` bytes.
    """
    network = network or Network()
    end = time.monotonic() + network.total
    host, target = _parts(url)
    address = _address_of(host, network)
    try:
        return _read(_Asked(host, target, address, end), kinds, network)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CouldNotRead from error


@dataclass(frozen=True, slots=True)
class _Asked:
    host: str
    target: str
    address: Address
    end: float


def _parts(url: str) -> tuple[str, str]:
    """The host of an address as DNS has it, and what to ask it for."""
    if _UNWRITTEN.search(url) or not url.isascii():
        raise CouldNotRead
    try:
        parts = urlsplit(url)
        host, port = dns_name(parts.hostname or ""), parts.port
    except ValueError as error:
        raise CouldNotRead from error
    if parts.scheme != "https" or port not in {None, HTTPS} or "@" in parts.netloc:
        raise CouldNotRead
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _address_of(host: str, network: Network) -> Address:
    """The address to connect to, once every one that the name has passed the rule."""
    addresses = list(network.look_up(host))
    if not addresses or not all(network.is_allowed(each) for each in addresses):
        raise CouldNotRead
    return addresses[0]


def _records(name: str, kind: str, seconds: float) -> list[Any]:
    """The records of a name. The names of the machine's own network are not tried."""
    try:
        answer = dns.resolver.resolve(
            f"{name}.", kind, lifetime=max(seconds, 0.01), search=False
        )
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise CouldNotRead from error
    return list(answer)


class _Limited(ssl.SSLSocket):
    """A socket whose every read ends in time, and all of them together too.

    A time limit of the socket alone begins anew with each byte that drips in.
    """

    end: float
    longest: float

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(self.longest, left))
        return super().recv_into(*args, **kwargs)


def _read(asked: _Asked, kinds: Sequence[str], network: Network) -> Answer:
    connection = http.client.HTTPSConnection(asked.host)
    with closing(connection):
        # Connected already: the library does not look the name up again.
        connection.sock = _connected(asked, network)
        headers = {
            "Accept": ", ".join(kinds),
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "Cairn",
        }
        connection.request("GET", asked.target, headers=headers)
        with connection.getresponse() as response:
            kind = response.headers.get_content_type()
            encoding = response.headers.get("Content-Encoding", "identity")
            if response.status != 200 or kind not in kinds or encoding != "identity":
                raise CouldNotRead
            body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise CouldNotRead
    return Answer(body, kind)


def _connected(asked: _Asked, network: Network) -> _Limited:
    """A connection to the checked address, with the name's certificate checked."""
    raw = socket.create_connection(
        (str(asked.address), network.port), timeout=network.connect
    )
    try:
        raw.settimeout(min(network.read, max(asked.end - time.monotonic(), 0.01)))
        network.tls.sslsocket_class = _Limited
        secured = network.tls.wrap_socket(raw, server_hostname=asked.host)
    except BaseException:
        raw.close()
        raise
    assert isinstance(secured, _Limited)  # noqa: S101 - as it was asked for above
    secured.end, secured.longest = asked.end, network.read
    return secured
