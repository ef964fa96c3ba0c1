"""The boards over a stretch of days: charts, with their tables."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import badges, charts, clock, formats
from vungxanh.common.replica import from_replica
from vungxanh.common.spreadsheets import download
from vungxanh.common.views.months import Month, asked_month
from vungxanh.reports import exports, permissions
from vungxanh.reports.queries.control_room import seen_member_ids
from vungxanh.reports.queries.day_figures import DayFigures, all_fortnight
from vungxanh.reports.queries.month import MonthDay, MonthFigures, month_figures
from vungxanh.reports.views.asked import is_part
from vungxanh.risk.rulebook import ZONE_LEVELS


@never_cache
@require_safe
@from_replica
def trend_page(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """Two weeks of every unit of the control room; the control room itself fetches the charts when they are reached."""
    user = signed_in(request)
    permissions.may_see_control_room(user, on=day).or_refuse()
    if day > clock.today():
        raise Http404
    context = {"charts": charts_of(all_fortnight(seen_member_ids(user, day), day, at=clock.now())), "day": day}
    return render(request, f"reports/{'partials/trend' if is_part(request, 'trend') else 'trend'}.html", context)


@never_cache
@require_safe
@from_replica
def month_page(request: HttpRequest) -> HttpResponse:
    """`?thang=2021-09&don-vi=CC0`: a month day by day, of everything that one sees or of one unit with those below."""
    month = asked_month(request)
    found = _month(request, month)
    context = {
        "month": month,
        "found": found,
        "charts": _month_charts(found) if found else [],
        "latest": clock.today(),
    }
    return render(request, "reports/month.html", context)


@never_cache
@require_safe
@from_replica
def month_xlsx(request: HttpRequest) -> HttpResponse:
    month, now = asked_month(request), clock.now()
    found = _month(request, month)
    if found is None:
        raise Http404
    name = f"dien-bien-{f'{found.unit.code}-' if found.unit else ''}{month.first:%Y%m}"
    return download(name, exports.month_workbook(found, month.first, made_by=signed_in(request), at=now))


def _month(request: HttpRequest, month: Month) -> MonthFigures | None:
    """None where one sees nothing in that month; a unit that one does not see is not there."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_month(user, on=now.date()).or_refuse()
    code = request.GET.get("don-vi", "")
    found = month_figures(user, month.first, month.last, code=code, at=now)
    if found is None and code:
        raise Http404
    return found


def _month_charts(found: MonthFigures) -> list[charts.Chart]:
    """Those of returns and of what returns say only where some of the units send them."""
    labels = [_day_label(one) for one in found.days]
    # Thirty labels have no room on a phone: the first of the month and every fifth day.
    words = [str(one.day.day) if one.day.day == 1 or one.day.day % 5 == 0 else "" for one in found.days]
    axis = charts.Axis(words, [place for place, one in enumerate(found.days) if one.is_off])
    figures = [one.figures for one in found.days]
    shown = [
        charts.line_chart(_("Share declared"), labels, _declared_series(figures), highest=100, axis=axis),
        charts.line_chart(_("Share declared on time"), labels, _punctual_series(figures), highest=100, axis=axis),
    ]
    if found.points:
        counts = {
            "ON_TIME": [_sent(one, one.figures.returns_on_time) for one in found.days],
            "LATE": [_sent(one, one.figures.returns_late) for one in found.days],
            "MISSING": [_sent(one, one.returns_missing) for one in found.days],
        }
        marks = [(badges.badge("ledger", state), values) for state, values in counts.items()]
        returns = [charts.Series(mark.word, values, mark.tone) for mark, values in marks]
        shown += [
            charts.bar_chart(_("Daily returns"), labels, returns, axis=axis),
            charts.bar_chart(
                _("People above the low level by the daily returns"), labels, _level_series(figures), axis=axis
            ),
        ]
    tones = {level: badges.badge("zone", level) for level in reversed(ZONE_LEVELS)}
    zones = [
        charts.Series(badge.word, [one.zones.get(level, 0) if one.zones else None for one in found.days], badge.tone)
        for level, badge in tones.items()
    ]
    return [*shown, charts.bar_chart(_("Units by the worst zone of the day"), labels, zones, axis=axis)]


def _day_label(one: MonthDay) -> str:
    label = f"{formats.short_weekday(one.day)} {formats.short_day(one.day)}"
    if one.is_ahead:
        return _("%(day)s, to come") % {"day": label}
    return _("%(day)s, day off") % {"day": label} if one.is_off else label


def _sent(one: MonthDay, count: int | None) -> int | None:
    """Nothing, and not nought, on a day on which no return was owed."""
    return count if one.has_returns else None


def charts_of(figures: list[DayFigures]) -> dict[str, charts.Chart]:
    # Fourteen labels side by side on a phone: the day alone, and the month where it begins.
    labels = [formats.short_day(one.day) if one.day.day == 1 else str(one.day.day) for one in figures]
    returns = [
        charts.Series(_("On time"), [one.returns_on_time for one in figures], "green"),
        charts.Series(_("Late"), [one.returns_late for one in figures], "yellow"),
    ]
    return {
        "shares": charts.line_chart(_("Share declared, 14 days"), labels, _declared_series(figures), highest=100),
        "flagged": charts.bar_chart(
            _("People above the low level by the daily returns, 14 days"), labels, _level_series(figures)
        ),
        "returns": charts.bar_chart(_("Daily returns, 14 days"), labels, returns),
    }


def _declared_series(figures: list[DayFigures]) -> list[charts.Series]:
    return [
        charts.Series(_("Arrival, %"), [exports.percent(one.arrival_share) for one in figures], "green"),
        charts.Series(_("Leaving, %"), [exports.percent(one.leaving_share) for one in figures], "blue"),
    ]


def _punctual_series(figures: list[DayFigures]) -> list[charts.Series]:
    return [
        charts.Series(_("Arrival, %"), [exports.percent(one.arrival_share_on_time) for one in figures], "green"),
        charts.Series(_("Leaving, %"), [exports.percent(one.leaving_share_on_time) for one in figures], "blue"),
    ]


def _level_series(figures: list[DayFigures]) -> list[charts.Series]:
    return [
        charts.Series(_("Very high"), [one.very_high for one in figures], "red"),
        charts.Series(_("High"), [one.high for one in figures], "orange"),
        charts.Series(_("Medium"), [one.medium for one in figures], "yellow"),
    ]
