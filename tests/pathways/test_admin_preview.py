"""What a rule would say before it is saved, and two people who edit one tree."""

import pytest

from credentials import publishing as badges
from pathways import publishing
from tests.factories import make_badge, make_issuer, make_member
from tests.pathways.making import (
    kept_for_a_module,
    make_draft_pathway,
    make_outcome,
    node,
    rule,
    write,
)
from tests.pathways.test_admin_tree import filled, page, root_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def stock(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        issuer = make_issuer()
        yield {
            "issuer": issuer,
            "designer": make_member(issuer, "designer"),
            "badge": make_badge(issuer, name="Interviewing"),
            "outcome": make_outcome(issuer),
        }


@pytest.fixture
def issuer(stock):
    return stock["issuer"]


@pytest.fixture(autouse=True)
def designer(client, stock):
    client.force_login(stock["designer"])
    return stock["designer"]


@pytest.fixture
def draft(stock):
    return make_draft_pathway(
        stock["issuer"],
        rule("all", stock["badge"], title="Start"),
        outcome=stock["outcome"],
    )


def stored(version):
    rows = version.requirements.order_by("pk")
    return list(rows.values()), list(version.exits.values())


def test_a_preview_says_what_saving_would_and_saves_nothing(client, draft, issuer):
    stage = node(draft, "Start")
    write(draft, make_badge(issuer), stage)
    before = stored(draft)
    form = filled(client.get(page(draft, node=stage.pk)))
    form |= {"kind": "at_least", "count": "1", "gives": make_outcome(issuer).pk}

    text = client.post(
        page(draft, of="preview", node=stage.pk), form, headers=HTMX
    ).text

    assert "Any 1 of these 2" in text
    assert "Nothing keeps this from being published." in text
    assert "<html" not in text
    assert stored(draft) == before


def test_a_preview_says_what_would_keep_the_whole_from_publication(client, draft):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, node=stage.pk)))
    form |= {"kind": "at_least", "count": "4"}

    text = client.post(
        page(draft, of="preview", node=stage.pk), form, headers=HTMX
    ).text

    assert "1 thing keeps this from being published" in text
    assert text.count("<li>") == 1


def test_a_badge_that_is_not_offered_is_the_one_thing_said(client, draft, designer):
    """Not, beside it, every group around it."""
    stage = node(draft, "Start")
    badges.retire(stage.children.get().achievement, by=designer)

    text = client.get(page(draft)).text

    assert "1 thing keeps this from being published" in text
    assert "is retired: nobody can start it." in text


def test_a_preview_says_what_is_missing_first(client, draft):
    form = {"kind": "at_least", "inside": root_of(draft).pk}

    response = client.post(page(draft, of="preview"), form, headers=HTMX)

    assert response.status_code == 200, "it is no mistake yet"
    assert "Fill this in first" in response.text
    assert "Enter how many." in response.text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"kind": "all", "title": "Odd\u202ewords"}, 422),
        ({"kind": "at_least", "count": "many"}, 422),
        ({"kind": "badge", "expired": "grace"}, 200),
    ],
)
def test_a_preview_of_what_is_wrong_says_so(client, draft, typed, status):
    form = {"inside": root_of(draft).pk, **typed}

    response = client.post(page(draft, of="preview"), form, headers=HTMX)

    assert response.status_code == status
    assert "Fill this in first" in response.text


def test_a_version_published_while_a_rule_is_previewed_is_said(client, draft, designer):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, node=stage.pk)))
    publishing.publish(draft, by=designer)

    response = client.post(page(draft, of="preview", node=stage.pk), form)

    assert response.status_code == 409
    assert "Somebody published this version." in response.text


def test_choosing_another_kind_draws_its_fields_and_blames_nobody(client, draft):
    form = {"kind": "skill", "inside": root_of(draft).pk, "title": "Kept"}

    response = client.post(
        page(draft, of="preview"), form, headers=HTMX | {"HX-Target": "rule"}
    )

    assert response.status_code == 200
    assert 'name="skill"' in response.text
    assert 'value="Kept"' in response.text
    assert "field-error" not in response.text


