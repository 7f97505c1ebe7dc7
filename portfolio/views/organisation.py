"""The organisation that somebody acts for: who it is, who is in it, what it proved."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from credentials import limiting
from credentials.http import Request
from credentials.models.holdings import is_token
from portfolio.employers import membership, organisations, proving
from portfolio.employers.forms import InvitationForm, IssuerForm, OrganisationForm
from portfolio.models import Employer, EmployerMember
from portfolio.views import errors
from portfolio.views.leading_back import see_other

UNPROCESSABLE, CONFLICT, TOO_MANY = 422, 409, 429

type View = Callable[..., HttpResponse]
type Forms = dict[str, Any]


def of_member(view: View) -> View:
    """Find the organisation that the viewer acts for; without one lead to making one.

    A form that comes after the session ended leads to the log-in and then to the page
    of the organisation, not to its own address, which may answer no GET. Whoever is
    taken out of the organisation meanwhile is told, and so is who may not change it.
    """

    @never_cache
    @login_not_required
    @wraps(view)
    def page(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            is_form = request.method == "POST"
            here = reverse("organisation")
            return redirect_to_login(here if is_form else request.get_full_path())
        member = membership.employment_of(request.user)
        if member is None:
            return see_other(reverse("organisation"))
        try:
            return view(request, member, *args, **kwargs)
        except membership.NotOwner:
            raise PermissionDenied from None
        except membership.NotMember:
            return errors.conflict(
                request, _("You do not act for this organisation any more.")
            )

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def organisation(request: Request) -> HttpResponse:
    """Make an organisation; once there is one: see it, and change it as an owner."""
    member = membership.employment_of(request.user)
    if member is None:
        return _make(request)
    if request.method != "POST":
        return organisation_page(request, member)
    return _change(request, member)


@require_POST
@of_member
def check_domain(request: Request, member: EmployerMember) -> HttpResponse:
    """Have the domain looked at, some times an hour."""
    try:
        proving.ask_for_a_look(member.employer, by=request.user)
    except proving.AlreadyProved:
        return see_organisation("domain")
    except proving.LookedTooOften as often:
        return errors.too_many(request, often.seconds)
    said = _("We are looking. It takes up to a minute; open this page again then.")
    messages.info(request, said)
    return see_organisation("domain")


@require_POST
@of_member
def found_issuer(request: Request, member: EmployerMember) -> HttpResponse:
    """Make the keys with which the organisation signs."""
    form = IssuerForm(request.POST)
    if not form.is_valid():
        forms = {"issuer_form": form, "form": form}
        return organisation_page(request, member, forms, status=UNPROCESSABLE)
    try:
        organisations.found_issuer(by=request.user, **form.cleaned_data)
    except organisations.NotProved:
        return errors.conflict(request, _("Prove the domain first."))
    messages.success(request, _("Your organisation can sign what it recognises."))
    return see_organisation("signing")


@require_POST
@of_member
def members(request: Request, member: EmployerMember) -> HttpResponse:
    """Ask a colleague to join, take somebody out, or change who may change things."""
    for name, act in _MEMBER_ACTS.items():
        number = request.POST.get(name, "")
        if _is_number(number):
            return act(request, int(number))
    return _invite(request, member)


@require_http_methods(["GET", "HEAD", "POST"])
@of_member
def leave_organisation(request: Request, member: EmployerMember) -> HttpResponse:
    """Ask once more, then leave; the last one takes the organisation along."""
    if request.method != "POST":
        others = member.employer.members.exclude(pk=member.pk)
        owners = others.filter(is_owner=True, user__is_active=True)
        context = {
            "section": "me",
            "employer": member.employer,
            "is_last": not others.exists(),
            "is_needed": member.is_owner and others.exists() and not owners.exists(),
        }
        return render(request, "portfolio/employers/leave.html", context)
    try:
        is_gone = membership.leave(by=request.user)
    except membership.OthersStay:
        return errors.conflict(request, _last_owner())
    said = (
        _("%(name)s is deleted.") if is_gone else _("You do not act for %(name)s now.")
    )
    messages.success(request, said % {"name": member.employer.name})
    return see_other(reverse("me"))


@require_POST
@never_cache
@login_not_required
def answer_invitation(request: Request, token: str) -> HttpResponse:
    """Join the organisation that asked, or say no."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("organisation"))
    if not is_token(token):
        raise Http404
    if request.POST.get("answer") != "accept":
        membership.decline(token, by=request.user)
        return see_organisation()
    try:
        employer = membership.accept(token, by=request.user)
    except membership.Gone:
        said = _("This invitation is not there any more.")
    except membership.AlreadyMember:
        said = _("You act for an organisation already. Leave it first.")
    except membership.TooMany:
        said = _too_many_members()
    else:
        said = _("You act for %(name)s now.") % {"name": employer.name}
        messages.success(request, said)
        return see_organisation()
    return errors.conflict(request, said)


