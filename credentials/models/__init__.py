"""Tables of what is earned, one module a subject. Import from here."""

from credentials.models.achievements import (
    Achievement,
    AchievementVersion,
    Criterion,
    RubricLevel,
)
from credentials.models.evidence import Evidence
from credentials.models.guards import IdempotencyKey, ProblemReport, RateCount
from credentials.models.holdings import Credential, CredentialEvent
from credentials.models.imported import ImportedDocument
from credentials.models.issuers import Issuer, IssuerMember, SigningKey
from credentials.models.skills import AchievementSkill, Skill
from credentials.models.statuses import StatusIndex, StatusList
from credentials.models.submissions import (
    CriterionReview,
    Review,
    Submission,
    SubmissionEvent,
)

__all__ = [
    "Achievement",
    "AchievementSkill",
    "AchievementVersion",
    "Credential",
    "CredentialEvent",
    "Criterion",
    "CriterionReview",
    "Evidence",
    "IdempotencyKey",
    "ImportedDocument",
    "Issuer",
    "IssuerMember",
    "ProblemReport",
    "RateCount",
    "Review",
    "RubricLevel",
    "SigningKey",
    "Skill",
    "StatusIndex",
    "StatusList",
    "Submission",
    "SubmissionEvent",
]
