"""The tree editor: rules are added, changed, moved and removed on one page."""

import pytest
from django.urls import reverse

from credentials.models import Skill
from pathways.models import Exit
from tests.factories import make_badge, make_issuer, make_member
from tests.pathways.making import (
    kept_for_a_module,
    make_draft_pathway,
    make_outcome,
    make_pathway,
    node,
    publish,
    rule,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stock(django_db_setup, django_db_blocker):
    """Badges that the tests here ask for; none of them changes one."""
    with kept_for_a_module(django_db_blocker):
        issuer = make_issuer()
        yield {
            "issuer": issuer,
            "designer": make_member(issuer, "designer"),
            "badge": make_badge(issuer, name="Interviewing"),
            "other": make_badge(issuer, name="Testing"),
            "outcome": make_outcome(issuer, name="Researcher"),
        }


@pytest.fixture
def issuer(stock):
    return stock["issuer"]


@pytest.fixture
def designer(client, stock):
    client.force_login(stock["designer"])
    return stock["designer"]


@pytest.fixture
def badge(stock):
    return stock["badge"]


@pytest.fixture
def draft(stock):
    """A stage with one badge, and another with a choice."""
    badge, other = stock["badge"], stock["other"]
    return make_draft_pathway(
        stock["issuer"],
        rule("all", badge, title="Start"),
        rule("at_least", badge, other, count=1, title="Choice"),
        outcome=stock["outcome"],
    )


def page(version, *, of="tree", at=(), **query):
    address = reverse(f"admin:pathways_pathwayversion_{of}", args=[version.pk, *at])
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{address}?{asked}" if asked else address


def root_of(version):
    return version.requirements.get(parent=None)


def leaf_of(version, title="Start"):
    return node(version, title).children.get()


def filled(response):
    """Every field of the rule's form, as a browser would send it back."""
    values = {field.html_name: field.value() for field in response.context["form"]}
    return {name: v for name, v in values.items() if v not in (None, False, "")}


def order(version):
    return [each.title for each in root_of(version).children.all()]


def test_the_page_says_each_rule_at_its_place(client, designer, draft):
    text = client.get(page(draft)).text

    said = ["The whole pathway", "Gives", "Start", "Interviewing", "Any 1 of these 2"]
    assert [text.find(words) for words in said] == sorted(
        text.find(words) for words in said
    )
    assert "Nothing keeps this from being published." in text


def test_an_empty_pathway_begins_with_a_stage(client, designer, draft):
    root_of(draft).children.all().delete()

    response = client.get(page(draft))

    assert "Add a first stage." in response.text
    assert response.context["form"].kind == "all"


def test_a_stage_is_added_and_a_badge_inside(client, designer, draft, badge):
    root = root_of(draft)
    form = filled(client.get(page(draft, add="credits", inside=root.pk)))

    response = client.post(page(draft), form | {"title": "More", "credits": "2.5"})

    stage = node(draft, "More")
    assert response["Location"] == f"{page(draft)}#node-{stage.pk}"
    assert (stage.kind, str(stage.credits), stage.position) == ("credits", "2.50", 3)

    form = filled(client.get(page(draft, add="badge", inside=stage.pk)))
    client.post(
        page(draft), form | {"achievement": badge.achievement_id, "first_version": "1"}
    )
    leaf = stage.children.get()
    assert (leaf.achievement, leaf.first_version) == (badge.achievement, 1)


def test_one_more_like_it_is_one_button_away(client, designer, draft, badge):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, add="badge", inside=stage.pk)))
    form |= {"achievement": badge.achievement_id, "another": "1"}

    response = client.post(page(draft), form)

    assert response["Location"] == f"{page(draft, add='badge', inside=stage.pk)}#rule"


@pytest.mark.parametrize("kind", ["skill", "pathway"])
def test_other_things_to_hold_can_be_asked_for(client, designer, draft, issuer, kind):
    stage = node(draft, "Start")
    other = make_pathway(issuer, [make_badge(issuer)])
    skill = Skill.objects.create(framework="ESCO", uri="https://s.example/", name="Ask")
    form = filled(client.get(page(draft, add=kind, inside=stage.pk)))

    client.post(
        page(draft),
        form | {"skill": skill.pk, "level": "3", "pathway": other.pathway_id},
    )

    leaf = stage.children.get(kind=kind)
    expected = (skill, 3, None) if kind == "skill" else (None, None, other.pathway)
    assert (leaf.skill, leaf.level, leaf.pathway) == expected


def test_a_rule_is_changed_with_its_order_and_its_exit(client, designer, draft, issuer):
    stage, start = node(draft, "Choice"), node(draft, "Start")
    early = make_outcome(issuer)
    form = filled(client.get(page(draft, node=stage.pk)))

    client.post(
        page(draft, node=stage.pk),
        form | {"kind": "all", "after": [start.pk], "gives": early.pk},
    )

    stage.refresh_from_db()
    assert (stage.kind, stage.count) == ("all", None)
    assert list(stage.needs.all()) == [start]
    assert stage.exit.outcome == early

    form = filled(client.get(page(draft, node=stage.pk)))
    assert (form["after"], form["gives"]) == ([start.pk], early.pk)
    del form["after"], form["gives"]
    client.post(page(draft, node=stage.pk), form)
    assert not stage.needs.exists()
    assert not Exit.objects.filter(requirement=stage).exists()


def test_how_long_a_badge_counts_is_said_for_one_rule(client, designer, draft):
    leaf = leaf_of(draft)
    address = page(draft, node=leaf.pk)
    form = filled(client.get(address)) | {"expired": "grace"}

    assert "Enter for how many days." in client.post(address, form).text
    client.post(address, form | {"grace_days": "30"})
    leaf.refresh_from_db()
    assert (leaf.expired, leaf.grace_days) == ("grace", 30)
    assert "Also counts for 30 days after its end." in client.get(page(draft)).text


