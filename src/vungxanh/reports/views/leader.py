"""The leader's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock, navigation
from vungxanh.common.replica import from_replica
from vungxanh.reports import permissions
from vungxanh.reports.queries.changes import STREAM, all_mark
from vungxanh.reports.queries.leader import leader_day
from vungxanh.reports.views.asked import is_part
from vungxanh.risk.queries.returns import all_due_at

MOST_CONCERNS = 30


@never_cache
@require_safe
@from_replica
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
    return render(request, f"reports/{'partials/leader' if is_part(request, 'leader') else 'leader'}.html", context)
