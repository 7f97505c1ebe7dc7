"""Days of grace in forms: asked where there is some, forgotten elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pathways.models.pathways import Expired


def clean_grace(form: forms.BaseForm) -> None:
    """Add an error where the days are missing. Call it in the form's ``clean``."""
    cleaned: dict[str, Any] = form.cleaned_data
    if cleaned.get("expired") != Expired.GRACE:
        cleaned["grace_days"] = None
    elif not cleaned.get("grace_days") and "grace_days" not in form.errors:
        missing = ValidationError(_("Enter for how many days."), "required")
        form.add_error("grace_days", missing)
