"""What a time-limited link shows to whoever has it, and nothing else."""

from __future__ import annotations

import html
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from credentials import revoking, uploads
from credentials.models import Credential, Evidence
from portfolio.models import Profile, ShareLink
from portfolio.sharing import share_linking
from portfolio.sharing.share_linking import Chosen
from tests.factories import make_badge, make_credential, make_user
from tests.logging_in import log_in
from tests.portfolio.genuine_credential import change
from tests.portfolio.linked import earn, held, holder, link_to

__all__ = ["held", "holder"]

pytestmark = pytest.mark.django_db

ENDED = "This link has ended."


def text(answer):
    return html.unescape(answer.content.decode())


def file_of(link, item):
    return f"/s/{link.token}/evidence/{item.pk}/file"


def fetched(client, address):
    """Status, headers and body of an answer, whole or in pieces."""
    answer = client.get(address)
    body = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, answer.headers, body


def opened(link):
    link.refresh_from_db()
    return link.opened


def test_it_shows_what_was_chosen_though_all_of_it_is_private(client, held):
    link = link_to(held, show=("text", "link", "file"))
    answer = client.get(link.get_absolute_url())
    told = text(answer)

    assert "This credential is genuine." in told
    assert "Amina Yusuf" in told
    assert "Badge chosen" in told
    assert held.credential.issuer_name in told
    assert "Able, level 2 of 3" in told
    assert "<strong>chosen-text</strong>" in told
    assert b"<script>x" not in answer.content
    assert "https://work.example/chosen-link" in told
    assert "chosen-file.txt" in told
    _, _, body = fetched(client, file_of(link, held.evidence["file"]))
    assert body == b"chosen-bytes"


def test_it_leads_to_a_page_of_its_own_only_where_there_is_one(client, held):
    link = link_to(held)
    assert held.credential.token not in text(client.get(link.get_absolute_url()))

    Credential.objects.filter(pk=held.credential.pk).update(visibility="link")
    told = text(client.get(link.get_absolute_url()))
    assert f'href="/c/{held.credential.token}/"' in told


def test_nothing_that_was_not_chosen_is_behind_it(client, holder, held):
    other = earn(holder, "secretive")
    public = earn(holder, "elsewhere", visibility="public")
    Profile.objects.filter(user=holder).update(
        headline="zqheadline", place="zqplace", about="zqabout"
    )
    link = link_to(held, show=("text",))
    answer = client.get(link.get_absolute_url())
    told = text(answer) + str(answer.headers)

    for never in (
        *["chosen-link", "chosen-file", "chosen-bytes", "secretive", "elsewhere"],
        *["zqheadline", "zqplace", "zqabout", "For the ward", holder.email],
        *[holder.profile.handle, "evidence/"],
        *[other.credential.token, public.credential.token, held.credential.token],
        *[str(each.pk) for each in other.evidence.values()],
    ):
        assert never not in told, never
    for item in (held.evidence["file"], other.evidence["file"]):
        assert client.get(file_of(link, item)).status_code == 404


def test_a_file_that_was_chosen_for_one_link_is_not_behind_another(client, held):
    with_file, without = link_to(held, show=("file",)), link_to(held)
    item = held.evidence["file"]

    assert fetched(client, file_of(with_file, item))[0] == 200
    assert fetched(client, file_of(without, item))[0] == 404
    assert fetched(client, file_of(with_file, held.evidence["text"]))[0] == 404


def test_its_address_and_pages_are_kept_from_everybody_else(client, held):
    link = link_to(held, show=("file",))
    ended = link_to(held)
    share_linking.end(ended)

    for address in (
        link.get_absolute_url(),
        file_of(link, held.evidence["file"]),
        ended.get_absolute_url(),
        "/s/" + "0" * 26 + "/",
    ):
        _, headers, _ = fetched(client, address)
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "private, no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert not client.cookies
    page = text(client.get(link.get_absolute_url()))
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "og:" not in page


def test_its_files_run_nothing_and_are_no_part_of_other_pages(client, held):
    link = link_to(held, show=("file",))
    _, headers, _ = fetched(client, file_of(link, held.evidence["file"]))

    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_picture_that_was_chosen_stands_in_the_page(client, holder):
    held = earn(holder, "drawn")
    drawn = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(drawn, "PNG")
    kept = uploads.accept(ContentFile(drawn.getvalue()), name="work.png")
    item = held.evidence["file"]
    with kept.content:
        item.file.save("", kept.content)
    Evidence.objects.filter(pk=item.pk).update(
        content_type="image/png", file_name="work.png"
    )
    link = link_to(held, show=("file",))

    assert f'<img class="shown" src="{file_of(link, item)}"' in text(
        client.get(link.get_absolute_url())
    )


def end_now(link):
    assert share_linking.end(link)


def pass_its_day(link):
    past = timezone.now() - timedelta(days=31)
    ends = past + timedelta(days=30)
    ShareLink.objects.filter(pk=link.pk).update(created_at=past, ends_at=ends)


def close_the_account(link):
    type(link.owner).objects.filter(pk=link.owner_id).update(is_active=False)


def erase(link):
    shared = link.shared.get().credential
    change(
        shared,
        state="erased",
        erased_at=timezone.now(),
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )


@pytest.mark.parametrize("step", [end_now, pass_its_day, close_the_account, erase])
def test_what_has_ended_shows_nothing_and_names_nobody(client, held, step):
    link = link_to(held, show=("text", "file"))
    file = file_of(link, held.evidence["file"])
    assert "chosen-text" in text(client.get(link.get_absolute_url()))
    assert fetched(client, file)[0] == 200
    before = opened(link)
    step(link)

    for address, codes in ((link.get_absolute_url(), {410}), (file, {404, 410})):
        code, headers, body = fetched(client, address)
        told = html.unescape(body.decode()) + str(headers)
        assert code in codes
        for never in ("Amina", "chosen", "For the ward", held.credential.issuer_name):
            assert never not in told
    page = text(client.get(link.get_absolute_url()))
    assert ENDED in page
    assert "Ask the person who sent it to you for a new one." in page
    assert opened(link) == before


