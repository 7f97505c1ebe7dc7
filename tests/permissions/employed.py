"""The organisation of the employer's account, with an open and a closed role."""

from __future__ import annotations

from credentials.models import Skill
from portfolio.employers import membership, organisations, roles
from portfolio.models import Employer, RoleProfile, User
from tests.factories import make_badge
from tests.permissions.marks import Stage, mark


def make_employment(stage: Stage) -> None:
    """Each text with a mark that only who acts for the organisation may see."""
    owner = stage.people["employer"]
    made = organisations.make(
        name="Harbour",
        domain="harbour.example",
        website="https://harbour.example/",
        by=owner,
    )
    Employer.objects.filter(pk=made.pk).update(proof=mark("employer-proof"))
    skill = make_badge().skill_levels.get().skill
    stage.things["open role"] = _role(owner, skill, "Nights.")
    closed = _role(owner, skill, mark("employer-role"))
    roles.close(RoleProfile.objects.get(token=closed["token"]), by=owner)
    stage.things["closed role"] = closed
    membership.invite(f"{mark('employer-mail')}@people.example.org", by=owner)
    asked = membership.invite(stage.people["other"].email, by=owner)
    stage.things["invitation"] = {"token": asked.token}


def _role(owner: User, skill: Skill, description: str) -> dict[str, str]:
    role = roles.create(title="Ward nurse", description=description, by=owner)
    roles.ask_for(role, [(skill.pk, 1)], by=owner)
    return {"token": role.token}
