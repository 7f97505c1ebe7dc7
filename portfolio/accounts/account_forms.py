"""The forms of accounts: django-allauth's own, in our words and with our limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.sentences import EMAIL_WRONG, plainly
from credentials.writing import clean_name
from portfolio.accounts import adapter as accounts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    type Words = str | _StrPromise

EMAIL = _("E-mail address")
EMAIL_REQUIRED = _("Enter your e-mail address.")
PASSWORD_HINT = _("10 characters or more. A few words in a row are easy to remember.")


def _say(
    field: forms.Field, label: Words, *, required: Words, hint: Words = "", **attrs: str
) -> None:
    """Give a field its words; placeholders go, since they vanish when typing."""
    field.label, field.help_text = label, hint
    plainly(field)
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _say_email(field: forms.Field, hint: Words = "", **attrs: str) -> None:
    _say(field, EMAIL, required=EMAIL_REQUIRED, hint=hint, **attrs)
    field.error_messages["invalid"] = EMAIL_WRONG  # allauth's is a field of its own


def _say_new_password(field: forms.Field) -> None:
    _say(field, _("New password"), required=_("Enter a password."), hint=PASSWORD_HINT)


class LoginForm(allauth_forms.LoginForm):
    """E-mail address and password; a password manager fills both."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_email(self.fields["login"], autocomplete="username")
        _say(self.fields["password"], _("Password"), required=_("Enter your password."))
        _say(
            self.fields["remember"], _("Keep me signed in on this device"), required=""
        )


class SignupForm(allauth_forms.SignupForm):
    """A name as its owner types it, an address and a password."""

    full_name = forms.CharField(
        label=_("Full name"),
        help_text=_("As it should stand on your credentials. You can change it later."),
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("full_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self.fields["full_name"])
        _say_email(self.fields["email"], _("We send a code to it. No page shows it."))
        _say(
            self.fields["password1"],
            _("Password"),
            required=_("Choose a password."),
            hint=PASSWORD_HINT,
        )

    def clean_full_name(self) -> str:
        """The name as it is kept; see ``credentials.writing.clean_name``."""
        return clean_name(self.cleaned_data["full_name"])

    def clean(self) -> dict[str, Any]:
        """Count the try once nothing else is wrong, known address or not."""
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            accounts.limit_sign_up(context.request)
        return cleaned


class AddEmailForm(allauth_forms.AddEmailForm):
    """One more address of the same person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_email(self.fields["email"], _("We send a code to it."))


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Asks for a code; the answer is the same for unknown addresses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_email(self.fields["email"])

    def clean_email(self) -> str:
        """Count the code that is asked for, known address or not."""
        email = str(super().clean_email())
        accounts.limit_reset(email)
        return email


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """The new password after the code, typed once: it can be shown while typing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self.fields["password1"])
        del self.fields["password2"]


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """The first password of an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self.fields["password1"])
        del self.fields["password2"]


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """Another password, by somebody who knows the current one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        required = _("Enter your current password.")
        _say(self.fields["oldpassword"], _("Current password"), required=required)
        _say_new_password(self.fields["password1"])
        del self.fields["password2"]


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    """The password once more, before something that an intruder would like to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Password"), required=_("Enter your password."))


class _CodeForm(forms.Form):
    """What the two forms for codes share."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self.fields["code"],
            _("Code"),
            required=_("Enter the code from the e-mail."),
            hint=_("8 letters and digits. Small or capital letters, hyphen or none."),
            autocapitalize="characters",
            spellcheck="false",
        )
        self.fields["code"].widget.attrs["class"] = "input-code"


class ConfirmEmailVerificationCodeForm(
    _CodeForm, allauth_forms.ConfirmEmailVerificationCodeForm
):
    """Shows that an address belongs to the person who typed it."""


class ConfirmPasswordResetCodeForm(
    _CodeForm, allauth_forms.ConfirmPasswordResetCodeForm
):
    """Shows that a new password is asked for by the owner of the address."""