def test_without_javascript_a_button_shows_the_whole_page(client, draft):
    stage = node(draft, "Start")
    shown = client.get(page(draft, node=stage.pk))
    address = page(draft, of="preview", node=stage.pk)
    assert f'formaction="{address}"' in shown.text

    form = filled(shown) | {"title": "Other words"}
    text = client.post(address, form).text

    assert "<html" in text
    assert 'value="Other words"' in text
    assert "It says" in text


def test_what_somebody_else_saved_meanwhile_is_said_and_kept(client, draft):
    stage = node(draft, "Start")
    address = page(draft, node=stage.pk)
    mine = filled(client.get(address)) | {"title": "Mine"}
    client.post(address, filled(client.get(address)) | {"title": "Theirs"})

    refused = client.post(address, mine)

    assert refused.status_code == 409
    assert "Somebody saved something else here in the meantime: “Theirs”." in (
        refused.text
    )
    stage.refresh_from_db()
    assert stage.title == "Theirs"

    client.post(address, mine | {"seen": filled(refused)["seen"]})
    stage.refresh_from_db()
    assert stage.title == "Mine"


@pytest.mark.parametrize("what", ["after", "gives"])
def test_order_and_exit_are_not_overwritten_unseen(client, draft, issuer, what):
    stage = node(draft, "Start")
    other = write(draft, rule("all", make_badge(issuer), title="Other"), root_of(draft))
    given = make_outcome(issuer, name="Early")
    address = page(draft, node=stage.pk)
    mine = filled(client.get(address)) | {"title": "Mine"}
    theirs = {"after": [other.pk]} if what == "after" else {"gives": given.pk}
    client.post(address, filled(client.get(address)) | theirs)

    refused = client.post(address, mine)

    assert refused.status_code == 409
    assert ("“Other”" if what == "after" else "“Early, version 1”") in refused.text
    stage.refresh_from_db()
    assert stage.title == "Start"


def test_the_same_saved_twice_is_no_quarrel(client, draft):
    address = page(draft, node=node(draft, "Start").pk)
    form = filled(client.get(address)) | {"title": "Both"}
    client.post(address, form)

    assert client.post(address, form).status_code == 302


@pytest.mark.parametrize("of", ["tree", "preview", "remove"])
def test_a_rule_that_somebody_removed_meanwhile_is_gone(client, draft, issuer, of):
    stage = write(draft, rule("all", make_badge(issuer), title="Late"), root_of(draft))
    form, gone = filled(client.get(page(draft, node=stage.pk))), stage.pk
    stage.delete()

    if of == "remove":
        address = page(draft, of=of, at=[gone])
    else:
        address = page(draft, of=of, node=gone)
    response = client.post(address, form)

    assert response.status_code == 409
    assert "Somebody removed this rule in the meantime." in response.text
    assert draft.requirements.count() == 3


def test_a_move_in_an_order_that_changed_moves_nothing(client, draft, issuer):
    stage = node(draft, "Start")
    write(draft, rule("all", make_badge(issuer), title="Second"), root_of(draft))
    seen = client.get(page(draft)).context["root"]["below"][0]["seen"]
    write(draft, rule("all", make_badge(issuer), title="Third"), root_of(draft))

    response = client.post(
        page(draft, of="move", at=[stage.pk]), {"to": "down", "seen": seen}
    )

    assert response.status_code == 409
    assert "Nothing was moved." in response.text
    assert root_of(draft).children.first() == stage


def test_what_was_added_inside_is_not_removed_unseen(client, draft, issuer):
    stage = node(draft, "Start")
    address = page(draft, of="remove", at=[stage.pk])
    seen = client.get(address).context["seen"]
    write(draft, make_badge(issuer), stage)

    response = client.post(address, {"seen": seen})

    assert response.status_code == 409
    assert "Nothing was removed." in response.text
    assert "2 rules inside go with it:" in response.text
    assert draft.requirements.filter(pk=stage.pk).exists()


def test_a_version_published_while_it_is_edited_stays(client, draft, designer):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, node=stage.pk))) | {"title": "Late"}
    publishing.publish(draft, by=designer)

    assert client.post(page(draft, node=stage.pk), form).status_code == 409
    stage.refresh_from_db()
    assert stage.title == "Start"
