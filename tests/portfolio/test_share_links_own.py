"""A person's own links: making one, the list, and ending one."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from portfolio.models import SharedEvidence, ShareLink
from portfolio.sharing import share_linking
from portfolio.views import share_links as views
from tests.factories import make_badge, make_credential, make_user
from tests.logging_in import log_in
from tests.portfolio.linked import earn, held, holder, link_to

__all__ = ["held", "holder"]

pytestmark = pytest.mark.django_db

NEW = "/me/links/new/"
LIST = "/me/links/"


@pytest.fixture
def own(client, holder):
    log_in(client, holder)
    return client


def text(answer):
    return html.unescape(answer.content.decode())


def answers(*held, **changed):
    """What the form sends; ``changed`` replaces answers."""
    given = {
        "credential": [each.credential.token for each in held],
        "evidence": [],
        "name": "Harbour Trust",
        "days": "30",
        "idempotency_key": str(uuid4()),
    }
    return given | changed


def test_credentials_are_chosen_first_and_evidence_is_never_chosen_beforehand(
    own, holder, held
):
    other = earn(holder, "second")
    first = text(own.get(NEW))
    assert "Badge chosen" in first
    assert "Badge second" in first

    token = held.credential.token
    second = text(own.get(NEW, {"credential": token, "next": ""}))
    assert 'type="checkbox" name="evidence"' in second
    assert "chosen-file.txt" in second
    assert str(other.evidence["file"].pk) not in second
    assert not re.search(r'name="evidence"[^>]*checked', second)
    assert re.search(r'name="days" value="30"[^>]*checked', second)


def test_the_link_holds_exactly_what_was_chosen_in_that_order(own, holder, held):
    other = earn(holder, "second")
    item = held.evidence["link"]
    answer = own.post(NEW, answers(other, held, evidence=[str(item.pk)], days="7"))

    link = ShareLink.objects.get()
    assert (answer.status_code, answer.url) == (303, f"{LIST}#link-{link.token}")
    shared = list(link.shared.order_by("position"))
    assert [each.credential for each in shared] == [other.credential, held.credential]
    assert [each.evidence for each in SharedEvidence.objects.all()] == [item]
    assert link.name == "Harbour Trust"
    assert link.ends_at - link.created_at == pytest.approx(
        timedelta(days=7), abs=timedelta(minutes=1)
    )


def test_the_list_tells_what_each_shows_and_how_often_it_was_opened(own, held):
    link = link_to(held, show=("text", "file"))
    ShareLink.objects.filter(pk=link.pk).update(opened=3)
    link_to(held, name="")
    told = " ".join(text(own.get(LIST)).split())

    assert f"http://testserver{link.get_absolute_url()}" in told or (
        f"{link.get_absolute_url()}</span>" in told
    )
    assert "For the ward" in told
    assert "with 2 pieces of evidence" in told
    assert "Opened 3 times. Who opened it is not kept." in told
    assert "Not opened yet. Who opened it is not kept." in told
    assert "Ending cannot be undone." in told


def test_ending_is_at_once_and_for_good(own, client, held):
    link = link_to(held)
    answer = own.post(f"{LIST}{link.token}/end/", follow=True)

    assert "The link has ended. It shows nothing any more." in text(answer)
    assert "Ended by you on" in text(answer)
    assert own.get(link.get_absolute_url()).status_code == 410
    link.refresh_from_db()
    first = link.ended_at
    own.post(f"{LIST}{link.token}/end/")
    link.refresh_from_db()
    assert link.ended_at == first


def test_a_link_past_its_day_stands_among_the_ended_ones(own, held):
    link_to(held)
    past = timezone.now() - timedelta(days=40)
    ShareLink.objects.update(created_at=past, ends_at=past + timedelta(days=30))
    told = text(own.get(LIST))

    assert "No link is open." in told
    assert "Ended on" in told
    assert "End now" not in told


def test_nobody_else_sees_or_ends_it(client, held):
    link = link_to(held)
    log_in(client, make_user())

    assert "For the ward" not in text(client.get(LIST))
    assert client.post(f"{LIST}{link.token}/end/").status_code == 404
    assert share_linking.ShareLink.objects.open(timezone.now()).count() == 1


def test_ending_needs_a_press(own, held):
    assert own.get(f"{LIST}{link_to(held).token}/end/").status_code == 405


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"days": ""}, "Choose how long it works."),
        ({"days": "3650"}, "Choose how long it works."),
        ({"days": "\x00"}, "Choose how long it works."),
        ({"name": "x" * 81}, "Use 80 characters or fewer."),
        ({"name": "a\u202eb"}, "The text contains a hidden character (U+202E)."),
        ({"evidence": ["x"]}, "Choose from the evidence that stands on this page."),
        ({"evidence": ["\x00"]}, "Choose from the evidence that stands on this page."),
        ({"idempotency_key": "x"}, "Load this page again, then send the form."),
    ],
)
def test_a_mistake_is_told_and_the_answers_stay(own, held, changed, sentence):
    ticked = [str(held.evidence["text"].pk)]
    given = answers(held, evidence=ticked) | changed
    answer = own.post(NEW, given)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not ShareLink.objects.exists()
    if "evidence" not in changed:
        assert re.search(rf'value="{ticked[0]}"[^>]*checked', text(answer))


def test_evidence_of_others_and_of_what_was_not_chosen_is_refused(own, holder, held):
    for other in (earn(holder, "second"), earn(make_user(), "foreign")):
        pk = str(other.evidence["text"].pk)
        answer = own.post(NEW, answers(held, evidence=[pk]))
        assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_credentials_of_others_are_refused_as_if_absent(own, held):
    foreign = earn(make_user(), "foreign")
    answer = own.post(NEW, answers(held, foreign))

    assert answer.status_code == 422
    assert "One of them cannot be put behind a link." in text(answer)
    assert "foreign" not in text(answer).replace(foreign.credential.token, "")
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize("tokens", [["x"], ["\x00"], ["0" * 26]])
def test_what_is_no_credential_is_refused(own, held, tokens):
    assert own.get(NEW, {"credential": tokens}).status_code == 422
    assert own.post(NEW, answers(held, credential=tokens)).status_code == 422


def test_nothing_chosen_is_told(own, held):
    answer = own.get(NEW, {"next": ""})

    assert answer.status_code == 422
    assert "Choose at least one credential." in text(answer)
    assert own.post(NEW, answers()).status_code == 422


def test_a_link_holds_no_more_than_twenty(own, holder):
    version = make_badge(is_repeatable=True)
    tokens = [make_credential(version, holder).token for _ in range(21)]
    too_many = answers() | {"credential": tokens}

    answer = own.post(NEW, too_many)
    assert answer.status_code == 422
    assert "Choose 20 credentials or fewer." in text(answer)
    assert own.post(NEW, too_many | {"credential": tokens[:20]}).status_code == 303


def test_pressing_twice_makes_one_link(own, held):
    given = answers(held)
    first, second = own.post(NEW, given), own.post(NEW, given)

    assert ShareLink.objects.count() == 1
    assert first.url == second.url


def test_the_key_of_another_form_makes_no_link_until_pressed_again(own, held):
    given = answers(held)
    own.post(NEW, given)
    answer = own.post(NEW, given | {"days": "90"})

    assert answer.status_code == 422
    assert "This form changed after it was sent. Send it again." in text(answer)
    assert given["idempotency_key"] not in text(answer)
    assert ShareLink.objects.count() == 1


@pytest.mark.usefixtures("_empty_cache")
def test_many_links_within_the_hour_have_to_wait(own, held, monkeypatch):
    monkeypatch.setattr(views, "LINKS_PER_HOUR", 2)
    codes = [own.post(NEW, answers(held)).status_code for _ in range(3)]

    assert codes == [303, 303, 429]
    assert ShareLink.objects.count() == 2


def test_open_links_of_one_person_are_limited(own, held, monkeypatch):
    monkeypatch.setattr(share_linking, "MOST_OPEN", 2)
    first = link_to(held)
    link_to(held)
    answer = own.post(NEW, answers(held))

    assert answer.status_code == 422
    assert "You have 2 open links. End one before you make another." in text(answer)
    share_linking.end(first)
    assert own.post(NEW, answers(held)).status_code == 303


def test_withdrawn_ones_are_not_offered(own, held):
    type(held.credential).objects.filter(pk=held.credential.pk).update(
        state="revoked", state_reason="mistake", once_key=None
    )

    assert "Badge chosen" not in text(own.get(NEW))
    assert own.post(NEW, answers(held)).status_code == 422


def test_whoever_holds_nothing_is_led_to_the_badges(own):
    assert "Find your first badge" in text(own.get(LIST))
    assert "Find your first badge" in text(own.get(NEW))


def test_the_questions_do_not_grow_with_links_and_credentials(
    own, holder, held, django_assert_max_num_queries
):
    version = make_badge(is_repeatable=True)
    for _ in range(8):
        make_credential(version, holder)
        link_to(held, show=("text",))

    for address in (LIST, NEW, f"{NEW}?credential={held.credential.token}"):
        with django_assert_max_num_queries(8):
            own.get(address)
