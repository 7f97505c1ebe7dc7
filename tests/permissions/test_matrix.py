"""The table of ``matrix`` holds: every route, asked as every person.

Everything that could leak is made first (``stage``). Each request is taken back, so
that all of them meet the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import override_settings

from credentials.models.holdings import new_token
from tests.permissions import matrix
from tests.permissions.asking import GAP, Answer, address, ask, plain, routes
from tests.permissions.marks import Stage
from tests.permissions.stage import make_stage

pytestmark = pytest.mark.django_db

GROUPS = {
    name: getattr(matrix, name.upper())
    for name in (
        "public",
        "learners",
        "files",
        "credentials",
        "employers",
        "keeping",
        "endorsements",
        "accounts",
        "admin",
        "shortcuts",
    )
}
HIDDEN = ("404", "gone", "403")
ROUTES = routes()


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _own_media(settings, media):
    """One folder for all tests here: what is drawn when asked for, is drawn once."""
    settings.MEDIA_ROOT = media


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, media):
    unblocked, here = django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media)
    with unblocked, here, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield make_stage()
        transaction.set_rollback(True)


def path_of(stage: Stage, route: str, thing: str) -> str:
    path = address(ROUTES[route], stage.things[thing])
    if thing == "to the badge":  # a new version is asked for by its badge
        path += f"?badge={stage.things['unpublished badge']['pk']}"
    if thing == "to the pathway":
        path += f"?pathway={stage.things['unpublished pathway']['pk']}"
    return path


def codes(cells: str) -> dict[str, str]:
    """What each person gets. One code for everybody is asked as four of them."""
    each = matrix.CELLS.get(cells, cells).split()
    if len(each) == 1:
        return dict.fromkeys(("visitor", "learner", "foreign", "operator"), each[0])
    return dict(zip(matrix.PEOPLE, each, strict=True))


def asked(stage: Stage, line: matrix.Line) -> Iterator[tuple[str, str, str, Answer]]:
    """Ask one line of the table: method, person, wanted code, answer."""
    route, thing, get, post = line
    path = path_of(stage, route, thing)
    for method, cells in (("GET", get), ("POST", post)):
        if not cells:
            continue
        form = stage.form if method == "POST" else None
        for person, wanted in codes(cells).items():
            yield method, person, wanted, ask(stage.clients[person], method, path, form)


def leaks(person: str, thing: str, marks: frozenset[str]) -> set[str]:
    """Which of these marks the person must not see at the addresses of a thing."""
    with_link = thing == "link" or thing.endswith(" of link")
    shown, _, kind = thing.rpartition(" ")
    is_shown = kind == "collection" and shown in {"link", "public"}
    return {
        each
        for each in marks
        if person not in next(who for p, who in matrix.MAY_SEE if re.fullmatch(p, each))
        and not (with_link and re.fullmatch(matrix.BY_LINK, each))
        and not (is_shown and re.fullmatch(matrix.BY_COLLECTION % shown, each))
        and not (thing == "share link" and re.fullmatch(matrix.BY_SHARE_LINK, each))
    }


def test_every_route_stands_in_the_table():
    assert {line[0] for line in matrix.TABLE} == set(ROUTES)


def test_a_route_without_a_line_is_found():
    assert set(ROUTES) - {line[0] for line in matrix.TABLE if line[0] != "me"} == {"me"}


@pytest.mark.parametrize("group", GROUPS)
def test_everybody_gets_what_the_table_says_and_sees_nothing_else(stage, group):
    wrong = []
    for line in GROUPS[group]:
        for method, person, wanted, answer in asked(stage, line):
            told = f"{method} {line[0]} ({line[1]}) as {person}"
            if answer.code != wanted:
                wrong.append(f"{told}: {answer.code}, not {wanted} {answer.writes[:1]}")
            if seen := leaks(person, line[1], answer.marks):
                wrong.append(f"{told} shows {sorted(seen)}")

    assert not wrong, "\n".join(wrong)


def test_the_marks_are_really_on_the_pages(stage):
    """A mark that nobody ever sees could not show a leak."""
    lines = [
        ("submission", "sent", "own", ""),
        ("submission_check", "draft", "own", ""),
        ("edit_profile", "about", "member", ""),
        (f"{matrix.SUBMISSION}_review", "declined", "reviews", ""),
        (f"{matrix.VERSION}_change", "draft version", "row", ""),
        ("evidence_file", "file of withdrawn", "own", ""),
        ("credential", "link", "200", ""),
        ("share_link", "share link", "opens", ""),
        ("share_link_file", "share link", "200", ""),
    ]
    seen = {
        (person, each)
        for line in lines
        for _, person, _, answer in asked(stage, line)
        for each in answer.marks
    }

    for person, each in [
        ("learner", "senttext"),
        ("learner", "draftabout"),
        ("learner", "profileabout"),
        ("reviewer", "declinednote"),
        ("designer", "versionname"),
        ("learner", "withdrawnbytes"),
        ("visitor", "linkname"),
        ("visitor", "privatename"),
        ("visitor", "privateshownbytes"),
    ]:
        assert (person, each) in seen


def elsewhere(values: dict[str, Any]) -> dict[str, Any]:
    """The values of something that does not exist, each of the same kind."""
    return {name: _absent(name, value) for name, value in values.items()}


def _absent(name: str, value: Any) -> Any:
    if name == "token":
        return new_token()
    if isinstance(value, UUID):
        return uuid4()
    if name == "position" or name == "number":
        return value
    if isinstance(value, int):
        return 987_654_321
    return "nothing-here" if name in {"handle", "slug"} else value


def test_what_one_may_not_see_answers_like_what_does_not_exist(stage):
    differs, compared = [], 0
    for route, thing, get, _post in matrix.TABLE:
        values = stage.things[thing]
        if not GAP.search(ROUTES[route]) or not get:
            continue
        absent = address(ROUTES[route], elsewhere(values))
        here = path_of(stage, route, thing)
        for person in ("visitor", "other", "foreign"):
            if here == absent or codes(get).get(person) not in HIDDEN:
                continue
            client = stage.clients[person]
            first = plain(ask(client, "GET", here), here, quote(here))
            second = plain(ask(client, "GET", absent), absent, quote(absent))
            compared += 1
            if first != second:
                parts = set(first.splitlines()) ^ set(second.splitlines())
                differs.append(f"{route} ({thing}) as {person}: {sorted(parts)}")

    assert compared > 60
    assert not differs, "\n".join(differs)


#: What somebody adds to an address of the admin to see more.
QUESTIONS = (
    "?q=zq",
    "?state=all&q=zq",
    "?state=all&o=1&all=",
    "?_popup=1&_to_field=id",
    "?_popup=1&_to_field=token",
    "?_changelist_filters=q%3Dzq",
)


@pytest.mark.parametrize("person", ["foreign", "designer"])
def test_no_question_in_an_address_of_the_admin_shows_more(stage, person):
    lists = [name for name in ROUTES if re.fullmatch(r"admin:.*_changelist", name)]
    asked_for = [f"/{ROUTES[each]}{extra}" for each in lists for extra in QUESTIONS]
    fields = [
        (model._meta.model_name, each.name)
        for model in apps.get_app_config("credentials").get_models()
        for each in model._meta.get_fields()
        if each.is_relation and each.concrete
    ]
    asked_for += [
        f"/admin/autocomplete/?app_label=credentials&model_name={model}"
        f"&field_name={name}&term=zq"
        for model, name in fields
    ]
    asked_for += [f"/admin/r/{kind}/1/" for kind in range(1, 6)]
    wrong = [
        f"{path} shows {sorted(seen)}"
        for path in asked_for
        if (seen := leaks(person, "", ask(stage.clients[person], "GET", path).marks))
    ]

    assert len(asked_for) > 80
    assert not wrong, "\n".join(wrong)


def test_actions_do_nothing_to_rows_of_another_issuer(stage):
    ids = stage.form["_selected_action"]
    query = "&".join(f"id={each}" for each in ids)
    for step in ("withdraw", "pause", "reinstate"):
        path = f"/admin/credentials/credential/state/{step}/?{query}"
        answer = ask(stage.clients["foreign"], "POST", path, stage.form)
        assert (answer.code, answer.writes) == ("404", ())
        for other in ("reviewer", "designer"):
            answer = ask(stage.clients[other], "POST", path, stage.form)
            assert (answer.code, answer.writes) == ("404", ())
        assert ask(stage.clients["manager"], "POST", path, stage.form).writes


def test_an_action_leads_on_without_the_ids_of_another_issuer(stage):
    path = "/admin/credentials/credential/"

    for person, led_on in (("foreign", False), ("manager", True)):
        answer = ask(stage.clients[person], "POST", path, stage.form)
        target = answer.headers["Location"]
        assert any(each in target for each in stage.form["_selected_action"]) is led_on
