"""Reminds the units that have not sent a plan, on the days of the rule."""

import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.notifications.operations import notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.enums import PlanKind
from vungxanh.plans.queries.plans import Owed, all_owed
from vungxanh.plans.rulebook import rule_on
from vungxanh.plans.topics import PLAN_DUE


def remind_of_plans(*, at: datetime.datetime) -> int:
    """Those who write for units that owe a plan; returns how many were told anew."""
    local = at.astimezone(ZONE)
    today, rule = local.date(), rule_on(local.date())
    if local.time() < rule.remind_at:
        return 0
    owed = [one for one in all_owed(at) if not one.is_sent and rule.is_reminder_day(today, one.due_on)]
    owed = [one for one in owed if not (one.plan.ends_on and today > one.plan.ends_on)]
    tree = all_tree_on(today)
    staff = roles.all_holders(roles.UNIT_STAFF, {one.unit_id for one in owed}, on=today, tree=tree)
    return notify_all([(_message(one, today), staff[one.unit_id]) for one in owed], at=at)


def due_prefix(unit_id: int, kind: str, campaign_id: int | None) -> str:
    """With what the keys of the reminders of one plan begin."""
    return f"{PLAN_DUE}:{unit_id}:{kind}:{campaign_id if kind == PlanKind.UNIT_PLAN else ''}:"


def _message(owed: Owed, today: datetime.date) -> Message:
    is_over = today > owed.due_on
    words = _("Not sent, due {day}: {plan}") if is_over else _("To be sent by {day}: {plan}")
    return Message(
        topic=PLAN_DUE,
        key=f"{due_prefix(owed.unit_id, owed.kind, owed.campaign.pk)}{today}",
        title=format_lazy(words, day=day_words(owed.due_on), plan=PlanKind(owed.kind).label),
        address=f"{reverse('plans:plan_list')}?phong-trao={owed.campaign.code}",
    )
