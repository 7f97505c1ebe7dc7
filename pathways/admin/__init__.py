"""The staff's pages of pathways: importing this package registers every one."""

from pathways.admin import completions, enrolments, pathways, versions

__all__ = ["completions", "enrolments", "pathways", "versions"]
