"""What was checked about an endorsement, row by row, in words."""

from __future__ import annotations

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from credentials.verifying import Verdict
from portfolio.models import Endorsement
from portfolio.showing.checked import Row, day


def rows(endorsement: Endorsement, verdict: Verdict) -> list[Row]:
    """Everything that was checked; what failed comes first.

    Of one whose bytes or key are not to be believed nothing else is a fact.
    """
    if verdict == Verdict.NOT_GENUINE:
        words = _("Does not match, or its key is no longer trusted.")
        return [Row(_("Signature"), words, "bad", "octagon-x")]
    found = [
        _signature(endorsement),
        _organisation(endorsement),
        _withdrawn(endorsement),
        Row(_("Format"), _("Open Badges 3.0, an endorsement.")),
    ]
    return sorted(found, key=lambda row: row.tone not in {"warn", "bad"})


def _signature(endorsement: Endorsement) -> Row:
    key = endorsement.signing_key
    words = _("Matches. Made with %(issuer)s’s key ending %(key)s.") % {
        "issuer": endorsement.organisation.name,
        "key": key.short_id if key else "",
    }
    return Row(_("Signature"), words)


def _organisation(endorsement: Endorsement) -> Row:
    organisation = endorsement.organisation
    words = _("%(issuer)s, registered here since %(year)d.") % {
        "issuer": organisation.name,
        "year": localtime(organisation.created_at).year,
    }
    if not organisation.verified_domain:
        words += " " + _("It has not proved its domain.")
        return Row(_("Organisation"), words, "", "circle-question-mark")
    domain = {"domain": organisation.verified_domain}
    return Row(_("Organisation"), words + " " + _("It controls %(domain)s.") % domain)


def _withdrawn(endorsement: Endorsement) -> Row:
    values = {"issuer": endorsement.organisation.name}
    if endorsement.withdrawn_at is None:
        words = _("No. %(issuer)s’s public list says the same.") % values
        return Row(_("Withdrawn?"), words)
    values["date"] = day(endorsement.withdrawn_at)
    words = _("Yes, by %(issuer)s on %(date)s.") % values
    return Row(_("Withdrawn?"), words, "bad", "octagon-minus")
