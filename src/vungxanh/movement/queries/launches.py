"""How units launched a campaign: every unit that takes part, launched or not."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import LaunchState, PledgeKind, PledgeState
from vungxanh.movement.models import Campaign, Launch, Pledge
from vungxanh.movement.queries.campaigns import participant_by_unit, participants
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization import roles
from vungxanh.organization.enums import ContractKind, PostKind, Role
from vungxanh.organization.models import Person, Post
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

SEE_LAUNCHES = (
    roles.UNIT_STAFF
    | roles.LEADERS
    | {Role.OFFICE, Role.PERSONNEL, Role.UNION_OFFICER, Role.PARTY_COMMITTEE, Role.COUNCIL_MEMBER}
)
"""Whoever holds one of these anywhere in the agency sees how all its units stand."""
LAUNCHES_FOR = _("How all units stand is seen by those with a role in the agency.")


@dataclass(frozen=True, slots=True)
class LaunchLine:
    """One unit that takes part. `people`: those who work there, at home, without those of a supplier."""

    unit: UnitNode
    launch: Launch | None
    has_pledged: bool
    people: int
    pledged: int
    own_criteria: int = 0
    is_gone: bool = False
    """It launched, and takes no part any more: dissolved, joined to another, moved elsewhere."""

    def was_written_late(self, launch_by: datetime.date) -> bool:
        """In time by its own day, written down after the last one."""
        made = self.launch.made_at.astimezone(ZONE).date() if self.launch else None
        return bool(self.launch and made and made > launch_by >= self.launch.launched_on)

    def state(self, launch_by: datetime.date, today: datetime.date) -> str:
        """LAUNCHED, LATE (launched after the last day), OVERDUE or PENDING."""
        if self.launch:
            return "LATE" if self.launch.launched_on > launch_by else "LAUNCHED"
        return "OVERDUE" if today > launch_by else "PENDING"


def all_standing(campaign: Campaign) -> dict[int, Launch]:
    """By unit, the launches that stand, each with the number of its own criteria as `own_count`."""
    rows = campaign.launches.filter(state=LaunchState.RECORDED).annotate(own_count=Count("own_criteria"))
    return {one.unit_id: one for one in rows}


def all_launched_by(campaign: Campaign, at: datetime.datetime) -> set[int]:
    """Ids of the units whose launch stood at the moment."""
    stood = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)
    return set(campaign.launches.filter(stood, made_at__lte=at).values_list("unit_id", flat=True))


def all_launch_lines(campaign: Campaign, plan: CampaignFile, tree: Tree, *, on: datetime.date) -> list[LaunchLine]:
    """Every unit that takes part, in the order of the tree; four queries for any number."""
    taking_part = participants(plan, campaign.unit_id, tree)
    launched = all_standing(campaign)
    units = campaign.pledges.filter(kind=PledgeKind.UNIT, state=PledgeState.CONFIRMED)
    with_pledge = set(units.values_list("unit_id", flat=True))
    counted = all_pledged_people(campaign, taking_part, tree, on=on)
    lines = []
    for node in taking_part:
        launch = launched.get(node.id)
        pledged, people = counted[node.id]
        own = launch.own_count if launch else 0  # type: ignore[attr-defined]
        lines.append(LaunchLine(node, launch, node.id in with_pledge, people, pledged, own))
    for unit, node in all_gone(launched, taking_part).items():
        launch = launched[unit]
        own = launch.own_count  # type: ignore[attr-defined]
        lines.append(LaunchLine(node, launch, unit in with_pledge, 0, 0, own, is_gone=True))
    return lines


def all_gone(launched: Mapping[int, Launch], taking_part: Collection[UnitNode]) -> dict[int, UnitNode]:
    """Units that launched and take no part any more, as they were on the day of their launch."""
    here = {node.id for node in taking_part}
    gone = {unit: one for unit, one in launched.items() if unit not in here}
    found = {unit: all_tree_on(one.launched_on).nodes.get(unit) for unit, one in gone.items()}
    return {unit: node for unit, node in found.items() if node}


def all_pledged_people(
    campaign: Campaign,
    taking_part: Collection[UnitNode],
    tree: Tree,
    *,
    on: datetime.date,
    at: datetime.datetime | None = None,
) -> dict[int, tuple[int, int]]:
    """For each of the units: how many of its people have pledged, and how many there are; two queries.

    Of the people who work there on the day, at home, without those of a supplier: somebody who left is not counted,
    somebody who was told twice is one. `at`: as it stood then.
    """
    whose = participant_by_unit(taking_part, tree)
    there = {person: whose[unit] for person, unit in staff_posts(whose, on=on).values_list("person_id", "unit_id")}
    pledges = Pledge.objects.filter(campaign=campaign, kind=PledgeKind.PERSON, state=PledgeState.CONFIRMED)
    if at is not None:
        pledges = Pledge.objects.filter(campaign=campaign, kind=PledgeKind.PERSON, confirmed_at__lte=at)
        pledges = pledges.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))
    merged = all_merged()
    pledged = {survivor(person, merged) for person in pledges.values_list("person_id", flat=True)}
    people, done = Counter(there.values()), Counter(there[one] for one in pledged if one in there)
    return {node.id: (done[node.id], people[node.id]) for node in taking_part}


def staff_posts(unit_ids: Collection[int], *, on: datetime.date) -> QuerySet[Post]:
    """Home posts in the units, without those of a supplier and of records that were merged into another."""
    posts = Post.objects.filter(in_force(on), unit_id__in=unit_ids, kind=PostKind.HOME)
    return posts.filter(person__merged_into__isnull=True).exclude(contract=ContractKind.SUPPLIER)


def own_lines(launch: Launch) -> list[str]:
    """The unit's own criteria in their order."""
    return list(launch.own_criteria.order_by("number").values_list("text", flat=True))


def all_merged() -> dict[int, int | None]:
    return dict(Person.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))


def all_ids_of(person_id: int) -> set[int]:
    """Of the person and of every record that was merged into it."""
    ids, latest = {person_id}, {person_id}
    while latest:
        latest = set(Person.objects.filter(merged_into__in=latest).values_list("pk", flat=True)) - ids
        ids |= latest
    return ids


def survivor(person_id: int | None, merged: Mapping[int, int | None]) -> int | None:
    while person_id is not None and person_id in merged:
        person_id = merged[person_id]
    return person_id


def sees_launches(viewer: User, campaign: Campaign, tree: Tree, *, on: datetime.date) -> bool:
    held = [one.unit_id for one in roles.holdings(viewer, on=on) if one.role in SEE_LAUNCHES]
    return any(node.id == campaign.unit_id for unit in held for node in tree.above(unit))


def launches_visible_to(
    viewer: User, campaign: Campaign, plan: CampaignFile, tree: Tree, *, on: datetime.date
) -> Mapping[int, UnitNode]:
    """The units, by their ids, whose launch the viewer may read whole: all for those who see how the units stand, one's
    own unit for everybody else."""
    taking_part = {node.id: node for node in participants(plan, campaign.unit_id, tree)}
    if sees_launches(viewer, campaign, tree, on=on):
        return taking_part | all_gone(all_standing(campaign), taking_part.values())
    own = set(Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True))
    whose = participant_by_unit(taking_part.values(), tree)
    near = {whose[unit] for unit in own if unit in whose}
    return {unit: node for unit, node in taking_part.items() if unit in near}
