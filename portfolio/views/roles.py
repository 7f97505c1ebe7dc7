"""The roles of an organisation, for those who act for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from credentials.http import Request
from credentials.models.holdings import is_token
from credentials.models.skills import Level
from portfolio.employers import gaps, job_texts, matching, roles, shortlist
from portfolio.employers.forms import JobTextForm, LevelForm, RoleForm
from portfolio.models import EmployerMember, RoleProfile, RoleSkill
from portfolio.models.employers import ROLE_SKILLS
from portfolio.talent.asking import MOST_CHOSEN, PAGE_SIZE, Search
from portfolio.talent.cards import card_of
from portfolio.talent.filters import address
from portfolio.views import errors
from portfolio.views.leading_back import see_other
from portfolio.views.organisation import of_member
from portfolio.views.talent import count_found, wait_of

UNPROCESSABLE, CONFLICT = 422, 409

type View = Callable[..., HttpResponse]
type Context = dict[str, Any]


def of_role(view: View) -> View:
    """Find a role of the viewer's organisation by its token; no other is found."""

    @of_member
    @wraps(view)
    def page(request: Request, member: EmployerMember, token: str) -> HttpResponse:
        role = find_role(token)
        if role is None or role.employer_id != member.employer_id:
            raise Http404
        try:
            return view(request, role)
        except RoleProfile.DoesNotExist:  # a colleague deleted it just now
            raise Http404 from None

    return page


def find_role(token: str) -> RoleProfile | None:
    """The role with this token, with its organisation. One query, none for no token."""
    if not is_token(token):
        return None
    return RoleProfile.objects.select_related("employer").filter(token=token).first()


