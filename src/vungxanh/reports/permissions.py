"""Who sees the boards: a unit's day by role at or above it, the control room by a role over several units."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.documents.permissions import may_draft
from vungxanh.organization import roles
from vungxanh.organization.permissions import holds_one_of
from vungxanh.organization.tree import Tree
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM, SEE_FORMALISM, SEE_UNIT_DAY, seen_unit_ids
from vungxanh.risk.queries.returns import units_on_duty_for


def may_see_unit_day(user: User, unit_id: int, *, on: datetime.date, tree: Tree) -> Verdict:
    if unit_id in seen_unit_ids(user, on, tree=tree):
        return ALLOWED
    return refused(_("This unit's day is for its own staff with a role, the Office, leaders and health officers."))


def may_see_control_room(user: User, *, on: datetime.date) -> Verdict:
    if roles.holds_somewhere(user, SEE_CONTROL_ROOM, on=on):
        return ALLOWED
    return refused(_("The control room is for the Office, leaders and health officers."))


def may_draft_quick_report(user: User, unit_id: int | None, *, on: datetime.date) -> Verdict:
    """`unit_id`: that for which the user is the Office, where there is one."""
    if unit_id is not None:
        return may_draft(user, unit_id, on=on)
    return refused(_("Only the Office drafts papers."))


def may_answer_urge(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, roles.UNIT_STAFF, unit_id, on=on) or unit_id in units_on_duty_for(user, on):
        return ALLOWED
    return refused(_("Only the unit's head, deputy or clerk, or its duty officer, answers."))


def may_see_leader_page(user: User, *, on: datetime.date) -> Verdict:
    if roles.holds_somewhere(user, roles.LEADERS, on=on):
        return ALLOWED
    return refused(_("This page is for the leaders of the agency."))


def may_see_ledger(user: User, *, on: datetime.date) -> Verdict:
    """Whoever sees returns sees the ledger of those returns."""
    if roles.holds_somewhere(user, SEE_UNIT_DAY, on=on) or units_on_duty_for(user, on):
        return ALLOWED
    return refused(
        _("The ledger of returns is for the units' staff with a role, the Office, leaders and health officers.")
    )


def may_see_month(user: User, *, on: datetime.date) -> Verdict:
    """Whoever sees the days of units sees their month."""
    if roles.holds_somewhere(user, SEE_UNIT_DAY, on=on) or units_on_duty_for(user, on):
        return ALLOWED
    return refused(
        _("The charts of the month are for the units' staff with a role, the Office, leaders and health officers.")
    )


def may_see_formalism(user: User, *, on: datetime.date) -> Verdict:
    if roles.holds_somewhere(user, SEE_FORMALISM, on=on):
        return ALLOWED
    return refused(_("Signs of formalism are seen by the Office and the leaders."))


def leads(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, roles.LEADERS)


def sees_control_room(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE_CONTROL_ROOM)


def sees_unit_day(request: HttpRequest) -> bool:
    """For the navigation."""
    user = request.user
    return user.is_authenticated and (
        holds_one_of(request, SEE_UNIT_DAY) or bool(units_on_duty_for(user, clock.today()))
    )
