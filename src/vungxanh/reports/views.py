"""The boards: where one begins, a unit's day, the list to call, and the Office's control room."""

import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import badges, charts, clock, formats
from vungxanh.common.spreadsheets import download
from vungxanh.organization import roles
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports import exports, permissions
from vungxanh.reports.queries.control_room import ControlRoom, control_room
from vungxanh.reports.queries.fortnight import DayFigures, all_fortnight
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM, SEE_UNIT_DAY
from vungxanh.reports.queries.unit_day import UnitDay, unit_day

PER_PAGE = 40
FIRST_PAGES = (
    (SEE_CONTROL_ROOM, "reports:control_room"),
    (roles.UNIT_STAFF, "reports:unit_today"),
    (frozenset({Role.ADMINISTRATOR}), "accounts:account_list"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page that one comes for: the board of one's role, else the declaration."""
    user, today = signed_in(request), clock.today()
    held = {one.role for one in roles.holdings(user, on=today)}
    for wanted, name in FIRST_PAGES:
        if held & wanted:
            return redirect(name)
    return redirect("admission:declare")


@never_cache
@require_safe
def unit_today(request: HttpRequest) -> HttpResponse:
    """The unit that one looks after; with several, the uppermost."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    unit = _own_unit(user, tree, today)
    if unit is None:
        return render(request, "reports/no_unit.html")
    return _unit_page(request, unit, today, tree)


@never_cache
@require_safe
def unit_board(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    tree = all_tree_on(day)
    return _unit_page(request, _visible_unit(request, code, day, tree), day, tree)


@never_cache
@require_safe
def unit_board_xlsx(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    tree = all_tree_on(day)
    unit = _visible_unit(request, code, day, tree)
    board = unit_day(signed_in(request), unit, day, at=clock.now(), tree=tree)
    return download(f"hom-nay-{unit.code}-{day:%Y%m%d}", exports.unit_day_workbook(board))


@never_cache
@require_safe
def call_list(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """*Bảng 14 giờ 30* in its first form: unit by unit who is missing, with telephone, ready to print."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_control_room(user, on=day).or_refuse()
    tree = all_tree_on(day)
    room = control_room(user, day, at=now, only_behind=True)
    boards = [unit_day(user, row.unit, day, at=now, tree=tree) for row in room.rows]
    return render(request, "reports/call_list.html", {"boards": [one for one in boards if one.missing], "day": day})


@never_cache
@require_safe
def control_room_page(request: HttpRequest, day: datetime.date | None = None) -> HttpResponse:
    day = day or clock.today()
    room = _control_room(request, day)
    context = {
        "room": room,
        "kinds": [(kind.value, kind.label) for kind in UnitKind if any(row.unit.kind == kind for row in room.all_rows)],
        "day": day,
        "days": _neighbours(day),
        "charts": _charts(all_fortnight(room.member_ids, day)),
    }
    is_part = getattr(request, "htmx", False) and request.headers.get("HX-Target", "").endswith("board")
    return render(request, "reports/partials/board.html" if is_part else "reports/control_room.html", context)


@never_cache
@require_safe
def control_room_xlsx(request: HttpRequest, day: datetime.date) -> HttpResponse:
    return download(f"bang-dieu-hanh-{day:%Y%m%d}", exports.control_room_workbook(_control_room(request, day)))


def _control_room(request: HttpRequest, day: datetime.date) -> ControlRoom:
    user, now = signed_in(request), clock.now()
    permissions.may_see_control_room(user, on=day).or_refuse()
    if day > now.date():
        raise Http404
    zones = badges.family("zone")
    zone, kind = request.GET.get("zone", ""), request.GET.get("kind", "")
    return control_room(
        user,
        day,
        at=now,
        only_behind=request.GET.get("behind") == "1",
        zone=zone if zone in zones else "",
        kind=kind if kind in UnitKind.values else "",
    )


def _unit_page(request: HttpRequest, unit: UnitNode, day: datetime.date, tree: Tree) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    board = unit_day(user, unit, day, at=now, tree=tree)
    members = [node.id for node in tree.below(unit.id)]
    tab = request.GET.get("tab", "")
    context = {
        "board": board,
        "page": Paginator(_lines(board, tab), PER_PAGE).get_page(request.GET.get("page")),
        "tab": tab,
        "day": day,
        "days": _neighbours(day),
        "charts": _charts(all_fortnight(members, day)),
    }
    return render(request, "reports/unit_day.html", context)


def _lines(board: UnitDay, tab: str) -> list[object]:
    named = {"missing": board.missing, "flagged": board.flagged, "excused": board.excused}
    return list(named.get(tab, board.lines))


def _own_unit(user: User, tree: Tree, today: datetime.date) -> UnitNode | None:
    held = {one.unit_id for one in roles.holdings(user, on=today) if one.role in SEE_UNIT_DAY}
    nodes = sorted((tree[unit] for unit in held if unit in tree), key=lambda node: tree.depth(node.id))
    return nodes[0] if nodes else None


def _visible_unit(request: HttpRequest, code: str, day: datetime.date, tree: Tree) -> UnitNode:
    """A unit that one does not see is not there."""
    unit = tree.by_code(code)
    if unit is None or day > clock.today():
        raise Http404
    if not permissions.may_see_unit_day(signed_in(request), unit.id, on=day, tree=tree):
        raise Http404
    return unit


def _neighbours(day: datetime.date) -> dict[str, datetime.date | None]:
    one = datetime.timedelta(days=1)
    return {"before": day - one, "after": day + one if day < clock.today() else None}


def _charts(figures: list[DayFigures]) -> dict[str, charts.Chart]:
    # Fourteen labels side by side on a phone: the day alone, and the month where it begins.
    labels = [formats.short_day(one.day) if one.day.day == 1 else str(one.day.day) for one in figures]
    shares = [
        charts.Series(_("Arrival, %"), [_percent(one.arrival_share) for one in figures], "green"),
        charts.Series(_("Leaving, %"), [_percent(one.leaving_share) for one in figures], "blue"),
    ]
    returns = [
        charts.Series(_("On time"), [one.returns_on_time for one in figures], "green"),
        charts.Series(_("Late"), [one.returns_late for one in figures], "yellow"),
    ]
    return {
        "shares": charts.line_chart(_("Share declared, 14 days"), labels, shares, highest=100),
        "returns": charts.bar_chart(_("Daily returns, 14 days"), labels, returns),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else int(share * 1000) / 10
