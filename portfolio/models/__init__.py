"""People, what they show of themselves, and whom they show it to."""

from portfolio.models.collections import Collection, CollectionItem
from portfolio.models.contacting import ContactRequest
from portfolio.models.employers import (
    Employer,
    EmployerInvitation,
    EmployerMember,
    RoleProfile,
    RoleSkill,
    SavedSearch,
    ShortlistEntry,
)
from portfolio.models.endorsements import Endorsement
from portfolio.models.people import User, UserManager, validate_name
from portfolio.models.profiles import FormerHandle, Pin, Profile, ProfileLink
from portfolio.models.share_links import (
    SharedCredential,
    SharedEvidence,
    ShareLink,
)
from portfolio.models.tags import Tag
from portfolio.models.talent import FindablePerson, FoundCount, ProvenSkill, Strength

__all__ = [
    "Collection",
    "CollectionItem",
    "ContactRequest",
    "Employer",
    "EmployerInvitation",
    "EmployerMember",
    "Endorsement",
    "FindablePerson",
    "FormerHandle",
    "FoundCount",
    "Pin",
    "Profile",
    "ProfileLink",
    "ProvenSkill",
    "RoleProfile",
    "RoleSkill",
    "SavedSearch",
    "ShareLink",
    "SharedCredential",
    "SharedEvidence",
    "ShortlistEntry",
    "Strength",
    "Tag",
    "User",
    "UserManager",
    "validate_name",
]
