"""What the demo's content files hold, one dataclass for each kind of entry.

Field names are those of the tables wherever a table has such a column. Times are whole
days counted back from the moment of seeding. Positions of criteria and rubric levels
count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portfolio.demo.content.finding_shapes import FoundCount, KeptPerson, SavedSearch
from portfolio.demo.content.pathway_shapes import Journey, Outcome, Pathway, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    slug: str
    name: str
    kind: str
    url: str
    email: str
    description: str
    hue: str
    glyph: str
    complaints: str
    signer_name: str
    signer_role: str
    registered_days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """An entry of a skills framework; ``key`` is its name inside these files."""

    key: str
    framework: str
    code: str
    uri: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLevel:
    name: str
    description: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """``example``: what a good hand-in says, for credentials without a told story."""

    title: str
    statement: str
    hand_in: str
    example: str
    levels: tuple[RubricLevel, ...]

    @property
    def required_position(self) -> int:
        """The position, from 1, of the lowest level that is enough."""
        return [level.is_required for level in self.levels].index(True) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """One badge with its only version. ``skills`` maps skill keys to levels 1 to 4."""

    slug: str
    issuer: str
    name: str
    promise: str
    description: str
    achievement_type: str
    kind: str
    level: int
    hue: str
    glyph: str
    effort_hours: Decimal
    delivery: str
    language: str
    cost: Decimal
    course_url: str
    assessment: str
    assessment_words: str
    is_supervised: bool
    is_identity_checked: bool
    repeatable: bool
    skills: dict[str, int]
    criteria: tuple[Criterion, ...]
    currency: str = ""
    credits: Decimal | None = None
    eqf: int | None = None
    validity_months: int | None = None
    status: str = "published"
    retired_days_ago: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """``log_in``: one of the accounts that the demo names, with the known password.

    ``pins`` are slugs of badges that they hold in public.
    """

    key: str
    email: str
    full_name: str
    handle: str
    kind: str
    headline: str
    place: str
    about: str
    public: bool
    joined_days_ago: int
    other_name: str = ""
    languages: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    open_to_work: bool = False
    shows_ended: bool = False
    talent_search: bool = False
    search_engines: bool = False
    log_in: bool = False
    superuser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    person: str
    issuer: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """A small file to generate: ``kind`` is pdf, png or txt."""

    name: str
    kind: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One item for a criterion; one of ``text``, ``url`` and ``file`` is set."""

    criterion: int
    kind: str
    text: str = ""
    url: str = ""
    file: SampleFile | None = None
    visibility: str = "reviewers"
    round: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """``levels`` and ``notes`` hold one entry per criterion; level 0: cannot tell."""

    by: str
    days_ago: int
    decision: str
    comment: str
    levels: tuple[int, ...]
    notes: tuple[str, ...]
    staff_note: str = ""
    decline_reason: str = ""
    override_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A hand-in with its history; ``sent_days_ago`` has one entry per round."""

    key: str
    learner: str
    badge: str
    status: str
    started_days_ago: int
    sent_days_ago: tuple[int, ...]
    about: str
    help_received: str
    evidence: tuple[Evidence, ...]
    reviews: tuple[Review, ...]
    review_began_days_ago: int | None = None
    withdrawn_days_ago: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What somebody holds. ``submission`` and ``superseded_by`` are keys of entries.

    ``levels`` is empty when every criterion was met at its required level. ``by`` is
    who changed the state; ``note`` is for staff only.
    """

    holder: str
    badge: str
    days_ago: int
    visibility: str
    key: str = ""
    submission: str = ""
    levels: tuple[int, ...] = ()
    state: str = "active"
    state_days_ago: int | None = None
    reason: str = ""
    superseded_by: str = ""
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What somebody put together: ``badges`` are slugs of badges that they hold."""

    owner: str
    name: str
    description: str
    visibility: str
    days_ago: int
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """``skills`` maps skill keys to the levels, 1 to 4, that are enough."""

    title: str
    description: str
    days_ago: int
    skills: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An organisation that looks for people; nobody has proved its domain."""

    owner: str
    name: str
    domain: str
    days_ago: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """What an organisation says about a badge, an issuer or somebody's credential.

    ``credential`` is the slug of its badge. Without ``by`` it waits for an answer.
    """

    organisation: str
    days_ago: int
    badge: str = ""
    issuer: str = ""
    holder: str = ""
    credential: str = ""
    kind: str = "endorses"
    by: str = ""
    request: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that the demo is seeded with."""

    issuers: tuple[Issuer, ...]
    skills: tuple[Skill, ...]
    badges: tuple[Badge, ...]
    people: tuple[Person, ...]
    members: tuple[Member, ...]
    submissions: tuple[Submission, ...]
    credentials: tuple[Credential, ...]
    outcomes: tuple[Outcome, ...]
    pathways: tuple[Pathway, ...]
    journeys: tuple[Journey, ...]
    wishes: tuple[Wish, ...]
    kept: tuple[KeptPerson, ...]
    searches: tuple[SavedSearch, ...]
    found: tuple[FoundCount, ...]
    collections: tuple[Collection, ...]
    endorsements: tuple[Endorsement, ...]
    employers: tuple[Employer, ...]

    def badge(self, slug: str) -> Badge:
        """Return the badge with this slug; slugs differ across issuers here."""
        return next(badge for badge in self.badges if badge.slug == slug)

    def reviewer_for(self, badge: Badge, holder: str, days_ago: int = 0) -> str:
        """Return the key of somebody of the badge's issuer who is not the holder.

        They had joined that many days ago.
        """
        joined = {person.key: person.joined_days_ago for person in self.people}
        return next(
            member.person
            for member in self.members
            if member.issuer == badge.issuer
            and member.person != holder
            and joined[member.person] > days_ago
        )
