"""Two designers write the first version of one badge at the same instant."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credentials.admin import version_forms
from credentials.models import Achievement, AchievementVersion, Issuer, Skill
from tests.credentials.racing import at_once, meet
from tests.credentials.test_admin_badges import INTERVIEWING, values_of
from tests.factories import make_issuer, make_member

pytestmark = pytest.mark.django_db(transaction=True)

type Answer = tuple[int, str]


@pytest.fixture
def issuer() -> Issuer:
    return make_issuer("Northwind Institute")


def write(issuer: Issuer, address: str, promise: str) -> Answer:
    """Fill in the form of a first version and send it; what came back."""
    client = Client()
    client.force_login(make_member(issuer, "designer"))
    skill = Skill.objects.get()
    form = values_of(client.get(address)) | INTERVIEWING
    form |= {"skill_levels-0-skill": str(skill.pk), "promise": promise}
    response = client.post(address, form)
    return response.status_code, response.text


def two_first_versions(issuer: Issuer) -> list[Any]:
    Skill.objects.create(framework="ESCO", uri="https://skills.example/1", name="Ask")
    badge = Achievement.objects.create(issuer=issuer, slug="asking")
    address = reverse("admin:credentials_achievementversion_add") + f"?badge={badge.pk}"
    return [partial(write, issuer, address, f"Promise {each}.") for each in "AB"]


def test_of_two_first_versions_one_stands_and_the_other_keeps_its_words(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = two_first_versions(issuer)
    meet(monkeypatch, version_forms, "_has_version", 2)

    outcomes = sorted(at_once(*writing))

    version = AchievementVersion.objects.get()
    assert [status for status, _text in outcomes] == [302, 409]
    (lost,) = {"Promise A.", "Promise B."} - {version.promise}
    assert "This badge has a first version by now." in outcomes[1][1]
    assert lost in outcomes[1][1]


def test_control_without_waiting_the_second_one_fails(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = two_first_versions(issuer)
    versions = AchievementVersion.objects
    monkeypatch.setattr(
        version_forms,
        "_has_version",
        lambda badge: versions.filter(achievement=badge).exists(),
    )
    meet(monkeypatch, version_forms, "_has_version", 2, after=True)

    outcomes = at_once(*writing)

    assert "IntegrityError" in outcomes
    assert AchievementVersion.objects.count() == 1


def test_a_form_that_comes_after_the_first_version_keeps_its_words(
    issuer: Issuer,
) -> None:
    first, second = two_first_versions(issuer)
    client = Client()
    client.force_login(make_member(issuer, "designer"))
    address = second.args[1]
    form = values_of(client.get(address)) | INTERVIEWING | {"promise": "Late words."}
    assert first()[0] == 302

    response = client.post(address, form)

    assert response.status_code == 409
    assert "Late words." in response.text
    assert client.get(address).status_code == 302
