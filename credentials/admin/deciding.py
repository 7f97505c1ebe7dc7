"""What managers decide about several rows at once, after one question about all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from credentials.admin.review_form import CleanedText
from credentials.admin.scope import MANAGERS, IssuerScopedAdmin, issuer_ids
from credentials.revoking import NotAllowed, StateChanged

CONFLICT, UNPROCESSABLE = 409, 422


class Decision(Protocol):
    """What can be decided: its name on a button, what follows, who does it."""

    @property
    def label(self) -> Any: ...  # translated when drawn
    @property
    def consequence(self) -> str | Promise: ...
    @property
    def do(self) -> Callable[..., None]: ...  # row, by=, and what the form asks
    @property
    def is_danger(self) -> bool: ...


class NoteForm(forms.Form):
    """A note for staff, which every decision may have."""

    note = CleanedText(
        gettext_lazy("Note for staff only"),
        1000,
        help_text=gettext_lazy("Stays in the history. The holder does not see it."),
    )


class DecidedAdmin(IssuerScopedAdmin):
    """Rows that managers decide about. Say ``decisions``, ``form_asked`` and the rest.

    An action of the list returns ``ask(name, queryset)``, which leads to the question;
    its address names the rows. The row's own page has its history.
    """

    #: What can be decided, by the name in the address.
    decisions: Mapping[str, Any]
    #: What the question asks for; its values go to the decision by their names.
    form_asked: type[forms.Form] = NoteForm
    #: The last part of the question's name, and where it lies.
    question: str
    question_page: str

    def get_urls(self) -> list[URLPattern]:
        own = path(
            f"{self.question}/<slug:name>/",
            self.admin_site.admin_view(self.decide),
            name=f"{self.opts.app_label}_{self.opts.model_name}_{self.question}",
        )
        return [own, *super().get_urls()]

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person manages an issuer (actions ask by this name)."""
        return self.allows(request, MANAGERS)

    def history_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> Any:
        """The history stands on the row's own page."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return redirect(self._page("change"), row.pk)

    def read_id(self, text: str) -> object | None:
        """Read a primary key in an address; None: it is none."""
        raise NotImplementedError

    def may_decide(self, request: HttpRequest, row: Any, name: str) -> bool:
        """Tell whether the person may decide this about a row as it is now."""
        raise NotImplementedError

    def beaten(self, row: Any) -> str:
        """Say that somebody else changed a row first."""
        raise NotImplementedError

    def ask(self, name: str, queryset: QuerySet[Any]) -> HttpResponse:
        """Lead to the question. The page size bounds how many are chosen at once."""
        keys = queryset.values_list("pk", flat=True)[: self.list_per_page]
        address = reverse(self._page(self.question), args=[name])
        return redirect(f"{address}?{urlencode([('id', str(pk)) for pk in keys])}")

    def decide(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask, then decide about the chosen rows of issuers that the person manages."""
        decision = self.decisions.get(name)
        chosen = self._chosen(request)
        if decision is None or not chosen:
            raise Http404
        ready = [row for row in chosen if self.may_decide(request, row, name)]
        form = self.form_asked(request.POST or None)
        if request.method == "POST" and ready and form.is_valid():
            self._carry_out(request, decision, ready, form.cleaned_data)
            return redirect(self._back(chosen))
        context = {
            **self.admin_site.each_context(request),
            "title": decision.label,
            "opts": self.opts,
            "decision": decision,
            "ready": ready,
            "left_out": [row for row in chosen if row not in ready],
            "form": form,
            "back": self._back(chosen),
        }
        status = 200
        if request.method == "POST":
            status = UNPROCESSABLE if ready else CONFLICT
        return TemplateResponse(request, self.question_page, context, status=status)

    def _page(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _chosen(self, request: HttpRequest) -> list[Any]:
        """Return the rows in the address that the person manages."""
        named = request.GET.getlist("id")[: self.list_per_page]
        ids = [key for text in named if (key := self.read_id(text)) is not None]
        mine = {f"{self.issuer_path}__in": issuer_ids(request, MANAGERS)}
        return list(self.get_queryset(request).filter(**mine, pk__in=ids))

    def _carry_out(
        self,
        request: HttpRequest,
        decision: Decision,
        ready: Sequence[Any],
        answers: dict[str, Any],
    ) -> None:
        """Decide about each row alone, and say what came of it.

        Raises Http404 when the person manages one of them no more.
        """
        done, refusal = 0, None
        for row in ready:
            try:
                decision.do(row, by=request.user, **answers)
            except StateChanged:
                messages.warning(request, self.beaten(row))
            except NotAllowed as error:
                refusal = error
            else:
                done += 1
        if done:
            sentence = ngettext(
                "Done for %d credential.", "Done for %d credentials.", done
            )
            messages.success(request, sentence % done)
        if refusal:
            raise Http404 from refusal

    def _back(self, chosen: Sequence[Any]) -> str:
        """Return the address of the page where the decision was chosen."""
        if len(chosen) == 1:
            return reverse(self._page("change"), args=[chosen[0].pk])
        return reverse(self._page("changelist"))
