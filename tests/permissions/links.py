"""Time-limited links for the stage: they show a part of what nobody else sees."""

from __future__ import annotations

from typing import Any

from credentials.models import Credential, Evidence
from portfolio.models import User
from portfolio.sharing import share_linking
from portfolio.sharing.share_linking import Chosen


def make_share_links(things: dict[str, dict[str, Any]], owner: User) -> None:
    """An open and an ended link of the private credential, with one file of it."""
    credential = Credential.objects.get(token=things["private"]["token"])
    item = Evidence.objects.get(pk=things["shown item of private"]["pk"])
    never = things["other item of private"]["pk"]
    for state in ("share link", "ended share link"):
        link = share_linking.make(
            [Chosen(credential, [item])], by=owner, name="zqlinkfornameqz", days=7
        )
        values = {"token": link.token}
        things[state] = values | {"pk": item.pk}
        things[f"other item of {state}"] = values | {"pk": never}
        if state.startswith("ended"):
            share_linking.end(link)
