"""Badges from elsewhere for the stage: one that its holder alone sees, one public."""

from __future__ import annotations

from credentials import importing, sharing
from credentials.models import Credential
from tests.credentials.elsewhere_samples import as_file, hosted
from tests.permissions.marks import Stage, mark


def make_the_brought(stage: Stage) -> None:
    """Bring two to the learner, each with a mark as its name."""
    learner = stage.people["learner"]
    for number, visibility in enumerate(("private", "public")):
        badge = hosted()["badge"] | {"name": mark(f"brought-{visibility}")}
        file = as_file(hosted(number=number, badge=badge))
        brought = importing.bring(file, holder=learner, addresses=[])
        sharing.show_to(brought, Credential.Visibility(visibility), by=learner)
        stage.things[f"brought {visibility}"] = {
            "token": brought.token,
            "key": brought.imported.picture_key,
        }
