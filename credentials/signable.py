"""What a document must be before anybody signs it.

A proof covers the statements that JSON-LD makes of a document, not its text:
whatever no context defines, or no absolute id anchors, would be shown and yet
not be signed. Other rules keep to what every verifier reads the same way.
"""

import math
import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any, cast

from openbadgeslib.ob3.clr import bundled_clr_contexts
from openbadgeslib.ob3.contexts import bundled_contexts, document_loader
from pyld import jsonld

from credentials import scoped_contexts

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"

# The unversioned address serves a text that changes; we never rely on it.
_MOVING_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
# openbadgeslib has it, too, and hands it over only when it is asked for by name.
_CLR_CONTEXTS = bundled_clr_contexts()
CONTEXTS = (frozenset(bundled_contexts()) - {_MOVING_CONTEXT}) | {CLR_CONTEXT}
"""The context addresses we sign and verify with; their text is in openbadgeslib."""

# A base of a scheme of its own: also `//host/path`, which keeps only the scheme
# of its base, can then be told from an absolute id.
_BASE = "x-relative://base/"
_ABSOLUTE_IRI = re.compile(r"(?!_:)[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")

# Processors disagree on how to write these, or do not escape them (RDFC-1.0).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_GREATEST_INTEGER = 2**53
_GREATEST_DECIMAL = 10**6

# PyLD's context cache belongs to the process and is not safe across threads.
_PYLD_LOCK = threading.Lock()
scoped_contexts.remember()


class SealingError(Exception):
    """A document cannot be signed, or what was signed is not to be believed."""


class ForbiddenCharacter(SealingError):
    """A control character, lone surrogate, U+FFFE or U+FFFF in a text."""


class UnsignableValue(SealingError):
    """A value that verifiers would drop or write differently from each other."""


class UnknownContext(SealingError):
    """A context that is inline, nested, repeated or not in our bundle."""


class UndefinedTerm(SealingError):
    """A property or type that no context defines: it would not be signed."""


class RelativeId(SealingError):
    """An id that is not an absolute address without spaces."""


def check_words(document: Mapping[str, Any]) -> None:
    """Refuse characters that verifiers write in different ways, keys included.

    These are U+0000–001F except TAB, LF and CR, U+007F, lone surrogates, U+FFFE
    and U+FFFF. Raises ForbiddenCharacter, which names the place.
    """
    for path, value in _walk(document):
        for text in (path, value):
            found = _FORBIDDEN.search(text) if isinstance(text, str) else None
            if found:
                code = ord(found.group())
                place = path.encode("unicode_escape").decode()
                raise ForbiddenCharacter(f"U+{code:04X} at {place}")


def check_values(document: Mapping[str, Any]) -> None:
    """Refuse what JSON-LD drops or processors print differently.

    That is null and empty lists; integers beyond 2**53 and decimals beyond a
    million or with more than two places; and sibling texts that sort one way by
    code point and another by UTF-16 unit. Raises UnsignableValue.
    """
    for path, value in _walk(document):
        if not _is_signable(value):
            raise UnsignableValue(f"cannot be signed alike everywhere: {path}")


def check_contexts(document: Mapping[str, Any]) -> None:
    """Refuse contexts other than a list of bundled addresses, VC 2.0 first.

    Raises UnknownContext, also for a context below the top level, but for the
    credentials that a CLR carries whole, each of which must do alike.
    """
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [VC_CONTEXT]:
        raise UnknownContext(f"the contexts must be a list beginning {VC_CONTEXT}")
    if not all(isinstance(url, str) and url in CONTEXTS for url in contexts):
        raise UnknownContext("a context is not one of the bundled addresses")
    if len(set(contexts)) != len(contexts):
        raise UnknownContext("a context is named twice")
    carried = carried_by(document)
    for path, key in _keys(document):
        if key == "@context" and path and path not in carried:
            raise UnknownContext(f"a context below the top level: {path}")
    for path, credential in carried.items():
        check_contexts(credential)
        if CLR_CONTEXT in credential["@context"]:
            raise UnknownContext(f"a CLR inside a CLR: {path}")


