"""Plans of units: begun from the template, filled in, sent, accepted."""

import datetime
import uuid

from tests.factories.organization import clock
from vungxanh.accounts.models import User
from vungxanh.movement.models import Campaign
from vungxanh.organization.models import Unit
from vungxanh.plans.enums import PlanVerb
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.operations.moving import move_plan
from vungxanh.plans.operations.writing import start_plan, write_plan
from vungxanh.plans.queries.plans import newest_version
from vungxanh.plans.rulebook import BLANK

NINE = clock(9)


def make_plan(unit: Unit, actor: User, campaign: Campaign | None = None, *, at: datetime.datetime = NINE) -> UnitPlan:
    """As the template gives it."""
    return start_plan(uuid.uuid4(), unit.pk, campaign, actor=actor, at=at)


def fill(plan: UnitPlan, actor: User, *, at: datetime.datetime = NINE) -> UnitPlan:
    """With every open place filled in."""
    newest = newest_version(plan)
    texts = {code: text.replace(BLANK, "đã điền") for code, text in newest.texts.items()}
    write_plan(plan, texts, seen=newest.number, actor=actor, at=at)
    plan.refresh_from_db()
    return plan


def make_sent(unit: Unit, head: User, campaign: Campaign | None = None, *, at: datetime.datetime = NINE) -> UnitPlan:
    plan = fill(make_plan(unit, head, campaign, at=at), head, at=at)
    return move_plan(plan, PlanVerb.SEND, actor=head, at=at)


def make_accepted(
    unit: Unit, head: User, office: User, campaign: Campaign | None = None, *, at: datetime.datetime = NINE
) -> UnitPlan:
    return move_plan(make_sent(unit, head, campaign, at=at), PlanVerb.ACCEPT, actor=office, at=at)
