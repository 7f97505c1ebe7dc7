"""A learner with credentials, evidence of each kind, and a link that shows some."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.core.files.base import ContentFile

from credentials import reviewing, submitting, uploads
from credentials.models import Credential, Evidence
from portfolio.models import ShareLink, User
from portfolio.sharing import share_linking
from portfolio.sharing.share_linking import Chosen
from tests.factories import (
    make_badge,
    make_draft,
    make_issuer,
    make_member,
    make_opinion,
    make_user,
)


@dataclass
class Held:
    """A credential, and its evidence by a word that stands in each."""

    credential: Credential
    evidence: dict[str, Evidence] = field(default_factory=dict)


def earn(holder: User, name: str, *, visibility: str = "private") -> Held:
    """Earn a badge with a text, a link and a file; each says ``name`` and its kind."""
    draft = make_draft(make_badge(make_issuer(), name=f"Badge {name}"), holder)
    first, second = draft.version.criteria.all()
    submitting.save_evidence_text(draft, first, f"**{name}-text** <script>x</script>")
    link = submitting.add_link(draft, second, f"https://work.example/{name}-link")
    content = ContentFile(f"{name}-bytes".encode())
    kept = uploads.accept(content, name=f"{name}-file.txt")
    with kept.content:
        file = submitting.add_file(draft, first, kept)
    submitting.send(draft, by=holder)
    reviewer = make_member(draft.achievement.issuer)
    reviewing.decide(draft, make_opinion(draft), by=reviewer)
    credential = Credential.objects.get(submission=draft)
    Credential.objects.filter(pk=credential.pk).update(visibility=visibility)
    credential.refresh_from_db()
    text = draft.evidence.get(kind="text", criterion=first)
    return Held(credential, {"text": text, "link": link, "file": file})


def link_to(
    *held: Held,
    show: tuple[str, ...] = (),
    name: str = "For the ward",
    days: int = 30,
) -> ShareLink:
    """A link to these, each with the evidence of the kinds in ``show``."""
    chosen = [
        Chosen(each.credential, [each.evidence[kind] for kind in show]) for each in held
    ]
    owner = held[0].credential.holder
    assert owner is not None
    return share_linking.make(chosen, by=owner, name=name, days=days)


@pytest.fixture
def holder():
    return make_user("Amina Yusuf")


@pytest.fixture
def held(holder):
    return earn(holder, "chosen")
