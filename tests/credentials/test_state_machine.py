"""Anything in any order, at any time; and with a guard removed it is noticed."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from credentials import awarding, reviewing, revoking, tasks
from credentials.models import Credential, Submission
from tests.credentials.life import Life
from tests.credentials.life_promises import WORLD, World
from tests.factories import make_badge, make_issuer, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def _world(db):
    issuer = make_issuer()
    once = make_badge(issuer, criteria=1, validity_months=3)
    often = make_badge(issuer, criteria=1, validity_months=None, is_repeatable=True)
    WORLD.append(
        World(
            badges=[once.achievement, often.achievement],
            learners=[make_user(), make_user()],
            reviewers=[make_member(issuer), make_member(issuer)],
            manager=make_member(issuer, "manager"),
        )
    )
    yield
    WORLD.pop()


def live(examples: int, steps: int) -> None:
    """Run the machine: the same steps on every machine, found faults not shrunk."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("_world")
def test_whatever_is_pressed_in_whatever_order_the_promises_hold():
    live(examples=10, steps=40)


def without_comparing(monkeypatch):
    """What was withdrawn can be paused and reinstated."""
    change = revoking._change

    def blind(*args, **values):
        change(*args, **{**values, "allowed": list(Credential.State)})

    monkeypatch.setattr(revoking, "_change", blind)


def without_replacing(monkeypatch):
    """A renewed credential stays in force beside the newer one."""
    monkeypatch.setattr(awarding, "_supersede", lambda older, newer, by: None)


def without_history(monkeypatch):
    """Reviews begin without a line of history."""
    monkeypatch.setattr(reviewing, "_log", lambda submission, kind, by, at: None)


def without_paused_bits(monkeypatch):
    """The status list forgets those that are paused."""
    monkeypatch.setattr(Credential, "LISTED", ("revoked", "superseded"))


def without_freezing(monkeypatch):
    """What was sent can still be changed and sent again."""
    monkeypatch.setattr(Submission, "EDITABLE", tuple(Submission.OPEN))


def without_one_mail(monkeypatch):
    """A decision is told twice."""
    defer = tasks.mail_decision.defer

    def twice(**values):
        defer(**values)
        return defer(**values)

    monkeypatch.setattr(tasks.mail_decision, "defer", twice)


class Script:
    """Answers what the machine would draw: the oldest row, then these words."""

    def __init__(self, *words):
        self.words = list(words)

    def draw(self, strategy):
        row = strategy.elements[0]
        return self.words.pop(0) if isinstance(row, str) else row


def follow(steps):
    """Take these steps, and look after each at all that must hold."""
    life = Life()
    try:
        for name, values in steps:
            getattr(life, name)(**values)
            for promise in PROMISES:
                getattr(life, promise)()
    finally:
        life.teardown()


PROMISES = [
    "rows_are_as_the_model_says",
    "one_is_open_for_a_learner_and_badge",
    "a_credential_has_an_approved_submission_of_its_own",
    "a_badge_held_once_is_in_force_once",
    "what_was_signed_is_unchanged_until_it_is_erased",
    "history_told_from_the_start_ends_at_the_present",
    "verdict_and_status_list_say_the_state",
    "mails_tell_what_happened_and_nothing_else",
]
EARN = ("earn", {"learner": 0, "badge": 0})
SEND = ("start", {"learner": 0, "badge": 0, "far": "sent"})


def change(word):
    return ("change", {"data": Script(word)})


GUARDS = [
    (without_comparing, [EARN, change("revoke"), change("reinstate")]),
    (without_replacing, [EARN, ("time_passes", {"step": 60 * 86_400}), EARN]),
    (without_history, [SEND, ("begin", {"data": Script(), "reviewer": 0})]),
    (without_paused_bits, [EARN, change("suspend")]),
    (without_freezing, [SEND, ("send", {"data": Script(), "presses": 1})]),
    (without_one_mail, [EARN]),
]


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize(("remove", "steps"), GUARDS)
def test_control_without_a_guard_the_machine_notices(monkeypatch, remove, steps):
    follow(copy.deepcopy(steps))

    remove(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        follow(copy.deepcopy(steps))
