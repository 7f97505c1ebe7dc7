"""Tags of states in the admin: word, shape and colour."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from credentials.models import Credential, Submission

_SUBMISSION = {
    "draft": ("", "circle-dashed"),
    "submitted": ("info", "clock"),
    "in_review": ("info", "clock"),
    "returned": ("warn", "undo-2"),
    "approved": ("ok", "circle-check"),
    "declined": ("bad", "octagon-minus"),
    "withdrawn": ("", "circle-dashed"),
}
_CREDENTIAL = {
    "active": ("ok", "circle-check"),
    "suspended": ("warn", "clock"),
    "revoked": ("bad", "octagon-minus"),
    "superseded": ("", "history"),
    "erased": ("", "circle-dashed"),
}


def submission_tag(submission: Submission) -> SafeString:
    """Return the tag of a submission's state."""
    tone, icon = _SUBMISSION[submission.status]
    return _tag(tone, icon, submission.get_status_display())


def credential_tag(credential: Credential) -> SafeString:
    """Return the tag of a credential's state; an ended one says so."""
    ends = credential.valid_until
    if credential.state == Credential.State.ACTIVE and ends and ends <= timezone.now():
        return _tag("", "clock", _("Ended"))
    tone, icon = _CREDENTIAL[credential.state]
    words = credential.get_state_display()
    return _tag(tone, icon, _("In force") if credential.state == "active" else words)


def _tag(tone: str, icon: str, words: str) -> SafeString:
    context = {"tone": tone, "icon": icon, "words": words}
    return SafeString(render_to_string("includes/tag.html", context))
