"""What forms say where Django's own words would not be ours."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

HIDDEN_NULL = _(
    "The text contains a hidden character (U+0000). "
    "Type it again instead of pasting it."
)
TOO_LONG = ngettext_lazy(
    "Use %(limit_value)d character or fewer.",
    "Use %(limit_value)d characters or fewer.",
    "limit_value",
)
EMAIL_WRONG = _("Enter an e-mail address such as name@example.org.")
ADDRESS_WRONG = _("Enter a web address that begins with https:// or http://.")


def say_plainly(form: forms.BaseForm) -> None:
    """Give the text fields of a form our sentences for what Django finds by itself."""
    for field in form.fields.values():
        plainly(field)


def plainly(field: forms.Field) -> None:
    """The same for one field; nothing for a field without a text.

    Django looks for NUL and at the length before the rules of ``credentials.writing``
    run, and its sentences name neither the character nor what to do.
    """
    if not isinstance(field, forms.CharField):
        return
    words = {"null_characters_not_allowed": HIDDEN_NULL, "max_length": TOO_LONG}
    if isinstance(field, forms.EmailField):
        words["invalid"] = EMAIL_WRONG
    elif isinstance(field, forms.URLField):
        words["invalid"] = ADDRESS_WRONG
    field.error_messages |= words
