"""Whoever opens whatever page of the admin sees nothing of another issuer."""

import io

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from PIL import Image

from credentials import submitting, uploads
from credentials.models import (
    Achievement,
    Credential,
    Issuer,
    IssuerMember,
    Submission,
)
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

MARK = "Zwxq"  # stands in every word of the other issuer
# Everybody else on every page: tests/permissions.
OUTSIDERS = ["manager", "staff"]


@pytest.fixture
def foreign():
    """An issuer with something of every kind, and a mark in all its words."""
    issuer = make_issuer(f"{MARK} Institute", slug="zwxq", description=f"{MARK} text")
    make_member(issuer, "manager", full_name=f"{MARK} Manager")
    words = {"promise": f"{MARK} promise", "description": f"{MARK} words"}
    badge = make_badge(issuer, name=f"{MARK} badge", slug="zwxq-badge", **words)
    make_draft_version(issuer, name=f"{MARK} draft", slug="zwxq-draft", **words)
    learner = make_user(f"{MARK} Learner")
    make_submission(badge, learner)
    returned = make_badge(issuer, name=f"{MARK} other", **words)
    make_submission(returned, learner, state="returned")
    decided = make_badge(issuer, name=f"{MARK} third", **words)
    make_submission(decided, learner, state="approved")
    make_draft(make_badge(issuer, name=f"{MARK} fourth"), learner)
    return issuer


@pytest.fixture
def mine(foreign):
    """An issuer of one's own, with a badge and a submission."""
    issuer = make_issuer("Own Institute")
    make_submission(make_badge(issuer, name="Own badge"), make_user("Own Learner"))
    return issuer


@pytest.fixture
def enter(client, mine):
    """Log in as one of the outsiders; give back who it is."""

    def log_in(who):
        if who == "nobody":
            return None
        if who in IssuerMember.Role.values:
            user = make_member(mine, who)
        else:
            user = make_user(is_staff=who == "staff")
        client.force_login(user)
        return user

    return log_in


def every_page():
    """Every address of every registered model, for every row there is."""
    for model, page in admin.site._registry.items():
        for pattern in page.get_urls():
            name = pattern.name
            if not name:
                continue
            for arguments in _arguments(pattern, model):
                try:
                    yield reverse(f"admin:{name}", kwargs=arguments)
                except NoReverseMatch:
                    pytest.fail(f"The walk does not know how to call {name}.")


def _arguments(pattern, model):
    wanted = set(pattern.pattern.converters)
    if not wanted & {"pk", "object_id"}:
        yield from _named(wanted, {})
        return
    key = "pk" if "pk" in wanted else "object_id"
    for row in model._default_manager.all():
        yield from _named(wanted, {key: row.pk})


def _named(wanted, known):
    if "name" not in wanted:
        yield known
        return
    for name in ["publish", "draft", "retire", "offer", "withdraw", "pause", "logo"]:
        yield {**known, "name": name}


def check(response, address):
    assert response.status_code in {200, 302, 400, 403, 404, 405, 409, 422}, address
    assert MARK not in response.headers.get("Location", ""), address
    body = b"".join(response) if response.streaming else response.content
    assert MARK.encode() not in body, address
    return response.status_code


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_shows_anything_of_another_issuer(client, enter, who):
    user = enter(who)
    foreign = Issuer.objects.get(slug="zwxq")
    addresses = {*every_page(), reverse("admin:index")}
    assert len(addresses) > 100
    for address in addresses:
        for query in _queries(address, foreign):
            status = check(client.get(address + query), address + query)
            if user is None or not user.is_staff:
                assert status in {302, 403}, address


