"""What was checked about a credential, row by row, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credentials.models import Credential
from credentials.showing import Shown
from credentials.verifying import Status, Verdict

#: How a page's title and a link's title begin: the answer first.
TITLES: dict[Verdict, str | Promise] = {
    Verdict.GENUINE: gettext_lazy("Genuine"),
    Verdict.ENDS_SOON: gettext_lazy("Genuine, ends soon"),
    Verdict.EXPIRED: gettext_lazy("Ended"),
    Verdict.SUSPENDED: gettext_lazy("Paused"),
    Verdict.REVOKED: gettext_lazy("Withdrawn"),
    Verdict.SUPERSEDED: gettext_lazy("Replaced"),
    Verdict.ERASED: gettext_lazy("Details removed"),
    Verdict.NOT_GENUINE: gettext_lazy("Not genuine"),
    Verdict.UNKNOWN_ISSUER: gettext_lazy("Issuer not known"),
    Verdict.UNCHECKED: gettext_lazy("Could not be checked"),
}

#: The look of the band; those that are not named are good.
TONES = {
    Verdict.EXPIRED: "warn",
    Verdict.SUSPENDED: "warn",
    Verdict.SUPERSEDED: "warn",
    Verdict.REVOKED: "bad",
    Verdict.NOT_GENUINE: "bad",
    Verdict.ERASED: "unknown",
    Verdict.UNKNOWN_ISSUER: "unknown",
    Verdict.UNCHECKED: "unknown",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One check: what, its answer in words, a tone (ok, warn, bad, none), an icon."""

    term: str
    words: str
    tone: str = "ok"
    icon: str = "circle-check"


def rows(credential: Credential, says: Shown | None, status: Status) -> list[Row]:
    """Everything that was checked; what failed comes first.

    ``says`` is the signed document, None when there is none or it is not what was
    signed: then nothing but the failed signature is a fact.
    """
    if status.verdict == Verdict.ERASED:
        return []
    if says is None:
        return _unsigned(status)
    found = [
        _signature(says, status),
        _issuer(credential, says),
        _withdrawn(credential, says, status),
        _dates(says, status),
        Row(_("Format"), _("Open Badges 3.0.")),
        Row(
            _("Holder"),
            _(
                "The name is part of the signed record."
                " Ask the person for ID if it matters."
            ),
            tone="",
            icon="user",
        ),
    ]
    return sorted(found, key=lambda row: row.tone not in {"warn", "bad"})


def day(moment: datetime) -> str:
    """A date in full, in the site's time zone."""
    return date_format(localtime(moment))


def moment_words(moment: datetime) -> str:
    """A time to the minute, with its zone."""
    return date_format(localtime(moment), "DATETIME_FORMAT")


def _signature(says: Shown, status: Status) -> Row:
    words = _("Matches. Made with %(issuer)s’s key ending %(key)s.") % {
        "issuer": says.issuer_name,
        "key": says.key_words,
    }
    if status.signature_checked_at:
        words += " " + _("Last computed %(time)s.") % {
            "time": moment_words(status.signature_checked_at)
        }
    return Row(_("Signature"), words)


def _issuer(credential: Credential, says: Shown) -> Row:
    issuer = credential.issuer
    if issuer is None:
        return Row(
            _("Issuer"), _("Not registered here."), "warn", "circle-question-mark"
        )
    words = _("%(issuer)s, registered here since %(year)d.") % {
        "issuer": says.issuer_name,
        "year": localtime(issuer.created_at).year,
    }
    if issuer.name != says.issuer_name:
        words += " " + _("It is called %(name)s today.") % {"name": issuer.name}
    if issuer.verified_domain:
        words += " " + _("It controls %(domain)s.") % {"domain": issuer.verified_domain}
    return Row(_("Issuer"), words)


def _withdrawn(credential: Credential, says: Shown, status: Status) -> Row:
    values = {"issuer": says.issuer_name, "date": day(credential.state_changed_at)}
    state = Credential.State(credential.state)
    if state == Credential.State.REVOKED:
        words = _("Yes, by %(issuer)s on %(date)s.") % values
        return Row(_("Withdrawn?"), words, "bad", "octagon-minus")
    if state == Credential.State.SUSPENDED:
        words = _("Paused by %(issuer)s since %(date)s.") % values
        return Row(_("Withdrawn?"), words, "warn", "circle-pause")
    if state == Credential.State.SUPERSEDED:
        words = _("Replaced by %(issuer)s on %(date)s.") % values
        return Row(_("Withdrawn?"), words, "warn", "circle-arrow-right")
    return Row(
        _("Withdrawn?"),
        _("No. %(issuer)s’s public list says the same.") % values,
    )


def _dates(says: Shown, status: Status) -> Row:
    term = _("Dates")
    values = {"start": day(says.issued_at)}
    if says.valid_until is None:
        return Row(term, _("In force since %(start)s. It has no end date.") % values)
    values["end"] = day(says.valid_until)
    if status.is_withdrawn:
        return Row(
            term, _("Says that it is in force from %(start)s to %(end)s.") % values
        )
    words = _("In force from %(start)s to %(end)s.") % values
    if status.is_in_time:
        return Row(term, words)
    return Row(
        term, f"{words} {_ago(status.checked_at - says.valid_until)}", "warn", "clock"
    )


def _ago(passed: timedelta) -> str:
    days = passed.days
    if days < 1:
        return _("It ended today.")
    return ngettext(
        "It ended %(days)d day ago.", "It ended %(days)d days ago.", days
    ) % {"days": days}


def _unsigned(status: Status) -> list[Row]:
    if status.is_signature_good and not status.is_key_trusted:
        words = _(
            "Made with a key that its issuer lost."
            " Nothing in the record counts as fact."
        )
    else:
        words = _("Does not match. Nothing else in the record counts as fact.")
    skipped = _("Not checked, because the signature failed.")
    return [
        Row(_("Signature"), words, "bad", "circle-x"),
        *(
            Row(term, skipped, "", "circle-dashed")
            for term in (_("Issuer"), _("Withdrawn?"), _("Dates"))
        ),
    ]
