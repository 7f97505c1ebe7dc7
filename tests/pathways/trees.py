"""Trees of rules and holdings out of nothing: builders by hand, and hypothesis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from pathways.rules import needing
from pathways.rules.routes import earned
from pathways.rules.tree import NEVER, HeldState, Holding, Kind, Rule, Tree, Way

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def often(examples: int) -> settings:
    """The same examples on every machine, in a run of a few seconds."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


# --- by hand ---------------------------------------------------------------------


def way(number: int, hours: object = 10, credits: object = 0, **more) -> Way:
    """A badge on offer, called by its number."""
    name = f"Badge {number}"
    return Way(number, name, Decimal(str(hours)), Decimal(str(credits)), **more)


def badge(key: int, number: int | None = None, **more) -> Rule:
    """A leaf that asks for a badge; ``hours`` and ``credits`` are those of its way."""
    number = key if number is None else number
    hours, credits = more.pop("hours", 10), more.pop("credits", 0)
    more.setdefault("ways", (way(number, hours, credits),))
    more.setdefault("name", f"Badge {number}")
    return Rule(key, Kind.BADGE, achievement=number, **more)


def skill(key: int, number: int, level: int = 1, **more) -> Rule:
    return Rule(
        key, Kind.SKILL, name=f"Skill {number}", skill=number, level=level, **more
    )


def pathway(key: int, number: int, **more) -> Rule:
    return Rule(key, Kind.PATHWAY, name=f"Pathway {number}", pathway=number, **more)


def group(key: int, kind: Kind, *children: Rule, **more) -> Rule:
    if "credits" in more:
        more["credits"] = Decimal(str(more["credits"]))
    return Rule(key, kind, children=children, **more)


def all_of(key: int, *children: Rule, **more) -> Rule:
    return group(key, Kind.ALL, *children, **more)


def at_least(key: int, count: int, *children: Rule, **more) -> Rule:
    return group(key, Kind.AT_LEAST, *children, count=count, **more)


def credits_from(key: int, credits: object, *children: Rule, **more) -> Rule:
    return group(key, Kind.CREDITS, *children, credits=credits, **more)


def apart(key: int, *children: Rule, **more) -> Rule:
    return group(key, Kind.NOT_TOGETHER, *children, **more)


def held(number: int | None, **more) -> Holding:
    """A badge held; ``credits`` may be a plain number."""
    more.setdefault("key", f"held {number} {more.get('version', 1)}")
    more.setdefault("issued_at", NOW - 30 * DAY)
    more["credits"] = Decimal(str(more.get("credits", 0)))
    return Holding(achievement=number, **more)


# --- by hypothesis ---------------------------------------------------------------

#: What can be earned. Skills overlap, two are outcomes of pathways.
WORLD = (
    Way(1, "One", Decimal(10), Decimal(2), ((1, 1),)),
    Way(2, "Two", Decimal(6), Decimal(3), ((1, 2), (2, 1))),
    Way(3, "Three", Decimal("2.5"), Decimal(1), ((2, 3),), version=2),
    Way(4, "Four", Decimal(8), Decimal("1.5"), ()),
    Way(5, "Five", Decimal(4), Decimal(0), ((3, 2),), version=3),
    Way(6, "Six", Decimal(12), Decimal(4), ((1, 3), (3, 1))),
    Way(7, "Seven", Decimal(3), Decimal(2), (), pathway=1),
    Way(8, "Eight", Decimal(20), Decimal(5), ((2, 2),), pathway=2),
)
TRUSTED = frozenset({"did:web:good.example"})
KEEPS = st.sampled_from([timedelta(0), None, 90 * DAY])


def _offered(rule: Rule) -> Rule:
    """The leaf with what of the world meets it when it is earned today."""
    ways = []
    for each in WORLD:
        if rule.kind == Kind.BADGE:
            low, high = rule.first_version or 0, rule.last_version or 99
            meets = each.achievement == rule.achievement and (
                low <= each.version <= high
            )
        elif rule.kind == Kind.SKILL:
            meets = dict(each.skills).get(rule.skill or 0, 0) >= rule.level
        else:
            meets = each.pathway == rule.pathway
        if meets:
            ways.append(each)
    return replace(rule, ways=tuple(ways))


