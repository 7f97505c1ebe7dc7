"""What the demo's organisations say about each other, as the content has it."""

from __future__ import annotations

from portfolio.demo.content import load


def test_each_is_about_one_thing_of_somebody_else() -> None:
    content = load()
    for told in content.endorsements:
        assert bool(told.badge) + bool(told.issuer) + bool(told.holder) == 1
        assert bool(told.holder) == bool(told.credential) == bool(told.request)
        slug = told.badge or told.credential
        owner = content.badge(slug).issuer if slug else told.issuer
        assert owner != told.organisation


def test_a_badge_an_issuer_and_a_credential_are_endorsed() -> None:
    given = [each for each in load().endorsements if each.by]
    assert any(each.kind == "interview" for each in given)
    assert any(each.issuer for each in given)
    assert any(each.holder for each in given)
