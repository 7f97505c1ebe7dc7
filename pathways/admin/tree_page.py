"""The tree editor: the rules of a pathway version on one page, one of them in a form.

It works without JavaScript: choosing, moving, removing and *Preview* are links and
buttons. With htmx the preview follows what is typed. Editors of one version take turns
(a lock on its row), and each request says what it saw, so that nobody undoes unseen
what somebody else did.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import submitting
from pathways import drafts, readiness
from pathways.admin.tree_form import NodeForm
from pathways.drafts import Draft, Node
from pathways.models import PathwayVersion, Requirement
from pathways.rules import words

if TYPE_CHECKING:
    from pathways.admin.versions import VersionAdmin

CONFLICT, UNPROCESSABLE = 409, 422

PUBLISHED = gettext_lazy("Somebody published this version. Nothing you did was saved.")
MOVED = gettext_lazy("Somebody changed these rules in the meantime. Nothing was moved.")
GROWN = gettext_lazy(
    "Somebody changed what lies inside in the meantime. Nothing was removed."
)
REMOVED = gettext_lazy("Somebody removed this rule in the meantime.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule says as it is typed, and what would then keep all from publishing."""

    sentence: str = ""
    missing: tuple[str, ...] = ()  # what has to be filled in first
    problems: tuple[str | Promise, ...] = ()


def tree(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion
) -> HttpResponse:
    """Show the rules, and save one of them.

    ``?node=`` names the rule in the form, ``?add=`` the kind of a new one and
    ``?inside=`` where it goes.
    """
    if request.method == "POST":
        return _save(owner, request, version)
    draft = drafts.read(version)
    form = None
    if owner.has_change_permission(request, version):
        form = _asked_for(request, draft)
    return _page(owner, request, draft, form)


def tree_with(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion, notice: str
) -> HttpResponse:
    """Show the rules under a notice of what somebody else did first."""
    return _page(
        owner, request, drafts.read(version), None, notice=notice, status=CONFLICT
    )


def preview(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion
) -> HttpResponse:
    """Show what would be saved, and save nothing."""
    with transaction.atomic():
        draft = _locked(version)
        form = _typed(request, draft)
        if form is None or draft.version.is_published:
            return _gone(owner, request, draft)
        seen = _try(draft, form)
    htmx = getattr(request, "htmx", None)
    piece = ""
    if htmx:
        piece = "#panel" if htmx.target == "rule" else "#preview"
    if piece == "#panel":  # another kind was chosen: its fields are no mistakes yet
        form = _untouched(draft, form)
    context = _context(owner, request, draft, form, seen)
    if piece == "#preview" and form.is_unfinished:
        del context["form"]  # what is typed half is no mistake that a 422 would tell of
    page = f"admin/pathways/pathwayversion/tree.html{piece}"
    return TemplateResponse(request, page, context)


def move(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion, node: int
) -> HttpResponse:
    """Exchange a rule with the one before or after it."""
    with transaction.atomic():
        draft = _locked(version)
        moved = draft.at(node)
        if draft.version.is_published or moved is None or moved.parent is None:
            return _gone(owner, request, draft)
        if request.POST.get("seen") != order_seen(moved):
            return _page(owner, request, draft, None, notice=MOVED, status=CONFLICT)
        _exchange(moved, -1 if request.POST.get("to") == "up" else 1)
        owner.log_change(request, version.pathway, _("Moved a rule."))
    return redirect(_address(version, node))


def remove(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion, node: int
) -> HttpResponse:
    """Ask, then remove a rule with all that lies inside."""
    with transaction.atomic():
        draft = _locked(version) if request.method == "POST" else drafts.read(version)
        doomed = draft.at(node)
        if draft.version.is_published or doomed is None or doomed.parent is None:
            return _gone(owner, request, draft)
        notice: str | Promise = ""
        if request.method == "POST":
            if request.POST.get("seen") == below_seen(doomed):
                return _removed(owner, request, version, doomed)
            notice = GROWN
    inside = list(doomed.walk())[1:]
    keys = {each.row.pk for each in doomed.walk()}
    outside = [each for each in draft.nodes if each.row.pk not in keys]
    context = {
        **_frame(owner, request, version),
        "title": _("Remove a rule"),
        "doomed": doomed,
        "label": words.label(doomed.rule),
        "inside": [words.label(each.rule) for each in inside],
        "exits": [each.exit for each in doomed.walk() if each.exit],
        "waiting": [
            words.label(each.rule) for each in outside if keys & {*each.rule.needs}
        ],
        "seen": below_seen(doomed),
        "notice": notice,
    }
    return TemplateResponse(
        request,
        "admin/pathways/pathwayversion/remove.html",
        context,
        status=CONFLICT if notice else 200,
    )


