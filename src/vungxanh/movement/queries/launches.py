"""How units launched a campaign: every unit that takes part, launched or not."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import LaunchState, PledgeKind, PledgeState
from vungxanh.movement.models import Campaign, Launch, Pledge
from vungxanh.movement.queries.campaigns import participant_of, participants
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization import roles
from vungxanh.organization.enums import ContractKind, PostKind, Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, UnitNode

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

    def state(self, launch_by: datetime.date, today: datetime.date) -> str:
        """LAUNCHED, LATE (launched after the last day), OVERDUE or PENDING."""
        if self.launch:
            return "LATE" if self.launch.launched_on > launch_by else "LAUNCHED"
        return "OVERDUE" if today > launch_by else "PENDING"


def all_standing(campaign: Campaign) -> dict[int, Launch]:
    """By unit, the launches that stand, each with the number of its own criteria as `own_count`."""
    rows = campaign.launches.filter(state=LaunchState.RECORDED).annotate(own_count=Count("own_criteria"))
    return {one.unit_id: one for one in rows}


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
    return lines


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
    posts = Post.objects.filter(in_force(on), kind=PostKind.HOME, person__merged_into__isnull=True)
    rows = posts.exclude(contract=ContractKind.SUPPLIER).values_list("person_id", "unit_id")
    home = dict(rows)
    whose = participant_of(set(home.values()), taking_part, tree)
    there = {person: whose[unit] for person, unit in home.items() if unit in whose}
    pledges = Pledge.objects.filter(campaign=campaign, kind=PledgeKind.PERSON, state=PledgeState.CONFIRMED)
    if at is not None:
        pledges = Pledge.objects.filter(campaign=campaign, kind=PledgeKind.PERSON, confirmed_at__lte=at)
        pledges = pledges.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))
    named = pledges.values_list("person_id", "person__merged_into_id")
    pledged = {merged or person for person, merged in named}
    people, done = Counter(there.values()), Counter(there[one] for one in pledged if one in there)
    return {node.id: (done[node.id], people[node.id]) for node in taking_part}


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
        return taking_part
    own = set(Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True))
    near = set(participant_of(own, taking_part.values(), tree).values())
    return {unit: node for unit, node in taking_part.items() if unit in near}
