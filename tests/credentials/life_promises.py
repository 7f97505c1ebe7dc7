"""What must hold after each step, whatever was pressed."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import (
    bitstrings,
    status_lists,
    verifying,
)
from credentials.models import (
    Achievement,
    Credential,
    CredentialEvent,
    Review,
    Submission,
    SubmissionEvent,
)
from portfolio.models import User
from tests.credentials.life_model import (
    CREDENTIAL_AFTER,
    OPEN,
    SUBMISSION_AFTER,
    Model,
    Work,
    digest,
)


@dataclass
class World:
    """Rows that are there before anything happens, made once: keys take time."""

    badges: list[Achievement]
    learners: list[User]
    reviewers: list[User]
    manager: User


WORLD: list[World] = []


class Promises(RuleBasedStateMachine):
    """A world of its own for each run, and what must be so in it after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.world = WORLD[-1]
        self.model = Model()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        # Other tests leave jobs: no table of Django's, so it is not emptied.
        last = ProcrastinateJob.objects.order_by("pk").last()
        self.jobs = ProcrastinateJob.objects.filter(pk__gt=last.pk if last else 0)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # What must hold

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        rows = {row.pk: row for row in Submission.objects.all()}
        assert rows.keys() == self.model.works.keys()
        for pk, work in self.model.works.items():
            assert (rows[pk].status, rows[pk].round) == (work.status, work.round)
        states = dict(Credential.objects.values_list("pk", "state"))
        assert states == {pk: held.state for pk, held in self.model.held.items()}

    @invariant()
    def one_is_open_for_a_learner_and_badge(self) -> None:
        opened = Submission.objects.filter(status__in=OPEN)
        pairs = list(opened.values_list("learner", "achievement"))
        assert len(pairs) == len(set(pairs))

    @invariant()
    def a_credential_has_an_approved_submission_of_its_own(self) -> None:
        credentials = list(Credential.objects.select_related("submission"))
        submissions = [credential.submission_id for credential in credentials]
        assert len(submissions) == len(set(submissions))
        approved = Submission.objects.filter(status="approved")
        assert set(submissions) == set(approved.values_list("pk", flat=True))
        reviews = Review.objects.filter(decision="approve", submission__in=submissions)
        assert reviews.count() == len(submissions)

    @invariant()
    def a_badge_held_once_is_in_force_once(self) -> None:
        once = Credential.objects.in_force(self.model.now).filter(
            achievement__is_repeatable=False
        )
        pairs = list(once.values_list("holder", "achievement"))
        assert len(pairs) == len(set(pairs))

    @invariant()
    def what_was_signed_is_unchanged_until_it_is_erased(self) -> None:
        for credential in Credential.objects.all():
            held = self.model.held[credential.pk]
            if held.state == "erased":
                assert (credential.document, credential.jwt) == (None, None)
            else:
                assert digest(credential) == held.digest

    @invariant()
    def history_told_from_the_start_ends_at_the_present(self) -> None:
        for after, events, model in (
            (SUBMISSION_AFTER, SubmissionEvent.objects, self.model.works),
            (CREDENTIAL_AFTER, CredentialEvent.objects, self.model.held),
        ):
            owner = "submission" if model is self.model.works else "credential"
            told: dict[uuid.UUID, str] = {}
            times: dict[uuid.UUID, datetime] = {}
            for pk, kind, at in events.values_list(owner, "kind", "at"):
                assert at >= times.get(pk, at)
                told[pk], times[pk] = after[kind], at
            expected = {
                pk: row.status if isinstance(row, Work) else row.state
                for pk, row in model.items()
            }
            assert told == expected

    @invariant()
    def verdict_and_status_list_say_the_state(self) -> None:
        bits: dict[int, bytes] = {}
        rows = Credential.objects.select_related("status_list__issuer", "signing_key")
        for credential in rows:
            held, listed = self.model.held[credential.pk], credential.status_list
            assert listed is not None
            assert credential.status_index is not None
            if listed.pk not in bits:
                served = json.loads(
                    status_lists.signed_list(listed, now=self.model.now)
                )
                encoded = served["credentialSubject"]["encodedList"]
                bits[listed.pk] = bitstrings.decode(encoded)
            is_set = bitstrings.is_set(bits[listed.pk], credential.status_index)
            assert is_set == self.model.is_listed(held)
            verdict = verifying.status_of(credential, self.model.now).verdict
            assert verdict == self.model.verdict(held)

    @invariant()
    def mails_tell_what_happened_and_nothing_else(self) -> None:
        jobs = list(self.jobs.values_list("task_name", "args"))
        told = sorted(
            (args["submission_id"], args["round"])
            for name, args in jobs
            if name == "credentials.mail_decision"
        )
        reviews = Review.objects.values_list("submission_id", "round")
        assert told == sorted((str(pk), round_) for pk, round_ in reviews)
        assert len(told) == sum(work.reviews for work in self.model.works.values())
        changes = [
            args for name, args in jobs if name == "credentials.mail_state_change"
        ]
        assert len(changes) == sum(held.notices for held in self.model.held.values())
