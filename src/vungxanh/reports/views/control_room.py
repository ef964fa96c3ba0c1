"""The Office's control room: its board, its big screen, whom to call, whom to urge, what is reported of the day."""

import datetime
import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import badges, clock
from vungxanh.common.replica import from_replica
from vungxanh.common.spreadsheets import download
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports import exports, operations, permissions
from vungxanh.reports.forms import UrgeForm
from vungxanh.reports.queries.big_screen import big_screen
from vungxanh.reports.queries.call_list import call_list
from vungxanh.reports.queries.changes import STREAM, all_mark
from vungxanh.reports.queries.control_room import ControlRoom, control_room
from vungxanh.reports.queries.papers import quick_report
from vungxanh.reports.queries.sight import office_node_of
from vungxanh.reports.queries.urging import all_urges, ready_text
from vungxanh.reports.views.asked import UNITS_PER_PAGE, is_part, neighbours, picked_day


@never_cache
@require_safe
@from_replica
def control_room_page(request: HttpRequest, day: datetime.date | None = None) -> HttpResponse:
    if picked := picked_day(request):
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
        "days": neighbours(day),
    }
    if is_part(request, "board"):
        return render(request, "reports/partials/board.html", context)
    context["quick_report"] = quick_report(user, day)
    context["sees_formalism"] = bool(permissions.may_see_formalism(signed_in(request), on=clock.today()))
    context["may_draft"] = office_node_of(user, day, tree=all_tree_on(day)) is not None
    return render(request, "reports/control_room.html", context)


@never_cache
@require_safe
@from_replica
def big_screen_page(request: HttpRequest) -> HttpResponse:
    """For the television of the duty room: today's figures, readable from afar, and nobody's name."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_control_room(user, on=now.date()).or_refuse()
    context = {"mark": all_mark(), "stream": STREAM, "found": big_screen(user, now.date(), at=now)}
    name = "partials/big_screen" if is_part(request, "screen") else "big_screen"
    return render(request, f"reports/{name}.html", context)


@never_cache
@require_safe
@from_replica
def control_room_xlsx(request: HttpRequest, day: datetime.date) -> HttpResponse:
    return download(f"bang-dieu-hanh-{day:%Y%m%d}", exports.control_room_workbook(_control_room(request, day)))


@never_cache
@require_safe
def call_list_page(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """*Bảng 14 giờ 30* in its first form: unit by unit who is missing, with telephone, ready to print."""
    permissions.may_see_control_room(signed_in(request), on=day).or_refuse()
    if day > clock.today():
        raise Http404
    return _call_list(request, day, UrgeForm(None))


def _call_list(request: HttpRequest, day: datetime.date, form: UrgeForm) -> HttpResponse:
    """With the units and the note of a form that was refused, else with every unit ticked, or none by `?chon=khong`."""
    found = call_list(signed_in(request), day, at=clock.now())
    every = set() if request.GET.get("chon") == "khong" else {call.row.unit.id for call in found.needed}
    ticked = form.ticked if form.is_bound else every
    urges = all_urges([call.row.unit.id for call in found.calls], day)
    context = {
        "calls": [(call, urges[call.row.unit.id], ready_text(call.row)) for call in found.needed],
        "found": found,
        "day": day,
        "is_today": day == clock.today(),
        "key": uuid.uuid4(),
        "form": form,
        "left_out": {call.row.unit.id for call in found.needed} - ticked,
        "ticks_none": not ticked,
    }
    return render(request, "reports/call_list.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def units_urge(request: HttpRequest) -> HttpResponse:
    """`units`: ids that were ticked; `key`: of this page, so that a double tap is one."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_control_room(user, on=now.date()).or_refuse()
    form = UrgeForm(request.POST)
    if not form.is_valid():
        return _call_list(request, now.date(), form)
    data = form.cleaned_data
    try:
        made = operations.urge_units(data["key"], data["units"], note=data["note"], actor=user, at=now)
    except ValidationError as error:
        form.add_error(None, error)
        return _call_list(request, now.date(), form)
    else:
        words = _("Urged: %(units)d units, %(people)d people told.")
        messages.success(request, words % {"units": len(made), "people": sum(one.told for one in made)})
        if left := len({*data["units"]} - {one.unit_id for one in made}):
            words = _("Left out: %(units)d ticked units with nothing open, or urged in the last 5 minutes.")
            messages.info(request, words % {"units": left})
    return redirect("reports:call_list", now.date())


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