@st.composite
def leaves(draw) -> Rule:
    kind = draw(st.sampled_from([Kind.BADGE, Kind.BADGE, Kind.SKILL, Kind.PATHWAY]))
    keeps = draw(KEEPS)
    if kind == Kind.SKILL:
        number, level = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        return _offered(skill(0, number, level, keeps=keeps))
    if kind == Kind.PATHWAY:
        return _offered(pathway(0, draw(st.integers(1, 2)), keeps=keeps))
    first, last = draw(
        st.sampled_from([(None, None), (None, None), (2, None), (None, 2), (2, 3)])
    )
    number = draw(st.integers(1, 8))
    return _offered(
        badge(0, number, first_version=first, last_version=last, keeps=keeps)
    )


SELDOM = st.integers(0, 5).map(lambda number: number == 5)


@st.composite
def _groups(draw, inside, kinds) -> Rule:
    kind = draw(st.sampled_from(kinds))
    children = draw(st.lists(inside, min_size=1, max_size=4))
    if kind == Kind.ALL:
        *some, last = children
        some = [replace(each, is_optional=draw(SELDOM)) for each in some]
        children = [*some, last]
    return Rule(
        0,
        kind,
        children=tuple(children),
        count=draw(st.integers(1, len(children))) if kind == Kind.AT_LEAST else 0,
        credits=draw(st.sampled_from([Decimal(n) for n in ("1.5", "3", "5", "8")])),
    )


def _numbered(rule: Rule, numbers) -> Rule:
    key = next(numbers)
    children = tuple(_numbered(child, numbers) for child in rule.children)
    return replace(rule, key=key, children=children)


def _needing(rule: Rule, needs: dict[int, set[int]]) -> Rule:
    children = tuple(_needing(child, needs) for child in rule.children)
    wanted = tuple(sorted(needs.get(rule.key, ())))
    return replace(rule, children=children, needs=wanted)


@st.composite
def trees(
    draw, *, with_apart: bool = True, most_leaves: int = 10, on_offer: bool = False
) -> Tree:
    """A tree of any shape, also such as nobody could publish; no circles of needs.

    With ``on_offer`` each leaf can be earned today: most of these trees are sound.
    """
    kinds = [Kind.ALL, Kind.AT_LEAST, Kind.CREDITS]
    if with_apart:
        kinds.append(Kind.NOT_TOGETHER)
    leaf = leaves().filter(lambda rule: rule.ways) if on_offer else leaves()
    inner = st.recursive(
        leaf, lambda below: _groups(below, kinds), max_leaves=most_leaves
    )
    root = _numbered(draw(_groups(inner, kinds)), iter(range(1, 1000)))
    keys = st.sampled_from([rule.key for rule in root.walk()])
    tree = Tree(root, TRUSTED)
    needs: dict[int, set[int]] = {}
    for key, needed in draw(st.lists(st.tuples(keys, keys), max_size=5)):
        more = {**needs, key: {*needs.get(key, ()), needed}}
        longer = Tree(_needing(root, more), TRUSTED)
        if not needing.problems(longer):
            needs, tree = more, longer
    return tree


STATES = st.sampled_from([*HeldState, *[HeldState.ACTIVE] * 8])
ENDS = st.sampled_from(
    [
        None,
        None,
        NOW,
        NOW + DAY,
        NOW - timedelta(microseconds=1),
        NOW - 90 * DAY,
        NOW - 90 * DAY + timedelta(microseconds=1),
        NOW - 400 * DAY,
    ]
)
#: From when a badge can be earned again.
AGAIN = st.sampled_from([None, None, None, NOW - DAY, NOW, NOW + DAY, NEVER])


@st.composite
def _held(draw) -> Holding:
    one = draw(st.sampled_from(WORLD))
    issuer = draw(st.sampled_from(["", "", "", *TRUSTED, "did:web:bad.example"]))
    return replace(
        earned(one, NOW - draw(st.integers(0, 500)) * DAY),
        achievement=None if issuer else one.achievement,
        pathway=None if issuer else one.pathway,
        version=draw(st.integers(1, 3)),
        credits=draw(st.sampled_from([one.credits, Decimal(1), Decimal("2.5")])),
        state=draw(STATES),
        valid_until=draw(ENDS),
        issuer=issuer,
        again_from=None if issuer else draw(AGAIN),
    )


@st.composite
def holdings(draw, most: int = 8) -> list[Holding]:
    """What somebody holds, in every state, from here and elsewhere."""
    drawn = draw(st.lists(_held(), max_size=most))
    return [replace(each, key=f"{index:02}") for index, each in enumerate(drawn)]
