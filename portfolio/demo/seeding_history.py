"""What happened in the demo, step by step in the order of time.

Every credential comes from a hand-in that somebody sent and somebody else approved,
through the functions that the site's own pages use. Only their clock is turned back.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from credentials import publishing, reviewing, revoking, submitting, uploads
from credentials.models import Credential, Criterion, Evidence, Review, Submission
from credentials.reviewing import Opinion
from portfolio.demo import sample_files
from portfolio.demo.content import shapes
from portfolio.demo.seeding_badges import manager
from portfolio.demo.stage import Stage

#: A credential younger than this has not been looked at by its holder: it is new.
UNSEEN_DAYS = 26
#: Words of hand-ins that the content files do not tell in full.
_ABOUT = "Work of my own from the last few months, one piece for each criterion."
_HELP = "Nobody helped me with what I hand in."
_COMMENTS = (
    "Everything that the badge asks for is there.",
    "Clear work. I could follow each step.",
    "Thank you for the detail; it made this easy to decide.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did at a moment of the past."""

    at: datetime
    act: Callable[[], None]


def stories(stage: Stage) -> list[Story]:
    """Return every hand-in: those told in full, and one for each other credential."""
    held = {item.submission: item for item in stage.content.credentials}
    told = [
        Story(stage, hand_in, held.get(hand_in.key))
        for hand_in in stage.content.submissions
    ]
    untold = [
        Story(stage, _hand_in_for(stage, item), item)
        for item in stage.content.credentials
        if not item.submission
    ]
    return [*told, *untold]


def first_uses(told: list[Story]) -> dict[str, datetime]:
    """Return when each badge was first started, by its slug."""
    found: dict[str, datetime] = {}
    for story in told:
        found[story.badge] = min(found.get(story.badge, story.began), story.began)
    return found


def happen(stage: Stage, told: list[Story], others: Iterable[Step] = ()) -> None:
    """Let everything happen again, the oldest first, with ``others`` in between."""
    steps = [step for story in told for step in story.steps()]
    steps += [*_retirements(stage), *others]
    for step in sorted(steps, key=lambda step: step.at):
        step.act()


def _retirements(stage: Stage) -> Iterator[Step]:
    for badge in stage.content.badges:
        if badge.retired_days_ago is not None:
            yield _retirement(stage, badge, badge.retired_days_ago)


def _retirement(stage: Stage, badge: shapes.Badge, days_ago: int) -> Step:
    moment = stage.at(days_ago, badge.slug)
    achievement = stage.versions[badge.slug].achievement
    by = manager(stage, badge.issuer)
    return Step(moment, lambda: publishing.retire(achievement, by=by, now=moment))


