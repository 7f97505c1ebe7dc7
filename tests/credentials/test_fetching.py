"""Reading from other sites: which addresses, and how little of an answer."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any

import pytest

from credentials import fetching
from credentials.fetching import CouldNotRead, dns_name, fetch, is_public
from tests.credentials.loopback import HERE, HOST, naming, serving, text

FILE = f"https://{HOST}/.well-known/cairn.txt"
PLAIN = ("text/plain",)

# Written as a text, not as a list of forty lines.
_BAD = """
127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254
100.64.0.1 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1
224.0.0.1 240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::7f00:1
2002:7f00:1:: 2001::1 fe80::1 fec0::1 fc00::1 ff02::1 2001:db8::1 3fff::1 5f00::1
"""
BAD = _BAD.split()
GOOD = (
    *("8.8.8.8", "93.184.215.14", "2606:4700:4700::1111"),
    *("2a00:1450:4001:81b::200e", "::ffff:8.8.8.8"),
)


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_is_not_of_the_public_network_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", GOOD)
def test_an_address_of_the_public_network_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/",
        f"ftp://{HOST}/",
        f"https://{HOST}:8443/",
        f"https://{HOST}:0/",
        f"https://{HOST}:x/",
        f"https://user@{HOST}/",
        f"https://{HOST}\\@127.0.0.1/",
        f"https://{HOST}/a b",
        f"https://{HOST}/\r\nHost: inside",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://harbour.0x7f/",
        "https://2130706433/",
        "https://[::1]/",
        "https://①②⑦.⓪.⓪.①/",
        "https://localhost/",
        "https:///",
        "https://[",
        "https://-bad.example/",
        "file:///etc/passwd",
    ],
)
def test_an_address_of_another_form_is_not_even_looked_up(url: str) -> None:
    looked_up: list[str] = []

    def look_up(host: str) -> list[Any]:
        looked_up.append(host)
        return []

    with pytest.raises(CouldNotRead):
        fetch(url, kinds=PLAIN, network=fetching.Network(look_up=look_up))

    assert not looked_up


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Harbour.Example.", "harbour.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_name_is_read_as_dns_has_it(typed: str, name: str) -> None:
    assert dns_name(typed) == name


def test_an_answer_is_read_from_the_address_that_was_looked_at(tmp_path: Any) -> None:
    """The name exists nowhere: only the checked address can have led there."""
    looked_up: list[str] = []
    checked: list[Any] = []

    def look_up(host: str) -> list[Any]:
        looked_up.append(host)
        return [HERE]

    def is_allowed(address: Any) -> bool:
        checked.append(address)
        return True

    with serving(tmp_path, text("hello")) as site:
        network = site.network(look_up=look_up, is_allowed=is_allowed)
        answer = fetch(f"{FILE}?a=1", kinds=PLAIN, network=network)

    assert (answer.body, answer.content_type) == (b"hello", "text/plain")
    assert looked_up == [HOST]
    assert checked == [HERE]
    ((path, headers),) = site.asked
    assert path == "/.well-known/cairn.txt?a=1"
    assert headers["Host"] == HOST
    assert headers["Accept-Encoding"] == "identity"
    assert "Cookie" not in headers


def test_one_wrong_address_among_good_ones_is_enough_to_refuse(tmp_path: Any) -> None:
    addresses = [HERE, ip_address("10.0.0.1")]
    with serving(tmp_path, text("hello")) as site:
        network = site.network(
            look_up=lambda _host: addresses, is_allowed=lambda each: each == HERE
        )
        with pytest.raises(CouldNotRead):
            fetch(FILE, kinds=PLAIN, network=network)

    assert not site.asked


def test_this_machine_is_refused_without_a_rule_that_lets_it_in(tmp_path: Any) -> None:
    with serving(tmp_path, text("hello")) as site:
        network = site.network(is_allowed=is_public)
        with pytest.raises(CouldNotRead):
            fetch(FILE, kinds=PLAIN, network=network)

    assert not site.asked


def test_proxies_of_the_environment_are_not_asked(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")

    with serving(tmp_path, text("hello")) as site:
        assert fetch(FILE, kinds=PLAIN, network=site.network()).body == b"hello"


def test_a_certificate_of_another_name_is_refused(tmp_path: Any) -> None:
    with (
        serving(tmp_path, text("hello"), host="other.example") as site,
        pytest.raises(CouldNotRead),
    ):
        fetch(FILE, kinds=PLAIN, network=site.network())

    assert not site.asked


def _redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "https://127.0.0.1/inside")
    handler.send_header("Content-Type", "text/plain")
    handler.end_headers()


def _compressed(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(b"bomb")


def _endless(handler: BaseHTTPRequestHandler) -> None:
    """No length is said; the client hangs up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.end_headers()
    for _piece in range(64):
        handler.wfile.write(b"x" * 65536)


