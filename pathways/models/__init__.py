from pathways.models.learners import (
    Completion,
    CompletionEvent,
    CompletionPart,
    Enrolment,
)
from pathways.models.pathways import Exit, Pathway, PathwayVersion, TrustedIssuer
from pathways.models.requirements import Requirement
from pathways.models.sweeps import Sweep
from pathways.models.wishes import Wish

__all__ = [
    "Completion",
    "CompletionEvent",
    "CompletionPart",
    "Enrolment",
    "Exit",
    "Pathway",
    "PathwayVersion",
    "Requirement",
    "Sweep",
    "TrustedIssuer",
    "Wish",
]