def organisation_page(
    request: Request,
    member: EmployerMember,
    forms: Forms | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of one's organisation. ``forms`` are those that were refused."""
    employer, now = member.employer, timezone.now()
    is_taken = not employer.is_proved and proving.is_somebody_elses(
        employer.domain, employer
    )
    context = {
        "section": "me",
        "employer": employer,
        "member": member,
        "members": employer.members.select_related("user").order_by(
            "-is_owner", "joined_at", "pk"
        ),
        "invitations": membership.asked_by(employer, now),
        "asking": membership.invitations_to(request.user, now),
        "expected": proving.expected(employer),
        "file_address": proving.file_address(employer),
        "is_taken": is_taken,
        "own_form": OrganisationForm(initial=_stored(employer), employer=employer),
        "invitation_form": InvitationForm(),
        "issuer_form": IssuerForm(),
        **(forms or {}),
    }
    template = "portfolio/employers/organisation.html"
    return render(request, template, context, status=status)


def see_organisation(part: str = "") -> HttpResponse:
    """Send the browser to the page of the organisation."""
    address = reverse("organisation")
    return see_other(f"{address}#{part}" if part else address)


def _make(request: Request) -> HttpResponse:
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_valid():
        try:
            organisations.make(by=request.user, **form.cleaned_data)
        except membership.AlreadyMember:  # in another window, just now
            return see_organisation()
        messages.success(request, _("Your organisation is there."))
        return see_organisation()
    context = {
        "section": "me",
        "form": form,
        "asking": membership.invitations_to(request.user, timezone.now()),
    }
    template = "portfolio/employers/new_organisation.html"
    return render(request, template, context, status=status)


def _change(request: Request, member: EmployerMember) -> HttpResponse:
    if not member.is_owner:
        raise PermissionDenied
    initial = _stored(member.employer)
    form = OrganisationForm(request.POST, initial=initial, employer=member.employer)
    forms = {"own_form": form, "form": form}
    if not form.is_valid():
        return organisation_page(request, member, forms, status=UNPROCESSABLE)
    try:
        organisations.describe(by=request.user, **form.cleaned_data)
    except membership.NotOwner:
        raise PermissionDenied from None
    except membership.NotMember:
        return errors.conflict(
            request, _("You do not act for this organisation any more.")
        )
    except organisations.DomainIsFixed:
        form.add_error("domain", _("It signs with this domain. It does not change."))
        return organisation_page(request, member, forms, status=CONFLICT)
    messages.success(request, _("What you changed is saved."))
    return see_organisation()


def _invite(request: Request, member: EmployerMember) -> HttpResponse:
    form = InvitationForm(request.POST)
    forms = {"invitation_form": form, "form": form}
    if not form.is_valid():
        return organisation_page(request, member, forms, status=UNPROCESSABLE)
    if not member.is_owner:
        raise PermissionDenied
    wait = limiting.hit(
        f"invite:{request.user.pk}", limit=PER_DAY, per=membership.A_DAY
    )
    if wait:
        form.add_error(None, limiting.TooManyTries(wait))
        response = organisation_page(request, member, forms, status=TOO_MANY)
        response["Retry-After"] = str(wait)
        return response
    try:
        membership.invite(form.cleaned_data["email"], by=request.user)
    except membership.TooMany:
        form.add_error(None, _too_many_invitations())
        return organisation_page(request, member, forms, status=CONFLICT)
    messages.success(
        request,
        _(
            "Asked. If %(email)s belongs to an account here, its owner gets a mail "
            "and can join."
        )
        % form.cleaned_data,
    )
    return see_organisation("people")


def _remove(request: Request, number: int) -> HttpResponse:
    try:
        name = membership.remove(number, by=request.user)
    except membership.OthersStay:  # oneself
        return see_other(reverse("leave_organisation"))
    if name:
        said = _("%(name)s does not act for your organisation any more.")
        messages.success(request, said % {"name": name})
    return see_organisation("people")


def _uninvite(request: Request, number: int) -> HttpResponse:
    if email := membership.uninvite(number, by=request.user):
        said = _("The invitation of %(email)s is taken back.") % {"email": email}
        messages.success(request, said)
    return see_organisation("people")


def _make_owner(request: Request, number: int) -> HttpResponse:
    if name := membership.set_owner(number, is_owner=True, by=request.user):
        said = _("%(name)s may change the organisation now.") % {"name": name}
        messages.success(request, said)
    return see_organisation("people")


def _no_owner(request: Request, number: int) -> HttpResponse:
    try:
        name = membership.set_owner(number, is_owner=False, by=request.user)
    except membership.OthersStay:
        return errors.conflict(request, _last_owner())
    if name:
        said = _("%(name)s may not change the organisation any more.")
        messages.success(request, said % {"name": name})
    return see_organisation("people")


PER_DAY = 20
_MEMBER_ACTS: dict[str, Callable[[Request, int], HttpResponse]] = {
    "remove": _remove,
    "uninvite": _uninvite,
    "owner": _make_owner,
    "no_owner": _no_owner,
}


def _is_number(text: str) -> bool:
    """Whether it can be a row: Python refuses to read very long numbers."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def _stored(employer: Employer) -> dict[str, str]:
    return {
        "name": employer.name,
        "domain": employer.domain,
        "website": employer.website,
    }


def _last_owner() -> str:
    return _(
        "Nobody else can change the organisation. Let a colleague change it first."
    )


def _too_many_members() -> str:
    return ngettext(
        "An organisation has %(count)d person here at most.",
        "An organisation has %(count)d people here at most.",
        membership.MOST_MEMBERS,
    ) % {"count": membership.MOST_MEMBERS}


def _too_many_invitations() -> str:
    return ngettext(
        "You can ask %(count)d person at a time. Take an invitation back first.",
        "You can ask %(count)d people at a time. Take an invitation back first.",
        membership.MOST_INVITATIONS,
    ) % {"count": membership.MOST_INVITATIONS}
