"""A web server and a name server on this machine, for what reads other sites.

The rule about addresses refuses this machine, as it must: tests of everything else give
``fetching.Network`` a rule of their own, the server's port and its certificate.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.message
import dns.resolver
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from credentials.fetching import Network

HOST = "harbour.example"
HERE = ip_address("127.0.0.1")

type Respond = Callable[[BaseHTTPRequestHandler], None]


def certificate(folder: Path, host: str = HOST) -> Path:
    """A key and a certificate for a host that it signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@dataclass
class Site:
    """A site on this machine. ``respond`` writes each answer; requests are kept."""

    respond: Respond
    port: int = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    trusted: Path = Path()

    def network(self, **other: Any) -> Network:
        """A network in which its name leads here, and in which that is allowed."""
        tls = ssl.create_default_context(cafile=str(self.trusted))
        values: dict[str, Any] = {
            "look_up": lambda _host: [HERE],
            "text_records": lambda _name: [],
            "is_allowed": lambda _address: True,
            "port": self.port,
            "tls": tls,
        }
        return Network(**{**values, **other})


def text(body: str, kind: str = "text/plain; charset=utf-8") -> Respond:
    """Answer 200 with a text."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        content = body.encode()
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return respond


@contextmanager
def serving(folder: Path, respond: Respond, host: str = HOST) -> Iterator[Site]:
    """Serve until the block ends."""
    site = Site(respond, trusted=certificate(folder, host))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            site.respond(self)

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: Any) -> None:
            pass  # a client that hangs up is what these tests are about

    server = Server((str(HERE), 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(site.trusted)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def naming(records: dict[tuple[str, str], list[str]] | None) -> Iterator[list[str]]:
    """Answer questions about names from a table; None answers nothing at all.

    A name without any entry does not exist. Out: the names that were asked for.
    """
    import socket

    asked: list[str] = []
    end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    end.bind((str(HERE), 0))

    def answer() -> None:
        while True:
            wire, client = end.recvfrom(4096)
            if wire == b"end":
                return
            query = dns.message.from_wire(wire)
            (question,) = query.question
            asked.append(question.to_text())
            if records is None:
                continue
            end.sendto(_answer(query, question, records).to_wire(), client)

    thread = threading.Thread(target=answer)
    thread.start()
    before = dns.resolver.default_resolver
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [str(HERE)], end.getsockname()[1]
    dns.resolver.default_resolver = resolver
    try:
        yield asked
    finally:
        dns.resolver.default_resolver = before
        end.sendto(b"end", end.getsockname())
        thread.join()
        end.close()


def _answer(
    query: dns.message.Message, question: Any, records: dict[tuple[str, str], list[str]]
) -> dns.message.Message:
    import dns.rcode
    import dns.rdatatype

    response = dns.message.make_response(query)
    name = question.name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(question.rdtype)
    if not any(known == name for known, _kind in records):
        response.set_rcode(dns.rcode.NXDOMAIN)
    if values := records.get((name, kind)):
        response.answer.append(
            dns.rrset.from_text(question.name, 60, "IN", kind, *values)
        )
    return response