def test_an_account_that_is_opened_again_opens_its_links_again(client, held):
    link = link_to(held)
    close_the_account(link)
    assert client.get(link.get_absolute_url()).status_code == 410

    type(link.owner).objects.filter(pk=link.owner_id).update(is_active=True)
    assert client.get(link.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("token", ["0" * 26, "x", "A" * 26, "%00" * 26, "ı" * 26])
def test_an_unknown_one_is_nothing_at_all(client, token):
    answer = client.get(f"/s/{token}/")

    assert answer.status_code == 404
    assert "There is nothing to show here." in text(answer)


def test_a_withdrawn_one_says_so_and_shows_its_evidence_no_more(client, held):
    link = link_to(held, show=("text", "file"))
    operator = make_user(is_staff=True, is_superuser=True)
    revoking.revoke(
        held.credential, reason=Credential.Reason.MISTAKE, note="zqnote", by=operator
    )
    told = text(client.get(link.get_absolute_url()))

    assert f"{held.credential.issuer_name} withdrew this credential on" in told
    assert "Do not rely on it." in told
    for never in ("genuine.", "chosen-text", "chosen-file", "zqnote"):
        assert never not in told
    assert fetched(client, file_of(link, held.evidence["file"]))[0] == 404


def test_of_what_was_changed_since_nothing_is_shown(client, held):
    link = link_to(held, show=("text",))
    change(held.credential, is_signature_good=False)
    told = text(client.get(link.get_absolute_url()))

    assert "Do not rely on anything in it." in told
    for never in ("Badge chosen", "Amina", "chosen-text"):
        assert never not in told


def test_evidence_that_was_taken_back_is_not_shown(client, held):
    link = link_to(held, show=("text", "link", "file"))
    submission = held.credential.submission
    type(submission).objects.filter(pk=submission.pk).update(
        status="withdrawn", decided_at=None, decided_by=None
    )
    told = text(client.get(link.get_absolute_url()))

    assert "Badge chosen" in told
    for never in ("chosen-text", "chosen-link", "chosen-file"):
        assert never not in told
    assert client.get(file_of(link, held.evidence["file"])).status_code == 404


def test_it_tells_of_no_credential_that_replaced_one(client, holder, held):
    newer = make_credential(make_badge(name="zqnewer"), holder)
    change(
        held.credential,
        state="superseded",
        superseded_by=newer,
        once_key=None,
    )
    told = text(client.get(link_to(held).get_absolute_url()))

    assert "replaced this credential on" in told
    assert newer.token not in told
    assert "zqnewer" not in told


def test_each_opening_by_somebody_else_is_counted(client, held, settings):
    link = link_to(held, show=("file",))
    own = Client()
    log_in(own, held.credential.holder)
    address = link.get_absolute_url()

    client.get(address)
    client.get(address)
    client.head(address)
    client.get(address, headers={"Sec-Purpose": "prefetch;prerender"})
    fetched(client, file_of(link, held.evidence["file"]))
    assert "Your looking is not counted." in text(own.get(address))
    assert opened(link) == 2

    settings.READ_ONLY_UNTIL = "15:00 UTC"
    assert "Badge chosen" in text(client.get(address))
    assert opened(link) == 2


ROBOTS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Jakarta Commons-HttpClient/3.1)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) SkypeUriPreview Preview/0.5",
]


def test_robots_that_draw_previews_are_not_counted_and_people_are(client, held):
    link = link_to(held)
    address = link.get_absolute_url()

    for robot in ROBOTS:
        assert client.get(address, headers={"User-Agent": robot}).status_code == 200
    client.head(address)
    assert opened(link) == 0

    telephone = "Mozilla/5.0 (Linux; Android 9; CUBOT X20) Chrome/96.0 Mobile Safari"
    for person in (telephone, ""):
        client.get(address, headers={"User-Agent": person})
    assert opened(link) == 2


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent_there(client, held, method):
    assert getattr(client, method)(link_to(held).get_absolute_url()).status_code == 405


def test_the_questions_do_not_grow_with_what_it_shows(
    client, holder, django_assert_num_queries
):
    one = link_to(earn(holder, "a"), show=("text", "file"))
    three = link_to(
        *(earn(holder, name) for name in "bcd"), show=("text", "link", "file")
    )
    for link in (one, three):
        with django_assert_num_queries(5):
            client.get(link.get_absolute_url())


def test_nobody_can_put_behind_a_link_what_is_not_theirs(held):
    stranger = earn(make_user(), "foreign")
    owner = held.credential.holder

    for chosen in (
        [Chosen(stranger.credential)],
        [Chosen(held.credential, [stranger.evidence["text"]])],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            share_linking.make(chosen, by=owner, name="", days=7)
    assert not ShareLink.objects.exists()


def test_evidence_of_one_own_credential_does_not_go_with_another(holder, held):
    other = earn(holder, "second")

    with pytest.raises(IntegrityError), transaction.atomic():
        share_linking.make(
            [Chosen(held.credential, [other.evidence["text"]])],
            by=holder,
            name="",
            days=7,
        )


def test_what_is_removed_from_a_submission_is_behind_no_link(client, held):
    link = link_to(held, show=("text", "link"))
    held.evidence["link"].delete()

    told = text(client.get(link.get_absolute_url()))
    assert "chosen-text" in told
    assert "chosen-link" not in told
