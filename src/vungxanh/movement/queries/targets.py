"""Targets of a unit's own: those that hold, those that wait, and their history."""

import datetime
from collections.abc import Mapping

from django.db.models import F, QuerySet
from msgspec.structs import replace

from vungxanh.movement.enums import UnitTargetState
from vungxanh.movement.models import Campaign, UnitTarget
from vungxanh.movement.rulebook import CampaignFile, Measure, Period


def all_own_measures(
    campaign: Campaign, plan: CampaignFile, period: Period, *, at: datetime.datetime
) -> Mapping[tuple[int, str], Measure]:
    """By unit and measure, the measure of the plan with the target that was approved last by the moment; one query."""
    rows = campaign.unit_targets.filter(period_code=period.code, state=UnitTargetState.APPROVED, closed_at__lte=at)
    measures = plan.measures
    return {
        (one.unit_id, one.measure_id): replace(measures[one.measure_id], target=one.target)
        for one in rows.order_by("closed_at", "key")
        if one.measure_id in measures
    }


def all_targets(campaign: Campaign, period: Period) -> QuerySet[UnitTarget]:
    """What waits first, then the newest."""
    rows = campaign.unit_targets.filter(period_code=period.code).select_related("proposed_by", "closed_by")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "-proposed_at", "key")
