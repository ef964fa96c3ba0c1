"""What the movement itself counts: units that launched, people who pledged, groups with activities. `Asked.about` names
the campaign."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from vungxanh.common.indicators import Asked, Indicator, Measured, Record, Records, summed
from vungxanh.movement.models import Campaign, Launch
from vungxanh.movement.queries.activities import all_active_group_ids
from vungxanh.movement.queries.campaigns import newest_edition, participants
from vungxanh.movement.queries.launches import all_pledged_people, all_standing
from vungxanh.movement.queries.pledges import groups_of
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization.models import Group
from vungxanh.organization.tree import UnitNode, all_tree_on


def _campaign(asked: Asked) -> tuple[Campaign, CampaignFile, list[UnitNode]] | None:
    campaign = Campaign.objects.filter(code=asked.about).first()
    if campaign is None or asked.until < asked.first:
        return None
    plan = newest_edition(campaign).plan
    return campaign, plan, participants(plan, campaign.unit_id, all_tree_on(asked.until))


def _launched(asked: Asked) -> list[tuple[UnitNode, Launch | None, bool]]:
    """Of each unit that takes part and is due: its launch as it stands, and whether that was in time."""
    if (found := asked.once(_campaign)) is None:
        return []
    campaign, plan, taking_part = found
    standing = all_standing(campaign).items()
    launched = {unit: one for unit, one in standing if one.made_at <= asked.at and one.launched_on <= asked.until}
    rows = []
    for node in taking_part:
        launch = launched.get(node.id)
        if launch or (plan.launch_by <= asked.until and plan.launch_by < asked.today):
            rows.append((node, launch, bool(launch and launch.launched_on <= plan.launch_by)))
    return rows


def measure_launched(asked: Asked) -> Mapping[int, Measured]:
    """Units that launched by the last day, of those that have launched or whose last day is over; one that launched
    late is due and not done."""
    return summed(asked, {node.id: Measured(int(in_time), 1) for node, _launch, in_time in asked.once(_launched)})


def launched_records(asked: Asked, unit_id: int) -> Records:
    units = set(asked.members[unit_id])
    rows = [row for row in asked.once(_launched) if row[0].id in units]
    rows.sort(key=lambda row: row[2])
    code = asked.about

    def show(page: Sequence[Any]) -> list[Record]:
        return [
            Record(
                launch.launched_on if launch else asked.until,
                node.id,
                node.name,
                int(in_time),
                1,
                reverse("movement:launch_page", args=[code, node.code]),
            )
            for node, launch, in_time in page
        ]

    return Records(rows, show)


def _pledged(asked: Asked) -> dict[int, tuple[UnitNode, int, int]]:
    if (found := asked.once(_campaign)) is None:
        return {}
    campaign, _plan, taking_part = found
    tree = all_tree_on(asked.until)
    _began, ended = asked.moments
    counted = all_pledged_people(campaign, taking_part, tree, on=asked.until, at=min(asked.at, ended))
    return {node.id: (node, *counted[node.id]) for node in taking_part}


def measure_pledged(asked: Asked) -> Mapping[int, Measured]:
    """People who have pledged, of those who work at home in the units on the last day of the period."""
    rows = asked.once(_pledged).items()
    return summed(asked, {unit: Measured(done, people) for unit, (_node, done, people) in rows})


def pledged_records(asked: Asked, unit_id: int) -> Records:
    units, code, day = set(asked.members[unit_id]), asked.about, asked.until
    rows = sorted((row for unit, row in asked.once(_pledged).items() if unit in units), key=lambda row: row[1] - row[2])

    def show(page: Sequence[Any]) -> list[Record]:
        return [
            Record(day, node.id, node.name, done, people, reverse("movement:pledge_unit", args=[code, node.code]))
            for node, done, people in page
        ]

    return Records(rows, show)


def _groups(asked: Asked) -> dict[int, list[tuple[Group, bool]]]:
    """By scored unit its groups, each with whether it has done something in the period; those of the agency itself
    count for the whole agency alone."""
    if (found := asked.once(_campaign)) is None:
        return {}
    campaign = found[0]
    groups = groups_of(campaign, all_tree_on(asked.until))
    active = all_active_group_ids(campaign, asked.first, asked.until, at=asked.at)
    by_unit: dict[int, list[tuple[Group, bool]]] = defaultdict(list)
    for one in groups:
        by_unit[one.unit_id].append((one, one.pk in active))
    everything = list(by_unit)
    return {
        scored: [row for unit in (everything if scored == campaign.unit_id else units) for row in by_unit.get(unit, [])]
        for scored, units in asked.members.items()
    }


def measure_group_activities(asked: Asked) -> Mapping[int, Measured]:
    """Groups with at least one activity, of the groups that belong to the unit. A unit without groups is left out."""
    rows = asked.once(_groups).items()
    return {unit: Measured(sum(done for _group, done in given), len(given)) for unit, given in rows if given}


def group_activity_records(asked: Asked, unit_id: int) -> Records:
    code, day = asked.about, asked.until
    rows = sorted(asked.once(_groups).get(unit_id, []), key=lambda row: row[1])

    def show(page: Sequence[Any]) -> list[Record]:
        return [
            Record(
                day, group.unit_id, group.name, int(done), 1, reverse("movement:group_page", args=[code, group.code])
            )
            for group, done in page
        ]

    return Records(rows, show)


INDICATORS = (
    Indicator("movement.launched", measure_launched, launched_records),
    Indicator("movement.people_pledged", measure_pledged, pledged_records),
    Indicator("movement.group_activities", measure_group_activities, group_activity_records),
)
