"""The boards: where one begins, a unit's day, the list to call, and the Office's control room."""

import datetime
import uuid

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
from vungxanh.common import badges, charts, clock, formats, navigation
from vungxanh.common.spreadsheets import download
from vungxanh.common.verdict import Verdict
from vungxanh.common.views.months import Month, asked_month
from vungxanh.organization import roles
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports import exports, operations, permissions
from vungxanh.reports.forms import UrgeForm
from vungxanh.reports.models import Urge
from vungxanh.reports.queries.big_screen import big_screen
from vungxanh.reports.queries.call_list import call_list
from vungxanh.reports.queries.changes import STREAM, all_mark
from vungxanh.reports.queries.control_room import ControlRoom, control_room, seen_member_ids
from vungxanh.reports.queries.fortnight import DayFigures, all_fortnight
from vungxanh.reports.queries.leader import leader_day
from vungxanh.reports.queries.ledger import Ledger, ledger
from vungxanh.reports.queries.papers import all_letters_to, quick_report
from vungxanh.reports.queries.people import PersonLine
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM, office_node_of, own_unit_ids
from vungxanh.reports.queries.unit_day import UnitDay, unit_day
from vungxanh.reports.queries.urging import all_urges, ready_text
from vungxanh.risk.permissions import may_submit_return
from vungxanh.risk.queries.findings import open_findings_count
from vungxanh.risk.queries.returns import all_due_at, units_on_duty_for

