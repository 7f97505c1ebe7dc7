"""The learner's pages: from the badge to the decision. Addresses name these views."""

from credentials.views.submitting.evidence import (
    add_file,
    add_link,
    evidence,
    remove_item,
)
from credentials.views.submitting.live import preview
from credentials.views.submitting.overview import sent, submission
from credentials.views.submitting.sending import check, visibility
from credentials.views.submitting.starting import delete, start, withdraw
from credentials.views.submitting.texts import about, help_received, name

__all__ = [
    "about",
    "add_file",
    "add_link",
    "check",
    "delete",
    "evidence",
    "help_received",
    "name",
    "preview",
    "remove_item",
    "sent",
    "start",
    "submission",
    "visibility",
    "withdraw",
]
