"""One holder in two windows: many credentials in the one, one of them in the other."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from credentials import sharing
from credentials.models import Credential
from portfolio.models import Tag
from portfolio.own import tagging
from tests.credentials.racing import at_once, meet
from tests.factories import make_credential, make_user

pytestmark = pytest.mark.django_db(transaction=True)

Visibility = sharing.Visibility


def change_both_ways(credential, other, holder):
    """Everything becomes private while one becomes public; what each found before."""
    own = Credential.objects.get(pk=credential.pk)
    many, one = at_once(
        lambda: sharing.show_all_to(
            [credential.token, other.token], Visibility.PRIVATE, by=holder
        ),
        lambda: sharing.show_to(own, Visibility.PUBLIC, by=holder),
    )
    credential.refresh_from_db()
    return many.get(credential.token), one, credential.visibility


@pytest.fixture
def two():
    holder = make_user()
    return (*(make_credential(holder=holder) for _each in range(2)), holder)


def test_many_changes_and_one_come_out_as_if_one_followed_the_other(two):
    assert change_both_ways(*two) in [
        ("link", "private", "public"),
        ("public", "link", "private"),
    ]


def test_control_without_the_lock_both_take_the_old_state_for_the_last(
    two, monkeypatch
):
    """Undoing either would then bring back what nobody saw last."""
    monkeypatch.setattr(
        QuerySet, "select_for_update", lambda self, **options: self.all()
    )
    meet(monkeypatch, QuerySet, "update", 2)
    many, one, _now = change_both_ways(*two)
    assert (many, one) == ("link", "link")


def test_many_changes_in_opposite_order_do_not_wait_for_each_other(two):
    first, second, holder = two
    tokens = [first.token, second.token]
    outcomes = at_once(
        lambda: len(sharing.show_all_to(tokens, Visibility.PUBLIC, by=holder)),
        lambda: len(sharing.show_all_to(tokens[::-1], Visibility.PRIVATE, by=holder)),
    )
    assert outcomes == [2, 2]
    seen = Credential.objects.filter(token__in=tokens).values_list("visibility")
    assert len({*seen}) == 1


def test_the_tenth_tag_is_put_on_once(two):
    credential, _other, holder = two
    for number in range(9):
        tagging.add(holder, [credential.pk], f"tag {number}")
    outcomes = at_once(
        *(
            lambda name=name: len(tagging.add(holder, [credential.pk], name).new)
            for name in ("one", "two", "three")
        )
    )
    assert sorted(outcomes) == [0, 0, 1]
    assert Tag.objects.filter(credential=credential).count() == 10
