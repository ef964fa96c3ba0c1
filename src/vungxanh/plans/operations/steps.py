"""What every change of a plan begins and ends with: its lock, its move by the table, the step that is kept."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.organization.models import Unit
from vungxanh.plans.enums import PlanState
from vungxanh.plans.models import PlanStep, UnitPlan
from vungxanh.plans.permissions import may_move_plan
from vungxanh.plans.workflow import UNIT_PLAN


class PlanError(ValidationError):
    """Nothing was changed; the text says why."""


def locked(plan: UnitPlan) -> UnitPlan:
    """The unit first, as papers do, so that nobody waits for each other."""
    Unit.objects.select_for_update(no_key=True).get(pk=plan.unit_id)
    rows = UnitPlan.objects.select_for_update(of=("self",)).select_related("unit", "campaign", "paper")
    return rows.get(pk=plan.pk)


def check_move(plan: UnitPlan, verb: str, actor: User, at: datetime.datetime) -> None:
    """Raises `PlanError` where its state does not allow it, `PermissionDenied` where the actor may not."""
    try:
        may_move_plan(actor, plan, verb, on=day_of(at)).or_refuse()
    except NoSuchMoveError as error:
        raise PlanError(_("Not possible any more: the plan is %(state)s.") % {"state": words_of(plan)}) from error


def step(
    plan: UnitPlan, verb: str, *, actor: User | None, at: datetime.datetime, text: str = "", **values: object
) -> PlanStep:
    """The only place that sets the state of a plan."""
    is_new = plan.state == ""
    plan.state = UNIT_PLAN.find(plan.state, verb).end
    for name, value in values.items():
        setattr(plan, name, value)
    plan.save(force_insert=is_new)
    return PlanStep.objects.create(plan=plan, verb=verb, state=plan.state, at=at, by=actor, text=text)


def note(action: str, plan: UnitPlan, actor: User | None, at: datetime.datetime, **detail: object) -> None:
    detail = {"kind": plan.kind, **detail}
    record(f"plans.{action}", actor=actor, at=at, subject=plan, unit_id=plan.unit_id, detail=detail)


def words_of(plan: UnitPlan) -> str:
    return str(PlanState(plan.state).label)


def day_of(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
