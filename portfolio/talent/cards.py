"""One person in a list of people found, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from portfolio.models import Profile, User
from portfolio.talent.people import Person
from portfolio.talent.proofs import Shown
from portfolio.talent.words import marked, why


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody found, for one viewer.

    ``terms`` are folded words to mark in titles. ``can_be_kept``: the viewer may put
    this person on a list; ``is_kept``: their organisation did.
    """

    person: Person
    terms: tuple[str, ...]
    can_be_kept: bool
    is_kept: bool

    @property
    def profile(self) -> Profile:
        """Their own page."""
        return self.person.profile

    @property
    def why(self) -> str:
        """Why this person, in one line."""
        return why(self.person)

    @property
    def hits(self) -> list[tuple[Shown, str | SafeString]]:
        """The credentials that say why, with their titles."""
        shown = [proof.shown for proof in self.person.proofs]
        return [(each, _title(each, self.terms)) for each in shown]

    @property
    def looks(self) -> tuple[object, ...]:
        """All that is shown of them, for the card's cache."""
        page = self.profile
        return (
            *(page.handle, page.user.full_name, page.headline, page.place),
            *(page.languages, page.open_to_work_at is not None),
            *(self.can_be_kept, self.is_kept, self.terms, self.person.proofs),
        )


def card_of(person: Person, viewer: User | None, terms: Sequence[str] = ()) -> Card:
    """The card of somebody found. ``viewer``: who is signed in."""
    return Card(
        person,
        tuple(terms),
        can_be_kept=viewer is not None and person.profile.user_id != viewer.pk,
        is_kept=getattr(person.profile, "is_kept", False),
    )


def _title(shown: Shown, terms: Sequence[str]) -> str | SafeString:
    return marked(shown.title, terms) if terms else shown.title
