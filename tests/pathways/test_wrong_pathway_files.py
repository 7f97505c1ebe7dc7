"""Files that are no pathway: each is refused with its sentence, none is an error."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.exchanging.reading import MAX_PROBLEMS, Refused, read
from tests.pathways.trees import often

BADGE = {
    "@id": "_:rule-3",
    "@type": "ceterms:CredentialComponent",
    "ceterms:name": {"en": "Testing"},
    "cairn:rule": "badge",
    "cairn:expired": "grace",
    "cairn:graceDays": 30,
    "ceterms:credentialType": "ceterms:OpenBadge",
    "ceterms:proxyFor": "https://cairn.example.org/badges/a/testing/",
}
STAGE = {
    "@id": "_:rule-2",
    "@type": "ceterms:BasicComponent",
    "ceterms:name": {"en": "Start"},
    "cairn:rule": "at_least",
    "cairn:title": {"en": "Start"},
    "ceasn:hasChild": ["_:rule-3"],
    "ceterms:hasCondition": [
        {
            "@type": "ceterms:ComponentCondition",
            "ceterms:requiredNumber": 1,
            "ceterms:targetComponent": ["_:rule-3"],
        }
    ],
}
ROOT = {
    "@id": "_:rule-1",
    "@type": "ceterms:BasicComponent",
    "ceterms:name": {"en": "All of these"},
    "cairn:rule": "all",
    "ceasn:hasChild": ["_:rule-2"],
}
PATHWAY = {
    "@id": "https://cairn.example.org/pathways/a/way/v1/",
    "@type": "ceterms:Pathway",
    "ceterms:name": {"en": "Way"},
    "ceterms:description": {"en": "Does the whole work."},
    "ceterms:hasDestinationComponent": ["_:rule-1"],
    "cairn:trusts": [{"@id": "did:web:a.example", "ceterms:name": {"en": "A"}}],
}
DOCUMENT: dict[str, Any] = {"@context": {}, "@graph": [PATHWAY, ROOT, STAGE, BADGE]}


def problems(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(Refused) as caught:
        read(data)
    return [str(problem) for problem in caught.value.problems]


def changed(place, **values):
    """The document with something else in one object; None takes it away."""
    document = copy.deepcopy(DOCUMENT)
    target = document["@graph"][place]
    for name, value in values.items():
        name = name.replace("__", ":").replace("at_", "@")
        target[name] = value
        if value is None:
            del target[name]
    return document


def test_the_document_itself_is_read():
    plan = read(json.dumps(DOCUMENT).encode())

    (stage,) = plan.root.children
    (leaf,) = stage.children
    assert (plan.name, plan.promise, plan.language) == (
        "Way",
        "Does the whole work.",
        "en",
    )
    assert (stage.kind, stage.title, stage.count) == ("at_least", "Start", 1)
    assert (leaf.kind, leaf.expired, leaf.grace_days) == ("badge", "grace", 30)
    assert plan.trusted == (("did:web:a.example", "A"),)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is not JSON."),
        (b"PK\x03\x04", "The file is not JSON."),
        (b"\xff\xfe{}", "The file is not text in UTF-8."),
        (b" " * (256 * 1024 + 1), "The file is larger than 256 KB."),
        (b"[" * 5000, "The file nests too deep to be a pathway."),
        (
            b'{"@graph": [], "@graph": []}',
            "The file names something twice in one place, so it can be read in two "
            "ways.",
        ),
        (b'{"a": "\\ud800"}', "The file has characters that are none."),
        (
            b"[]",
            "The file is JSON, and not of a pathway. Expected is an object, in { }, "
            "with the list of its components (@graph).",
        ),
        (b"{}", "The file has no list of components (@graph)."),
        (b'{"@graph": {}}', "The file has no list of components (@graph)."),
        (b'{"@graph": [1]}', "The file has no list of components (@graph)."),
        (
            b'{"@graph": []}',
            "The file does not describe one pathway (ceterms:Pathway).",
        ),
    ],
)
def test_what_is_no_document_is_refused(data, sentence):
    assert problems(data) == [sentence]


WRONG = [
    (0, {"ceterms__name": None}, "The pathway: ceterms:name is missing."),
    (
        0,
        {"ceterms__description": "x" * 221},
        "The pathway: ceterms:description: Use 220 characters or fewer.",
    ),
    (
        0,
        {"ceterms__name": "a\u202eb"},
        "The pathway: ceterms:name: The text contains a hidden character (U+202E). "
        "Type it again instead of pasting it.",
    ),
    (
        0,
        {"ceterms__hasDestinationComponent": "_:rule-9"},
        "The pathway: It does not name its destination "
        "(ceterms:hasDestinationComponent).",
    ),
    (
        0,
        {"cairn__whenLost": "burn"},
        "The pathway: The value of cairn:whenLost cannot be read.",
    ),
    (
        0,
        {"cairn__trusts": [{"@id": "did:web:a"}]},
        "An issuer elsewhere: ceterms:name is missing.",
    ),
    (
        1,
        {"ceasn__hasChild": ["_:rule-2", "_:rule-1"]},
        "A component lies in two places: _:rule-1.",
    ),
    (
        1,
        {"ceasn__hasChild": ["_:rule-8"]},
        "A component is missing in the file: _:rule-8.",
    ),
    (
        1,
        {"ceasn__hasChild": []},
        "A component lies nowhere in the pathway: _:rule-2.",
    ),
    (
        1,
        {"cairn__rule": "badge", "ceterms__proxyFor": "urn:a"},
        "Component 1: It is no group, and other components lie in it.",
    ),
    (1, {"at_id": None}, "A component has no @id."),
    (2, {"at_id": "_:rule-3"}, "Two components have one @id: _:rule-3."),
    (
        2,
        {"cairn__rule": "magic"},
        "Component 2: The value of cairn:rule cannot be read.",
    ),
    (
        2,
        {"ceterms__hasCondition": []},
        "Component 2: It does not say how many (ceterms:requiredNumber).",
    ),
    (
        2,
        {"ceterms__hasCondition": [{"ceterms:requiredNumber": 1.5}]},
        "Component 2: The value of ceterms:requiredNumber cannot be read.",
    ),
    (
        2,
        {"cairn__rule": "credits"},
        "Component 2: It does not say how many credits (cairn:credits).",
    ),
    (
        2,
        {"cairn__rule": "credits", "ceterms__hasCondition": [{"cairn:credits": "1e9"}]},
        "Component 2: The value of cairn:credits cannot be read.",
    ),
    (
        2,
        {"ceterms__hasCondition": [{}, {}]},
        "Component 2: It has several conditions: put each into a group of its own.",
    ),
    (
        2,
        {"ceterms__prerequisite": ["_:rule-7"]},
        "Component 2: It comes after something that is not in the file.",
    ),
    (
        3,
        {"ceterms__proxyFor": None},
        "Component 3: It does not say what it stands for (ceterms:proxyFor).",
    ),
    (
        3,
        {"ceterms__proxyFor": ["urn:a", "urn:b"]},
        "Component 3: The value of ceterms:proxyFor cannot be read.",
    ),
    (
        3,
        {"cairn__rule": "skill"},
        "Component 3: It does not say from which level (cairn:level).",
    ),
    (
        3,
        {"cairn__rule": "skill", "cairn__level": 5},
        "Component 3: cairn:level is not from 1 to 4.",
    ),
    (
        3,
        {"cairn__graceDays": None},
        "Component 3: The value of cairn:graceDays cannot be read.",
    ),
    (
        3,
        {"cairn__fromVersion": 3, "cairn__toVersion": 2},
        "Component 3: It counts versions that end before they begin.",
    ),
    (
        3,
        {"cairn__optional": "yes"},
        "Component 3: The value of cairn:optional cannot be read.",
    ),
    (
        3,
        {"cairn__rule": None, "at_type": "ceterms:JobComponent"},
        "Component 3: It is neither a badge, a skill, a pathway nor a group of these.",
    ),
]


@pytest.mark.parametrize(("place", "values", "sentence"), WRONG)
def test_what_is_wrong_in_a_document_is_said(place, values, sentence):
    assert sentence in problems(changed(place, **values))


def test_rules_that_lie_too_deep_are_refused():
    groups = [
        {**ROOT, "@id": f"_:rule-{n}", "ceasn:hasChild": [f"_:rule-{n + 1}"]}
        for n in range(1, 12)
    ]
    document = {"@graph": [PATHWAY, *groups, {**BADGE, "@id": "_:rule-12"}]}

    assert problems(document) == ["Rules lie at most 6 levels deep in each other."]


def test_more_rules_than_anybody_publishes_are_refused():
    leaves = [{**BADGE, "@id": f"_:leaf-{n}"} for n in range(200)]
    root = {**ROOT, "ceasn:hasChild": [leaf["@id"] for leaf in leaves]}

    assert problems({"@graph": [PATHWAY, root, *leaves]}) == [
        "A pathway has at most 200 rules."
    ]


def test_not_everything_is_said_of_a_file_full_of_mistakes():
    leaves = [{**BADGE, "@id": f"_:leaf-{n}", "cairn:level": "x"} for n in range(100)]
    for leaf in leaves:
        del leaf["ceterms:proxyFor"]
    root = {**ROOT, "ceasn:hasChild": [leaf["@id"] for leaf in leaves]}

    assert len(problems({"@graph": [PATHWAY, root, *leaves]})) == MAX_PROBLEMS


def test_a_pathway_from_elsewhere_is_read_by_its_shape():
    """CTDL as others write it: no word of ours, language maps or plain text."""

    def plain(obj, **more):
        ours = {k: v for k, v in obj.items() if not k.startswith("cairn:")}
        return {**ours, **more}

    skill = {
        "@id": "_:s",
        "@type": "ceterms:CredentialComponent",
        "ceterms:name": "Other",
        "ceterms:proxyFor": "https://cairn.example.org/badges/a/other/",
    }
    stage = plain(STAGE, **{"ceasn:hasChild": ["_:rule-3", "_:s"]})
    document = {
        "@graph": [
            plain(PATHWAY, **{"ceterms:name": "Way"}),
            plain(ROOT),
            stage,
            plain(BADGE),
            skill,
        ]
    }
    stage["ceterms:hasCondition"] = {
        "ceterms:requiredNumber": 1,
        "ceterms:targetComponent": ["_:rule-3", "_:s"],
    }

    plan = read(json.dumps(document).encode())

    (found,) = plan.root.children
    assert plan.root.kind == "all"
    assert (found.kind, found.count, found.title) == ("at_least", 1, "Start")
    assert [leaf.kind for leaf in found.children] == ["badge", "badge"]
    # What the condition does not name is an extra.
    stage["ceterms:hasCondition"]["ceterms:targetComponent"] = ["_:s"]
    (found,) = read(json.dumps(document).encode()).root.children
    assert found.kind == "all"
    assert [leaf.is_optional for leaf in found.children] == [True, False]
    # What is not known here is no reason to guess.
    stage["ceterms:hasCondition"]["ceterms:logicalOperator"] = "logicOp:Not"
    assert problems(document) == [
        "Component 2: It has an operator (ceterms:logicalOperator): not known here."
    ]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["_:rule-1", "_:rule-2", "_:rule-3", "all", "skill", "grace"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["en", "@id", "ceterms:name"]), inner)
    ),
    max_leaves=6,
)
NAMES = [
    *sorted({name for one in DOCUMENT["@graph"] for name in one}),
    "cairn:level",
    "cairn:optional",
    "cairn:gives",
    "cairn:fromVersion",
    "cairn:longDescription",
    "ceterms:prerequisite",
]


def spoilt(document, changes):
    """The bytes of a document with other values in some of its objects."""
    document = copy.deepcopy(document)
    for place, name, value in changes:
        document["@graph"][place % len(document["@graph"])][name] = value
    return json.dumps(document).encode()


CHANGES = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(NAMES), JUNK), max_size=3
)


@often(150)
@given(CHANGES)
def test_whatever_stands_in_a_document_it_is_read_or_refused(changes):
    said = []
    try:
        said.append(read(spoilt(DOCUMENT, changes)).name)
    except Refused as refused:
        said += refused.problems
    assert all(said)
