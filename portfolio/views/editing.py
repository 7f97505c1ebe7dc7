"""Editing one's own page, a part at a time.

Each part is a small page with one form. With htmx the same form comes into the
profile in place of what it changes; it is sent as any other form, and what comes back
is a whole page: the profile when it is saved, the small page with what is wrong.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.forms import BooleanField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from credentials import limiting, turns, uploads
from credentials.http import Request
from credentials.views import bodies, refusals
from credentials.views.submitting import signed_out
from credentials.views.submitting.keeping import BUSY, FILES_AT_ONCE
from portfolio.accounts import handles
from portfolio.models import Profile
from portfolio.profile import photos, switching
from portfolio.profile.profile_forms import PARTS, PageForm, PartForm, PhotoForm
from portfolio.views.leading_back import see_other

UNPROCESSABLE = 422
PAGE = "portfolio/edit_part.html"
#: Room for a photo that is somewhat too large, which is said beside its field.
MAX_BODY = photos.MAX_BYTES + 3 * 1024 * 1024
#: Addresses lead on for a year: nobody tries names out, or gathers them.
MOVES_A_DAY = 3
PHOTOS_PER_HOUR = 20

_TOO_MANY_FORMER = gettext_lazy(
    "Five former addresses lead to your page. Let one of them go first."
)
_SAVED = gettext_lazy("Your changes are saved.")


def _too_large(request: HttpRequest) -> HttpResponse:
    return refusals.too_large(request, photos.SENTENCES["size"])


@csrf_exempt  # read by the check inside, once the body's size is known
@bodies.refused_beyond(MAX_BODY, _too_large)
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required  # what was typed after the session ended is kept
def edit_profile(request: Request, part: str) -> HttpResponse:
    """Show and save one part; what could not be saved answers 422 and stays."""
    if not request.user.is_authenticated:
        return _sign_in_first(request)
    if part not in PARTS:
        raise Http404
    profile = handles.profile_of(request.user)
    profile.user = request.user
    if request.method != "POST":
        return _page(request, part, _begun(request, part, profile))
    signed_out.forget(request)
    if said := _taken_away(request, part, profile):
        messages.success(request, said)
        return see_other(_back(profile, part))
    form = PARTS[part][1](request.POST, request.FILES, profile=profile)
    if part == "about" and request.POST.get("then") == "preview":
        return _preview(request, form)
    if form.is_valid() and _is_saved(form, profile):
        messages.success(request, _SAVED)
        return see_other(_back(profile, part))
    return _page(request, part, form)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Lead to the log-in; what was typed waits behind it, or stands to be copied."""
    to_log_in = redirect_to_login(request.get_full_path())
    if signed_out.MARK not in request.POST or signed_out.keep(request, request.path):
        return to_log_in
    left_out = {signed_out.MARK, "csrfmiddlewaretoken"}
    fields = [(name, str(text)) for name, text in request.POST.items()]
    typed = [text for name, text in fields if name not in left_out and text.strip()]
    context = {"typed": typed, "sign_in": to_log_in.url}
    template = "credentials/submission/signed_out.html"
    return render(request, template, context, status=403)


def _begun(request: Request, part: str, profile: Profile) -> PartForm:
    """The form as it is stored, or as it was typed after the session had ended."""
    form = PARTS[part][1](profile=profile)
    if typed := signed_out.bring_back(request):
        for name, field in form.fields.items():
            if name in typed:
                form.initial[name] = typed[name][-1]
            elif isinstance(field, BooleanField):  # without a tick it is not sent
                form.initial[name] = False
    return form


def _taken_away(request: Request, part: str, profile: Profile) -> str:
    """Do what a button beside the form asks for; say what was done, if it was one."""
    if part == "photo" and "remove" in request.POST:
        photos.remove(profile)
        return _("Your photo is removed.")
    if part == "page" and (former := request.POST.get("let_go", "")):
        handles.let_go(profile, former.replace("\0", ""))
        return _("That address no longer leads to your page.")
    return ""