def order_seen(node: Node) -> str:
    """Return a digest of the order around a rule, which a button to move it carries."""
    return submitting.seen(repr([each.row.pk for each in node.siblings]))


def below_seen(node: Node) -> str:
    """Return a digest of all that goes when a rule is removed."""
    return submitting.seen(repr([(e.row.pk, words.label(e.rule)) for e in node.walk()]))


def _save(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion
) -> HttpResponse:
    if not owner.allows(request, owner.change_roles, version):
        raise Http404
    with transaction.atomic():
        draft = _locked(version)
        form = _typed(request, draft)
        if form is None or draft.version.is_published:
            return _gone(owner, request, draft)
        if not form.is_valid():
            status = CONFLICT if form.was_changed_meanwhile else UNPROCESSABLE
            return _page(owner, request, draft, form, status=status)
        is_new = form.instance.pk is None
        row = form.store()
        note = _("Added a rule.") if is_new else _("Changed a rule.")
        owner.log_change(request, version.pathway, note)
    messages.success(request, _("Saved. Learners see it when you publish."))
    if "another" in request.POST and row.parent_id:
        place = f"?add={row.kind}&inside={row.parent_id}"
        return redirect(f"{_tree_url(version)}{place}#rule")
    return redirect(_address(version, row.pk))


def _removed(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion, doomed: Node
) -> HttpResponse:
    doomed.row.delete()
    owner.log_change(request, version.pathway, _("Removed a rule."))
    messages.success(request, _("The rule is gone."))
    around = doomed.parent.row.pk if doomed.parent else 0
    return redirect(f"{_tree_url(version)}#node-{around}")


def _exchange(node: Node, step: int) -> None:
    """Number all siblings anew with two of them exchanged; the ends stay."""
    order = [each.row for each in node.siblings]
    place = order.index(node.row)
    other = place + step
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    for position, row in enumerate(order, start=1):
        row.position = position
    Requirement.objects.bulk_update(order, ["position"])


def _locked(version: PathwayVersion) -> Draft:
    """Read the version as it is now, and keep it from being changed meanwhile."""
    rows = PathwayVersion.objects.select_for_update(of=["self"])
    row = rows.select_related("pathway__issuer").filter(pk=version.pk).first()
    if row is None:
        raise Http404
    return drafts.read(row)


def _asked_for(request: HttpRequest, draft: Draft) -> NodeForm | None:
    """Return the form that the address asks for; an empty tree begins with a stage."""
    node = _node(draft, request.GET.get("node", ""))
    if node:
        return _form(draft, node.row.kind, node)
    kind = request.GET.get("add", "")
    place = _node(draft, request.GET.get("inside", "")) or draft.root
    if draft.root and not draft.root.children:
        kind = kind or Requirement.Kind.ALL
    if kind not in Requirement.Kind.values or place is None or not place.row.is_group:
        return None
    return _form(draft, kind, None, initial={"kind": kind, "inside": place.row.pk})


def _typed(request: HttpRequest, draft: Draft) -> NodeForm | None:
    """Return the form with what was sent; None when its rule is gone."""
    node = _node(draft, request.GET.get("node", ""))
    if node is None and "node" in request.GET:
        return None
    fallback = node.row.kind if node else Requirement.Kind.ALL
    kind = request.POST.get("kind", "")
    if kind not in Requirement.Kind.values:
        kind = fallback
    return _form(draft, kind, node, data=request.POST)


def _form(draft: Draft, kind: str, node: Node | None, **values: Any) -> NodeForm:
    # A copy: what is typed does not show in the tree beside the form.
    row = copy.copy(node.row) if node else Requirement(version=draft.version)
    return NodeForm(draft=draft, kind=kind, node=node, instance=row, **values)


def _untouched(draft: Draft, form: NodeForm) -> NodeForm:
    """The same form with what was typed, and not judged."""
    values = {field.name: field.value() for field in form}
    made = _form(draft, form.kind, form.node, initial=values)
    made.initial["seen"] = values.get("seen")
    return made


