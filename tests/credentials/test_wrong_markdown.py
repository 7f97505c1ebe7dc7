"""Hostile Markdown, followed to every page that renders it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from credentials import publishing, reviewing, submitting
from credentials.models import Credential
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_draft_version,
    make_member,
    make_opinion,
    make_submission,
)

pytestmark = pytest.mark.django_db

HOSTILE = """
<script>alert(1)</script> <img src=x onerror=alert(1)>
[one](javascript:alert(1)) [two](//evil.example/) [three](data:text/html,x)
[four](/accounts/logout/) [five](?next=//evil.example) [six](#frag)
<a href="#" hx-get="/me/" hx-trigger="load" data-hx-post="/accounts/logout/">seven</a>
<div hx-on:click="alert(1)" onclick="alert(1)" style="position:fixed">eight</div>
![nine](https://evil.example/pixel.png) <javascript:alert(1)>
[ten]: javascript:alert(1)
**Marked**
"""
#: What no rendering of it may hold, as an element or an attribute.
ACTS = re.compile(
    r"<script>|<img[^>]+evil|<img src=x|<[^>]+\s(hx-get|data-hx-post|hx-on:click|"
    r"onclick|onerror|style)=|href=\"(javascript:|//|data:|\?next|#frag|/accounts/logout"
    r"/\"[^>]*ugc)|<div hx-"
)


def is_harmless(response) -> None:
    """The page shows the text, and nothing in it acts."""
    page = response.text
    main = (
        page[page.index("<main") : page.index("</main>")] if "<main" in page else page
    )
    assert response.status_code == 200
    assert "<strong>Marked</strong>" in main, "the text is not rendered here at all"
    assert "&lt;script&gt;" in main
    assert not ACTS.search(main), ACTS.search(main)


@pytest.fixture
def shown(client):
    """A credential whose only public evidence is the hostile text; its holder."""
    draft = make_draft()
    for criterion in draft.version.criteria.all():
        submitting.save_evidence_text(draft, criterion, HOSTILE.strip())
    submitting.choose_visibility(draft, [str(e.pk) for e in draft.evidence.all()])
    submitting.send(draft, by=draft.learner)
    return draft


def test_the_reviewer_sees_hostile_evidence_as_text(client, shown):
    client.force_login(make_member(shown.achievement.issuer))

    is_harmless(
        client.get(reverse("admin:credentials_submission_review", args=[shown.pk]))
    )


def test_the_learner_sees_it_as_text_everywhere(client, shown):
    client.force_login(shown.learner)

    is_harmless(client.get(shown.get_absolute_url()))
    draft = make_draft(learner=shown.learner)
    criterion = draft.version.criteria.get(position=1)
    submitting.save_evidence_text(draft, criterion, HOSTILE.strip())
    is_harmless(client.get(reverse("submission_check", args=[draft.pk])))
    evidence = reverse("submission_evidence", args=[draft.pk, 1])
    is_harmless(client.get(f"{evidence}?preview=1"))
    live = {"HX-Request": "true"}
    is_harmless(
        client.post(reverse("markdown_preview"), {"text": HOSTILE}, headers=live)
    )


def test_everybody_sees_public_evidence_as_text(client, shown):
    reviewing.decide(
        shown, make_opinion(shown), by=make_member(shown.achievement.issuer)
    )
    credential = Credential.objects.get(submission=shown)
    item = shown.evidence.all()[0]

    is_harmless(
        client.get(reverse("credential_evidence", args=[credential.token, item.pk]))
    )


@pytest.mark.parametrize("decision", ["return", "decline"])
def test_the_learner_sees_a_hostile_comment_as_text(client, decision):
    submission = make_submission()
    criterion = submission.version.criteria.get(position=1)
    opinion = make_opinion(
        submission,
        decision,
        comment=HOSTILE.strip(),
        notes={criterion.pk: HOSTILE.strip()},
    )
    reviewer = make_member(submission.achievement.issuer)
    reviewing.decide(submission, opinion, by=reviewer)
    client.force_login(submission.learner)

    is_harmless(client.get(submission.get_absolute_url()))


def test_hostile_words_of_a_badge_are_text_on_badge_and_credential(client):
    draft = make_draft_version(description=HOSTILE.strip())
    draft.criteria.update(statement=HOSTILE.strip(), title="<b onclick=x>Title</b>")
    publishing.publish(draft, by=make_member(draft.achievement.issuer, "designer"))
    credential = make_credential(draft)

    for address in [
        draft.achievement.get_absolute_url(),
        credential.get_absolute_url(),
    ]:
        page = client.get(address).text
        main = page[page.index("<main") :]
        assert "Marked" in main
        assert not ACTS.search(main), ACTS.search(main)
        assert "<b onclick" not in main


def test_hostile_words_on_a_profile_are_text(client):
    holder = make_credential(make_badge(), visibility="public").holder
    client.force_login(holder)
    said = {
        "head": {
            "full_name": "<script>alert(1)</script>",
            "other_name": "<b onclick=alert(1)>",
            "headline": "<b hx-get=/me/>",
            "place": "<img src=x>",
            "languages": "<i onclick=alert(1)>, <script>",
        },
        "words": {"own_words": "<img src=x onerror=alert(1)>\n<script>"},
        "about": {"text": HOSTILE.strip()},
        "page": {"handle": "mei-tan"},
    }
    for part, form in said.items():
        address = reverse("edit_profile", args=[part])
        assert client.post(address, form).status_code == 303
    turned = client.post(reverse("settings"), {"switch": "public", "wanted": "on"})
    assert turned.status_code == 303
    client.logout()

    is_harmless(client.get(reverse("profile", args=["mei-tan"])))
