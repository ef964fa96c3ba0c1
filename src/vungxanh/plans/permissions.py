"""Who writes a unit's plan, who comments and accepts it, who says what the Party committee thinks."""

import datetime

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.enums import PlanState, PlanVerb
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.workflow import LEADERS, OFFICE, UNIT_PLAN, UNIT_STAFF

ONLY_THEY = {
    PlanVerb.DRAFT: _("Only the head, a deputy or the clerk of the unit writes its plan."),
    PlanVerb.EDIT: _("Only the head, a deputy or the clerk of the unit writes its plan."),
    PlanVerb.SEND: _("Only the head of the unit or a deputy sends its plan."),
    PlanVerb.RETURN: _("Only whoever it was sent to returns the plan."),
    PlanVerb.ACCEPT: _("Only the Office accepts the plan."),
    PlanVerb.SUBMIT: _("Only the Office submits the plan to the Director."),
    PlanVerb.APPROVE: _("Only the Director or a deputy approves the plan."),
    PlanVerb.ISSUE: _("Only the head of the unit signs its plan."),
    PlanVerb.WITHDRAW: _("Only the head of the unit or a deputy withdraws its plan."),
}


def may_start(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if _holds(user, UNIT_STAFF, unit_id, on):
        return ALLOWED
    return refused(ONLY_THEY[PlanVerb.DRAFT])


def may_move_plan(user: User, plan: UnitPlan, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows. A unit with a number series of its own issues by a paper alone."""
    move = UNIT_PLAN.find(plan.state, verb)
    if not _holds(user, move.by, plan.unit_id, on):
        return refused(ONLY_THEY[PlanVerb(verb)])
    if verb == PlanVerb.ISSUE and has_series(plan, on=on):
        return refused(_("The unit numbers its own papers: the plan is issued once its paper has its number."))
    return ALLOWED


def has_series(plan: UnitPlan, *, on: datetime.date) -> bool:
    tree = all_tree_on(on)
    return plan.unit_id in tree and tree[plan.unit_id].has_number_series


def may_comment(user: User, plan: UnitPlan, *, on: datetime.date) -> Verdict:
    """Whoever the plan waits for."""
    waits_for = {PlanState.SENT: OFFICE, PlanState.AT_DIRECTOR: (*LEADERS, *OFFICE)}.get(PlanState(plan.state))
    if waits_for is None:
        return refused(_("A plan is commented on while it waits for the Office or the Director."))
    if _holds(user, waits_for, plan.unit_id, on):
        return ALLOWED
    return refused(_("Only the Office and the leaders comment on a plan."))


def may_give_opinion(user: User, plan: UnitPlan, *, on: datetime.date) -> Verdict:
    if plan.state == PlanState.WITHDRAWN:
        return refused(_("This plan is withdrawn."))
    if roles.holds(user, Role.PARTY_COMMITTEE, plan.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Party committee gives its opinion."))


def _holds(user: User, names: tuple[str, ...], unit_id: int, on: datetime.date) -> bool:
    return roles.holds(user, [Role(name) for name in names if name in Role.values], unit_id, on=on)