def _queries(address, foreign):
    """What somebody adds to the addresses of lists and forms to see more."""
    if "/submission/" in address or "/achievementversion/add" in address:
        badges = [f"?badge={badge.pk}" for badge in foreign.achievements.all()[:2]]
        more = ["?state=all&q=zwxq", f"?state=all&issuer={foreign.pk}", *badges]
    elif "/state/" in address:
        more = [f"?id={row.pk}" for row in foreign.credentials.all()[:2]]
    else:
        more = ["?q=zwxq", "?state=draft"]
    is_list = address.count("/") == 4 or address.endswith("/add/")
    return ["", *more] if is_list or "/state/" in address else [""]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_form_changes_anything_of_another_issuer(client, enter, foreign, who):
    enter(who)
    before = snapshot(foreign)
    data = {
        "decision": "decline",
        "comment": "No.",
        "decline_reason": "other",
        "round": "1",
        "idempotency_key": "6f0c5b26-6d43-4a8e-8b3c-0f2f0d5a9f11",
        "reason": "mistake",
        "post": "yes",
        "name": "Changed",
        "algorithm": "Ed25519",
    }
    for model in [Achievement, Credential, Issuer, Submission]:
        data["_selected_action"] = [
            str(pk) for pk in model.objects.values_list("pk", flat=True)
        ]
        query = "&".join(f"id={row.pk}" for row in Credential.objects.all())
        for address in every_page():
            if f"/{model._meta.model_name}/" not in address:
                continue
            check(client.post(address, {**data, "action": "withdraw"}), address)
            if "/state/" in address:
                check(client.post(f"{address}?{query}", data), address)

    assert snapshot(foreign) == before


def snapshot(issuer):
    """What must not change, as text."""
    submissions = Submission.objects.filter(achievement__issuer=issuer)
    return [
        list(Issuer.objects.filter(pk=issuer.pk).values()),
        list(issuer.achievements.order_by("pk").values()),
        list(submissions.order_by("pk").values("pk", "status", "round", "comment")),
        list(issuer.credentials.order_by("pk").values("pk", "state")),
        list(issuer.members.order_by("pk").values()),
        list(issuer.keys.order_by("pk").values("pk", "retired_at")),
    ]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_autocomplete_offers_nothing_of_another_issuer(client, enter, who):
    enter(who)
    asked = 0
    for model in apps.get_app_config("credentials").get_models():
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete):
                continue
            for term in ["", "zwxq"]:
                query = {
                    "app_label": "credentials",
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": term,
                }
                check(client.get(reverse("admin:autocomplete"), query), field)
                asked += 1
    assert asked > 40


def test_the_address_of_a_row_cannot_be_asked_for_by_its_number(client, enter):
    enter("manager")

    response = client.get("/admin/r/1/1/")

    assert response.status_code == 404


def test_look_ups_in_the_address_are_refused(client, enter):
    enter("manager")
    address = reverse("admin:credentials_credential_changelist")

    response = client.get(address, {"holder__email__startswith": "a"})

    assert response.status_code == 400


def test_the_pictures_of_another_issuer_are_absent(client, enter, foreign):
    enter("manager")
    foreign.logo.save("logo.png", uploads.File(picture()))

    address = reverse("admin:credentials_issuer_picture", args=[foreign.pk, "logo"])

    assert client.get(address).status_code == 404


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "#23784a").save(drawn, "PNG")
    drawn.seek(0)
    return drawn


def test_a_file_that_another_issuer_has_too_says_nothing(client, mine, foreign):
    other = make_draft(make_badge(foreign))
    add_picture(other)
    submitting.send(other, by=other.learner)
    own = make_draft(make_badge(mine))
    add_picture(own)
    submitting.send(own, by=own.learner)
    client.force_login(make_member(mine))

    response = client.get(reverse("admin:credentials_submission_changelist"))

    assert "Duplicate file" not in response.text


def add_picture(submission):
    criterion = submission.version.criteria.first()
    kept = uploads.accept(picture(), name="a.png")
    with kept.content:
        submitting.add_file(submission, criterion, kept)


@pytest.mark.parametrize(
    ("role", "model", "opened"),
    [
        ("reviewer", "submission", True),
        ("reviewer", "credential", True),
        ("reviewer", "achievement", True),
        ("designer", "submission", False),
        ("designer", "credential", False),
        ("designer", "achievement", True),
        ("manager", "submission", True),
        ("manager", "credential", True),
    ],
)
def test_roles_open_the_lists_they_need(client, mine, role, model, opened):
    client.force_login(make_member(mine, role))

    response = client.get(reverse(f"admin:credentials_{model}_changelist"))

    assert response.status_code == (200 if opened else 403)


@pytest.mark.parametrize("role", ["reviewer", "manager"])
def test_nothing_issued_or_decided_is_deleted(client, mine, role):
    client.force_login(make_member(mine, role))
    credential = make_credential(make_badge(mine))
    submission = Submission.objects.get(achievement__issuer=mine)

    for row, name in [(credential, "credential"), (submission, "submission")]:
        address = reverse(f"admin:credentials_{name}_delete", args=[row.pk])
        assert client.post(address, {"post": "yes"}).status_code == 403
        row.refresh_from_db()
