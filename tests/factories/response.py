"""What a response needs: a plan in force with people named."""

import datetime
import uuid

from tests.factories.organization import clock
from vungxanh.accounts.models import User
from vungxanh.organization.models import Person, Unit
from vungxanh.response.models import Response, ResponsePlan
from vungxanh.response.operations.plans import Named, WrittenStep, change_plan, draft_plan, put_in_force
from vungxanh.response.operations.responses import start_response

NINE = clock(9)


def written(plan: ResponsePlan) -> list[WrittenStep]:
    """Its steps as they stand."""
    return [WrittenStep(one.scenario, one.text, one.within, one.duty.code) for one in plan.steps.all()]


def everybody(plan: ResponsePlan, person: Person | None, stand_in: Person | None = None) -> list[Named]:
    ids = person.pk if person else None, stand_in.pk if stand_in else None
    return [Named(one.pk, *ids) for one in plan.duties.all()]


def make_plan(
    unit: Unit, head: User, person: Person, *, stand_in: Person | None = None, at: datetime.datetime = NINE
) -> ResponsePlan:
    """In force; one person does everything."""
    plan = draft_plan(unit.pk, actor=head, at=at)
    named = everybody(plan, person, stand_in)
    plan = change_plan(plan, named, written(plan), seen_at=plan.changed_at, actor=head, at=at)
    return put_in_force(plan, seen_at=plan.changed_at, actor=head, at=at)


def make_response(
    unit: Unit, actor: User, *, scenario: str = "F0", is_drill: bool = False, at: datetime.datetime = NINE
) -> Response:
    return start_response(uuid.uuid4(), unit.pk, scenario, is_drill=is_drill, actor=actor, at=at)
