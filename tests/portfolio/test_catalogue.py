"""The catalogue as visitors and learners see it."""

import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from credentials import publishing
from credentials.models import Achievement
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def guild():
    return make_issuer("Granite Builders’ Guild", slug="granite")


@pytest.fixture
def badges(guild):
    """Three badges that differ in everything that can be filtered."""
    trust = make_issuer("Harbour Health Trust", slug="harbour")
    return {
        "welding": make_badge(
            guild,
            name="Welding thin sheet",
            glyph="construction",
            level=3,
            effort_hours=60,
            cost_amount=90,
            cost_currency="GBP",
            delivery="on_site",
        ),
        "sepsis": make_badge(
            trust, name="Recognising sepsis early", glyph="care", level=1
        ),
        "cuidado": make_badge(
            trust,
            name="Cuidado y conversación",
            glyph="care",
            level=2,
            effort_hours=20,
            language="es",
        ),
    }


def names(response):
    """Names on the cards, in their order."""
    cards = re.findall(r"<article.*?</article>", response.content.decode(), re.DOTALL)
    return [re.findall(r"<bdi[^>]*>(.*?)</bdi>", card)[0] for card in cards]


def counts(response):
    """Numbers beside the options."""
    found = re.findall(
        r'class="choice-count" id="n-([^"]+)"[^>]*>(\d+)<', response.content.decode()
    )
    return {name: int(number) for name, number in found}


def get(client, query="", **extra):
    return client.get(reverse("catalogue") + query, **extra)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"welding", "sepsis", "cuidado"}),
        ("?area=construction", {"welding"}),
        ("?level=1&level=2", {"sepsis", "cuidado"}),
        ("?level=1&level=2&area=construction", set()),
        ("?issuer=harbour", {"sepsis", "cuidado"}),
        ("?effort=day", {"sepsis"}),
        ("?effort=week", {"cuidado"}),
        ("?effort=more&effort=day", {"welding", "sepsis"}),
        ("?cost=free", {"sepsis", "cuidado"}),
        ("?cost=paid", {"welding"}),
        ("?delivery=on_site", {"welding"}),
        ("?language=es", {"cuidado"}),
        ("?q=welding", {"welding"}),
        ("?q=SEPS", {"sepsis"}),
        ("?q=conversacion", {"cuidado"}),
        ("?q=sheet+wel", {"welding"}),
        ("?q=%22thin+sheet%22", {"welding"}),
        ("?q=sheet+-welding", set()),
        ("?level=9&area=nowhere&skill=x", {"welding", "sepsis", "cuidado"}),
    ],
)
def test_filters_join_options_by_or_and_groups_by_and(client, badges, query, expected):
    assert set(names(get(client, query))) == {badges[key].name for key in expected}


def test_a_skill_is_a_filter(client, badges):
    skill = badges["sepsis"].skills.get()
    assert names(get(client, f"?skill={skill.pk}")) == ["Recognising sepsis early"]


def test_counts_follow_the_other_groups_but_not_their_own(client, badges):
    counted = counts(get(client, "?area=care&level=1"))
    assert counted["level-1"] == 1
    assert counted["level-2"] == 1  # one more if this level is chosen as well
    assert counted["level-3"] == 0
    assert counted["area-care"] == 1
    assert counted["area-construction"] == 0
    assert counted["issuer-harbour"] == 1
    assert counted["issuer-granite"] == 0
    assert counted["cost-free"] == 1


def test_options_stay_whatever_is_chosen(client, badges):
    everything = counts(get(client))
    assert counts(get(client, "?q=welding&level=1")).keys() == everything.keys()


def test_drafts_and_retired_badges_are_not_offered(client, guild):
    make_draft_version(guild, name="Still a draft")
    retired = make_badge(guild, name="Retired by now")
    publishing.retire(retired.achievement, by=make_member(guild, "designer"))
    response = get(client)
    assert names(response) == []
    assert "None is published yet." in response.content.decode()


def test_a_draft_of_the_next_version_changes_nothing(client, guild):
    version = make_badge(guild, name="As published")
    designer = make_member(guild, "designer")
    draft = publishing.draft_next(version.achievement, by=designer)
    draft.name = "Not yet"
    draft.save()
    assert names(get(client)) == ["As published"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sort=name", ["cuidado", "sepsis", "welding"]),
        ("?sort=shortest", ["sepsis", "cuidado", "welding"]),
        ("?sort=newest", ["cuidado", "sepsis", "welding"]),
        ("?sort=dearest", ["cuidado", "sepsis", "welding"]),
    ],
)
def test_sorting(client, badges, query, expected):
    assert names(get(client, query)) == [badges[key].name for key in expected]


def test_the_best_match_comes_first(client, guild):
    make_badge(guild, name="Grinding", description="Before and after welding.")
    make_badge(guild, name="Welding", description="Joining steel.")
    make_badge(guild, name="Cutting", description="Cut steel for welding.")
    assert names(get(client, "?q=welding"))[0] == "Welding"


def test_nothing_found_names_what_was_asked_and_the_best_thing_to_drop(client, badges):
    html = get(client, "?q=welding&level=1").content.decode()
    assert "No badges match <em>welding</em> and <em>Foundation</em>." in html
    # Both removals find one badge; the words come first.
    assert "Remove <em>welding</em> (1 badge)" in html
    html = get(client, "?q=welding&level=1&level=2").content.decode()
    assert "<em>welding</em> and <em>Foundation</em> or <em>Intermediate</em>" in html
    assert 'href="/badges/?level=1&amp;level=2"' in html
    assert "Remove <em>welding</em> (2 badges)" in html