def carried_by(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The signed credentials that a CLR 2.0 carries, by path; none for any other.

    They stand there whole, with contexts and proofs of their own.
    """
    types, subject = document.get("type"), document.get("credentialSubject")
    if not isinstance(types, list) or "ClrCredential" not in types:
        return {}
    if not contexts_for(document) or not isinstance(subject, Mapping):
        return {}
    found = subject.get("verifiableCredential")
    if not isinstance(found, list) or not all(isinstance(c, Mapping) for c in found):
        return {}
    return {
        f"/credentialSubject/verifiableCredential/{place}": credential
        for place, credential in enumerate(found)
    }


def contexts_for(document: Mapping[str, Any]) -> dict[str, Any]:
    """The texts that openbadgeslib needs beside its own to read the document."""
    contexts = document.get("@context")
    is_clr = isinstance(contexts, list) and CLR_CONTEXT in contexts
    return _CLR_CONTEXTS if is_clr else {}


def check_terms(document: Mapping[str, Any]) -> None:
    """Refuse a document that says more than a proof of it would cover.

    Expands it once with the bundled contexts, without the network. Members are
    spelled as terms: JSON-LD keywords and addresses as names would say things
    where nobody who reads the JSON looks. Raises UnknownContext, UndefinedTerm
    or RelativeId.
    """
    check_contexts(document)
    own = {"", *carried_by(document)}
    for path, key in _keys(document):
        is_own_context = key == "@context" and path in own
        if (key.startswith("@") or ":" in key) and not is_own_context:
            raise UndefinedTerm(f"not a term: {key} in {path or '/'}")
    dropped: list[str] = []
    for node in _nodes(_expand(document, dropped)):
        types = node.get("@type", [])
        undefined = [name for name in types if not _is_absolute(name)]
        dropped.extend(name.removeprefix(_BASE) for name in undefined)
        if "@id" in node and not _is_absolute(node["@id"]):
            raise RelativeId(f"not an absolute id: {node['@id']!r}")
    if dropped:
        raise UndefinedTerm(f"no context defines {', '.join(sorted(set(dropped)))}")


def _expand(document: Mapping[str, Any], dropped: list[str]) -> list[Any]:
    loader = document_loader(contexts_for(document))
    options = {"documentLoader": loader, "base": _BASE}
    try:
        with _PYLD_LOCK:
            expanded = jsonld.expand(
                document, options, on_property_dropped=lambda p: dropped.append(str(p))
            )
    except jsonld.JsonLdError as error:
        raise UndefinedTerm(f"the contexts do not allow it: {error.type}") from None
    return cast("list[Any]", expanded)


def _nodes(expanded: Any) -> Iterator[dict[str, Any]]:
    """Every node object of an expanded document; literals are not nodes."""
    waiting = [expanded]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict) and "@value" not in item:
            yield item
            waiting.extend(item[key] for key in item if key not in ("@id", "@type"))


def _is_absolute(iri: Any) -> bool:
    return (
        isinstance(iri, str)
        and not iri.startswith("x-relative:")
        and _ABSOLUTE_IRI.fullmatch(iri) is not None
    )


def _walk(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value below the top with its path; never recursive."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if path:
            yield path, value
        if isinstance(value, Mapping):
            waiting.extend((f"{path}/{key}", item) for key, item in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{path}/{i}", item) for i, item in enumerate(value))


def _keys(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every member's name with the path of its object, which is "" at the top."""
    yield from (("", key) for key in document)
    for path, value in _walk(document):
        if isinstance(value, Mapping):
            yield from ((path, key) for key in value)


def _is_signable(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and _sorts_alike(value)
    if isinstance(value, bool | str | Mapping):
        return True
    if isinstance(value, int):
        return abs(value) <= _GREATEST_INTEGER
    return isinstance(value, float) and (
        math.isfinite(value)
        and abs(value) <= _GREATEST_DECIMAL
        and round(value, 2) == value
    )


def _sorts_alike(values: list[Any]) -> bool:
    # JavaScript sorts the canonical lines by UTF-16 unit, everybody else by code
    # point; the two differ between an emoji and a full-width sign.
    texts = [text for text in values if isinstance(text, str)]
    return sorted(texts) == sorted(texts, key=lambda t: t.encode("utf-16-be"))
