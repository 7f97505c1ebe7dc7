"""How accounts are made and kept: django-allauth asks the adapter here."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials import limiting
from credentials.http import client_network
from credentials.languages import written_in
from credentials.views import refusals
from portfolio.accounts import handles
from portfolio.models import User
from portfolio.site import languages

logger = logging.getLogger(__name__)

# The page that follows says the same, or the reader is not signed in and would read
# the sentence much later.
UNSAID = frozenset(
    {
        "account/messages/email_confirmation_sent.txt",
        "account/messages/logged_in.txt",
        "account/messages/logged_out.txt",
    }
)


class MailNotSent(ImmediateHttpResponse):
    """The mail server did not take a mail that somebody waits for: answered 503.

    Such a mail is sent at once and not by a job: its code is worth nothing later, and
    whoever waits for it reads now that it does not come.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(refusals.unavailable(request, "mail", seconds=300))


def _language_of(user: User | None) -> AbstractContextManager[None]:
    """The language somebody chose; else that of the page they are on."""
    return written_in(user.language) if user and user.language else nullcontext()


def limit(key: str, *, tries: int, per: timedelta) -> None:
    """Count one try of *key*; refuse the form with TooManyTries when it is too many."""
    if seconds := limiting.hit(key, limit=tries, per=per):
        raise limiting.TooManyTries(seconds)


def limit_log_in(request: HttpRequest, email: str) -> None:
    """20 tries a minute and network, 5 a minute and account."""
    minute = timedelta(minutes=1)
    limit(f"login:net:{client_network(request)}", tries=20, per=minute)
    limit(f"login:{limiting.same_person(email)}", tries=5, per=minute)


def limit_sign_up(request: HttpRequest) -> None:
    """10 new accounts an hour and network, whether or not the address was known."""
    network = client_network(request)
    limit(f"signup:net:{network}", tries=10, per=timedelta(hours=1))


def limit_reset(email: str) -> None:
    """3 codes an hour and account."""
    key = f"reset:{limiting.same_person(email)}"
    limit(key, tries=3, per=timedelta(hours=1))


class AccountAdapter(DefaultAccountAdapter):
    """Our words, our limits, and a profile for everybody who signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _(
            "This is your main address. Make another one the main address first."
        ),
        "duplicate_email": _("This address is already yours."),
        "email_password_mismatch": _(
            "The e-mail address or the password is not right."
        ),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This is not the code that we sent. Check it."),
        "incorrect_password": _("This is not your password."),
        "max_email_addresses": _("You have %d addresses. Remove one first."),
        "too_many_login_attempts": _("Too many tries. Try again in a few minutes."),
        "unverified_primary_email": _("Confirm this address first."),
        "rate_limited": _("We sent a code a moment ago. Wait before asking again."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count every try of a password, right or wrong, before it is looked at."""
        limit_log_in(request, credentials.get("email", ""))
        super().pre_authenticate(request, **credentials)

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in, and let browser and account agree on a language."""
        super().login(request, user)
        languages.meet(request, user)

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        """Make the account with its name, and its private profile."""
        user.full_name = form.cleaned_data["full_name"]
        user.language = get_language() or ""
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            if commit:
                handles.profile_of(user)
        return user

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send a mail in the language of who gets it, with the site's own address."""
        site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
        user = context.get("user")
        reads = user or User.objects.filter(emailaddress__email=email).first()
        try:
            with _language_of(reads):
                super().send_mail(template_prefix, email, site | context)
        except (SMTPException, OSError) as error:
            # Its words may hold the address, so only its name goes to the log.
            logger.error("A mail was not sent: %s", type(error).__name__)
            # An address that was known already gets a mail without an account in it.
            if user is not None and self._is_signing_up():
                user.delete()  # or the next try meets a taken address
            raise MailNotSent(self.request) from None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell the owner what changed; that it changed does not hang on the mail."""
        with suppress(MailNotSent):
            super().send_notification_mail(*args, **kwargs)

    def _is_signing_up(self) -> bool:
        """Tell whether a mail with a code is the last step of a new account."""
        match = self.request.resolver_match
        return bool(match and match.url_name == "account_signup")

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Write the mail as plain text, and add a twin in HTML with the same words."""
        mail: EmailMultiAlternatives = super().render_mail(
            template_prefix, email, context, headers
        )
        *paragraphs, foot = (part.strip() for part in str(mail.body).split("\n\n"))
        words = {
            "SITE_NAME": settings.SITE_NAME,
            "SITE_URL": settings.SITE_URL,
            "subject": mail.subject,
            "paragraphs": paragraphs,
            "foot": foot,
            "code": context.get("code"),
        }
        twin = render_to_string("account/email/twin.html", words)
        mail.attach_alternative(twin, "text/html")
        return mail

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what changed, where the next page does not say it anyway."""
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)
