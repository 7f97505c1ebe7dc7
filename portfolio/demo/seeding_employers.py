"""The demo's organisations that look for people, and their roles."""

from __future__ import annotations

from credentials.models import Skill
from portfolio.demo.content import shapes
from portfolio.demo.stage import Stage
from portfolio.employers import organisations, roles
from portfolio.models import Employer, EmployerMember, RoleProfile, User


def employers(stage: Stage) -> None:
    """Have everybody make what the content says. Needs the badges."""
    for told in stage.content.employers:
        _make(stage, told)


def _make(stage: Stage, told: shapes.Employer) -> None:
    owner = stage.people[told.owner]
    made = organisations.make(
        name=told.name,
        domain=told.domain,
        website=f"https://{told.domain}/",
        by=owner,
    )
    began = stage.at(told.days_ago, told.domain)
    Employer.objects.filter(pk=made.pk).update(created_at=began)
    EmployerMember.objects.filter(employer=made).update(joined_at=began)
    for role in told.roles:
        _role(stage, role, owner)


def _role(stage: Stage, told: shapes.Role, owner: User) -> None:
    addresses = {skill.key: skill.uri for skill in stage.content.skills}
    made = roles.create(
        title=told.title, description=told.description.strip(), by=owner
    )
    for key, level in told.skills.items():  # one by one: in the order of the content
        skill = Skill.objects.get(uri=addresses[key])
        roles.ask_for(made, [(skill.pk, level)], by=owner)
    RoleProfile.objects.filter(pk=made.pk).update(
        created_at=stage.at(told.days_ago, told.title)
    )
