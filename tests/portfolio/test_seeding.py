"""The demo's content becomes rows: once, completely, and only in the demo."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from credentials import sealing, signing_keys, uploads, verifying
from credentials.models import (
    Achievement,
    AchievementVersion,
    Credential,
    CredentialEvent,
    Evidence,
    Issuer,
    Review,
    Submission,
    SubmissionEvent,
)
from pathways.models import Completion, Enrolment, PathwayVersion
from portfolio.demo import PASSWORD, sample_files, seeding
from portfolio.demo.content import load
from portfolio.demo.content.shapes import SampleFile
from portfolio.employers import gaps, shortlist
from portfolio.endorsing import showing as endorsements
from portfolio.models import (
    Endorsement,
    FindablePerson,
    Profile,
    ProvenSkill,
    User,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

LOG_INS = ("learner", "reviewer", "manager", "employer", "admin")
COUNTED = (
    User,
    Issuer,
    Achievement,
    Submission,
    Evidence,
    Review,
    Credential,
    Endorsement,
)


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None,
    django_db_blocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Seed once for all tests of this module, and roll it back afterwards."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEMO=True, MEDIA_ROOT=media):
            assert seeding.seed()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _same_files(demo: None, _own_media: None) -> None:
    """The seeded rows stay open for every test of this module."""


def test_there_are_issuers_badges_people_and_credentials_enough() -> None:
    now = timezone.now()
    assert Issuer.objects.count() >= 3
    assert Achievement.objects.offered().count() >= 18
    assert Achievement.objects.exclude(retired_at=None).count() == 1
    assert AchievementVersion.objects.filter(published_at=None).count() == 1
    assert Credential.objects.count() >= 60
    assert Credential.objects.filter(state="active", valid_until__lte=now).exists()
    assert Profile.objects.public().count() >= 12


def test_submissions_and_credentials_are_as_the_content_tells() -> None:
    content = load()
    told = Counter(item.status for item in content.submissions)
    told["approved"] = len(content.credentials)
    assert Counter(Submission.objects.values_list("status", flat=True)) == told
    handed_in = Credential.objects.filter(source=Credential.Source.SUBMISSION)
    states = Counter(handed_in.values_list("state", flat=True))
    assert states == Counter(item.state for item in content.credentials)
    for item in content.credentials:
        assert Credential.objects.filter(
            holder__full_name=_name(item.holder),
            achievement__slug=item.badge,
            state=item.state,
            visibility=item.visibility,
            state_reason=item.reason,
        ).exists(), item


def test_learners_stand_at_every_stage_of_their_pathways() -> None:
    whole = Completion.objects.filter(exit__requirement__parent=None)
    reached = {
        (each.learner.email.split("@")[0], each.version.pathway.slug): each.standing
        for each in whole.select_related("learner", "version__pathway")
    }
    assert reached["learner", "acute-care-practitioner"] == "met"
    assert reached["thanakorn", "kitchen-lead"] == "review"
    assert ("learner", "ux-researcher") not in reached
    assert Completion.objects.filter(standing="kept").exists()
    older = PathwayVersion.objects.get(pathway__slug="ux-researcher", number=1)
    assert older.enrolments.filter(learner__email="mei@example.org").exists()
    untouched = Enrolment.objects.get(learner__email="bram@example.org")
    assert untouched.version.pathway.slug == "kitchen-lead"
    assert Completion.objects.exclude(exit__requirement__parent=None).count() >= 2


def test_outcomes_of_pathways_are_signed_with_their_record() -> None:
    outcomes = Credential.objects.filter(source=Credential.Source.PATHWAY)
    assert outcomes.count() == Completion.objects.count() >= 8
    for outcome in outcomes.select_related("signing_key"):
        assert verifying.status_of(outcome).verdict.is_good
    assert not Completion.objects.filter(clr=None).exists()


def test_every_signature_is_good() -> None:
    ours = Credential.objects.exclude(source=Credential.Source.IMPORTED)
    for credential in ours.select_related("issuer"):
        assert verifying.check_signature(credential), credential


def test_two_badges_came_from_elsewhere_one_of_them_signed() -> None:
    brought = Credential.objects.filter(source=Credential.Source.IMPORTED)
    verdicts = {
        (str(each.holder.email), verifying.status_of(each).verdict.value)
        for each in brought.select_related("holder", "imported")
        if each.holder
    }
    assert verdicts == {
        ("learner@example.org", "unknown_issuer"),
        ("learner@example.org", "unchecked"),
    }
    assert brought.get(title="Basic life support").imported.picture


def test_history_runs_forward_and_lies_in_the_past() -> None:
    now = timezone.now()
    for submission in Submission.objects.select_related("version", "learner"):
        steps = list(submission.events.order_by("pk").values_list("at", flat=True))
        assert steps == sorted(steps)
        assert submission.version.published_at is not None
        assert submission.learner.date_joined < submission.created_at == steps[0]
        assert submission.version.published_at < steps[0]
        assert steps[-1] < now
        if submission.decided_at:
            assert submission.decided_at == steps[-1]
    assert not Credential.objects.filter(
        issued_at__lte=F("issuer__created_at")
    ).exists()
    assert not Evidence.objects.filter(created_at__gte=now).exists()


def test_every_decision_was_somebody_elses_and_began_with_a_review() -> None:
    assert not Review.objects.filter(reviewer=F("learner")).exists()
    began = SubmissionEvent.objects.filter(kind="review_began")
    assert began.count() == Review.objects.count() + (
        Submission.objects.filter(status="in_review").count()
    )


def test_a_renewed_credential_is_superseded_by_its_renewal() -> None:
    renewed = Credential.objects.filter(state="superseded")
    assert renewed.count() == 2
    for older in renewed:
        assert older.superseded_by is not None
        assert older.superseded_by.holder_id == older.holder_id
        assert older.superseded_by.issued_at == older.state_changed_at


def test_withdrawn_credentials_have_a_note_for_staff_in_their_history() -> None:
    changes = CredentialEvent.objects.filter(kind__in=["revoked", "suspended"])
    assert changes.count() >= 5
    assert not changes.filter(note="").exists()


def test_the_five_log_ins_have_the_known_password_and_nobody_else_has_one() -> None:
    for name in LOG_INS:
        user = User.objects.get(email=f"{name}@example.org")
        assert user.check_password(PASSWORD)
    others = User.objects.exclude(email__in=[f"{n}@example.org" for n in LOG_INS])
    assert not any(user.has_usable_password() for user in others)
    verified = EmailAddress.objects.filter(verified=True, primary=True)
    assert verified.count() == User.objects.count()


def test_only_staff_may_use_the_admin_and_one_person_may_do_everything() -> None:
    staff = {user.email for user in User.objects.filter(is_staff=True)}
    assert {"reviewer@example.org", "manager@example.org"} < staff
    assert not staff & {"learner@example.org", "employer@example.org"}
    operator = User.objects.get(is_superuser=True)
    assert operator.email == "admin@example.org"


def test_few_credentials_are_new() -> None:
    assert 1 <= Credential.objects.filter(seen_at=None).count() <= 3


def test_domains_of_issuers_are_verified_with_a_date() -> None:
    for issuer in Issuer.objects.all():
        assert issuer.verified_domain in issuer.url
        assert issuer.verified_domain_at is not None


def test_files_of_evidence_are_real() -> None:
    kinds = Counter(
        Evidence.objects.filter(kind="file").values_list("content_type", flat=True)
    )
    assert kinds.keys() == {"application/pdf", "image/png", "text/plain"}


def test_no_mail_about_the_past_is_waiting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_whoever_may_be_found_is_found() -> None:
    findable = Profile.objects.findable().values_list("user", flat=True)

    assert set(FindablePerson.objects.values_list("pk", flat=True)) == set(findable)
    proven = ProvenSkill.objects.values_list("learner", flat=True).distinct()
    assert proven.count() >= 5


def test_the_employer_has_roles_and_proved_nothing() -> None:
    employer = User.objects.get(email="employer@example.org").employment.employer

    learner = User.objects.get(email="learner@example.org")
    assert not employer.is_proved
    for role in employer.roles.all():
        needs = gaps.needs_of(role)
        assert len(needs) >= 4
        assert gaps.standing(needs, learner, timezone.now()).missing


def test_the_employer_keeps_people_and_searches() -> None:
    employer = User.objects.get(email="employer@example.org")
    kept = shortlist.kept_by(employer.employment.employer, employer)

    assert len(kept) == 2
    assert [each.contact.state for each in kept if each.contact] == ["accepted"]
    mailed = employer.saved_searches.get(is_mailed=True)
    assert mailed.known


def test_organisations_endorse_with_good_signatures_and_one_is_asked() -> None:
    rows = Endorsement.objects.select_related("organisation", "signing_key")
    assert rows.filter(state="asked").count() == 1
    given = list(rows.in_force())
    assert len(given) == len(load().endorsements) - 1
    for each in given:
        assert endorsements.verdict_of(each) == "genuine"
        public = signing_keys.public_keys(each.organisation)
        sealing.verify_document(json.loads(each.document), public_keys=public)


def test_a_second_run_changes_nothing(settings) -> None:
    settings.DEMO = True
    before = [model.objects.count() for model in COUNTED]
    assert not seeding.seed()
    assert [model.objects.count() for model in COUNTED] == before


def test_outside_the_demo_the_command_refuses(settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="public passwords"):
        call_command("seed_demo")


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("pdf", "application/pdf"), ("png", "image/png"), ("txt", "text/plain")],
)
def test_a_sample_file_is_what_its_kind_says(kind: str, content_type: str) -> None:
    sample = SampleFile(name=f"a.{kind}", kind=kind, heading="<b>", lines=("5 < 6",))
    content = sample_files.draw(sample)
    kept = uploads.accept(io.BytesIO(content), name=sample.name)
    with kept.content:
        assert kept.content_type == content_type


def _name(key: str) -> str:
    return next(person.full_name for person in load().people if person.key == key)
