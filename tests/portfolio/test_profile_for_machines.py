"""A person's public page as machines read it: schema.org and search engines."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.factories import make_badge, make_credential
from tests.portfolio.findable import make_proving_badge, make_skill
from tests.portfolio.many import hold_many
from tests.portfolio.public_page import amina, ended, get, linked, page, public, say

pytestmark = pytest.mark.django_db

__all__ = ["amina"]  # a fixture


def test_it_is_a_person_with_what_they_can_prove(client, amina, settings):
    version = make_proving_badge(
        "Safe handover", (make_skill("Handover"), 3), language="en"
    )
    held = make_credential(version, amina, visibility="public")
    amina.profile.links.create(url="https://amina.example/", position=1)
    say(amina, other_name="أمينة", languages=["English"], own_words=["knitting"])

    data = linked(client)

    here = settings.SITE_URL
    issuer = version.achievement.issuer
    assert data == {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": f"{here}/p/amina-yusuf/",
        "url": f"{here}/p/amina-yusuf/",
        "name": "Amina Yusuf",
        "alternateName": "أمينة",
        "description": "Staff nurse, acute medicine",
        "homeLocation": {"@type": "Place", "name": "Bristol"},
        "knowsLanguage": ["English"],
        "knowsAbout": [
            {
                "@type": "DefinedTerm",
                "name": "Handover",
                "url": "https://skills.example/Handover",
                "inDefinedTermSet": "ESCO",
            }
        ],
        "sameAs": ["https://amina.example/"],
        "hasCredential": [
            {
                "@type": "EducationalOccupationalCredential",
                "name": "Safe handover",
                "url": here + held.get_absolute_url(),
                "inLanguage": "en",
                "credentialCategory": "badge",
                "recognizedBy": {
                    "@type": "Organization",
                    "name": issuer.name,
                    "url": f"{here}/issuers/{issuer.slug}/",
                },
                "dateCreated": held.issued_at.date().isoformat(),
                "expires": held.valid_until.date().isoformat(),
                "competencyRequired": ["Handover"],
            }
        ],
    }


def test_only_what_is_public_and_in_force_today_stands_in_it(client, amina):
    make_credential(make_badge(name="Hidden link"), amina)
    make_credential(make_badge(name="Hidden private"), amina, visibility="private")
    ended(amina, "Hidden ended")
    public(amina, "Shown")
    say(amina, shows_ended_at=timezone.now())

    data = linked(client)

    assert [each["name"] for each in data["hasCredential"]] == ["Shown"]
    assert "Hidden" not in str(data)


def test_attending_is_a_credential_and_no_skill(client, amina):
    day = make_proving_badge("Day", (make_skill("Talk"), 1), assessment="attended")
    make_credential(day, amina, visibility="public")
    data = linked(client)
    assert [each["name"] for each in data["hasCredential"]] == ["Day"]
    assert "knowsAbout" not in data


def test_a_page_with_nothing_on_it_says_no_more_than_a_name(client, amina):
    say(amina, headline="", place="")
    assert linked(client).keys() == {"@context", "@type", "@id", "url", "name"}


def test_no_name_can_end_the_element(client, amina):
    hostile = '</script><script>alert(1)</script><!--<script>&"\u2028'
    amina.full_name = hostile
    amina.save()

    text = get(client).content.decode()

    assert "<script>alert" not in text
    assert "<!--" not in text
    data = text.partition('ld+json">')[2].partition("</script>")[0]
    assert not set("<>&\u2028") & set(data)
    assert linked(client)["name"] == hostile


def test_a_page_of_many_says_the_newest_fifty(client, amina):
    version = make_badge(is_repeatable=True)
    hold_many(amina, [version], 60)
    assert len(linked(client)["hasCredential"]) == 50


def test_search_engines_come_in_by_their_own_switch_only(client, amina):
    away = '<meta name="robots" content="noindex">'
    assert away in page(client)

    say(amina, search_engines_at=timezone.now())
    assert 'name="robots"' not in page(client)

    say(amina, search_engines_at=None)
    assert away in page(client)
