"""The words of an exchanged pathway: CTDL's where it has them, else our own.

CTDL (Credential Engine) describes a ``ceterms:Pathway`` whose destination and points
along the way are ``ceterms:PathwayComponent``; what a component asks for stands in a
``ceterms:ComponentCondition``. A document here is one ``@graph`` of them:

* a badge is a ``ceterms:CredentialComponent`` of the type ``ceterms:OpenBadge``, a
  skill a ``ceterms:CompetencyComponent``, another pathway and a group of rules a
  ``ceterms:BasicComponent`` whose ``ceterms:componentCategory`` says which;
  ``ceterms:proxyFor`` is what a component stands for: the address of the badge, the
  skill or the pathway, or of the badge version that a group gives;
* ``ceasn:hasChild`` lists what lies in a group, in reading order, and its condition by
  ``ceterms:targetComponent`` and ``ceterms:requiredNumber`` how many of which count;
* ``ceterms:prerequisite`` names what has to be met before (``ceterms:precedes`` is
  CTDL's suggested order, which is no rule and not written here).

What CTDL cannot say stands under ``cairn:`` (``urn:x-cairn:pathway:``), and whoever
does not know it still reads a pathway:

* ``rule`` – the kind of a node: all, at_least, credits, apart, badge, skill, pathway
* ``title`` – its own title, where ``ceterms:name`` may be the badge's
* ``optional`` – shown, and not needed
* ``credits`` – how many credits a condition asks for, a decimal number as text
* ``notTogetherWith`` – components of which none may be met
* ``fromVersion``, ``toVersion`` – which versions of a badge count
* ``level`` – from which level a skill counts, 1 to 4
* ``expired``, ``graceDays`` – whether a badge counts after its end: no, grace, yes
* ``gives`` – the address of the badge version that is awarded for a component
* of the pathway: ``longDescription``, ``whenLost`` (keep, review), ``version``, and
  ``trusts``: issuers elsewhere by ``@id`` and ``ceterms:name``

Components are blank nodes (``_:rule-1`` …), as CTDL allows: their numbers follow the
reading order, so that the same rules make the same document.
"""

from __future__ import annotations

from typing import Any

from pathways.rules.tree import Kind

MEDIA_TYPE = "application/ld+json"

_IN_LANGUAGES = {"@container": "@language"}
_LINK = {"@type": "@id"}

#: Whole in the document: who expands it needs no network.
CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "ceterms": "https://purl.org/ctdl/terms/",
    "ceasn": "https://purl.org/ctdlasn/terms/",
    "cairn": "urn:x-cairn:pathway:",
    "ceterms:name": _IN_LANGUAGES,
    "ceterms:description": _IN_LANGUAGES,
    "ceterms:componentCategory": _IN_LANGUAGES,
    "cairn:longDescription": _IN_LANGUAGES,
    "cairn:title": _IN_LANGUAGES,
    "ceterms:ownedBy": _LINK,
    "ceterms:subjectWebpage": _LINK,
    "ceterms:hasDestinationComponent": _LINK,
    "ceterms:targetComponent": _LINK,
    "ceterms:prerequisite": _LINK,
    "ceterms:proxyFor": _LINK,
    "ceterms:credentialType": _LINK,
    "ceasn:hasPart": _LINK,
    "ceasn:hasChild": {**_LINK, "@container": "@list"},
    "cairn:gives": _LINK,
    "cairn:notTogetherWith": _LINK,
}

PATHWAY = "ceterms:Pathway"
CREDENTIAL = "ceterms:CredentialComponent"
COMPETENCY = "ceterms:CompetencyComponent"
BASIC = "ceterms:BasicComponent"
CONDITION = "ceterms:ComponentCondition"
BADGE_TYPE = "ceterms:OpenBadge"

COMPONENT_OF = {
    Kind.BADGE: CREDENTIAL,
    Kind.SKILL: COMPETENCY,
    Kind.PATHWAY: BASIC,
}
GROUP_CATEGORY = {"en": "Group of rules"}
PATHWAY_CATEGORY = {"en": "Pathway"}
