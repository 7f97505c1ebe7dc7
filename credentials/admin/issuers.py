"""Issuers: founded by superusers, kept by their managers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import appointing, founding, signing_keys, uploads
from credentials.admin import pictures
from credentials.admin.fresh import require_fresh
from credentials.admin.members import MemberFormSet, MemberInline
from credentials.admin.scope import EVERYBODY, MANAGERS, IssuerScopedAdmin, staff
from credentials.admin.texts import CleanTextForm
from credentials.models import Issuer, SigningKey

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from credentials.keys import Algorithm


class IssuerForm(CleanTextForm):
    class Meta:
        model = Issuer
        fields = (
            "name",
            "slug",
            "kind",
            "description",
            "url",
            "email",
            "complaints",
            "hue",
            "glyph",
            "logo",
            "linkedin_id",
            "signer_name",
            "signer_role",
            "signer_image",
        )
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "complaints": forms.Textarea(attrs={"rows": 3}),
            "logo": pictures.PictureInput,
            "signer_image": pictures.PictureInput,
        }
        # Ours judge pictures; Django's own field would open any kind that Pillow knows.
        field_classes = {"logo": forms.FileField, "signer_image": forms.FileField}
        error_messages = {
            name: {"empty": uploads.SENTENCES["empty"]}
            for name in ("logo", "signer_image")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("logo", "signer_image"):
            if field := self.fields.get(name):  # pictures are stored under our names
                field.max_length = None  # type: ignore[attr-defined]  # a FileField

    def clean_logo(self) -> Any:
        return self._picture("logo", pictures.logo)

    def clean_signer_image(self) -> Any:
        return self._picture("signer_image", pictures.signature)

    def _picture(self, name: str, draw: Any) -> Any:
        value = self.cleaned_data.get(name)
        return draw(value) if isinstance(value, UploadedFile) else value


@admin.register(Issuer)
class IssuerAdmin(IssuerScopedAdmin):
    """Managers keep their issuer's words; only superusers found issuers."""

    form = IssuerForm
    issuer_path = "pk"
    view_roles = EVERYBODY
    change_roles = MANAGERS
    change_form_template = "admin/credentials/issuer/change_form.html"
    inlines = (MemberInline,)
    preserve_filters = False  # a form is sent again after the password: its path alone
    list_display = ("name", "kind", "email")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "description", "url", "email")}),
        (gettext_lazy("Complaints"), {"fields": ("complaints",)}),
        (gettext_lazy("Looks"), {"fields": ("hue", "glyph", "logo")}),
        (gettext_lazy("Elsewhere"), {"fields": ("linkedin_id",)}),
        (
            gettext_lazy("Signature on certificates"),
            {"fields": ("signer_name", "signer_role", "signer_image")},
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<int:pk>/keys/rotate/",
                wrap(self.rotate_keys),
                name="credentials_issuer_rotate",
            ),
            path(
                "<int:pk>/picture/<str:name>/",
                wrap(self.picture),
                name="credentials_issuer_picture",
            ),
        ]
        return own + super().get_urls()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return staff(request).is_superuser

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The slug stands in every signed id, so it is chosen once."""
        return ("slug",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Members are kept by managers, once the issuer exists."""
        return self.inlines if obj and self.has_change_permission(request, obj) else ()

    def view_on_site(self, obj: Issuer) -> str:
        return obj.get_absolute_url()

    def save_model(
        self, request: HttpRequest, obj: Issuer, form: Any, change: bool
    ) -> None:
        """A new issuer gets its keys and status list in the same transaction."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            founding.found_issuer(obj)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Roles change right after a log-in only, and every manager is told."""
        members = [each for each in formsets if isinstance(each, MemberFormSet)]
        changes = [change for each in members for change in each.role_changes()]
        if not changes:
            super().save_related(request, form, formsets, change)
            return
        require_fresh(request)
        before = appointing.managers(form.instance)
        super().save_related(request, form, formsets, change)
        appointing.tell_managers(
            form.instance, changes, by=staff(request), before=before
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        issuer = kwargs.get("obj")
        if issuer:
            context["signing_keys"] = issuer.keys.all()
            context["may_rotate"] = self.has_change_permission(request, issuer)
        return super().render_change_form(request, context, *args, **kwargs)

    def rotate_keys(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then retire an active key and make a new one. Managers only."""
        issuer = self._managed(request, pk)
        algorithm = request.POST.get("algorithm", "")
        if request.method == "POST" and algorithm in SigningKey.Algorithm.values:
            old = signing_keys.active_keys(issuer).filter(algorithm=algorithm).first()
            if old is None or str(old.pk) != request.POST.get("key"):
                messages.warning(request, _("The key was rotated already."))
            else:
                made = signing_keys.rotate(issuer, cast("Algorithm", algorithm))
                self.log_change(request, issuer, _("Rotated a signing key."))
                words = _("The issuer signs with a new key, ending %s.") % made.short_id
                messages.success(request, words)
            return redirect("admin:credentials_issuer_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rotate signing keys"),
            "opts": self.opts,
            "issuer": issuer,
            "active_keys": signing_keys.active_keys(issuer).order_by("algorithm"),
        }
        return TemplateResponse(
            request, "admin/credentials/issuer/rotate_keys.html", context
        )

    def picture(self, request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
        """Show the stored logo or signature to those who keep it."""
        issuer = self._managed(request, pk)
        if name not in {"logo", "signer_image"} or not getattr(issuer, name):
            raise Http404
        try:
            stored = getattr(issuer, name).open()
        except FileNotFoundError:  # a lost file is no fault of who looks
            raise Http404 from None
        return FileResponse(stored, content_type="image/png")

    def _managed(self, request: HttpRequest, pk: int) -> Issuer:
        issuer: Issuer | None = self.get_queryset(request).filter(pk=pk).first()
        if issuer is None or not self.has_change_permission(request, issuer):
            raise Http404
        return issuer
