"""Pathways as files for staff: take one over after a look at it, or save one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.admin.scope import DESIGNERS, issuer_ids, staff
from credentials.forms.sentences import say_plainly
from credentials.models import Issuer
from pathways.exchanging import importing, terms, writing_out
from pathways.exchanging.reading import MAX_BYTES, Refused, Sentence
from pathways.models import PathwayVersion

if TYPE_CHECKING:
    from pathways.admin.pathways import PathwayAdmin


class ImportForm(forms.Form):
    """A file, and where it goes. Confirming sends the text of the file instead."""

    issuer = forms.ModelChoiceField(
        Issuer.objects.none(),
        label=gettext_lazy("Issuer"),
        error_messages={"required": gettext_lazy("Choose the issuer.")},
    )
    slug = forms.SlugField(
        label=gettext_lazy("Address name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "Empty: as the file says. A pathway of this name gets its next version."
        ),
        error_messages={
            "invalid": gettext_lazy("Use letters without accents, digits and hyphens.")
        },
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("JSON in CTDL's terms, at most 256 KB."),
        error_messages={"empty": gettext_lazy("The selected file is empty.")},
    )
    document = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        say_plainly(self)
        issuers = self.fields["issuer"]
        assert isinstance(issuers, forms.ModelChoiceField)  # noqa: S101 - for mypy
        mine = issuer_ids(request, DESIGNERS)
        issuers.queryset = Issuer.objects.filter(pk__in=mine).order_by("name")
        if len(mine) == 1:
            issuers.initial = next(iter(mine))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, document = cleaned.get("file"), cleaned.get("document", "")
        if file:
            cleaned["data"] = file.read(MAX_BYTES + 1)
        elif document:
            cleaned["data"] = document.encode()
        elif "file" not in self.errors:
            self.add_error("file", _("Select a file."))
        return cleaned


def import_page(owner: PathwayAdmin, request: HttpRequest) -> HttpResponse:
    """Show what a file would become; write its draft when that is confirmed."""
    if not owner.has_add_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return _page(owner, request, ImportForm(request=request))
    form = ImportForm(request.POST, request.FILES, request=request)
    if not form.is_valid():
        return _page(owner, request, form, status=422)
    cleaned = form.cleaned_data
    asked = {name: cleaned[name] for name in ("data", "issuer", "slug")}
    try:
        if "confirm" in request.POST:
            version = importing.take_over(**asked, by=staff(request))
            return _taken(owner, request, version)
        run = importing.dry_run(**asked, by=staff(request))
    except Refused as refused:
        return _page(owner, request, form, problems=refused.problems, status=422)
    status = 200 if run.can_be_done else 422
    text = cleaned["data"].decode()  # it was read as UTF-8 already
    return _page(owner, request, form, run=run, document=text, status=status)


def export(
    owner: PathwayAdmin, request: HttpRequest, pk: int, number: int
) -> HttpResponse:
    """Send a version, draft or not, as a file to keep."""
    mine = owner.get_queryset(request).filter(pk=pk)
    version = (
        PathwayVersion.objects.filter(pathway__in=mine.values("pk"), number=number)
        .select_related("pathway__issuer")
        .first()
    )
    if version is None:
        raise Http404
    body = writing_out.as_bytes(writing_out.document_of(version))
    response = HttpResponse(body, terms.MEDIA_TYPE)
    name = f"{version.pathway.slug}-v{number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _taken(
    owner: PathwayAdmin, request: HttpRequest, version: PathwayVersion
) -> HttpResponse:
    owner.log_change(request, version.pathway, _("Imported a draft."))
    messages.success(request, _("The draft is written. Nobody sees it but staff."))
    return redirect("admin:pathways_pathwayversion_tree", version.pk)


def _page(
    owner: PathwayAdmin,
    request: HttpRequest,
    form: ImportForm,
    *,
    run: importing.DryRun | None = None,
    document: str = "",
    problems: list[Sentence] | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = problems or []
    if run:
        problems = [*run.problems, *run.found.missing]
    context = {
        **owner.admin_site.each_context(request),
        "title": _("Import a pathway"),
        "opts": owner.opts,
        "form": form,
        "run": run,
        "rules": [("– " * depth, *said) for depth, *said in run.rules] if run else [],
        "document": document,
        "problems": problems,
    }
    return TemplateResponse(
        request, "admin/pathways/pathway/import.html", context, status=status
    )
