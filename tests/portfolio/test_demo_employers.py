"""The demo's organisations and roles, as its content has them."""

from __future__ import annotations

from portfolio.demo.content import load
from portfolio.employers.forms import read_domain
from portfolio.models.employers import ROLE_SKILLS


def test_the_demos_employer_has_an_organisation_with_two_roles() -> None:
    content = load()
    (employer,) = content.employers
    owner = next(each for each in content.people if each.key == employer.owner)

    assert owner.email == "employer@example.org"
    assert len(employer.roles) == 2
    assert read_domain(employer.domain) == employer.domain


def test_roles_ask_for_skills_that_badges_on_offer_prove_at_their_level() -> None:
    content = load()
    offered = [each.skills for each in content.badges if each.status == "published"]
    for role in (role for each in content.employers for role in each.roles):
        assert 1 < len(role.skills) <= ROLE_SKILLS
        for skill, level in role.skills.items():
            assert any(skills.get(skill, 0) >= level for skills in offered)


def test_the_learner_of_the_demo_has_some_of_a_role_and_lacks_some() -> None:
    """The same for everybody who looks at the demo: the gap is what is to be seen."""
    content = load()
    nurse = content.employers[0].roles[0]
    held = [
        content.badge(each.badge).skills
        for each in content.credentials
        if each.holder == "amina" and each.state == "active"
    ]
    has = {
        skill
        for skill, level in nurse.skills.items()
        if any(skills.get(skill, 0) >= level for skills in held)
    }

    assert has
    assert set(nurse.skills) - has
