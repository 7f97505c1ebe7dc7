"""Addresses of organisations and their roles."""

from __future__ import annotations

from django.urls import path

from portfolio.views import organisation, role_page, roles

urlpatterns = [
    path("me/organisation/", organisation.organisation, name="organisation"),
    path(
        "me/organisation/domain/check/", organisation.check_domain, name="check_domain"
    ),
    path("me/organisation/issuer/", organisation.found_issuer, name="found_own_issuer"),
    path("me/organisation/members/", organisation.members, name="employer_members"),
    path(
        "me/organisation/leave/",
        organisation.leave_organisation,
        name="leave_organisation",
    ),
    path(
        "me/invitations/<str:token>/",
        organisation.answer_invitation,
        name="answer_invitation",
    ),
    path("me/roles/", roles.role_list, name="roles"),
    path("me/roles/new/", roles.new_role, name="new_role"),
    path("me/roles/<str:token>/", roles.edit_role, name="edit_role"),
    path("me/roles/<str:token>/skills/", roles.role_skills, name="role_skills"),
    path("me/roles/<str:token>/text/", roles.role_text, name="role_text"),
    path("me/roles/<str:token>/state/", roles.role_state, name="role_state"),
    path("me/roles/<str:token>/people/", roles.role_people, name="role_people"),
    path("me/roles/<str:token>/delete/", roles.delete_role, name="delete_role"),
    path("roles/<str:token>/", role_page.role, name="role"),
]
