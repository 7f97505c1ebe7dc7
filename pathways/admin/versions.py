"""What a pathway asks for: the words of a version, whom it trusts, and its rules.

Reached from the pathway's page. A published version is shown and never edited.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from credentials.admin.scope import (
    DESIGNERS,
    EVERYBODY,
    IssuerScopedAdmin,
    ScopedInline,
    StackedInline,
)
from credentials.admin.texts import CleanTextForm
from pathways.admin import tree_page
from pathways.admin.grace import clean_grace
from pathways.models import Pathway, PathwayVersion, Requirement, TrustedIssuer


class VersionForm(CleanTextForm):
    class Meta:
        model = PathwayVersion
        exclude = ("pathway",)
        widgets = {
            "promise": forms.Textarea(attrs={"rows": 2}),
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "expired": gettext_lazy("A rule may say otherwise for its own badge."),
            "grace_days": gettext_lazy("Only with “For some days after its end”."),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        clean_grace(self)
        return cleaned


class TrustedForm(CleanTextForm):
    class Meta:
        model = TrustedIssuer
        fields = ("identifier", "name")

    def clean_identifier(self) -> str:
        identifier = str(self.cleaned_data["identifier"]).strip()
        if not identifier.startswith(("did:", "https://")) or " " in identifier:
            words = _("Enter an identifier that begins with did: or https://.")
            raise ValidationError(words)
        return identifier


class TrustedInline(ScopedInline, StackedInline):
    model = TrustedIssuer
    form = TrustedForm
    template = "admin/credentials/parts.html"
    fields = (("identifier", "name"),)
    extra = 1
    verbose_name = gettext_lazy("organisation elsewhere whose badges prove skills")
    verbose_name_plural = gettext_lazy(
        "organisations elsewhere whose badges prove skills"
    )


@admin.register(PathwayVersion)
class VersionAdmin(IssuerScopedAdmin):
    form = VersionForm
    issuer_path = "pathway__issuer"
    view_roles = EVERYBODY
    change_roles = DESIGNERS
    add_roles = DESIGNERS
    inlines = (TrustedInline,)
    change_form_template = "admin/pathways/pathwayversion/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "promise", "description", "language")}),
        (
            gettext_lazy("When a badge ends or is withdrawn"),
            {"fields": (("expired", "grace_days"), "when_lost")},
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<int:pk>/tree/", wrap(self.tree), name="pathways_pathwayversion_tree"
            ),
            path(
                "<int:pk>/tree/preview/",
                wrap(self.tree_preview),
                name="pathways_pathwayversion_preview",
            ),
            path(
                "<int:pk>/tree/<int:node>/move/",
                wrap(self.tree_move),
                name="pathways_pathwayversion_move",
            ),
            path(
                "<int:pk>/tree/<int:node>/remove/",
                wrap(self.tree_remove),
                name="pathways_pathwayversion_remove",
            ),
        ]
        return own + super().get_urls()

    def tree(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rules; a POST saves one of them."""
        return tree_page.tree(self, request, self._version(request, pk))

    @method_decorator(require_POST)
    def tree_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a rule would say and what would keep the whole from being published."""
        return tree_page.preview(self, request, self._draft(request, pk))

    @method_decorator(require_POST)
    def tree_move(self, request: HttpRequest, pk: int, node: int) -> HttpResponse:
        """Move a rule one place up or down."""
        return tree_page.move(self, request, self._draft(request, pk), node)

    def tree_remove(self, request: HttpRequest, pk: int, node: int) -> HttpResponse:
        """Ask, then remove a rule with all that lies inside."""
        return tree_page.remove(self, request, self._draft(request, pk), node)

    def _version(self, request: HttpRequest, pk: int) -> PathwayVersion:
        """Return a version that the person may look at, or 404."""
        mine = self.get_queryset(request).select_related("pathway__issuer")
        version: PathwayVersion | None = mine.filter(pk=pk).first()
        if version is None:
            raise Http404
        return version

    def _draft(self, request: HttpRequest, pk: int) -> PathwayVersion:
        """Return a version of an issuer that the person designs for, or 404."""
        version = self._version(request, pk)
        if not self.allows(request, self.change_roles, version):
            raise Http404
        return version

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Stay out of the index: the way in is the pathway."""
        return {}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_published:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft can be thrown away."""
        return obj is not None and self.has_change_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A draft goes with all its rules, which have no admin of their own."""
        shown, counts, _perms, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:pathways_pathway_changelist")

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Write the first version of the pathway that the address names.

        Who presses after somebody else is told so, and reads what that one wrote.
        """
        pathway = self._pathway(request)
        with transaction.atomic():
            rows = Pathway.objects.select_for_update().filter(pk=pathway.pk)
            list(rows.values_list("pk"))  # one writes it, the others wait
            first = pathway.versions.order_by("number").first()
            if first is None:
                return super().add_view(request, form_url, {"pathway": pathway})
        if request.method != "POST":
            return redirect("admin:pathways_pathway_change", pathway.pk)
        notice = _("Somebody wrote the first version before you. Yours was not saved.")
        return tree_page.tree_with(self, request, first, notice)

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say so when somebody published the version while it was edited."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            if "published pathway version" not in str(error):
                raise
            self.message_user(request, tree_page.PUBLISHED, messages.WARNING)
            return redirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if version := kwargs.get("obj"):
            context["pathway"] = version.pathway
            context["rule_count"] = version.requirements.exclude(parent=None).count()
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """A new version begins with a root that asks for all of its stages."""
        if not change:
            obj.pathway = self._pathway(request)
        super().save_model(request, obj, form, change)
        if not change:
            Requirement.objects.create(version=obj, kind=Requirement.Kind.ALL)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """The rules come next."""
        return redirect("admin:pathways_pathwayversion_tree", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.message_user(request, _("Saved. Learners see it when you publish."))
        if "_continue" in request.POST:
            return redirect(request.path)
        return redirect("admin:pathways_pathway_change", obj.pathway_id)

    def response_delete(
        self, request: HttpRequest, obj_display: str, obj_id: Any
    ) -> HttpResponse:
        self.message_user(request, _("The draft is gone."))
        return redirect("admin:pathways_pathway_changelist")

    def view_on_site(self, obj: PathwayVersion) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    def _pathway(self, request: HttpRequest) -> Pathway:
        """Return the pathway that the address names and the person designs, or 404."""
        owner = self.admin_site.get_model_admin(Pathway)
        number = request.GET.get("pathway", "")
        is_id = number.isdecimal() and len(number) < 19  # as long as a bigint
        mine = owner.get_queryset(request)
        pathway = mine.filter(pk=number).first() if is_id else None
        if pathway is None or not owner.has_change_permission(request, pathway):
            raise Http404
        return pathway
