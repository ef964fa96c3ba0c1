"""Assignments to the front line: of the units that one sees, one's own, one of them with what became of it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.attached_files import PDF
from vungxanh.common.spreadsheets import download
from vungxanh.organization import exports, permissions, roles
from vungxanh.organization.enums import FrontLinePlace
from vungxanh.organization.forms.front_line import AssignForm, ConfirmForm, EndForm, ExtendForm, WithdrawForm
from vungxanh.organization.models import FrontLineAssignment, FrontLineConfirmation, Person
from vungxanh.organization.operations import front_line as operations
from vungxanh.organization.queries import front_line as queries
from vungxanh.organization.queries.people import people_visible_to
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

PER_PAGE = 50
SHOWN = {"dang": queries.under_way, "da-qua": queries.past, "cho-xac-nhan": queries.unconfirmed}
FORMS: dict[str, type[forms.Form]] = {
    "xac-nhan": ConfirmForm,
    "gia-han": ExtendForm,
    "ket-thuc": EndForm,
    "thu-hoi": WithdrawForm,
}


@never_cache
@require_safe
def front_line_list(request: HttpRequest) -> HttpResponse:
    """Of every unit that one sees; whoever sees none comes to one's own."""
    user, today = signed_in(request), clock.today()
    if not roles.holds_somewhere(user, queries.SEE_FRONT_LINE, on=today):
        return redirect("organization:front_line_own")
    tree = all_tree_on(today)
    return _list(request, queries.assignments_visible_to(user, on=today, tree=tree), tree)


@never_cache
@require_safe
def unit_front_line(request: HttpRequest, code: str) -> HttpResponse:
    """Of a unit and of those below it."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    node = _seen_unit(request, code, tree)
    below = {one.id for one in tree.below(node.id)}
    return _list(request, queries.assignments_visible_to(user, on=today, unit_ids=below, tree=tree), tree, node)


@never_cache
@require_safe
def front_line_own(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    found = queries.own_assignments(user).order_by("-first_day", "pk")
    rows = [(one, one.standing(today)) for one in found]
    return render(request, "organization/front_line_own.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def front_line_add(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    node = tree.by_code(code)
    if node is None:
        raise Http404
    permissions.may_keep_front_line(user, node.id, on=now.date()).or_refuse()
    below = {one.id for one in tree.below(node.id)}
    people = people_visible_to(user, on=now.date(), unit_ids=below, tree=tree)
    people = Person.objects.filter(pk__in=people.order_by().values("pk")).order_by("sort_key", "pk")
    form = AssignForm(request.POST or None, people=people, on=now.date(), initial={"first_day": now.date()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        key, area_id = given.pop("key"), form.area_id
        given.pop("area_code")
        given["place_kind"] = FrontLinePlace(given["place_kind"])
        try:
            assigned = operations.Assigned(**given, area_id=area_id)
            made = operations.assign_front_line(key, node.id, assigned, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The assignment is kept; nobody counts the person as missing in these days."))
            return redirect("organization:front_line_page", made.pk)
    context = {"unit": node, "form": form}
    return render(request, "organization/front_line_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def front_line_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _assignment(request, key))


@never_cache
@require_POST
def front_line_change(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    """Confirmed, extended, ended or withdrawn; refused, the page again with what was typed."""
    assignment = _assignment(request, key)
    if verb not in FORMS:
        raise Http404
    permissions.may_keep_front_line(signed_in(request), assignment.unit_id, on=clock.today()).or_refuse()
    form = _bound(verb, request.POST, request.FILES)
    if form.is_valid():
        try:
            said = CHANGES[verb](request, assignment, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said)
            return redirect("organization:front_line_page", key)
    return _page(request, assignment, {verb: form}, status=422)


@never_cache
@require_safe
def front_line_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the receiver's paper looks like, to whoever sees the assignment."""
    confirmation = get_object_or_404(FrontLineConfirmation, pk=pk, scan__isnull=False)
    _assignment(request, confirmation.assignment_id)
    response = HttpResponse(operations.scan_of(confirmation), content_type=confirmation.media_type)
    ending = "pdf" if confirmation.media_type == PDF else "jpg"
    response["Content-Disposition"] = f'attachment; filename="xac-nhan-tuyen-dau-{confirmation.day:%Y%m%d}.{ending}"'
    return response


