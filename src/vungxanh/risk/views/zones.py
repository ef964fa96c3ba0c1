"""A unit's zone: why it has its colour, what to do to be green, and its history."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.queries import zone_history, zone_of
from vungxanh.risk.queries.zones import may_see_zone


@require_safe
def unit_zone(request: HttpRequest, code: str) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    node = all_tree_on(today).by_code(code)
    if node is None or not may_see_zone(user, node.id, today):
        raise Http404
    context = {"unit": node, "zone": zone_of(user, node.id, today), "history": zone_history(user, node.id, today)}
    return render(request, "risk/unit_zone.html", context)
