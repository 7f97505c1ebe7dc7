"""The weekly mail of a saved search: whom it counts, whom it names (nobody), once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials.models import AchievementVersion
from portfolio import mailing, tasks
from portfolio.employers import digest
from portfolio.models import Profile, SavedSearch, User
from portfolio.models.employers import MOST_KNOWN
from portfolio.profile import switching
from portfolio.talent import ranking
from tests import factories
from tests.credentials.racing import at_once
from tests.portfolio.findable import NOW, make_findable, make_proving_badge, make_skill

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def badge() -> AchievementVersion:
    return make_proving_badge("Welding pipes", (make_skill("Welding"), 3))


@pytest.fixture
def saved() -> SavedSearch:
    return make_saved()


def make_saved(**fields: Any) -> SavedSearch:
    """A search for welders, with its weekly mail on."""
    if "owner" not in fields:
        fields["owner"] = factories.make_user("Sam Okoro", email="sam@hiring.example")
    values: dict[str, Any] = {"name": "Welders", "query": "q=welding", **fields}
    return SavedSearch.objects.create(**values)


def mails_waiting() -> list[dict[str, Any]]:
    jobs = ProcrastinateJob.objects.filter(task_name="portfolio.mail_search_digest")
    return [job.args for job in jobs.order_by("pk")]


def send_waiting() -> None:
    for given in mails_waiting():
        tasks.mail_search_digest(**given)


def switch_off(person: User) -> None:
    profile = Profile.objects.get(user=person)
    switching.turn_off(profile, switching.TALENT_SEARCH)


def test_somebody_new_is_told_without_a_name(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    person = make_findable(badge, headline="Pipe fitter", place="Leeds")

    assert digest.look(saved.pk, NOW) == 1
    send_waiting()

    (told,) = mail.outbox
    assert told.to == ["sam@hiring.example"]
    assert told.subject == "1 new person for Welders"
    body = str(told.body)
    assert "- Welding: 1 person" in body
    assert "/talent/?q=welding&sort=newest" in body
    for secret in (person.full_name, person.profile.handle, "Pipe fitter", "Leeds"):
        assert secret not in str(told.message())


def test_a_mail_can_be_stopped_with_one_click(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    make_findable(badge)
    digest.look(saved.pk, NOW)
    send_waiting()

    headers = mail.outbox[0].extra_headers
    stop = reverse("stop_digest", args=[saved.token])
    assert headers["List-Unsubscribe"].startswith("<https://")
    assert headers["List-Unsubscribe"].endswith(f"{stop}>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in str(mail.outbox[0].body)


def test_nobody_new_is_no_mail(badge: AchievementVersion, saved: SavedSearch) -> None:
    make_findable(badge)
    digest.look(saved.pk, NOW)
    later = NOW + WEEK

    assert digest.look(saved.pk, later) == 0
    assert len(mails_waiting()) == 1
    make_findable(badge)
    make_findable(badge)
    assert digest.look(saved.pk, later) == 2


def test_looking_twice_mails_once(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    make_findable(badge)

    assert digest.look(saved.pk, NOW) == 1
    make_findable(badge)
    assert digest.look(saved.pk, NOW + timedelta(hours=1)) == 0

    assert len(mails_waiting()) == 1
    assert digest.due(NOW + timedelta(hours=1)) == []
    assert digest.due(NOW + WEEK) == [saved.pk]


def test_every_try_is_the_same_mail(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    make_findable(badge)
    digest.look(saved.pk, NOW)

    send_waiting()
    send_waiting()  # a worker was killed after the server had taken the mail

    first, second = (each.extra_headers["Message-ID"] for each in mail.outbox)
    assert first == second


def test_a_worker_killed_while_it_looks_leaves_nothing_half_done(
    badge: AchievementVersion, saved: SavedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_findable(badge)

    class Killed(Exception):
        """The worker ends here, with the row written and the mail enqueued."""

    def enqueue(**given: Any) -> None:
        deferring(**given)
        raise Killed

    deferring = tasks.mail_search_digest.defer
    monkeypatch.setattr(tasks.mail_search_digest, "defer", enqueue)
    with pytest.raises(Killed):
        digest.look(saved.pk, NOW)

    saved.refresh_from_db()
    assert (saved.known, saved.mailed_at, mails_waiting()) == ([], None, [])
    monkeypatch.undo()
    assert digest.look(saved.pk, NOW) == 1
    assert len(mails_waiting()) == 1


def test_whoever_switched_off_before_the_mail_is_not_counted(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    person, other = make_findable(badge), make_findable(badge)
    digest.look(saved.pk, NOW)
    switch_off(person)
    send_waiting()

    assert mail.outbox[0].subject == "1 new person for Welders"
    switch_off(other)
    mail.outbox.clear()
    send_waiting()
    assert mail.outbox == []


def test_whoever_may_not_be_found_is_forgotten(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    person = make_findable(badge)
    digest.look(saved.pk, NOW)
    switch_off(person)

    digest.look(saved.pk, NOW + WEEK)

    saved.refresh_from_db()
    assert saved.known == []


def test_a_stopped_mail_is_not_sent_any_more(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    make_findable(badge)
    digest.look(saved.pk, NOW)
    digest.stop(saved)

    send_waiting()

    assert mail.outbox == []
    assert digest.due(NOW + WEEK) == []
    assert digest.look(saved.pk, NOW + WEEK) == 0


def test_a_deleted_search_and_a_closed_account_get_nothing(
    badge: AchievementVersion, saved: SavedSearch
) -> None:
    make_findable(badge)
    digest.look(saved.pk, NOW)
    User.objects.filter(pk=saved.owner_id).update(is_active=False)
    send_waiting()
    saved.delete()
    send_waiting()

    assert mail.outbox == []
    assert digest.look(saved.pk, NOW) == 0


def test_the_owner_is_no_news_to_themselves(badge: AchievementVersion) -> None:
    person = make_findable(badge)
    saved = make_saved(owner=person)

    assert digest.look(saved.pk, NOW) == 0


def test_who_moves_up_from_beyond_the_last_page_is_no_news(
    badge: AchievementVersion, saved: SavedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More people match than are listed: of those only the newer ones are new."""
    monkeypatch.setattr(ranking, "MOST_PEOPLE", 2)
    people = [make_findable(badge) for _number in range(4)]
    digest.look(saved.pk, NOW)

    switch_off(people[0])

    assert digest.look(saved.pk, NOW + WEEK) == 0


