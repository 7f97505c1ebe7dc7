"""A machine that presses any button in any order, and what must hold after each step.

``Life`` presses as learners, reviewers and a manager, right and wrong buttons, while a
clock of ours moves. ``Model`` says with a few dictionaries what must come out.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from credentials import (
    awarding,
    pressing,
    reviewing,
    revoking,
    submitting,
)
from credentials.models import (
    Credential,
    CredentialEvent,
    Submission,
)
from portfolio.models import User
from tests.credentials.life_model import (
    CHANGES,
    OPEN,
    OUTCOMES,
    WAITING,
    Work,
)
from tests.credentials.life_promises import Promises
from tests.factories import make_opinion


class Life(Promises):
    """Each rule presses one button; ``works`` and ``held`` say what must be so."""

    # What the learner presses

    @rule(
        learner=st.integers(0, 1),
        badge=st.integers(0, 1),
        far=st.sampled_from(["begun", "written", "sent", "sent"]),
    )
    def start(self, learner: int, badge: int, far: str) -> None:
        who, what = self.world.learners[learner], self.world.badges[badge]
        opened = [
            pk
            for pk, work in self.model.works.items()
            if (work.learner, work.badge) == (who, what) and work.status in OPEN
        ]
        keeper = self.model.keeper(who, what)
        if not opened and keeper and not self.model.is_renewable(keeper):
            with pytest.raises(submitting.AlreadyHeld):
                submitting.start(what, learner=who, now=self.model.now)
            return
        submission = submitting.start(what, learner=who, now=self.model.now)
        if opened:
            assert [submission.pk] == opened
        else:
            self.model.works[submission.pk] = Work(who, what)
        if far != "begun":
            self._fill(submission.pk)
        work = self.model.works[submission.pk]
        if far == "sent" and work.status in {"draft", "returned"}:
            self._press(submission, uuid.uuid4())
            work.status, work.round = "submitted", work.round + 1

    @precondition(lambda self: self.model.works)
    @rule(data=st.data())
    def write(self, data: st.DataObject) -> None:
        self._fill(data.draw(st.sampled_from(list(self.model.works))))

    @precondition(lambda self: self.model.works)
    @rule(data=st.data(), presses=st.integers(1, 2))
    def send(self, data: st.DataObject, presses: int) -> None:
        pk, work, submission = self._draw_work(data)
        key = uuid.uuid4()
        if work.status not in {"draft", "returned"}:
            self._refused(submitting.NotEditable, self._press, submission, key)
        elif not work.is_complete:
            self._refused(submitting.Incomplete, self._press, submission, key)
        else:
            for _ in range(presses):
                assert self._press(submission, key) == f"/sent/{pk}/"
            work.status, work.round = "submitted", work.round + 1

    @precondition(lambda self: self.model.works)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        _pk, work, submission = self._draw_work(data)
        if work.status in {"submitted", "returned"}:
            submitting.withdraw(submission, by=work.learner, now=self.model.now)
            work.status = "withdrawn"
        elif work.status == "draft":
            submitting.delete_draft(submission, by=work.learner, now=self.model.now)
            work.status = "withdrawn"
        else:
            self._refused(
                submitting.NotEditable,
                submitting.withdraw,
                submission,
                by=work.learner,
                now=self.model.now,
            )

    @precondition(lambda self: self.model.held)
    @rule(data=st.data(), shown=st.booleans())
    def show_or_hide_evidence(self, data: st.DataObject, shown: bool) -> None:
        held = self.model.held[data.draw(st.sampled_from(list(self.model.held)))]
        pk = next(pk for pk, work in self.model.works.items() if work is held.work)
        submission = Submission.objects.get(pk=pk)
        items = submission.evidence.values_list("pk", flat=True) if shown else []
        submitting.show_today(submission, [str(item) for item in items])
        named = {item.pk for item in submitting.named_in_credential(submission)}
        public = submission.evidence.filter(visibility="public")
        assert set(public.values_list("pk", flat=True)) == (named if shown else set())

    # What reviewers press

    @precondition(lambda self: self.model.works)
    @rule(data=st.data(), reviewer=st.integers(0, 1))
    def begin(self, data: st.DataObject, reviewer: int) -> None:
        _pk, work, submission = self._draw_work(data)
        by = self.world.reviewers[reviewer]
        if not work.round:
            self._refused(reviewing.NotAllowed, reviewing.begin, submission, by=by)
        elif work.status in WAITING:
            reviewing.begin(submission, by=by, now=self.model.now)
            work.status = "in_review"
        else:
            self._refused(reviewing.AlreadyDecided, reviewing.begin, submission, by=by)

    @precondition(lambda self: self.model.works)
    @rule(
        data=st.data(),
        decision=st.sampled_from(["approve", "approve", "return", "decline"]),
        reviewer=st.integers(0, 1),
        is_old_page=st.sampled_from([False, False, True]),
    )
    def decide(
        self, data: st.DataObject, decision: str, reviewer: int, is_old_page: bool
    ) -> None:
        pk, _work, _submission = self._draw_work(data, WAITING)
        self._decide(pk, decision, self.world.reviewers[reviewer], is_old_page)

    @rule(learner=st.integers(0, 1), badge=st.integers(0, 1))
    def earn(self, learner: int, badge: int) -> None:
        """The whole way at once: few steps lead to many credentials."""
        self.start(learner=learner, badge=badge, far="sent")
        for pk, work in list(self.model.works.items()):
            if work.status == "submitted":
                self._decide(pk, "approve", self.world.reviewers[0], False)

    def _decide(
        self, pk: uuid.UUID, decision: str, by: User, is_old_page: bool
    ) -> None:
        work, submission = self.model.works[pk], Submission.objects.get(pk=pk)
        if is_old_page:
            submission.round -= 1
        opinion = make_opinion(submission, decision)
        if not work.round or work.status == "draft":
            expected: type[Exception] | None = reviewing.NotAllowed
        elif work.status not in WAITING or is_old_page:
            expected = reviewing.AlreadyDecided
        elif decision == "approve" and self.model.is_kept_by_another(work):
            expected = awarding.AlreadyHeld
        else:
            expected = None
        if expected:
            self._refused(
                expected,
                reviewing.decide,
                submission,
                opinion,
                by=by,
                now=self.model.now,
            )
            return
        credential = reviewing.decide(submission, opinion, by=by, now=self.model.now)
        work.status, work.reviews = OUTCOMES[decision], work.reviews + 1
        assert (credential is not None) == (decision == "approve")
        if credential is not None:
            self.model.awarded(work, credential)

    # What the manager presses, and time

    @precondition(lambda self: self.model.held)
    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(list(self.model.held)))
        sensible = [
            name
            for name, (allowed, _) in CHANGES.items()
            if self.model.held[pk].state in allowed
        ]
        change = data.draw(st.sampled_from([*CHANGES, *sensible * 2]))
        held, credential = self.model.held[pk], Credential.objects.get(pk=pk)
        allowed, becomes = CHANGES[change]
        values = {
            "reason": Credential.Reason.MISTAKE,
            "by": self.world.manager,
            "now": self.model.now,
        }
        function = getattr(revoking, change)
        if held.state not in allowed:
            self._refused(revoking.StateChanged, function, credential, **values)
            return
        function(credential, **values)
        held.state, held.notices = becomes, held.notices + 1
        if becomes == "revoked":
            held.keeps_badge, held.was_listed = False, True

    @precondition(lambda self: len(self.model.held) > 2)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(list(self.model.held)))
        held = self.model.held[pk]
        if held.state == "erased":
            return
        CredentialEvent.objects.create(
            credential_id=pk, kind="erased", at=self.model.now
        )
        Credential.objects.filter(pk=pk).update(
            state="erased",
            state_changed_at=self.model.now,
            state_reason="",
            once_key=None,
            document=None,
            jwt=None,
            recipient_name="",
            recipient_email="",
            erased_at=self.model.now,
        )
        held.state, held.keeps_badge = "erased", False

    @rule(step=st.sampled_from([1, 3600, 20 * 86_400, 60 * 86_400]))
    def time_passes(self, step: int) -> None:
        self.model.now += timedelta(seconds=step)

    # How it presses

    def _draw_work(
        self, data: st.DataObject, liked: Collection[str] = ()
    ) -> tuple[uuid.UUID, Work, Submission]:
        """Draw any submission, more often one in a status that leads somewhere."""
        works = self.model.works
        some = [pk for pk, work in works.items() if work.status in liked]
        pk = data.draw(st.sampled_from([*works, *some * 3]))
        return pk, self.model.works[pk], Submission.objects.get(pk=pk)

    def _fill(self, pk: uuid.UUID) -> None:
        work, submission = self.model.works[pk], Submission.objects.get(pk=pk)
        if work.status not in {"draft", "returned"}:
            self._refused(
                submitting.NotEditable, submitting.save_text, submission, "about", "x"
            )
            return
        submitting.save_text(submission, "about", f"Written at {self.model.now}.")
        submitting.save_text(submission, "help_received", "Nobody helped me.")
        for criterion in submission.version.criteria.all():
            submitting.save_evidence_text(
                submission, criterion, f"At {self.model.now}."
            )
        first = submission.evidence.first()
        assert first is not None
        submitting.choose_visibility(submission, [str(first.pk)])
        work.is_complete = True

    def _press(self, submission: Submission, key: uuid.UUID) -> str:
        with transaction.atomic():
            press = pressing.press(submission.learner_id, key, b"send")
            if not press.led_to:
                submitting.send(submission, by=submission.learner, now=self.model.now)
                press.leads_to(f"/sent/{submission.pk}/")
            return press.led_to or f"/sent/{submission.pk}/"

    def _refused(
        self, expected: type[Exception], function: Any, *args: Any, **values: Any
    ) -> None:
        with pytest.raises(expected), transaction.atomic():
            function(*args, **values)
