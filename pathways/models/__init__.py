from pathways.models.learners import (
    Completion,
    CompletionEvent,
    CompletionPart,
    Enrolment,
)
from pathways.models.pathways import Exit, Pathway, PathwayVersion, TrustedIssuer
from pathways.models.requirements import Requirement

__all__ = [
    "Completion",
    "CompletionEvent",
    "CompletionPart",
    "Enrolment",
    "Exit",
    "Pathway",
    "PathwayVersion",
    "Requirement",
    "TrustedIssuer",
]