def test_each_monday_a_job_for_each_search(saved: SavedSearch) -> None:
    make_saved(
        owner=factories.make_user(), query="q=driving", is_mailed=False, name="Drivers"
    )

    tasks.look_at_searches(int(timezone.now().timestamp()))

    jobs = ProcrastinateJob.objects.filter(task_name="portfolio.look_at_search")
    assert [job.args for job in jobs] == [{"search_id": saved.pk}]
    tasks.look_at_search(search_id=saved.pk)


def test_other_mails_have_no_such_headers() -> None:
    contact = factories.make_user(), factories.make_user()
    request = contact[0].contacts_asked.create(recipient=contact[1], message="Hello")

    mailing.tell_of_contact(request)

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_look_at_once_mail_once() -> None:
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    saved = make_saved()
    make_findable(badge)

    outcomes = at_once(
        lambda: digest.look(saved.pk, NOW), lambda: digest.look(saved.pk, NOW)
    )

    assert sorted(outcomes) == [0, 1]
    assert len(mails_waiting()) == 1


def test_whoever_was_found_least_lately_is_forgotten_first(
    saved: SavedSearch, badge: AchievementVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "MOST_KNOWN", 2)
    first, second = make_findable(), make_findable()
    SavedSearch.objects.update(known=[second.pk, first.pk])
    newest = make_findable(badge)

    assert digest.look(saved.pk, NOW) == 1

    saved.refresh_from_db()
    assert saved.known == [newest.pk, second.pk]


def test_nobody_remembers_more_than_a_thousand(saved: SavedSearch) -> None:
    SavedSearch.objects.update(known=list(range(MOST_KNOWN)))

    with pytest.raises(IntegrityError):
        SavedSearch.objects.update(known=list(range(MOST_KNOWN + 1)))
