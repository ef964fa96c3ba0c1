"""The boards over a stretch of days: charts, with their tables."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import charts, clock, formats
from vungxanh.reports import permissions
from vungxanh.reports.queries.control_room import seen_member_ids
from vungxanh.reports.queries.fortnight import DayFigures, all_fortnight
from vungxanh.reports.views.asked import is_part


@never_cache
@require_safe
def trend_page(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """Two weeks of every unit of the control room; the control room itself fetches the charts when they are reached."""
    user = signed_in(request)
    permissions.may_see_control_room(user, on=day).or_refuse()
    if day > clock.today():
        raise Http404
    context = {"charts": charts_of(all_fortnight(seen_member_ids(user, day), day)), "day": day}
    return render(request, f"reports/{'partials/trend' if is_part(request, 'trend') else 'trend'}.html", context)


def charts_of(figures: list[DayFigures]) -> dict[str, charts.Chart]:
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
