"""What plans count for the movement: units with a Green Zone plan that was accepted or issued and stands."""

from collections.abc import Mapping

from django.urls import reverse

from vungxanh.common.clock import ZONE
from vungxanh.common.indicators import Asked, Indicator, Measured, Record, Records, summed
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition, participants
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.queries.plans import all_settled_green
from vungxanh.plans.rulebook import rule_on


def _due(asked: Asked) -> list[tuple[UnitNode, UnitPlan | None]]:
    """Each unit that takes part and has such a plan at the end of the period, or whose last day is over."""
    campaign = Campaign.objects.filter(code=asked.about).first()
    if campaign is None or asked.until < asked.first:
        return []
    plan, rule = newest_edition(campaign).plan, rule_on(asked.until)
    taking_part = participants(plan, campaign.unit_id, all_tree_on(asked.until))
    owing = [node for node in taking_part if node.kind in rule.green_zone_kinds]
    _began, ended = asked.moments
    settled = all_settled_green([node.id for node in owing], min(asked.at, ended))
    due_on = rule.due_on(plan.launch_by)
    is_over = due_on <= asked.until and due_on < asked.today
    return [(node, settled.get(node.id)) for node in owing if is_over or node.id in settled]


def measure_green_zone_plans(asked: Asked) -> Mapping[int, Measured]:
    return summed(asked, {node.id: Measured(int(plan is not None), 1) for node, plan in asked.once(_due)})


def green_zone_plan_records(asked: Asked, unit_id: int) -> Records:
    units = set(asked.members[unit_id])
    rows = [row for row in asked.once(_due) if row[0].id in units]
    rows.sort(key=lambda row: row[1] is not None)
    return Records(rows, lambda page: [_record(asked, *row) for row in page])


def _record(asked: Asked, node: UnitNode, plan: UnitPlan | None) -> Record:
    if plan is None or plan.accepted_at is None:
        address = f"{reverse('plans:plan_list')}?phong-trao={asked.about}"
        return Record(asked.until, node.id, node.name, 0, 1, address)
    day = max(plan.accepted_at.astimezone(ZONE).date(), asked.first)
    return Record(day, node.id, node.name, 1, 1, reverse("plans:plan_page", args=[plan.pk]))


INDICATORS = (Indicator("movement.green_zone_plan", measure_green_zone_plans, green_zone_plan_records),)