class Story:
    """One hand-in from its start to what became of its credential."""

    def __init__(
        self, stage: Stage, told: shapes.Submission, held: shapes.Credential | None
    ) -> None:
        self.stage = stage
        self.told = told
        self.held = held
        self.badge = told.badge
        self.began = self.at(told.started_days_ago)
        self.submission = Submission()
        self.credential: Credential | None = None

    def at(self, days_ago: int, minutes: int = 0) -> datetime:
        """Return a moment of this story; see ``Stage.at``."""
        return self.stage.at(days_ago, self.told.key, minutes)

    def steps(self) -> Iterator[Step]:
        """Yield what happens, each round of sending and deciding in turn."""
        told = self.told
        yield Step(self.began, self._start)
        for number, days_ago in enumerate(told.sent_days_ago, start=1):
            yield self._sending(number, self.at(days_ago, 20))
            if number <= len(told.reviews):
                review = told.reviews[number - 1]
                decided = self.at(review.days_ago, 180)
                if number < len(told.sent_days_ago) or not told.review_began_days_ago:
                    yield self._beginning(review.by, decided - timedelta(minutes=35))
                yield self._deciding(review, decided)
        if told.review_began_days_ago is not None:
            by = told.reviews[-1].by if told.reviews else self._reviewer()
            yield self._beginning(by, self.at(told.review_began_days_ago, 60))
        if told.withdrawn_days_ago is not None:
            yield self._withdrawing(self.at(told.withdrawn_days_ago, 40))
        if self.held and self.held.state in _CHANGES:
            yield self._changing(self.held)

    def changes(self) -> Iterator[datetime]:
        """Yield when what the learner holds changed by this story."""
        if self.held is None:
            return
        yield self.at(self.told.reviews[-1].days_ago, 180)
        if self.held.state in _CHANGES:
            yield self.at(self.held.state_days_ago or 0, 90)

    def _reviewer(self) -> str:
        content = self.stage.content
        return content.reviewer_for(
            content.badge(self.badge), self.told.learner, self.told.sent_days_ago[-1]
        )

    def _start(self) -> None:
        learner = self.stage.people[self.told.learner]
        achievement = self.stage.versions[self.badge].achievement
        submission = submitting.start(achievement, learner=learner, now=self.began)
        self.submission = submission
        self._add_evidence(1, self.began + timedelta(minutes=15))
        saved = max(self.told.started_days_ago - 1, 0)
        Submission.objects.filter(pk=submission.pk).update(
            about=self.told.about,
            help_received=self.told.help_received,
            saved_at=self.at(saved, 5),
        )

    def _add_evidence(self, number: int, moment: datetime) -> None:
        """Add the items of one round; each gets the minute at which it came.

        A text or a link is its row and nothing else, so all of them are written at
        once: the functions of the pages save one at a time, which takes long here.
        """
        criteria = self.stage.criteria[self.badge]
        items = [item for item in self.told.evidence if item.round == number]
        rows = []
        for minute, item in enumerate(items):
            criterion, came = criteria[item.criterion - 1], timedelta(minutes=minute)
            row = self._file(criterion, item.file) if item.file else Evidence()
            row.created_at, row.visibility = moment + came, item.visibility
            if item.file:
                row.save(update_fields=["created_at", "visibility"])
                continue
            row.submission, row.criterion = self.submission, criterion
            row.kind, row.text, row.url = item.kind, item.text, item.url
            rows.append(row)
        if number > 1:  # a text for a criterion that has one replaces it
            again = [row.criterion_id for row in rows if row.text]
            self.submission.evidence.filter(kind="text", criterion__in=again).delete()
        Evidence.objects.bulk_create(rows)

    def _file(self, criterion: Criterion, sample: shapes.SampleFile) -> Evidence:
        content = io.BytesIO(sample_files.draw(sample))
        kept = uploads.accept(content, name=sample.name)
        with kept.content:
            return submitting.add_file(self.submission, criterion, kept)

    def _sending(self, number: int, moment: datetime) -> Step:
        def act() -> None:
            if number > 1:
                self._add_evidence(number, moment - timedelta(minutes=60))
            Submission.objects.filter(pk=self.submission.pk).update(
                visibility_chosen_at=moment - timedelta(minutes=5)
            )
            submitting.send(self.submission, by=self.submission.learner, now=moment)

        return Step(moment, act)

    def _beginning(self, by: str, moment: datetime) -> Step:
        reviewer = self.stage.people[by]
        return Step(
            moment, lambda: reviewing.begin(self.submission, by=reviewer, now=moment)
        )

    def _deciding(self, review: shapes.Review, moment: datetime) -> Step:
        def act() -> None:
            credential = reviewing.decide(
                self.submission,
                _opinion(review, self.stage.criteria[self.badge]),
                by=self.stage.people[review.by],
                now=moment,
            )
            if credential:
                self.credential = credential
                self._keep_as_told(credential)

        return Step(moment, act)

    def _keep_as_told(self, credential: Credential) -> None:
        """Set what its holder did with it; the signature was checked a moment ago."""
        if self.held is None:
            raise ValueError(f"{self.told.key} is approved, and nobody holds it")
        seen = self.held.days_ago > UNSEEN_DAYS
        Credential.objects.filter(pk=credential.pk).update(
            visibility=self.held.visibility,
            seen_at=credential.issued_at + timedelta(hours=9) if seen else None,
            signature_checked_at=self.stage.now,
        )

    def _withdrawing(self, moment: datetime) -> Step:
        return Step(
            moment,
            lambda: submitting.withdraw(
                self.submission, by=self.submission.learner, now=moment
            ),
        )

    def _changing(self, held: shapes.Credential) -> Step:
        moment = self.at(held.state_days_ago or 0, 90)

        def act() -> None:
            if self.credential is None:
                raise ValueError(f"{self.told.key} has no credential to change")
            _CHANGES[held.state](
                self.credential,
                reason=Credential.Reason(held.reason),
                note=held.note,
                by=self.stage.people[held.by],
                now=moment,
            )

        return Step(moment, act)


#: A credential is superseded by the award of the one that renews it.
_CHANGES = {"revoked": revoking.revoke, "suspended": revoking.suspend}


def _opinion(review: shapes.Review, criteria: list[Criterion]) -> Opinion:
    levels: dict[int, int | None] = {}
    for criterion, position in zip(criteria, review.levels, strict=True):
        rows = criterion.levels.all()
        levels[criterion.pk] = rows[position - 1].pk if position else None
    return Opinion(
        decision=Review.Decision(review.decision),
        levels=levels,
        notes={
            criterion.pk: note
            for criterion, note in zip(criteria, review.notes, strict=True)
        },
        comment=review.comment,
        staff_note=review.staff_note,
        decline_reason=review.decline_reason,
        override_reason=review.override_reason,
    )


def _hand_in_for(stage: Stage, held: shapes.Credential) -> shapes.Submission:
    """Make up the hand-in of a credential from the examples of its criteria."""
    badge = stage.content.badge(held.badge)
    joined = next(
        person.joined_days_ago
        for person in stage.content.people
        if person.key == held.holder
    )
    key = f"{held.holder}-{held.badge}-{held.days_ago}"
    chance = zlib.crc32(key.encode())
    required = tuple(criterion.required_position for criterion in badge.criteria)
    sent = min(held.days_ago + 1 + chance % 6, joined)
    return shapes.Submission(
        key=key,
        learner=held.holder,
        badge=held.badge,
        status="approved",
        started_days_ago=min(sent + 2 + chance % 17, joined),
        sent_days_ago=(sent,),
        about=_ABOUT,
        help_received=_HELP,
        evidence=_examples(held, badge),
        reviews=(
            shapes.Review(
                by=stage.content.reviewer_for(badge, held.holder, held.days_ago),
                days_ago=held.days_ago,
                decision="approve",
                comment=_COMMENTS[chance % len(_COMMENTS)],
                levels=held.levels or required,
                notes=("",) * len(badge.criteria),
            ),
        ),
    )


def _examples(
    held: shapes.Credential, badge: shapes.Badge
) -> tuple[shapes.Evidence, ...]:
    """The example of each criterion, as the text that was handed in for it."""
    return tuple(
        shapes.Evidence(
            criterion=position,
            kind="text",
            text=criterion.example,
            visibility=_visibility(held, position),
        )
        for position, criterion in enumerate(badge.criteria, start=1)
    )


def _visibility(held: shapes.Credential, position: int) -> str:
    """Who shows a credential to everybody shows the first piece of work, too."""
    return "public" if held.visibility == "public" and position == 1 else "reviewers"
