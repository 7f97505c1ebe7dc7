"""People, what they show of themselves, and whom they show it to."""

from portfolio.models.collections import Collection, CollectionItem
from portfolio.models.contacting import ContactRequest
from portfolio.models.people import User, UserManager, validate_name
from portfolio.models.profiles import FormerHandle, Pin, Profile, ProfileLink
from portfolio.models.share_links import (
    SharedCredential,
    SharedEvidence,
    ShareLink,
)
from portfolio.models.tags import Tag

__all__ = [
    "Collection",
    "CollectionItem",
    "ContactRequest",
    "FormerHandle",
    "Pin",
    "Profile",
    "ProfileLink",
    "ShareLink",
    "SharedCredential",
    "SharedEvidence",
    "Tag",
    "User",
    "UserManager",
    "validate_name",
]
