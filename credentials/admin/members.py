"""Who acts for an issuer. Managers give roles to others, never to themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.admin.fresh import is_fresh
from credentials.admin.scope import ScopedInline, StackedInline, staff
from credentials.admin.texts import ModelForm
from credentials.appointing import RoleChange
from credentials.models import IssuerMember

ALONE = gettext_lazy(
    "Save the pictures first. Changing members asks for your password, and pictures "
    "do not survive that."
)
OWN_ROLE = gettext_lazy("Ask another manager to change your own roles.")


class MemberForm(ModelForm):
    """A person is named by their e-mail, so that no list of all people is shown."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Of somebody who has an account here."),
    )

    class Meta:
        model = IssuerMember
        fields = ("role",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if self.instance.pk:
            self.fields["email"].disabled = True
            self.initial["email"] = self.instance.user.email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        email = self.cleaned_data.get("email", "").lower()
        if not self.instance.pk and email:
            people = get_user_model()._default_manager
            person = people.filter(email=email, is_active=True).first()
            if person is None:
                self.add_error("email", _("No account has this address."))
                return cleaned
            self.instance.user = person
        if self.instance.user_id:
            self._check_is_new()
        return cleaned

    def _check_is_new(self) -> None:
        held = IssuerMember.objects.filter(
            user_id=self.instance.user_id,
            issuer_id=self.instance.issuer_id,
            role=self.cleaned_data.get("role"),
        )
        if held.exclude(pk=self.instance.pk).exists():
            self.add_error("email", _("This person has this role already."))


class MemberFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in stubs only
    """Refuses any change of one's own roles. ``actor`` is who saves.

    ``loses_files`` says that the form came with files and will have to be sent again.
    """

    actor: Any = None
    loses_files = False

    def clean(self) -> None:
        super().clean()
        if self.loses_files and self.has_changed():
            raise ValidationError(ALONE)
        given = set()
        for form in self.forms:
            person_id = form.instance.user_id
            if not person_id or not (form.has_changed() or form.instance.pk):
                continue
            touched = form.has_changed() or form in self.deleted_forms
            if touched and person_id == self.actor.pk and not self.actor.is_superuser:
                raise ValidationError(OWN_ROLE)
            role = (person_id, form.cleaned_data.get("role"))
            if role in given:
                raise ValidationError(_("One person has the same role twice."))
            given.add(role)

    def role_changes(self) -> list[RoleChange]:
        """Return what saving the valid forms changes. Asked before they are saved."""
        changes = []
        for form in self.forms:
            before = str(form.initial.get("role", ""))
            ended = form in self.deleted_forms
            after = "" if ended else form.cleaned_data.get("role", "")
            if form.has_changed() and before != after:
                changes.append(RoleChange(form.instance.user_id, before, after))
        return changes

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Store a role; whoever holds one may open the admin."""
        member = super().save_new(form, commit=commit)
        people = get_user_model()._default_manager
        people.filter(pk=member.user_id, is_staff=False).update(is_staff=True)
        return member


class MemberInline(ScopedInline, StackedInline):
    model = IssuerMember
    template = "admin/credentials/parts.html"
    form = MemberForm
    formset = MemberFormSet
    fields = (("email", "role"),)
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user").order_by("pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made: Any = super().get_formset(request, obj, **kwargs)
        made.actor = staff(request)
        made.loses_files = bool(request.FILES) and not is_fresh(request)
        return made