def test_a_rule_goes_to_the_end_of_where_it_is_put(client, designer, draft):
    leaf, choice = leaf_of(draft), node(draft, "Choice")
    form = filled(client.get(page(draft, node=leaf.pk)))

    client.post(page(draft, node=leaf.pk), form | {"inside": choice.pk})

    assert list(choice.children.all())[-1] == leaf


def test_a_rule_never_lies_inside_itself(client, designer, draft):
    choice = node(draft, "Choice")
    inner = write(draft, rule("all", title="Inner"), choice)
    form = filled(client.get(page(draft, node=choice.pk)))

    response = client.post(page(draft, node=choice.pk), form | {"inside": inner.pk})

    assert response.status_code == 422
    choice.refresh_from_db()
    assert choice.parent == root_of(draft)


def test_a_group_with_rules_inside_stays_a_group(client, designer, draft, badge):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, node=stage.pk)))

    response = client.post(
        page(draft, node=stage.pk),
        form | {"kind": "badge", "achievement": badge.achievement_id},
    )

    assert response.status_code == 422
    stage.refresh_from_db()
    assert stage.kind == "all"


def test_one_badge_is_not_given_by_two_rules(client, designer, draft):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, node=stage.pk)))

    response = client.post(
        page(draft, node=stage.pk), form | {"gives": draft.exits.get().outcome_id}
    )

    assert response.status_code == 422
    assert "Another rule gives “Researcher” already." in response.text


def test_bad_input_keeps_the_answers(client, designer, draft):
    form = filled(client.get(page(draft, add="at_least", inside=root_of(draft).pk)))

    response = client.post(page(draft), form | {"title": "Kept words", "count": "many"})

    assert response.status_code == 422
    assert 'value="Kept words"' in response.text
    assert not draft.requirements.filter(title="Kept words").exists()


@pytest.mark.parametrize("query", ["node=x", "node=99", "add=x", "inside=x&add=badge"])
def test_an_odd_address_is_no_failure(client, designer, draft, query):
    assert client.get(f"{page(draft)}?{query}").status_code == 200


def test_a_rule_moves_up_and_down_and_stays_at_the_ends(client, designer, draft):
    stage = node(draft, "Choice")

    def move(to):
        shown = client.get(page(draft)).context["root"]["below"]
        seen = next(line["seen"] for line in shown if line["node"].row == stage)
        address = page(draft, of="move", at=[stage.pk])
        return client.post(address, {"to": to, "seen": seen})

    assert move("up")["Location"] == f"{page(draft)}#node-{stage.pk}"
    assert order(draft) == ["Choice", "Start"]
    move("up")
    assert order(draft) == ["Choice", "Start"]
    move("down")
    assert order(draft) == ["Start", "Choice"]


def test_a_rule_is_removed_with_what_lies_inside(client, designer, draft):
    stage, choice = node(draft, "Start"), node(draft, "Choice")
    choice.needs.add(stage)
    address = page(draft, of="remove", at=[stage.pk])

    asked = client.get(address)
    assert "1 rule inside goes with it:" in asked.text
    assert "These wait for it" in asked.text
    assert draft.requirements.filter(pk=stage.pk).exists()
    client.post(address, {"seen": asked.context["seen"]})

    assert order(draft) == ["Choice"]
    assert draft.requirements.count() == 4
    assert not choice.needs.exists()


def test_the_root_neither_moves_nor_goes(client, designer, draft):
    root = root_of(draft)

    for of in ["move", "remove"]:
        address = page(draft, of=of, at=[root.pk])
        assert client.post(address, {"to": "up"}).status_code == 409
    assert draft.requirements.filter(pk=root.pk).exists()


def test_a_published_version_is_shown_and_never_edited(client, designer, draft):
    stage = node(draft, "Start")
    form = filled(client.get(page(draft, node=stage.pk)))
    publish(draft)

    text = client.get(page(draft, node=stage.pk)).text
    assert "A published version never changes." in text
    assert "<form" not in text.split('id="content"')[1].split("</main>")[0]
    for address in [
        page(draft, node=stage.pk),
        page(draft, of="preview", node=stage.pk),
        page(draft, of="move", at=[stage.pk]),
        page(draft, of="remove", at=[stage.pk]),
    ]:
        response = client.post(address, form | {"title": "Other"})
        assert response.status_code == 409
        assert "Somebody published this version." in response.text
    stage.refresh_from_db()
    assert stage.title == "Start"


def test_reviewers_look_and_change_nothing(client, draft, issuer):
    client.force_login(make_member(issuer, "reviewer"))
    stage = node(draft, "Start")

    assert "Interviewing" in client.get(page(draft, node=stage.pk)).text
    assert client.get(page(draft)).context["form"] is None
    for address in [
        page(draft, node=stage.pk),
        page(draft, of="preview"),
        page(draft, of="move", at=[stage.pk]),
        page(draft, of="remove", at=[stage.pk]),
    ]:
        assert client.post(address, {"to": "down"}).status_code == 404


@pytest.mark.parametrize("asked", ["", "add=badge", "add=skill", "add=pathway"])
@pytest.mark.parametrize("rows", [1, 8])
def test_the_page_takes_few_queries_for_any_tree(
    client, designer, draft, issuer, asked, rows, django_assert_max_num_queries
):
    stage = node(draft, "Start")
    other = make_pathway(issuer, [make_badge(issuer)])
    for _ in range(rows):
        leaf = write(draft, other, stage)
        leaf.needs.add(node(draft, "Choice"))

    with django_assert_max_num_queries(12):
        client.get(f"{page(draft)}?inside={stage.pk}&{asked}")
