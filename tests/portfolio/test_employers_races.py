"""Colleagues who press at the same instant, and two organisations with one domain."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from credentials.models import Issuer
from portfolio.employers import membership, organisations, proving, roles
from portfolio.models import Employer, EmployerMember, User
from portfolio.models.employers import ROLE_SKILLS
from tests import factories
from tests.credentials.racing import at_once, meet, without_unique
from tests.portfolio.findable import make_proving_badge, make_skill
from tests.portfolio.organisations import join, make_employer, make_role, owner_of
from tests.portfolio.test_proving import says

pytestmark = pytest.mark.django_db(transaction=True)

PROVED_ONCE = ("portfolio_employer", "employer_domain_proved_once")


def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what makes colleagues wait for each other."""

    def acting(by: Any, *, as_owner: bool = False) -> Employer:
        return Employer.objects.get(members__user=by)

    for module in (membership, organisations):
        monkeypatch.setattr(module, "acting", acting)


def two_who_prove_one_domain() -> list[Any]:
    first, second = (make_employer(domain="harbour.example") for _each in range(2))
    network = says(proving.expected(first), proving.expected(second))
    return [
        lambda each=each: proving.look(each.pk, network=network)
        for each in (first, second)
    ]


def test_of_two_that_prove_one_domain_one_has_it() -> None:
    outcomes = at_once(*two_who_prove_one_domain())

    assert sorted(outcomes) == [False, True]
    assert Employer.objects.filter(domain_proved_at__isnull=False).count() == 1
    assert Employer.objects.filter(domain_checked_at__isnull=False).count() == 2


def test_control_without_the_constraint_both_have_it() -> None:
    with without_unique(PROVED_ONCE):
        outcomes = at_once(*two_who_prove_one_domain())

        assert outcomes == [True, True]
        assert Employer.objects.filter(domain_proved_at__isnull=False).count() == 2


def two_owners_and_another() -> tuple[Employer, list[Any]]:
    employer = make_employer()
    owners = [owner_of(employer), join(employer, is_owner=True)]
    join(employer)
    return employer, [lambda each=each: membership.leave(by=each) for each in owners]


def test_of_two_last_owners_who_leave_at_once_one_stays() -> None:
    employer, leaving = two_owners_and_another()

    outcomes = at_once(*leaving)

    assert sorted(map(str, outcomes)) == ["False", "OthersStay"]
    assert employer.members.filter(is_owner=True).count() == 1


def test_control_without_the_lock_nobody_can_change_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    employer, leaving = two_owners_and_another()
    unguarded(monkeypatch)
    meet(monkeypatch, membership, "_other_owners", 2, after=True)

    assert at_once(*leaving) == [False, False]
    assert not employer.members.filter(is_owner=True).exists()
    assert employer.members.exists()


def two_owners_whose_accounts_are_closed() -> tuple[EmployerMember, list[Any]]:
    employer = make_employer()
    owners = [owner_of(employer), join(employer, is_owner=True)]
    colleague = EmployerMember.objects.get(user=join(employer))

    def close(owner: User) -> None:
        with transaction.atomic():
            owner.is_active = False
            owner.save()

    return colleague, [lambda each=each: close(each) for each in owners]


def test_of_two_last_owners_who_are_closed_at_once_a_colleague_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    colleague, closing = two_owners_whose_accounts_are_closed()
    meet(monkeypatch, membership, "hand_on", 2)

    assert at_once(*closing) == [None, None]

    colleague.refresh_from_db()
    assert colleague.is_owner


def test_control_without_the_lock_nobody_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    colleague, closing = two_owners_whose_accounts_are_closed()
    monkeypatch.setattr(
        membership, "_locked", lambda named: Employer.objects.get(pk__in=named)
    )
    meet(monkeypatch, membership, "_other_owners", 2, after=True)

    assert at_once(*closing) == [None, None]

    colleague.refresh_from_db()
    assert not colleague.is_owner


def test_two_organisations_that_are_joined_at_once_are_one() -> None:
    person = factories.make_user()
    asked = [
        membership.invite(person.email, by=owner_of(make_employer()))
        for _each in range(2)
    ]

    outcomes = at_once(
        *[lambda each=each: membership.accept(each.token, by=person) for each in asked]
    )

    assert [str(each) for each in outcomes].count("AlreadyMember") == 1
    assert EmployerMember.objects.filter(user=person).count() == 1


def test_two_presses_make_one_organisation() -> None:
    person = factories.make_user()

    outcomes = at_once(*[lambda: make_employer(person)] * 2)

    assert [str(each) for each in outcomes].count("AlreadyMember") == 1
    assert Employer.objects.count() == 1


def test_two_presses_found_one_issuer() -> None:
    employer = make_employer(is_proved=True)
    owner = owner_of(employer)

    outcomes = at_once(
        *[lambda: organisations.found_issuer(email="a@b.example", by=owner)] * 2
    )

    assert outcomes[0] == outcomes[1]
    assert Issuer.objects.count() == 1


def test_two_domains_that_read_alike_get_two_names_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owners = [
        owner_of(make_employer(is_proved=True, domain=domain))
        for domain in ("north-sea.example", "north.sea.example")
    ]
    # Both have found the same name free.
    meet(monkeypatch, organisations, "_free_slug", 2, after=True)

    at_once(
        *[
            lambda by=by: organisations.found_issuer(email="a@b.example", by=by)
            for by in owners
        ]
    )

    slugs = Issuer.objects.order_by("slug").values_list("slug", flat=True)
    assert list(slugs) == ["north-sea-example", "north-sea-example-2"]
    assert Employer.objects.filter(issuer__isnull=False).count() == 2


def test_two_windows_never_ask_for_too_many_skills() -> None:
    skills = [make_skill(f"Skill {number}") for number in range(ROLE_SKILLS + 1)]
    make_proving_badge("All of it", *[(skill, 2) for skill in skills])
    employer = make_employer()
    role = make_role(employer, *[(skill, 1) for skill in skills[:-2]])
    owner = owner_of(employer)

    outcomes = at_once(
        *[
            lambda each=each: roles.ask_for(role, [(each.pk, 1)], by=owner)
            for each in skills[-2:]
        ]
    )

    assert sorted(map(str, outcomes)) == ["1", "TooManySkills"]
    assert role.skills.count() == ROLE_SKILLS