def _node(draft: Draft, key: str) -> Node | None:
    return draft.at(int(key)) if key.isdecimal() and len(key) < 19 else None


def _try(draft: Draft, form: NodeForm) -> Preview:
    """Save, look, and take it back: the preview says what saving would do."""
    if not form.is_valid():
        return Preview(missing=tuple(_missing(form)))
    with transaction.atomic():
        key = form.store().pk
        after = drafts.read(draft.version)
        node = after.at(key)
        seen = Preview(
            sentence=words.sentence(node.rule) if node else "",
            problems=tuple(readiness.problems_of(after)),
        )
        transaction.set_rollback(True)
    return seen


def _missing(form: NodeForm) -> Iterator[str]:
    """What has to be filled in first, with the field's name where that is not said."""
    for name, errors in form.errors.as_data().items():
        label = form.fields[name].label if name in form.fields else ""
        for error in errors:
            for sentence in error.messages:
                named = error.code == "required" or not label
                yield sentence if named else f"{label}: {sentence}"


def _gone(owner: VersionAdmin, request: HttpRequest, draft: Draft) -> HttpResponse:
    """Say that the rule, or the whole draft, is no more what the page was about."""
    notice = PUBLISHED if draft.version.is_published else REMOVED
    return _page(owner, request, draft, None, notice=notice, status=CONFLICT)


def _page(
    owner: VersionAdmin,
    request: HttpRequest,
    draft: Draft,
    form: NodeForm | None,
    *,
    notice: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    problems: list[str | Promise] = []
    if not draft.version.is_published:
        problems = readiness.problems_of(draft)
    seen = Preview(problems=tuple(problems))
    if form and form.node:
        seen = replace(seen, sentence=words.sentence(form.node.rule))
    context = {**_context(owner, request, draft, form, seen), "notice": notice}
    return TemplateResponse(
        request, "admin/pathways/pathwayversion/tree.html", context, status=status
    )


def _context(
    owner: VersionAdmin,
    request: HttpRequest,
    draft: Draft,
    form: NodeForm | None,
    seen: Preview,
) -> dict[str, Any]:
    version = draft.version
    may_edit = owner.has_change_permission(request, version)
    return {
        **_frame(owner, request, version),
        "title": _("Rules of %(name)s") % {"name": version.name},
        "draft": draft,
        "may_edit": may_edit,
        "form": form,
        "seen": seen,
        "query": _query(form),
        "root": _line(draft.root, draft, form) if draft.root else None,
        "kinds": Requirement.Kind.choices,
        "groups": [
            (each.row.pk, words.label(each.rule))
            for each in draft.nodes
            if each.row.is_group
        ],
    }


def _frame(
    owner: VersionAdmin, request: HttpRequest, version: PathwayVersion
) -> dict[str, Any]:
    return {
        **owner.admin_site.each_context(request),
        "opts": owner.opts,
        "version": version,
        "pathway": version.pathway,
    }


def _line(node: Node, draft: Draft, form: NodeForm | None) -> dict[str, Any]:
    """What the page says of a node: a line, and those of the nodes inside."""
    siblings = node.siblings
    place = siblings.index(node)
    after = [draft.at(key) for key in node.rule.needs]
    return {
        "node": node,
        "sentence": words.sentence(node.rule),
        "label": words.label(node.rule),
        "after": [words.label(each.rule) for each in after if each],
        "lasting": _lasting(node),
        "is_chosen": bool(form and form.node and form.node.row.pk == node.row.pk),
        "is_first": place == 0,
        "is_last": place == len(siblings) - 1,
        "seen": order_seen(node),
        "below": [_line(child, draft, form) for child in node.children],
    }


def _lasting(node: Node) -> str:
    """How long a badge counts after its end, where that is not as the pathway says."""
    if not node.row.expired:
        return ""
    return words.after_end(node.rule) or _("Counts until its end only.")


def _query(form: NodeForm | None) -> str:
    """What the form's address carries: which rule it is about, if it is stored."""
    return f"?node={form.node.row.pk}" if form and form.node else ""


def _tree_url(version: PathwayVersion) -> str:
    return reverse("admin:pathways_pathwayversion_tree", args=[version.pk])


def _address(version: PathwayVersion, node: int) -> str:
    """The page with this rule in its form."""
    return f"{_tree_url(version)}#node-{node}"
