"""What a page looked at before does not count: only members change anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.forms import model_to_dict

from portfolio.employers import membership, roles, shortlist
from portfolio.models import RoleProfile, User
from tests import factories
from tests.portfolio.findable import make_findable, make_proving_badge, make_skill
from tests.portfolio.keeping import make_kept
from tests.portfolio.organisations import join, make_employer, make_role, owner_of

pytestmark = pytest.mark.django_db

Act = Callable[[RoleProfile, User], Any]

ACTS: list[Act] = [
    lambda role, by: roles.describe(
        role, title="Mine", description="", seen=roles.stamp(role), by=by
    ),
    lambda role, by: roles.ask_for(role, [(role.skills.get().skill_id, 4)], by=by),
    lambda role, by: roles.ask_no_more(role, role.skills.get().skill_id, by=by),
    lambda role, by: roles.close(role, by=by),
    lambda role, by: roles.reopen(role, by=by),
    lambda role, by: roles.delete(role, by=by),
]


def state_of(role: RoleProfile) -> Any:
    stored = RoleProfile.objects.get(pk=role.pk)
    return model_to_dict(stored), list(stored.skills.values())


@pytest.fixture
def role() -> RoleProfile:
    skill = make_skill("Welding")
    make_proving_badge("Pipes", (skill, 3))
    return make_role(make_employer(), (skill, 2))


@pytest.mark.parametrize("act", ACTS)
def test_who_was_taken_out_changes_no_role(role: RoleProfile, act: Act) -> None:
    before, person = state_of(role), join(role.employer)
    person.employment.delete()

    with pytest.raises(membership.NotMember):
        act(role, User.objects.get(pk=person.pk))

    assert state_of(role) == before


@pytest.mark.parametrize("act", ACTS)
def test_who_acts_for_others_changes_no_role(role: RoleProfile, act: Act) -> None:
    before, person = state_of(role), owner_of(make_employer())

    with pytest.raises(RoleProfile.DoesNotExist):
        act(role, person)

    assert state_of(role) == before


def test_only_members_change_what_is_kept() -> None:
    employer, others = make_employer(), make_employer()
    entry = make_kept(employer, make_findable(), "Call in May.")
    mark = shortlist.mark_of(entry.note)

    with pytest.raises(membership.NotMember):
        shortlist.write_note(entry, "Mine", mark=mark, by=factories.make_user())
    with pytest.raises(membership.NotMember):
        shortlist.let_go(entry, {}, by=factories.make_user())
    with pytest.raises(shortlist.ChangedMeanwhile):
        shortlist.write_note(entry, "Mine", mark=mark, by=owner_of(others))
    session: dict[str, Any] = {}
    shortlist.let_go(entry, session, by=owner_of(others))

    entry.refresh_from_db()
    assert entry.note == "Call in May."
    assert not session