def _is_saved(form: PartForm, profile: Profile) -> bool:
    """Save a valid form; False when something outside of it refused."""
    try:
        if isinstance(form, PhotoForm):
            photos.keep(profile, _photo_of(form, profile))
        elif isinstance(form, PageForm):
            _move(form, profile)
            form.save()
        else:
            form.save()
    except handles.Taken:
        form.add_error("handle", handles.TAKEN_SENTENCE)
    except handles.TooManyFormer:
        form.add_error("handle", str(_TOO_MANY_FORMER))
    except _Refused as refused:
        form.add_error(refused.field, refused.error)
    return not form.errors


class _Refused(Exception):
    """A field is not taken, for a reason that the form alone cannot know."""

    def __init__(self, field: str, error: Any) -> None:
        super().__init__(field)
        self.field, self.error = field, error


def _photo_of(form: PhotoForm, profile: Profile) -> Any:
    """What is kept of a photo. Raises _Refused with its sentence."""
    wait = limiting.hit(
        f"photo:{profile.user_id}", limit=PHOTOS_PER_HOUR, per=timedelta(hours=1)
    )
    if wait:
        raise _Refused("photo", limiting.TooManyTries(wait))
    try:
        with turns.turn("upload", places=FILES_AT_ONCE):
            return photos.accept(form.cleaned_data["photo"])
    except turns.AllTaken as busy:
        error = limiting.TooManyTries(busy.seconds, str(BUSY))
        raise _Refused("photo", error) from None
    except (photos.RefusedPhoto, uploads.RefusedFile) as refused:
        raise _Refused("photo", refused) from None


def _move(form: PageForm, profile: Profile) -> None:
    """Give the page the address in the form. Raises _Refused, and what ``move`` does.

    Only what could be had counts as a try, so that nobody loses one to a mistake.
    """
    wanted, now = form.cleaned_data["handle"], timezone.now()
    if wanted == profile.handle:
        return
    if handles.is_reserved(wanted):
        raise _Refused("handle", handles.RESERVED_SENTENCE)
    if handles.is_taken(wanted, by_others_than=profile, now=now):
        raise handles.Taken
    day = timedelta(days=1)
    wait = limiting.hit(f"handle:{profile.user_id}", limit=MOVES_A_DAY, per=day)
    if wait:
        raise _Refused("handle", limiting.TooManyTries(wait, _often(wait)))
    handles.move(profile, wanted, now=now)


def _often(seconds: int) -> str:
    hours = max(1, round(seconds / 3600))
    return ngettext(
        "You changed your address three times today. Try again in %(hours)d hour.",
        "You changed your address three times today. Try again in %(hours)d hours.",
        hours,
    ) % {"hours": hours}


def _preview(request: Request, form: PartForm) -> HttpResponse:
    """The text as visitors will see it, without saving it."""
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    return _page(request, "about", form, preview=text, is_preview=not form.errors)


def _page(
    request: Request, part: str, form: PartForm, **context: object
) -> HttpResponse:
    """The form as a page, or in place of what it changes on the profile."""
    profile = form.profile
    if form.errors:  # as it is stored, not as it was typed
        profile.refresh_from_db(fields=["handle"])
    is_in_place = bool(request.htmx) and not request.htmx.history_restore_request
    if not form.is_bound:
        first = next(iter(form.fields.values()))
        first.widget.attrs["data-focus" if is_in_place else "autofocus"] = True
    context |= {
        "form": form,
        "part": part,
        "title": PARTS[part][0],
        "profile": profile,
        "back": _back(profile, part),
        "is_in_place": is_in_place,
        "mark": signed_out.mark(request),
        "section": "me",
    }
    if part == "page":
        context["former"] = handles.former_of(profile, timezone.now())
        context["switches"] = switching.positions(profile)
        context["here"] = reverse("edit_profile", args=[part])
    wait = limiting.wait_of(form)
    status = 429 if wait else UNPROCESSABLE if form.errors else 200
    name = f"{PAGE}#in_place" if is_in_place else PAGE
    response = render(request, name, context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _back(profile: Profile, part: str) -> str:
    """The part on the profile, as it is stored by now."""
    return f"{profile.get_absolute_url()}#part-{part}"
