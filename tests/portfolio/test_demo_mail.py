"""The page on which the demo's mails are read."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.http import Http404

from portfolio.views.demo_mail import mail


@pytest.fixture
def folder(settings, tmp_path):
    settings.DEMO = True
    settings.DATA = tmp_path
    return tmp_path / "mail"


def send(folder, subject, text="See https://cairn.example.org/me/ today."):
    message = EmailMultiAlternatives(
        subject, text, "a@example.org", ["mei@example.org"]
    )
    message.attach_alternative(f"<p>{text}</p>", "text/html")
    backend = EmailBackend(alias="default", file_path=str(folder))
    backend.send_messages([message])
    backend.close()


def test_mails_are_listed_newest_first_with_links_to_press(rf, folder):
    send(folder, "First")
    send(folder, "Zweite Prüfung")

    page = mail(rf.get("/demo/mail/")).content.decode()

    assert page.index("Zweite Prüfung") < page.index(">First<")
    assert 'href="https://cairn.example.org/me/"' in page
    assert "mei@example.org" in page


def test_the_html_part_is_shown_with_its_styles_and_no_scripts(rf, folder):
    send(folder, "First")
    [name] = (path.stem for path in folder.glob("*.log"))

    response = mail(rf.get("/demo/mail/", {"html": f"{name}.0"}))

    assert response.content.strip().startswith(b"<p>See")
    policy = getattr(response, "_csp_config", {})
    assert policy["default-src"] == ["'none'"]
    assert "script-src" not in policy


def test_only_listed_mails_are_read(rf, folder):
    send(folder, "First")

    for name in ("../../etc/passwd", "x.0", "0"):
        with pytest.raises(Http404):
            mail(rf.get("/demo/mail/", {"html": name}))


def test_outside_the_demo_there_are_no_mails_to_read(rf, folder, settings, client):
    send(folder, "First")
    settings.DEMO = False

    with pytest.raises(Http404):
        mail(rf.get("/demo/mail/"))
    assert client.get("/demo/mail/").status_code == 404


def test_before_the_first_mail_the_page_says_what_will_stand_there(rf, folder):
    assert b"will stand here" in mail(rf.get("/demo/mail/")).content
