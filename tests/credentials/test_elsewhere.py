"""What another site's file says, whose it is, and what its signature is worth."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest

from credentials import keys, reading
from credentials.elsewhere import proofs, telling, words
from credentials.elsewhere.proofs import Signature, Why
from credentials.elsewhere.recipients import Identity, MadeOut, Recipient
from tests.credentials.elsewhere_samples import (
    HOST,
    SKILL,
    Site,
    as_file,
    hosted,
    identity,
)

MEI = "mei@people.example.org"


@pytest.fixture(scope="module")
def site():
    return Site()


def examine(data):
    return proofs.examine(reading.find_credential(data))


def told(data):
    return telling.told_by(reading.find_credential(data))


# Signatures


def test_a_did_key_vouches_for_its_own_document(site):
    found = examine(site.file())

    assert (found.signature, found.key) == (Signature.GOOD, site.did)
    assert found.key_words == site.did[-4:]


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256"])
def test_a_did_key_vouches_for_its_own_token(algorithm):
    assert examine(Site(algorithm).token()).signature == Signature.GOOD


def test_a_list_of_withdrawals_that_nobody_reads_is_remembered(site):
    status = {
        "id": f"https://{HOST}/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": f"https://{HOST}/status/1",
    }

    found = examine(site.file(credentialStatus=status))

    assert found.signature == Signature.GOOD
    assert found.has_status


CHANGES = {
    "a word": lambda d: d.update(name="Doctor of everything"),
    "the first day": lambda d: d.update(validFrom="2020-01-01T00:00:00Z"),
    "its end": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "the issuer's name": lambda d: d["issuer"].update(name="Harvard"),
    "whose it is": lambda d: d["credentialSubject"].update(
        identifier=[identity("eve@people.example.org")]
    ),
    "the signature": lambda d: d["proof"].update(proofValue="z" + "1" * 86),
    "the signature's length": lambda d: d["proof"].update(proofValue="z2"),
    "another key": lambda d: d["proof"].update(verificationMethod=Site().method),
    "another issuer": lambda d: d["issuer"].update(id=Site().did),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_broken(site, what):
    document = site.signed(MEI)
    CHANGES[what](document)

    assert examine(as_file(document)).signature == Signature.BROKEN


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d["issuer"].update(id=f"did:web:{HOST}"), Why.KEYS_ELSEWHERE),
        (lambda d: d["issuer"].update(id=f"https://{HOST}"), Why.KEYS_ELSEWHERE),
        (lambda d: d.update(issuer="did:key:zNoKey"), Why.UNKNOWN_FORM),
        (lambda d: d.pop("proof"), Why.HOSTED),
        (lambda d: d["proof"].update(cryptosuite="bbs-2023"), Why.UNKNOWN_FORM),
        (lambda d: d.update(proof=[d["proof"], d["proof"]]), Why.UNKNOWN_FORM),
        (lambda d: d["@context"].append("https://evil.example/"), Why.UNKNOWN_FORM),
        (lambda d: d.update(unsigned="words"), Why.MORE_THAN_SIGNED),
    ],
)
def test_what_cannot_be_checked_offline_is_not_called_good(site, change, why):
    document = site.signed()
    change(document)

    found = examine(as_file(document))

    assert (found.signature, found.why) == (Signature.UNCHECKED, why)


def test_a_changed_token_is_broken(site):
    head, body, _ = site.token().split(b".")
    other = Site().token().split(b".")

    assert examine(b".".join([head, body, other[2]])).signature == Signature.BROKEN


@pytest.mark.parametrize(
    ("header", "signature"),
    [
        ({"typ": "JWT"}, Signature.GOOD),  # the issuer is the key: none is named
        ({"kid": Site().method}, Signature.BROKEN),
        ({"kid": "#1"}, Signature.BROKEN),
        ({"x5u": "https://evil.example/"}, Signature.UNCHECKED),
        ({"jwk": {"kty": "OKP"}}, Signature.UNCHECKED),
        ({"typ": "JWT", "crit": ["exp"]}, Signature.UNCHECKED),
    ],
)
def test_the_header_of_a_token_names_no_other_key(site, header, signature):
    assert examine(site.token(header=header)).signature == signature


def test_a_claim_that_says_something_else_is_broken(site):
    badge = site.badge()
    token = jwt.encode(
        badge | {"iss": site.did, "jti": "https://evil.example/1"},
        site.key.signer(),
        algorithm="EdDSA",
        headers={"kid": site.method},
    )

    assert examine(token.encode()).signature == Signature.BROKEN


def test_a_token_of_another_algorithm_than_its_key_is_not_read():
    token = Site("P-256").token().split(b".")
    other = Site().token().split(b".")

    assert examine(b".".join([other[0], token[1], token[2]])).signature != (
        Signature.GOOD
    )


@pytest.mark.parametrize("did", ["did:key:", "did:key:z", "did:key:z6Mk\x00", "x"])
def test_what_is_no_did_key_is_no_key(did):
    with pytest.raises(keys.UnreadableKey):
        keys.public_key_of(did)


@pytest.mark.skipif("STANDARDS_DIR" not in os.environ, reason="needs STANDARDS_DIR")
def test_badges_of_others_are_read_and_none_is_called_good_without_its_keys():
    folder = Path(os.environ["STANDARDS_DIR"]) / "vectors/1edtech-validator/ob30"
    seen = 0
    for file in sorted(folder.glob("simple*.*")):
        found = reading.find_credential(file.read_bytes())
        assert proofs.examine(found).signature == Signature.UNCHECKED, file.name
        seen += 1

    assert seen > 20


@pytest.mark.skipif("STANDARDS_DIR" not in os.environ, reason="needs STANDARDS_DIR")
def test_documents_that_others_signed_with_a_did_key_verify():
    file = Path(os.environ["STANDARDS_DIR"]) / "vectors/own/eddsa-rdfc-2022-signed.json"
    signed = json.loads(file.read_text())[:3]

    found = [examine(as_file(document)) for document in signed]

    assert [each.signature for each in found] == [Signature.GOOD] * 3


# Words


def test_an_open_badge_3_tells_what_it_is(site):
    found = told(site.file(MEI, validUntil="2027-03-02T09:00:00Z"))

    assert found.title == "Food hygiene, level 2"
    assert (found.issuer, found.issuer_name) == (site.did, "Kitchen Skills")
    assert (found.host, found.origin) == (HOST, HOST)
    assert found.identifier == f"https://{HOST}/credentials/1"
    assert found.issued_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found.valid_until == datetime(2027, 3, 2, 9, tzinfo=UTC)
    assert (found.description, found.criteria) == (
        "Keeps a kitchen safe.",
        "Passed the test.",
    )
    assert found.alignments == (telling.Alignment(SKILL, "Food safety", 2),)


def test_an_open_badge_2_tells_the_same_in_other_places():
    found = told(as_file(hosted(MEI, expires="2030-01-01")))

    assert found.title == "Food hygiene, level 2"
    assert (found.issuer, found.issuer_name) == (
        f"https://{HOST}/issuer",
        "Kitchen Skills",
    )
    assert found.host == HOST
    assert found.valid_until == datetime(2030, 1, 1, tzinfo=UTC)


def test_a_badge_that_is_only_named_by_its_address_has_that_as_title():
    document = hosted(MEI, badge=f"https://{HOST}/badges/hygiene")

    found = told(as_file(document))

    assert found.title == f"{HOST}/badges/hygiene"
    assert found.host == HOST


def test_what_is_signed_and_no_badge_is_not_taken_for_one(site):
    document = site.badge() | {"credentialSubject": {"id": "urn:uuid:1"}}

    with pytest.raises(telling.NotABadge):
        told(as_file(site.seal(document)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-08", datetime(2024, 3, 8, tzinfo=UTC)),
        ("2024-03-08T10:00:00+02:00", datetime(2024, 3, 8, 8, tzinfo=UTC)),
        (1709856000, datetime(2024, 3, 8, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (10**15, None),
        (True, None),
        (["2024-03-08"], None),
        ("2024-03-08" * 40, None),
    ],
)
def test_dates_are_dates_of_our_times_or_none(value, expected):
    assert words.moment(value) == expected


def test_hostile_words_are_made_plain_and_short():
    hostile = "\u202eevil\x00 <b>\n  title</b> " + "é" * 500

    line = words.line(hostile, max_length=60)

    assert len(line) <= 60
    assert line.startswith("evil <b> title</b> éé")
    assert line.endswith("…")
    assert words.text("a\n\n\n\n\x07b", max_length=50) == "a\n\nb"
    assert words.line({"en": "Hi"}, max_length=9) == "Hi"
    assert words.line({"nl": {"x": 1}}, max_length=9) == ""
    assert words.line(5, max_length=9) == ""


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("https://Kitchen-Skills.example/a", "kitchen-skills.example"),
        ("did:web:kitchen-skills.example:issuers:1", "kitchen-skills.example"),
        ("did:web:localhost%3A8000", ""),
        ("https://user@evil.example@kitchen.example/", "kitchen.example"),
        ("https://xn--kitchen.example/", "xn--kitchen.example"),
        ("https://küche.example/", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("did:key:z6Mk", ""),
        (None, ""),
    ],
)
def test_a_host_is_shown_only_if_it_reads_like_one(value, host):
    assert words.host_of(value) == host


def test_addresses_of_other_sites_are_https_or_nothing():
    assert words.web_address("https://a.example/x") == "https://a.example/x"
    for bad in ("http://a.example", "javascript:alert(1)", "https://", "//a", 5, None):
        assert words.web_address(bad) == ""


ODD: list[Any] = [
    None,
    True,
    5,
    -1.5,
    "",
    "x",
    [],
    [[]],
    {},
    {"id": 5},
    [None],
    "\x00",
    "a" * 5000,
    10**14,
]


@pytest.mark.parametrize("odd", ODD, ids=lambda value: repr(value)[:20])
def test_odd_values_anywhere_are_read_as_nothing_or_refused(site, odd):
    old, new = hosted(MEI), site.badge(MEI)
    badge, subject = old["badge"], new["credentialSubject"]
    names = ["name", "description", "criteria", "issuer", "alignment", "image", "id"]
    documents = [
        *(old | {name: odd} for name in old if name not in {"@context", "type"}),
        *(old | {"badge": badge | {name: odd}} for name in names),
        *(new | {name: odd} for name in new if name not in {"@context", "type"}),
        *(new | {"credentialSubject": subject | {name: odd}} for name in subject),
    ]
    for document in documents:
        try:
            found = told(as_file(document))
        except telling.NotABadge:
            continue
        for text in (found.title, found.issuer_name, found.description, found.host):
            assert "\x00" not in text
        assert 0 < len(found.title) <= 100
        assert len(found.identifier) <= 2000
        assert found.recipient.compare(["mei@a.example"]) != MadeOut.TO_ADDRESS

    assert len(documents) > 20


# Whose it is


def test_a_hashed_address_is_compared_as_it_is_and_in_lower_case():
    as_it_is = Recipient.of_open_badges_3({"identifier": [identity("Mei@A.example")]})
    lower = Recipient.of_open_badges_3({"identifier": identity("mei@a.example")})

    assert as_it_is.compare(["Mei@A.example"]) == MadeOut.TO_ADDRESS
    assert as_it_is.compare(["mei@a.example"]) == MadeOut.TO_ANOTHER
    assert lower.compare(["other@a.example", "Mei@A.example"]) == MadeOut.TO_ADDRESS
    assert lower.address == ""


def test_older_hashes_and_plain_addresses_are_read():
    digest = hashlib.md5(b"mei@a.examplesalt", usedforsecurity=False).hexdigest()
    old = Identity(f"md5${digest}", "salt", is_hashed=True)
    plain = Recipient.of_open_badges_2(
        hosted("Mei@a.example", hashed=False, expires="")
    )

    assert old.is_of("mei@a.example")
    assert not Identity("sha1$00", "", is_hashed=True).is_of("mei@a.example")
    assert plain.compare(["mei@A.example"]) == MadeOut.TO_ADDRESS
    assert plain.address == "Mei@a.example"


def test_a_name_proves_nothing():
    named = {
        "identifier": [
            {"identityType": "name", "hashed": False, "identityHash": "Mei Tan"}
        ]
    }

    found = Recipient.of_open_badges_3(named)

    assert found.name == "Mei Tan"
    assert found.compare(["mei@a.example"]) == MadeOut.TO_NOBODY


def test_one_of_several_addresses_is_enough():
    found = Recipient.of_open_badges_3(
        {"id": "mailto:old@a.example", "identifier": [identity("mei@a.example")]}
    )

    assert found.compare(["mei@a.example"]) == MadeOut.TO_ADDRESS
    assert found.compare(["eve@a.example"]) == MadeOut.TO_ANOTHER
    assert found.address == "old@a.example"


def test_an_address_that_is_none_is_repeated_to_nobody():
    found = Recipient.of_open_badges_2(hosted("<script>@x", hashed=False))

    assert found.compare([]) == MadeOut.TO_ANOTHER
    assert found.address == ""
