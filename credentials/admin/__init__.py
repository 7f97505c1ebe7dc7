"""The admin: importing this package registers every page of it."""

from credentials.admin import (
    badges,
    credentials,
    issuers,
    skills,
    submissions,
    versions,
)

__all__ = ["badges", "credentials", "issuers", "skills", "submissions", "versions"]