def _nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


@pytest.mark.parametrize(
    "respond",
    [
        _redirect,
        _compressed,
        _endless,
        _nonsense,
        text("{}", "application/json"),
        text("x" * (fetching.MOST_BYTES + 1)),
    ],
)
def test_whatever_else_is_answered_is_refused_in_the_same_way(
    tmp_path: Any, respond: Any
) -> None:
    with (
        serving(tmp_path, respond) as site,
        pytest.raises(CouldNotRead) as refused,
    ):
        fetch(FILE, kinds=PLAIN, network=site.network())

    assert len(site.asked) == 1
    assert str(refused.value) == ""


def test_the_longest_answer_is_read_whole(tmp_path: Any) -> None:
    with serving(tmp_path, text("x" * fetching.MOST_BYTES)) as site:
        answer = fetch(FILE, kinds=PLAIN, network=site.network())

    assert len(answer.body) == fetching.MOST_BYTES


def test_all_of_an_answer_has_to_come_in_time(tmp_path: Any) -> None:
    """The limit of one read is long: what ends the waiting is the limit of all."""
    over = threading.Event()

    def begin(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.wfile.write(b"Content-Type: te")
        handler.wfile.flush()
        over.wait(30)

    with serving(tmp_path, begin) as site:
        network = site.network(read=30.0, total=0.3)
        try:
            with pytest.raises(CouldNotRead) as refused:
                fetch(FILE, kinds=PLAIN, network=network)
        finally:
            over.set()

    assert isinstance(refused.value.__cause__, TimeoutError)


def test_nothing_that_listens_is_refused_in_the_same_way(tmp_path: Any) -> None:
    with serving(tmp_path, text("")) as site:
        network = site.network()

    with pytest.raises(CouldNotRead):
        fetch(FILE, kinds=PLAIN, network=network)


def test_names_and_texts_are_asked_of_a_name_server() -> None:
    table = {
        (HOST, "A"): ["93.184.215.14"],
        (HOST, "AAAA"): ["2606:4700:4700::1111"],
        (HOST, "TXT"): ['"v=spf1 -all"', '"cairn-verification=" "abc"'],
    }

    with naming(table) as asked:
        addresses = fetching.look_up(HOST)
        records = fetching.text_records(HOST)
        assert fetching.text_records("nothing.example") == []
        with pytest.raises(CouldNotRead):
            fetching.look_up("nothing.example")

    assert addresses == [ip_address(each) for each in ("93.184.215.14", GOOD[2])]
    assert sorted(records) == ["cairn-verification=abc", "v=spf1 -all"]
    assert all(each.startswith((f"{HOST}.", "nothing.example.")) for each in asked)


def test_a_name_server_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "LOOK_UP", 0.2)

    with naming(None) as asked:
        for question in (fetching.look_up, fetching.text_records):
            with pytest.raises(CouldNotRead):
                question(HOST)

    assert asked


def test_the_default_is_the_public_network_and_nothing_else() -> None:
    network = fetching.Network()

    assert network.is_allowed is is_public
    assert network.look_up is fetching.look_up
    assert network.port == 443
    assert network.tls.check_hostname
    assert (network.connect, network.read, network.total) == (3, 5, 10)