def test_when_no_removal_helps_everything_can_be_cleared(client, badges):
    html = get(client, "?q=welding&level=1&area=food").content.decode()
    assert "Remove <em>" not in html
    assert "Clear all (3 badges)" in html


def test_words_are_escaped_wherever_they_stand(client, badges):
    words = '<script>alert("x")</script>'
    html = get(client, f"?q={quote(words)}&issuer=nobody").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "words",
    ["%00", "'", '"', "a' | :*", "\\", "!!!", "&|!():*", "-", "or", "🏔", "x" * 900],
)
def test_any_words_are_answered(client, badges, words):
    assert get(client, f"?q={quote(words, safe='%')}").status_code == 200


def test_chips_remove_one_option_each(client, badges):
    html = get(client, "?q=e&level=1&level=2&cost=free").content.decode()
    removals = re.findall(r'class="chip chip-on" href="([^"]+)"', html)
    assert removals == [
        "/badges/?q=e&amp;level=2&amp;cost=free",
        "/badges/?q=e&amp;level=1&amp;cost=free",
        "/badges/?q=e&amp;level=1&amp;level=2",
    ]
    assert 'class="clear" href="/badges/"' in html


def test_htmx_gets_the_results_and_the_counts_alone(client, badges):
    response = get(client, "?q=&level=1&sort=", headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert html.count('id="results"') == 1
    assert names(response) == ["Recognising sepsis early"]
    assert counts(response)["level-1"] == 1
    assert "innerHTML:#announcement" in html
    assert "<title>Badges: Foundation, 1 found – Cairn</title>" in html
    assert "HX-Request" in response["Vary"]


def test_choosing_makes_an_entry_in_the_history(client, badges):
    here = HTMX | {"HX-Current-URL": "https://cairn.example.org/badges/?q=s"}
    response = get(client, "?q=s&level=2&level=1&effort=", headers=here)
    assert response["HX-Push-Url"] == "/badges/?q=s&level=1&level=2"


def test_typing_makes_none(client, badges):
    here = HTMX | {"HX-Current-URL": "https://cairn.example.org/badges/?q=s&level=1"}
    response = get(client, "?q=sep&level=1&sort=", headers=here)
    assert response["HX-Replace-Url"] == "/badges/?q=sep&level=1"
    assert "HX-Push-Url" not in response


def test_going_back_gets_a_full_page(client, badges):
    back = HTMX | {"HX-History-Restore-Request": "true"}
    html = get(client, "?level=1", headers=back).content.decode()
    assert html.lstrip().lower().startswith("<!doctype html>")


def test_the_page_without_javascript_has_a_form_and_a_button(client, badges):
    html = get(client, "?level=1").content.decode()
    form = re.findall(r'<form class="aside".*?</form>', html, re.DOTALL)[0]
    assert 'method="get"' in form
    assert ">Apply</button>" in form
    assert re.search(r'id="level-1"[^>]* checked', form)
    assert not re.search(r'id="level-2"[^>]* checked', form)


def test_cards_say_what_the_learner_already_has(client, badges):
    learner = make_user()
    make_credential(badges["welding"], learner)
    make_submission(badges["sepsis"], learner, state="in_review")
    make_submission(badges["cuidado"], learner, state="draft")
    make_credential(badges["sepsis"])  # somebody else's
    client.force_login(learner)
    html = get(client).content.decode()
    cards = dict(zip(names(get(client)), html.split("<article")[1:], strict=True))
    assert "Earned" in cards["Welding thin sheet"]
    assert "In review" in cards["Recognising sepsis early"]
    assert "Earned" not in cards["Recognising sepsis early"]
    assert "In progress" in cards["Cuidado y conversación"]


def test_visitors_touch_no_session(client, badges):
    response = get(client, "?q=welding")
    assert not response.wsgi_request.session.accessed
    assert response.cookies == {}
    assert "Cookie" in response["Vary"]


def test_pages_have_real_links_that_keep_the_filters(client, guild):
    first = make_badge(guild, name="Badge 00")
    more = [_copy_of(first, number) for number in range(1, 30)]
    response = get(client, "?level=2&sort=name")
    html = response.content.decode()
    assert len(names(response)) == 24
    assert 'href="?level=2&amp;sort=name&amp;page=2"' in html
    second = get(client, "?level=2&sort=name&page=2")
    assert names(second) == sorted(version.name for version in more)[23:]
    assert get(client, "?page=99").context["page"].number == 2
    assert get(client, "?page=x").context["page"].number == 1


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(
    client, guild, django_assert_num_queries, django_assert_max_num_queries, rows
):
    first = make_badge(guild, name="Badge 00")
    for number in range(1, rows):
        _copy_of(first, number)
    with django_assert_num_queries(2):
        get(client, "?q=badge&level=2")
    learner = make_user()
    make_credential(first, learner)
    client.force_login(learner)
    get(client)  # the first request of a session writes it down
    with django_assert_max_num_queries(12) as captured:
        get(client, "?q=badge&level=2")
    asked = [query for query in captured if '"credentials_' in query["sql"]]
    assert len(asked) == 3  # counts, page, own states


def test_an_empty_answer_takes_no_more_queries(
    client, badges, django_assert_num_queries
):
    with django_assert_num_queries(2):  # nothing found: no page to fetch
        get(client, "?q=nothing&level=2")


def _copy_of(version, number):
    """Another badge like this one, without its parts."""
    achievement = Achievement.objects.create(
        issuer=version.achievement.issuer, slug=f"copy-{number}"
    )
    version = type(version).objects.get(pk=version.pk)
    version.pk = None
    version._state.adding = True
    version.achievement = achievement
    version.name = f"Badge {number:02}"
    version.save()
    achievement.current_version = version
    achievement.save()
    return version
