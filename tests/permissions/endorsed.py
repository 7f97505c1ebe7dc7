"""Endorsements for the stage: of a badge, of a private credential, and one asked for.

The other issuer's manager decides about what is ours and what the other learner holds.
"""

from __future__ import annotations

from credentials import sharing
from credentials.models import Credential, Issuer
from portfolio.endorsing import asking, giving
from portfolio.endorsing.giving import Words
from portfolio.models import Endorsement
from tests.factories import make_badge, make_credential
from tests.permissions.marks import Stage, mark

Kind = Endorsement.Kind


def make_endorsements(stage: Stage, ours: Issuer, foreign: Issuer) -> None:
    """Each with a mark where its words are not everybody's."""
    decider, holder = stage.people["foreign"], stage.people["other"]

    def ask(words: str) -> tuple[Credential, Endorsement]:
        credential = make_credential(make_badge(ours), holder)
        credential.seen_at = credential.issued_at  # the first look would write
        credential.save(update_fields=["seen_at"])
        asked = asking.ask_about_credential(
            foreign, credential, request=words, by=holder
        )
        return credential, asked

    _, asked = ask(mark("endorsement-request"))
    private, given = ask("We worked together.")
    words = Words(Kind.ENDORSES, mark("private-endorsement"))
    giving.accept(given, words, by=decider)
    sharing.show_to(private, Credential.Visibility.PRIVATE, by=holder)
    badge = giving.give(
        foreign,
        make_badge(ours).achievement,
        Words(Kind.INTERVIEW, ""),
        by=decider,
    )
    stage.things |= {
        "asked endorsement": {"token": asked.token},
        "private endorsement": {"token": given.token},
        "badge endorsement": {"token": badge.token},
    }
