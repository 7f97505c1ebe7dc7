"""The form of a time-limited link: what is shown beside each credential, how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from credentials.forms.sentences import say_plainly
from credentials.models import Credential, Evidence
from credentials.writing import clean_text
from portfolio.sharing import share_linking
from portfolio.sharing.share_linking import Chosen

USUAL_DAYS = 30


def _days() -> list[tuple[int, str | Promise]]:
    words = ngettext_lazy("%(days)d day", "%(days)d days", "days")
    return [(days, words % {"days": days}) for days in share_linking.DAYS]


class ShareLinkForm(forms.Form):
    """For the credentials that were chosen before; evidence is never preselected."""

    name = forms.CharField(
        label=_("Who it is for"),
        help_text=_("To tell your links apart. Only you see it."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        choices=_days,
        coerce=int,
        initial=USUAL_DAYS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how long it works."),
            "invalid_choice": _("Choose how long it works."),
        },
    )
    evidence = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _("Choose from the evidence that stands on this page."),
            "invalid_list": _("Choose from the evidence that stands on this page."),
        },
    )
    idempotency_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Load this page again, then send the form."),
            "invalid": _("Load this page again, then send the form."),
        },
    )

    def __init__(
        self,
        credentials: Sequence[Credential],
        data: QueryDict | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        say_plainly(self)
        self.credentials = credentials
        self._items: dict[UUID, list[Evidence]] = {}
        for item in share_linking.evidence_for(credentials):
            self._items.setdefault(item.submission_id, []).append(item)
        everything = [item for items in self._items.values() for item in items]
        field = cast("forms.MultipleChoiceField", self.fields["evidence"])
        field.choices = [(str(item.pk), str(item.pk)) for item in everything]

    def clean_name(self) -> str:
        """One line: line ends that were pasted become blanks."""
        return " ".join(clean_text(self.cleaned_data["name"], max_length=80).split())

    def parts(self) -> Iterator[tuple[Credential, list[tuple[Evidence, bool]]]]:
        """Each credential with its evidence, and whether that is ticked."""
        ticked = set(self["evidence"].value() or [])
        for credential in self.credentials:
            items = self._evidence_of(credential)
            yield credential, [(item, str(item.pk) in ticked) for item in items]

    def chosen(self) -> list[Chosen]:
        """What goes behind the link, once the form is valid."""
        ticked = set(self.cleaned_data["evidence"])
        return [
            Chosen(
                each,
                [item for item in self._evidence_of(each) if str(item.pk) in ticked],
            )
            for each in self.credentials
        ]

    def said(self) -> bytes:
        """All answers as bytes, to tell a second press from another form."""
        answers = {name: self.cleaned_data[name] for name in ("name", "days")}
        tokens = [each.token for each in self.credentials]
        ticked = sorted(self.cleaned_data["evidence"])
        return repr((answers, tokens, ticked)).encode()

    def renew_key(self) -> None:
        """Make of the form another one, so that pressing again sends this one."""
        data = cast("QueryDict", self.data).copy()
        data["idempotency_key"] = str(uuid4())
        self.data = data

    def choice_query(self) -> str:
        """The query of the page where credentials are chosen, with these chosen."""
        pairs = [("credential", each.token) for each in self.credentials]
        return urlencode([*pairs, ("more", "")])

    def _evidence_of(self, credential: Credential) -> list[Evidence]:
        if credential.submission_id is None:
            return []
        return self._items.get(credential.submission_id, [])
