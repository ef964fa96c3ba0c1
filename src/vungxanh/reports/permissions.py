"""Who sees the boards: a unit's day by role at or above it, the control room by a role over several units."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM, SEE_UNIT_DAY, seen_unit_ids
from vungxanh.risk.queries.returns import units_on_duty_for


def may_see_unit_day(user: User, unit_id: int, *, on: datetime.date, tree: Tree) -> Verdict:
    if unit_id in seen_unit_ids(user, on, tree=tree):
        return ALLOWED
    return refused(_("This unit's day is for its own staff with a role, the Office, leaders and health officers."))


def may_see_control_room(user: User, *, on: datetime.date) -> Verdict:
    if _holds_one_of(user, SEE_CONTROL_ROOM, on):
        return ALLOWED
    return refused(_("The control room is for the Office, leaders and health officers."))


def sees_control_room(request: HttpRequest) -> bool:
    """For the navigation."""
    user, today = request.user, clock.today()
    return user.is_authenticated and _holds_one_of(user, SEE_CONTROL_ROOM, today)


def sees_unit_day(request: HttpRequest) -> bool:
    """For the navigation."""
    user, today = request.user, clock.today()
    return user.is_authenticated and (_holds_one_of(user, SEE_UNIT_DAY, today) or bool(units_on_duty_for(user, today)))


def _holds_one_of(user: User, wanted: frozenset[Role], on: datetime.date) -> bool:
    return any(one.role in wanted for one in roles.holdings(user, on=on))
