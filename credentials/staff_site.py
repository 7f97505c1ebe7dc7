"""The staff's part of the site: Django's admin, entered by our own log-in page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from credentials.models import Submission

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# Django 6.1 says this in menus without a choice, and translates it into few languages.
gettext_noop("- Select an option -")


class StaffSite(admin.AdminSite):
    """Django's admin without its own passwords, sidebar script and open redirects."""

    enable_nav_sidebar = False  # ours needs no script
    index_title = _("What waits for you")
    empty_value_display = "–"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the redirect that tells the address of any row by its number."""
        urls: list[URLPattern | URLResolver] = super().get_urls()
        return [url for url in urls if getattr(url, "name", "") != "view_on_site"]

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the site's log-in page; people who are no staff get a 403."""
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = reverse("admin:index")
        if request.user.is_anonymous:
            return redirect_to_login(target)
        if not self.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(target)

    def password_change(  # type: ignore[override]  # the stubs know one answer only
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Passwords are changed where everybody changes theirs."""
        return redirect("account_change_password")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show how much waits for this person, then what they may open."""
        user = cast("AbstractBaseUser", request.user)
        waiting = Submission.objects.reviewable_by(user).waiting().count()
        context = {"waiting": waiting, **(extra_context or {})}
        return super().index(request, context)
