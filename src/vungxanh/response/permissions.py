"""Who writes a response plan, who starts it, who ticks what was done."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of
from vungxanh.response.models import Response, ResponseStep
from vungxanh.response.queries.plans import SEE_PLANS, is_named
from vungxanh.response.workflow import HEADS, RESPONSE, UNIT_STAFF


def may_write(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, _roles(UNIT_STAFF), unit_id, on=on):
        return ALLOWED
    return refused(_("Only the head, a deputy or the clerk of the unit writes its response plan."))


def may_put_in_force(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, _roles(HEADS), unit_id, on=on):
        return ALLOWED
    return refused(_("Only the head of the unit or a deputy puts the response plan in force."))


def may_start(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, _roles(RESPONSE.find("", "start").by), unit_id, on=on):
        return ALLOWED
    return refused(_("The unit's staff with a role, the Office, the leaders and health officers start a response."))


def may_tick(user: User, step: ResponseStep, *, on: datetime.date) -> Verdict:
    """Whoever does it or stands in, and whoever may start a response there."""
    if is_named(user, step) or may_start(user, step.response.unit_id, on=on):
        return ALLOWED
    return refused(_("Whoever does the step, or those who lead the response, tick it."))


def may_end(user: User, response: Response, *, on: datetime.date) -> Verdict:
    return may_start(user, response.unit_id, on=on)


def sees_plans(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE_PLANS)


def _roles(names: tuple[str, ...]) -> list[Role]:
    return [Role(name) for name in names]
