"""Badges from elsewhere on pathways: counted where their issuer is trusted."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from credentials import importing
from credentials.models import ImportedDocument, Skill
from pathways import clr, enrolling, evaluating
from pathways.holdings_of import from_elsewhere_of_many, holdings_of
from pathways.models import Completion, CompletionEvent, Sweep, TrustedIssuer
from pathways.verdicts import Verdicts
from tests.credentials.elsewhere_samples import SKILL, Site, as_file, hosted
from tests.factories import make_badge, make_credential, make_issuer, make_user
from tests.pathways.making import make_draft_pathway, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site():
    return Site()


@pytest.fixture
def mei():
    return make_user("Mei Tan")


@pytest.fixture
def skill():
    return Skill.objects.create(framework="ESCO", uri=SKILL, name="Food safety")


def bring(data, holder):
    return importing.bring(data, holder=holder, addresses=[holder.email])


def make_way(skill, *, level=2, trusted=()):
    """A pathway of one badge of ours and a skill at a level."""
    issuer = make_issuer()
    badge = make_badge(issuer)
    draft = make_draft_pathway(issuer, [badge], [(skill, level)])
    for did in trusted:
        TrustedIssuer.objects.create(version=draft, identifier=did, name="Kitchen")
    return publish(draft), badge


def completed(holder):
    return Completion.objects.filter(learner=holder).first()


def test_what_proves_something_is_read_with_its_issuer_and_skills(site, mei, skill):
    credential = bring(site.file(mei.email), mei)

    (held,) = holdings_of(mei.pk)

    assert (held.key, held.issuer) == (str(credential.pk), site.did)
    assert held.achievement is None
    assert held.skills == ((skill.pk, 2),)
    assert from_elsewhere_of_many([mei.pk]) == {mei.pk: [held]}


def test_a_level_that_nobody_states_is_the_first(site, mei, skill):
    document = site.badge(mei.email)
    del document["credentialSubject"]["achievement"]["alignment"][0][
        "targetDescription"
    ]

    bring(as_file(site.seal(document)), mei)

    assert holdings_of(mei.pk)[0].skills == ((skill.pk, 1),)


STATUS = {
    "id": "https://kitchen-skills.example/status/1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://kitchen-skills.example/status/1",
}


@pytest.mark.parametrize(
    "data",
    [
        lambda s, m: s.file(),  # to nobody
        lambda s, m: as_file(s.badge(m)),  # not signed
        lambda s, m: as_file(hosted(m)),
        lambda s, m: s.file(m, credentialStatus=STATUS),  # withdrawn, for all we know
        lambda s, m: s.file(m, validFrom="2999-01-01T00:00:00Z"),  # not begun
    ],
)
def test_what_is_not_sure_counts_for_nothing(site, mei, skill, data):
    bring(data(site, mei.email), mei)

    assert holdings_of(mei.pk) == []


def test_all_is_read_in_one_query(site, mei, skill, django_assert_num_queries):
    bring(site.file(mei.email, number=1), mei)
    bring(site.file(mei.email, number=2), mei)
    make_credential(holder=mei)

    with django_assert_num_queries(1):
        held = holdings_of(mei.pk)

    assert len(held) == 3


def test_a_pathway_moves_on_by_a_trusted_badge_and_back_without_it(site, mei, skill):
    version, badge = make_way(skill, trusted=[site.did])
    enrolling.enrol(version.pathway, learner=mei)
    make_credential(badge, mei)
    evaluating.evaluate(mei.pk)
    assert completed(mei) is None

    credential = bring(site.file(mei.email), mei)
    evaluating.evaluate(mei.pk)

    completion = completed(mei)
    assert completion is not None
    assert credential.pk in completion.parts.values_list("credential", flat=True)
    importing.remove(credential, by=mei)
    evaluating.evaluate(mei.pk)
    completion.refresh_from_db()
    assert completion.standing != Completion.Standing.MET
    lost = completion.events.get(kind=CompletionEvent.Kind.PART_LOST)
    assert lost.note == "Food hygiene, level 2"


def test_the_record_of_a_pathway_leaves_out_what_came_from_elsewhere(site, mei, skill):
    version, badge = make_way(skill, trusted=[site.did])
    enrolling.enrol(version.pathway, learner=mei)
    make_credential(badge, mei)
    bring(site.file(mei.email), mei)

    evaluating.evaluate(mei.pk)

    completion = completed(mei)
    carried = json.loads(completion.clr)["credentialSubject"]["verifiableCredential"]
    assert clr.is_intact(completion)
    assert len(carried) == 2  # the outcome and the badge of ours
    assert completion.parts.count() == 2


@pytest.mark.parametrize(("level", "trusts"), [(2, False), (3, True)])
def test_an_issuer_that_nobody_trusts_and_a_level_too_low_do_not_count(
    site, mei, skill, level, trusts
):
    trusted = [site.did] if trusts else [Site().did]
    version, badge = make_way(skill, level=level, trusted=trusted)
    enrolling.enrol(version.pathway, learner=mei)
    make_credential(badge, mei)
    bring(site.file(mei.email), mei)

    evaluating.evaluate(mei.pk)

    assert completed(mei) is None


def test_what_turns_out_changed_stops_to_count(site, mei, skill):
    bring(site.file(mei.email), mei)
    ImportedDocument.objects.update(verdict="not_genuine")

    assert holdings_of(mei.pk) == []


def test_a_sweep_finds_who_meets_the_rules_by_a_badge_from_elsewhere(site, mei, skill):
    version, badge = make_way(skill, trusted=[site.did])
    enrolling.enrol(version.pathway, learner=mei)
    make_credential(badge, mei)
    range_ = Sweep(version=version, last=0, until=2**31 - 1)
    verdicts = Verdicts(version)
    now = timezone.now()
    (before,) = verdicts.chunk(range_, 10, now)

    bring(site.file(mei.email), mei)
    (after,) = verdicts.chunk(range_, 10, now + timedelta(seconds=1))

    assert not verdicts.differs(before, now)
    assert verdicts.differs(after, now)


@pytest.mark.parametrize("trusts", [True, False])
def test_the_pages_of_pathways_know_what_came_from_elsewhere(
    client, site, mei, skill, trusts
):
    version, _badge = make_way(skill, trusted=[site.did if trusts else Site().did])
    enrolling.enrol(version.pathway, learner=mei)
    bring(site.file(mei.email), mei)
    evaluating.evaluate(mei.pk)
    client.force_login(mei)

    pages = [version.pathway.get_absolute_url(), "/me/", "/me/next/", "/pathways/"]

    assert [client.get(each).status_code for each in pages] == [200] * 4


def test_the_page_of_the_outcome_shows_its_part_from_elsewhere(
    client, site, mei, skill
):
    version, badge = make_way(skill, trusted=[site.did])
    enrolling.enrol(version.pathway, learner=mei)
    make_credential(badge, mei)
    part = bring(site.file(mei.email), mei)
    evaluating.evaluate(mei.pk)
    outcome = completed(mei).credential
    client.force_login(mei)

    own = client.get(outcome.get_absolute_url()).content.decode()
    importing.remove(part, by=mei)
    after = client.get(outcome.get_absolute_url()).content.decode()
    client.logout()
    seen = client.get(outcome.get_absolute_url()).content.decode()

    assert "Issuer not known" in own
    assert part.picture in own
    assert "Details removed" in after
    assert 'src=""' not in after
    assert part.token not in seen