@require_safe
@of_member
def role_list(request: Request, member: EmployerMember) -> HttpResponse:
    """All roles of one's organisation, the newest first."""
    context = {
        "section": "me",
        "employer": member.employer,
        "roles": roles.listed(request.user),
    }
    return render(request, "portfolio/employers/roles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_member
def new_role(request: Request, member: EmployerMember) -> HttpResponse:
    """Say what a role is called and about; its skills are chosen on its page."""
    form = RoleForm(request.POST if request.method == "POST" else None)
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_valid():
        try:
            role = roles.create(**form.cleaned_data, by=request.user)
        except roles.TooManyRoles:
            form.add_error(None, _too_many_roles())
            status = CONFLICT
        else:
            return see_role(role, "add")
    context = {"section": "me", "form": form, "employer": member.employer}
    template = "portfolio/employers/new_role.html"
    return render(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_role
def edit_role(request: Request, role: RoleProfile) -> HttpResponse:
    """A role for those who keep it. ``?q=`` looks for skills to add.

    POST changes title and description.
    """
    if request.method != "POST":
        return role_page(request, role)
    form, seen = RoleForm(request.POST), request.POST.get("seen", "")
    if not form.is_valid():
        forms = {"own_form": form, "form": form, "seen": seen}
        return role_page(request, role, forms, status=UNPROCESSABLE)
    try:
        roles.describe(role, **form.cleaned_data, seen=seen, by=request.user)
    except roles.DescribedElsewhere:
        role.refresh_from_db(fields=["title", "description"])
        forms = {"own_form": form, "is_elsewhere": True}
        return role_page(request, role, forms, status=CONFLICT)
    messages.success(request, _("Title and description are saved."))
    return see_role(role)


@require_POST
@of_role
def role_skills(request: Request, role: RoleProfile) -> HttpResponse:
    """Ask for skills, change the level of one, or take one out.

    Skills are chosen by ``skill``, their levels come in ``level-<skill>``. ``remove``
    names one that goes.
    """
    removed = LevelForm({"skill": request.POST.get("remove", ""), "level": 1})
    if "remove" in request.POST:
        number = removed.cleaned_data["skill"] if removed.is_valid() else 0
        if name := roles.ask_no_more(role, number, by=request.user):
            said = _("%(skill)s is no longer asked for.") % {"skill": name}
            messages.success(request, said)
        return see_role(role, "skills")
    wanted = _wanted(request)
    if not wanted:
        messages.warning(request, _("Choose a skill first."))
        return see_role(role, "add")
    try:
        new = roles.ask_for(role, wanted, by=request.user)
    except roles.TooManySkills:
        return role_page(request, role, {"problem": _too_many_skills()}, CONFLICT)
    messages.success(request, _asked(new) if new else _("The level is saved."))
    return see_role(role, "skills")


@require_http_methods(["GET", "HEAD", "POST"])
@of_role
def role_text(request: Request, role: RoleProfile) -> HttpResponse:
    """Look for skills in a job text. The answer shows them; the text is not kept."""
    if request.method != "POST":
        return see_role(role, "text")
    form = JobTextForm(request.POST)
    if not form.is_valid():
        forms = {"text_form": form, "form": form}
        return role_page(request, role, forms, status=UNPROCESSABLE)
    has = set(role.skills.values_list("skill", flat=True))
    found = job_texts.skills_in(form.cleaned_data["text"])
    context = {
        "section": "me",
        "role": role,
        "named": [each for each in found if each.skill.pk not in has],
        "already": [each for each in found if each.skill.pk in has],
        "levels": Level.choices,
    }
    return render(request, "portfolio/employers/named_skills.html", context)


@require_POST
@of_role
def role_state(request: Request, role: RoleProfile) -> HttpResponse:
    """Close the link of a role for others, or open it again."""
    if request.POST.get("state") == "open":
        roles.reopen(role, by=request.user)
        messages.success(request, _("Whoever has the link opens the role again."))
    else:
        roles.close(role, by=request.user)
        messages.success(request, _("The role is closed. Its link leads nowhere now."))
    return see_role(role, "link")


@require_http_methods(["GET", "HEAD", "POST"])
@of_role
def delete_role(request: Request, role: RoleProfile) -> HttpResponse:
    """Ask once more, then delete it."""
    if request.method == "POST":
        roles.delete(role, by=request.user)
        messages.success(request, _("%(name)s is deleted.") % {"name": role.title})
        return see_other(reverse("roles"))
    context = {"section": "me", "role": role}
    return render(request, "portfolio/employers/delete_role.html", context)


@require_safe
@of_role
def role_people(request: Request, role: RoleProfile) -> HttpResponse:
    """Who proves all that the role needs, in the order of the talent search.

    Counts as a search: for its limit, and for what people learn about being found.
    """
    if wait := wait_of(request):
        return errors.too_many(request, wait)
    now, needs = timezone.now(), gaps.needs_of(role)
    found = matching.matching(needs, now)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page", ""))
    kept = shortlist.kept_for(request.user)
    shown = matching.people(list(page.object_list), needs, now, is_kept=kept)
    count_found(request, shown, now)
    context = {
        "section": "me",
        "role": role,
        "needs": needs,
        "page": page,
        "total": len(found),
        "search": _in_the_search(needs),
        "people": [card_of(each, request.user) for each in shown],
    }
    return render(request, "portfolio/employers/role_people.html", context)


def role_page(
    request: Request,
    role: RoleProfile,
    forms: Context | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one role for those who keep it. ``forms`` are the refused ones."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    needs = gaps.needs_of(role)
    has = {each.skill_id for each in needs}
    found = roles.skills_named(words) if words else []
    stored = {"title": role.title, "description": role.description}
    context = {
        "section": "me",
        "role": role,
        "employer": role.employer,
        "needs": needs,
        "levels": Level.choices,
        "words": words,
        "found": [each for each in found if each.pk not in has],
        "already": [each for each in found if each.pk in has],
        "is_full": len(needs) >= ROLE_SKILLS,
        "most_skills": ROLE_SKILLS,
        "own_form": RoleForm(initial=stored),
        "seen": roles.stamp(role),
        "text_form": JobTextForm(),
        **(forms or {}),
    }
    return render(request, "portfolio/employers/edit_role.html", context, status=status)


def see_role(role: RoleProfile, part: str = "") -> HttpResponse:
    """Send the browser to the page of a role, for those who keep it."""
    address = reverse("edit_role", args=[role.token])
    return see_other(f"{address}#{part}" if part else address)


def _in_the_search(needs: Sequence[RoleSkill]) -> str:
    """The same skills as a search, which has one level for all: the lowest of these.

    Empty for more skills than a search can ask for.
    """
    if not 0 < len(needs) <= MOST_CHOSEN:
        return ""
    chosen = {"skill": tuple(str(each.skill_id) for each in needs)}
    return address(Search(chosen=chosen, level=min(each.level for each in needs)))


def _wanted(request: Request) -> list[tuple[int, int]]:
    """The skills that were chosen, with their levels; what cannot be is left out."""
    chosen = request.POST.getlist("skill")[: job_texts.MOST_NAMED]
    forms = [
        LevelForm({"skill": each, "level": request.POST.get(f"level-{each}", "1")})
        for each in chosen
    ]
    return [
        (form.cleaned_data["skill"], form.cleaned_data["level"])
        for form in forms
        if form.is_valid()
    ]


def _asked(count: int) -> str:
    return ngettext(
        "The role asks for %(count)d skill more.",
        "The role asks for %(count)d skills more.",
        count,
    ) % {"count": count}


def _too_many_roles() -> str:
    return ngettext(
        "An organisation has %(count)d role at most. Delete one first.",
        "An organisation has %(count)d roles at most. Delete one first.",
        roles.MOST_ROLES,
    ) % {"count": roles.MOST_ROLES}


def _too_many_skills() -> str:
    return ngettext(
        "A role asks for %(count)d skill at most. Take some out first.",
        "A role asks for %(count)d skills at most. Take some out first.",
        ROLE_SKILLS,
    ) % {"count": ROLE_SKILLS}
