from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    name = "credentials"
    verbose_name = _("Credentials")
    default = True


class StaffAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site object."""

    default = False  # this module's default is the one above
    default_site = "credentials.staff_site.StaffSite"
