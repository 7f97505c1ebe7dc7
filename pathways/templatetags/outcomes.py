"""What waits for managers, for the first page of the admin."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from credentials.admin.scope import staff
from pathways import completing

register = template.Library()


@register.simple_tag
def under_review(request: HttpRequest) -> int:
    """How many outcomes wait for this person's decision. One query."""
    return completing.under_review(staff(request)).count()
