"""A unit's day: who has declared, who is missing, what waits to be done."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.common.verdict import Verdict
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports import exports, operations, permissions
from vungxanh.reports.models import Urge
from vungxanh.reports.queries.day_figures import all_fortnight
from vungxanh.reports.queries.papers import all_letters_to
from vungxanh.reports.queries.people import PersonLine
from vungxanh.reports.queries.sight import own_unit_ids
from vungxanh.reports.queries.unit_day import UnitDay, unit_day
from vungxanh.reports.queries.urging import all_urges
from vungxanh.reports.views.asked import neighbours, picked_day
from vungxanh.reports.views.trends import charts_of
from vungxanh.risk.permissions import may_submit_return
from vungxanh.risk.queries.findings import open_findings_count
from vungxanh.risk.queries.returns import units_on_duty_for

PER_PAGE = 40


@never_cache
@require_safe
def unit_today(request: HttpRequest) -> HttpResponse:
    """The unit that one looks after; with several, the uppermost."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    own = own_unit_ids(user, today, tree=tree)
    if not own:
        return render(request, "reports/no_unit.html")
    return _unit_page(request, tree[own[0]], today, tree)


@require_safe
def unit_jump(request: HttpRequest, code: str) -> HttpResponse:
    """To the day that was picked, or to today."""
    return redirect("reports:unit_board", code, picked_day(request) or clock.today())


@never_cache
@require_safe
def unit_board(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    tree = all_tree_on(day)
    return _unit_page(request, _visible_unit(request, code, day, tree), day, tree)


@never_cache
@require_safe
def unit_board_xlsx(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    user, now, tree = signed_in(request), clock.now(), all_tree_on(day)
    unit = _visible_unit(request, code, day, tree)
    board = unit_day(user, unit, day, at=now, tree=tree, only_answered=_is_narrow(request))
    operations.note_readings(user, board.lines, at=now)
    return download(f"hom-nay-{unit.code}-{day:%Y%m%d}", exports.unit_day_workbook(board))


@never_cache
@require_POST
def urge_answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    urge = get_object_or_404(Urge, pk=pk, unit__code=code)
    tree = all_tree_on(urge.day)
    unit = _visible_unit(request, code, urge.day, tree)
    try:
        operations.answer_urge(urge, request.POST.get("answer", ""), actor=user, at=now)
    except ValidationError as error:
        refused = {"pk": pk, "text": request.POST.get("answer", ""), "why": " ".join(error.messages)}
        return _unit_page(request, unit, urge.day, tree, refused=refused)
    messages.success(request, _("The answer is sent to whoever urged."))
    return redirect("reports:unit_board", code, urge.day)


def _unit_page(
    request: HttpRequest, unit: UnitNode, day: datetime.date, tree: Tree, *, refused: dict[str, object] | None = None
) -> HttpResponse:
    """`refused`: the answer that was not taken: `pk` of what it answers, its `text`, and `why`."""
    user, now = signed_in(request), clock.now()
    board = unit_day(user, unit, day, at=now, tree=tree, only_answered=_is_narrow(request))
    members = [node.id for node in tree.below(unit.id)]
    tab = request.GET.get("tab", "")
    page = Paginator(_lines(board, tab), PER_PAGE).get_page(request.GET.get("page"))
    operations.note_readings(user, (line for line in page.object_list if line.is_flagged), at=now)
    own = own_unit_ids(user, clock.today(), tree=tree)
    context = {
        "board": board,
        "page": page,
        "tab": tab,
        "is_narrow": _is_narrow(request),
        "day": day,
        "days": neighbours(day),
        "own_units": [tree[one] for one in own] if len(own) > 1 else [],
        "may_submit": _may_submit(user, board),
        "urges": all_urges([unit.id], day)[unit.id],
        "letters": all_letters_to(unit.id, day),
        "may_answer": permissions.may_answer_urge(user, unit.id, on=clock.today()),
        "findings": open_findings_count(user, unit.id, day, tree=tree),
        "decides": roles.holds(user, roles.UNIT_STAFF, unit.id, on=clock.today()),
        "charts": charts_of(all_fortnight(members, day, at=now)),
        "refused": refused,
    }
    return render(request, "reports/unit_day.html", context, status=422 if refused else 200)


def _is_narrow(request: HttpRequest) -> bool:
    """The figures of the control room: without the units below that send returns of their own."""
    return request.GET.get("scope") == "own"


def _lines(board: UnitDay, tab: str) -> list[PersonLine]:
    named = {"missing": board.missing, "flagged": board.flagged, "excused": board.excused}
    return named.get(tab, list(board.lines))


def _may_submit(user: User, board: UnitDay) -> Verdict | None:
    """None where there is no return to send."""
    if board.return_status is None:
        return None
    point = board.return_status.unit.id
    on_duty = point in units_on_duty_for(user, board.day)
    return may_submit_return(user, point, on=clock.today(), is_on_duty=on_duty)


def _visible_unit(request: HttpRequest, code: str, day: datetime.date, tree: Tree) -> UnitNode:
    """A unit that one does not see is not there."""
    unit = tree.by_code(code)
    if unit is None or day > clock.today():
        raise Http404
    if not permissions.may_see_unit_day(signed_in(request), unit.id, on=day, tree=tree):
        raise Http404
    return unit