def _list(
    request: HttpRequest, found: QuerySet[FrontLineAssignment], tree: Tree, node: UnitNode | None = None
) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    shown = request.GET.get("xem", "dang")
    shown = shown if shown in SHOWN else "dang"
    waiting = queries.unconfirmed(found, on=today)
    chosen = SHOWN[shown](found, on=today)
    if request.GET.get("xlsx"):
        return download(f"tuyen-dau-{today:%Y%m%d}", exports.front_line_workbook(chosen, tree, on=today))
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    kept = roles.unit_ids_where(user, queries.KEEP_FRONT_LINE, on=today, tree=tree)
    context = {
        "unit": node,
        "back": reverse("organization:unit_page", args=[node.code]) if node else "",
        "shown": shown,
        "page": page,
        "rows": [
            (one, tree[one.unit_id].short_name if one.unit_id in tree else one.unit.code, one.standing(today))
            for one in page
        ],
        "waiting": waiting.count(),
        "adding": [one for one in ([node] if node else _topmost(tree, kept)) if one.id in kept],
        "may_import": bool(kept),
    }
    return render(request, "organization/front_line_list.html", context)


def _topmost(tree: Tree, unit_ids: set[int]) -> list[UnitNode]:
    return [one for one in tree if one.id in unit_ids and one.parent_id not in unit_ids]


def _page(
    request: HttpRequest,
    assignment: FrontLineAssignment,
    refused: dict[str, forms.Form] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    may_keep = permissions.may_keep_front_line(user, assignment.unit_id, on=today)
    standing = assignment.standing(today)
    offered = _offered(assignment, is_begun=assignment.first_day <= today) if may_keep else {}
    tree = all_tree_on(today)
    context = {
        "assignment": assignment,
        "standing": standing,
        "unit": tree.nodes.get(assignment.unit_id),
        "sees_unit": permissions.sees_front_line(user, assignment.unit_id, on=today),
        "confirmations": queries.all_confirmations(assignment),
        "entries": queries.all_entries(assignment),
        "offered": offered | (refused or {}),
        "largest_mb": operations.LARGEST_SCAN_MB,
    }
    return render(request, "organization/front_line_page.html", context, status=status)


def _offered(assignment: FrontLineAssignment, *, is_begun: bool) -> dict[str, forms.Form]:
    """By verb; nothing more of one that is withdrawn, and only what the days allow."""
    if assignment.withdrawn_at:
        return {}
    verbs = ["xac-nhan"] if is_begun else []
    verbs += ["gia-han"] if assignment.last_day else []
    verbs += ["ket-thuc"] if assignment.last_day != assignment.first_day else []
    return {verb: _bound(verb) for verb in [*verbs, "thu-hoi"]}


def _bound(verb: str, typed: Any = None, files: Any = None) -> forms.Form:
    return FORMS[verb](typed, files, auto_id=f"{verb}-%s")


def _confirm(request: HttpRequest, assignment: FrontLineAssignment, given: dict[str, Any]) -> str:
    file = given.pop("scan")
    largest = operations.LARGEST_SCAN_MB
    if file and file.size > largest * 1024 * 1024:
        raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": largest})
    confirmed = operations.Confirmed(**given, scan=file.read() if file else b"")
    operations.confirm_front_line(assignment, confirmed, actor=signed_in(request), at=clock.now())
    return _("The receiver's confirmation is kept.")


def _extend(request: HttpRequest, assignment: FrontLineAssignment, given: dict[str, Any]) -> str:
    operations.extend_front_line(assignment, **given, actor=signed_in(request), at=clock.now())
    return _("The assignment is extended.")


def _end(request: HttpRequest, assignment: FrontLineAssignment, given: dict[str, Any]) -> str:
    operations.end_front_line(assignment, **given, actor=signed_in(request), at=clock.now())
    return _("The assignment ends on that day.")


def _withdraw(request: HttpRequest, assignment: FrontLineAssignment, given: dict[str, Any]) -> str:
    operations.withdraw_front_line(assignment, **given, actor=signed_in(request), at=clock.now())
    return _("The assignment is withdrawn.")


CHANGES: dict[str, Callable[[HttpRequest, FrontLineAssignment, dict[str, Any]], str]] = {
    "xac-nhan": _confirm,
    "gia-han": _extend,
    "ket-thuc": _end,
    "thu-hoi": _withdraw,
}


def _seen_unit(request: HttpRequest, code: str, tree: Tree) -> UnitNode:
    node = tree.by_code(code)
    if node is None or not permissions.sees_front_line(signed_in(request), node.id, on=clock.today()):
        raise Http404
    return node


def _assignment(request: HttpRequest, key: uuid.UUID) -> FrontLineAssignment:
    """One's own, or one that is seen by role; anybody else's is not there."""
    found = queries.assignment_open_to(signed_in(request), key, on=clock.today())
    if found is None:
        raise Http404
    return found
