"""All units and indicators that the viewer sees, as a page and as a spreadsheet."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.formats import moment as moment_words
from vungxanh.common.spreadsheets import download
from vungxanh.organization import roles
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.production import exports, permissions
from vungxanh.production.queries.lists import UnitLine, lines_visible_to
from vungxanh.production.queries.places import CHECK, ENTER
from vungxanh.production.rulebook import month_before, rule_on
from vungxanh.production.views.seen import asked_year, refuse_strangers, year_span

PAGE_SIZE = 50
STATES = {"cham": "BEHIND", "dat": "REACHED", "chua-den-han": "RUNNING"}


@never_cache
@require_safe
def production_list(request: HttpRequest) -> HttpResponse:
    """Targets of a year; `don-vi`, `chi-tieu` and `xem` narrow them."""
    refuse_strangers(request)
    user, today = signed_in(request), clock.today()
    year = asked_year(request)
    lines = _lines(request, year)
    chosen = _chosen(request, lines)
    month = month_before(today)
    context: dict[str, Any] = {
        "year": year,
        "page": Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page")),
        "units": list({one.unit.code: one.unit for one in lines}.values()),
        "terms": sorted({(one.line.term.code, one.line.term.name) for one in lines}, key=lambda pair: pair[1]),
        "unit": request.GET.get("don-vi", ""),
        "indicator": request.GET.get("chi-tieu", ""),
        "shown": request.GET.get("xem", ""),
        "total": len(lines),
        "reached": sum(one.line.state == "REACHED" for one in lines),
        "behind": sum(one.line.state == "BEHIND" for one in lines),
        "incomplete": sum(bool(one.line.missing) for one in lines),
        "own_units": _own_units(request),
        "month": month,
        "due_day": rule_on(today).due_day(month),
        "checks": roles.holds_somewhere(user, CHECK, on=today),
        "waiting": permissions.waiting(request),
        "may_import": roles.holds_somewhere(user, ENTER, on=today),
    }
    return render(request, "production/production_list.html", context)


@never_cache
@require_safe
def production_xlsx(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it."""
    refuse_strangers(request)
    year, now = asked_year(request), clock.now()
    lines = _chosen(request, _lines(request, year))
    words = _("Production targets of %(year)s, as known %(at)s") % {"year": year, "at": moment_words(now)}
    return download(f"chi-tieu-san-xuat-{year}", exports.production_workbook(lines, above=[words]))


def _lines(request: HttpRequest, year: int) -> list[UnitLine]:
    now = clock.now()
    first, last = year_span(year)
    return lines_visible_to(signed_in(request), first, last, at=now, tree=all_tree_on(now.date()))


def _chosen(request: HttpRequest, lines: Sequence[UnitLine]) -> list[UnitLine]:
    unit, indicator, shown = (request.GET.get(name, "") for name in ("don-vi", "chi-tieu", "xem"))
    tree = all_tree_on(clock.today())
    node = tree.by_code(unit) if unit else None
    below = {one.id for one in tree.below(node.id)} if node else set()
    return [
        one
        for one in lines
        if (not unit or one.unit.id in below)
        and (not indicator or one.line.term.code == indicator)
        and (shown not in STATES or one.line.state == STATES[shown])
        and (shown != "thieu" or one.line.missing)
    ]


def _own_units(request: HttpRequest) -> list[UnitNode]:
    """The nodes for which the viewer speaks: their pages are where figures are entered."""
    tree = all_tree_on(clock.today())
    held = roles.holdings(signed_in(request), on=clock.today())
    nodes = dict.fromkeys(one.unit_id for one in held if one.role in roles.UNIT_STAFF)
    return [tree[unit] for unit in nodes if unit in tree]