PER_PAGE = 40
UNITS_PER_PAGE = 50
MOST_CONCERNS = 30
FIRST_PAGES = (
    (roles.LEADERS, "reports:leader_page"),
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
    if units_on_duty_for(user, today):
        return redirect("reports:unit_today")
    if person_of(user) is None:
        return render(request, "reports/welcome.html")
    return redirect("admission:declare")


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
    return redirect("reports:unit_board", code, _picked_day(request) or clock.today())


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
@require_safe
def call_list_page(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """*Bảng 14 giờ 30* in its first form: unit by unit who is missing, with telephone, ready to print."""
    user = signed_in(request)
    permissions.may_see_control_room(user, on=day).or_refuse()
    if day > clock.today():
        raise Http404
    found = call_list(user, day, at=clock.now())
    urges = all_urges([call.row.unit.id for call in found.calls], day)
    context = {
        "calls": [(call, urges[call.row.unit.id], ready_text(call.row)) for call in found.needed],
        "found": found,
        "day": day,
        "is_today": day == clock.today(),
        "key": uuid.uuid4(),
    }
    return render(request, "reports/call_list.html", context)


@never_cache
@require_POST
def units_urge(request: HttpRequest) -> HttpResponse:
    """`units`: ids that were ticked; `key`: of this page, so that a double tap is one."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_control_room(user, on=now.date()).or_refuse()
    form = UrgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick at least one unit; the note has at most 200 characters."))
        return redirect("reports:call_list", now.date())
    data = form.cleaned_data
    try:
        made = operations.urge_units(data["key"], data["units"], note=data["note"], actor=user, at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = _("Urged: %(units)d units, %(people)d people told.")
        messages.success(request, words % {"units": len(made), "people": sum(one.told for one in made)})
    return redirect("reports:call_list", now.date())


@never_cache
@require_POST
def urge_answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    urge = get_object_or_404(Urge, pk=pk, unit__code=code)
    _visible_unit(request, code, urge.day, all_tree_on(urge.day))
    try:
        operations.answer_urge(urge, request.POST.get("answer", ""), actor=user, at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The answer is sent to whoever urged."))
    return redirect("reports:unit_board", code, urge.day)


@never_cache
@require_safe
def control_room_page(request: HttpRequest, day: datetime.date | None = None) -> HttpResponse:
    if picked := _picked_day(request):
        return redirect("reports:control_room_day", picked)
    user, day = signed_in(request), day or clock.today()
    # Before the figures are read: what changes meanwhile is told again.
    mark = all_mark()
    room = _control_room(request, day)
    there = {row.unit.kind for row in room.all_rows}
    context = {
        "room": room,
        "mark": mark,
        "stream": STREAM,
        "page": Paginator(room.rows, UNITS_PER_PAGE).get_page(request.GET.get("page")),
        "kinds": [(kind.value, kind.label) for kind in UnitKind if kind in there],
        "day": day,
        "days": _neighbours(day),
    }
    if _is_part(request, "board"):
        return render(request, "reports/partials/board.html", context)
    context["quick_report"] = quick_report(user, day)
    context["may_draft"] = office_node_of(user, day, tree=all_tree_on(day)) is not None
    return render(request, "reports/control_room.html", context)


@never_cache
@require_safe
def big_screen_page(request: HttpRequest) -> HttpResponse:
    """For the television of the duty room: today's figures, readable from afar, and nobody's name."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_control_room(user, on=now.date()).or_refuse()
    context = {"mark": all_mark(), "stream": STREAM, "found": big_screen(user, now.date(), at=now)}
    name = "partials/big_screen" if _is_part(request, "screen") else "big_screen"
    return render(request, f"reports/{name}.html", context)


@never_cache
@require_safe
def trend_page(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """Two weeks of every unit of the control room; the control room itself fetches the charts when they are reached."""
    user = signed_in(request)
    permissions.may_see_control_room(user, on=day).or_refuse()
    if day > clock.today():
        raise Http404
    context = {"charts": _charts(all_fortnight(seen_member_ids(user, day), day)), "day": day}
    return render(request, f"reports/{'partials/trend' if _is_part(request, 'trend') else 'trend'}.html", context)


@never_cache
@require_safe
def control_room_xlsx(request: HttpRequest, day: datetime.date) -> HttpResponse:
    return download(f"bang-dieu-hanh-{day:%Y%m%d}", exports.control_room_workbook(_control_room(request, day)))


@never_cache
@require_POST
def quick_report_draft(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """Drafts *Báo cáo nhanh* of the day where there is none, and leads to it."""
    user, now = signed_in(request), clock.now()
    unit = office_node_of(user, now.date(), tree=all_tree_on(now.date()))
    permissions.may_draft_quick_report(user, unit, on=now.date()).or_refuse()
    if day > now.date() or unit is None:
        raise Http404
    paper = operations.draft_quick_report(unit, day, actor=user, at=now)
    return redirect("documents:paper_page", paper.pk)


@never_cache
@require_safe
def leader_page(request: HttpRequest) -> HttpResponse:
    """*Trang lãnh đạo*: green or not, what is not and why, who answers, and what waits for whoever looks."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_leader_page(user, on=now.date()).or_refuse()
    context = {
        "mark": all_mark(),
        "stream": STREAM,
        "found": leader_day(user, now.date(), at=now, most=MOST_CONCERNS),
        "due_at": all_due_at(now.date()),
        "waiting": [link for link in navigation.menu_for(request).links if link.count],
    }
    return render(request, f"reports/{'partials/leader' if _is_part(request, 'leader') else 'leader'}.html", context)


@never_cache
@require_safe
def ledger_page(request: HttpRequest) -> HttpResponse:
    """The month's returns, unit by unit and day by day."""
    month = asked_month(request)
    return render(request, "reports/ledger.html", {"ledger": _ledger(request, month), "month": month})


@never_cache
@require_safe
def ledger_xlsx(request: HttpRequest) -> HttpResponse:
    month = asked_month(request)
    return download(f"so-bao-cao-{month.first:%Y%m}", exports.ledger_workbook(_ledger(request, month), month.first))


def _ledger(request: HttpRequest, month: Month) -> Ledger:
    """Until today in the month that is not over."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_ledger(user, on=now.date()).or_refuse()
    return ledger(user, month.first, min(month.last, now.date()), at=now)


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
        opened=request.GET.getlist("open"),
    )


def _is_part(request: HttpRequest, name: str) -> bool:
    """Whether the page's script asks for the element of that name alone."""
    return bool(getattr(request, "htmx", False)) and request.headers.get("HX-Target", "").endswith(name)


def _unit_page(request: HttpRequest, unit: UnitNode, day: datetime.date, tree: Tree) -> HttpResponse:
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
        "days": _neighbours(day),
        "own_units": [tree[one] for one in own] if len(own) > 1 else [],
        "may_submit": _may_submit(user, board),
        "urges": all_urges([unit.id], day)[unit.id],
        "letters": all_letters_to(unit.id, day),
        "may_answer": permissions.may_answer_urge(user, unit.id, on=clock.today()),
        "findings": open_findings_count(user, unit.id, day, tree=tree),
        "decides": roles.holds(user, roles.UNIT_STAFF, unit.id, on=clock.today()),
        "charts": _charts(all_fortnight(members, day)),
    }
    return render(request, "reports/unit_day.html", context)


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


def _picked_day(request: HttpRequest) -> datetime.date | None:
    """Of the form that jumps to a day; what is no day is as if nothing was picked, a day to come is today."""
    try:
        picked = datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return min(picked, clock.today())


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
    flagged = [
        charts.Series(_("Very high"), [one.very_high for one in figures], "red"),
        charts.Series(_("High"), [one.high for one in figures], "orange"),
        charts.Series(_("Medium"), [one.medium for one in figures], "yellow"),
    ]
    returns = [
        charts.Series(_("On time"), [one.returns_on_time for one in figures], "green"),
        charts.Series(_("Late"), [one.returns_late for one in figures], "yellow"),
    ]
    return {
        "shares": charts.line_chart(_("Share declared, 14 days"), labels, shares, highest=100),
        "flagged": charts.bar_chart(_("People above the low level by the daily returns, 14 days"), labels, flagged),
        "returns": charts.bar_chart(_("Daily returns, 14 days"), labels, returns),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else int(share * 1000) / 10
