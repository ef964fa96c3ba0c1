"""A unit's zone: why it has its colour, how it came to it, what it would be, and what it means for others."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.common.verdict import Verdict
from vungxanh.common.views.months import asked_month
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.risk import exports
from vungxanh.risk.forms import TrialForm
from vungxanh.risk.permissions import may_try_zone
from vungxanh.risk.queries import all_zones
from vungxanh.risk.queries.days import all_missing_counts
from vungxanh.risk.queries.zone_areas import AreaDay, all_area_days, area_spans
from vungxanh.risk.queries.zone_changes import LEAD, ZoneHistory, all_zone_history, first_zone_day
from vungxanh.risk.queries.zone_tree import above, below, inherited
from vungxanh.risk.queries.zone_trials import stand_of, tried
from vungxanh.risk.queries.zones import unit_ids_with_zone_for

PER_PAGE = 20


@dataclass(frozen=True)
class Asked:
    """Who looks at the zone of which unit, and what of its tree they see."""

    user: User
    today: datetime.date
    tree: Tree
    unit: UnitNode
    seen: set[int]
    may_try: Verdict


@dataclass(frozen=True)
class Cell:
    """A day of the calendar; `changes` other than of figures alone."""

    day: AreaDay
    changes: int
    is_ahead: bool


@require_safe
def unit_zone(request: HttpRequest, code: str) -> HttpResponse:
    """Now, the last two weeks, where its reasons come from and what it means for those above."""
    asked = _asked(request, code)
    unit, tree = asked.unit, asked.tree
    zones = all_zones([node.id for node in (*tree.above(unit.id), *tree.below(unit.id))])
    first = asked.today - datetime.timedelta(days=LEAD)
    members = {node.id for node in tree.below(unit.id)}
    missing = all_missing_counts(asked.today, members, at=clock.now())
    branches = below(unit.id, zones, tree, seen=asked.seen)
    context = {
        "zone": zones.get(unit.id),
        "reasons": inherited(unit.id, zones, tree, missing=missing, seen=asked.seen) if unit.id in zones else [],
        "page": Paginator([one for one in branches if not one.is_calm], PER_PAGE).get_page(request.GET.get("page")),
        "calm": [one for one in branches if one.is_calm],
        "above": above(unit.id, zones, tree, seen=asked.seen, day=asked.today) if unit.id in zones else [],
        **_days(asked, _history(asked, first, asked.today), first, asked.today),
    }
    return render(request, "risk/unit_zone.html", _context(asked, "now") | context)


@require_safe
def zone_timeline(request: HttpRequest, code: str) -> HttpResponse:
    """`?thang=2021-09`: a month day by day, with every change and what it brought."""
    asked, month = _asked(request, code), asked_month(request)
    history = _history(asked, month.first, month.last)
    context = {
        "month": month,
        "page": Paginator(history.steps, PER_PAGE).get_page(request.GET.get("page")),
        "began": None if history.changes else first_zone_day(asked.unit.id),
        **_days(asked, history, month.first, month.last),
    }
    return render(request, "risk/zone_timeline.html", _context(asked, "timeline") | context)


@never_cache
@require_safe
def zone_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    asked, month = _asked(request, code), asked_month(request)
    history = _history(asked, month.first, month.last)
    days = all_area_days(asked.unit.id, history.levels, _stretch(month.first, min(month.last, asked.today)))
    name = f"vung-{asked.unit.code}-{month.first:%Y%m}"
    return download(name, exports.zone_workbook(history, days))


@never_cache
@require_safe
def zone_trial(request: HttpRequest, code: str) -> HttpResponse:
    """What the zone would be if; the address keeps what is assumed, nothing else does."""
    asked, now = _asked(request, code), clock.now()
    asked.may_try.or_refuse()
    stand = stand_of(asked.user, asked.unit.id, asked.today, at=now, tree=asked.tree)
    form = TrialForm(request.GET or None, stand)
    higher = [node for node in asked.tree.above(asked.unit.id) if node.id != asked.unit.id and node.id in asked.seen]
    zones = all_zones([node.id for node in higher])
    is_wrong = form.is_bound and not form.is_valid()
    context = {
        "form": form,
        "stand": stand,
        "now": now,
        "trial": tried(stand, form.hypothesis, [(node, zones[node.id]) for node in higher if node.id in zones])
        if form.is_bound and not is_wrong
        else None,
    }
    return render(request, "risk/zone_trial.html", _context(asked, "trial") | context, status=422 if is_wrong else 200)


def _asked(request: HttpRequest, code: str) -> Asked:
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    unit, seen = tree.by_code(code), unit_ids_with_zone_for(user, today, tree=tree)
    if unit is None or unit.id not in seen:
        raise Http404
    return Asked(user, today, tree, unit, seen, may_try_zone(user, unit.id, on=today, tree=tree))


def _context(asked: Asked, tab: str) -> dict[str, object]:
    """What every page of a zone shows above its own."""
    return {"unit": asked.unit, "may_try": asked.may_try, "today": asked.today, "tab": tab}


def _history(asked: Asked, first: datetime.date, last: datetime.date) -> ZoneHistory:
    return all_zone_history(asked.unit.id, first, last, today=asked.today)


def _days(asked: Asked, history: ZoneHistory, first: datetime.date, last: datetime.date) -> dict[str, object]:
    """The calendar with its days, the Mondays in the first column, and where colour and official level differ."""
    days = all_area_days(asked.unit.id, history.levels, _stretch(first, last))
    return {
        "history": history,
        "blanks": range(first.weekday()),
        "cells": [Cell(day, history.changes_on(day.day), day.day > asked.today) for day in days],
        "spans": area_spans([day for day in days if day.day <= asked.today]),
        "places": next((day.areas for day in reversed(days) if day.day <= asked.today), ()),
    }


def _stretch(first: datetime.date, last: datetime.date) -> Sequence[datetime.date]:
    return [first + datetime.timedelta(days=i) for i in range((last - first).days + 1)]
