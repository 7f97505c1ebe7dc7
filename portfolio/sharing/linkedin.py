"""Addresses at LinkedIn that a person opens by a press. This site asks it nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.timezone import localtime

from credentials.documents import absolute
from credentials.models import Credential

ADD_TO_PROFILE = "https://www.linkedin.com/profile/add"
SHARE = "https://www.linkedin.com/sharing/share-offsite/"


def add_to_profile(credential: Credential) -> str:
    """Where LinkedIn offers to add the credential to one's profile, filled in.

    Needs ``issuer`` selected. Parameters as "Add to Profile" documents them; months
    are those of the site's time zone, as pages show them. What has no end gets no
    parameters for one: LinkedIn then says that it does not expire.
    """
    issued = localtime(credential.issued_at)
    fields: dict[str, str | int] = {
        "startTask": "CERTIFICATION_NAME",
        "name": credential.title,
        **_organisation(credential),
        "issueYear": issued.year,
        "issueMonth": issued.month,
    }
    if credential.valid_until:
        ends = localtime(credential.valid_until)
        fields |= {"expirationYear": ends.year, "expirationMonth": ends.month}
    fields |= {
        "certUrl": absolute(credential.get_absolute_url()),
        "certId": credential.token,
    }
    return f"{ADD_TO_PROFILE}?{urlencode(fields)}"


def share(credential: Credential) -> str:
    """Where LinkedIn offers to post about it: the page says its title and picture."""
    address = absolute(credential.get_absolute_url())
    return f"{SHARE}?{urlencode({'url': address})}"


def _organisation(credential: Credential) -> dict[str, str]:
    """By number, with which LinkedIn shows the organisation's logo; else by name."""
    if credential.issuer and credential.issuer.linkedin_id:
        return {"organizationId": credential.issuer.linkedin_id}
    return {"organizationName": credential.issuer_name}
