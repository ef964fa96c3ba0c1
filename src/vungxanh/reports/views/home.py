"""Where one begins: the board of one's role, else the declaration."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.queries.people import person_of
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM
from vungxanh.risk.queries.returns import units_on_duty_for

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
