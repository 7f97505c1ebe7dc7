"""People whom the employer's organisation keeps, and searches that are saved."""

from __future__ import annotations

from portfolio.models import Employer, Profile, SavedSearch, ShortlistEntry
from tests.factories import make_user
from tests.permissions.marks import Stage, mark


def make_the_kept(stage: Stage) -> None:
    """One who may be found and one who may not any more, each with a note."""
    employer = Employer.objects.get(members__user=stage.people["employer"])
    shown = stage.people["other"].profile
    Profile.objects.filter(pk=shown.pk).update(talent_search_at=shown.user.date_joined)
    hidden = make_user(mark("hidden-name")).profile
    for name, profile in (("kept", shown), ("hidden", hidden)):
        ShortlistEntry.objects.create(
            employer=employer, learner=profile.user, note=mark(f"{name}-words")
        )
        stage.things[f"{name} person"] = {"handle": profile.handle}
    learner = stage.people["learner"]
    for name, words in (("saved search", mark("search-name")), ("mailed search", "x")):
        saved = SavedSearch.objects.create(owner=learner, name=words, query=f"q={name}")
        stage.things[name] = {"token": saved.token}
