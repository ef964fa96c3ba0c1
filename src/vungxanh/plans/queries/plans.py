"""Plans as far as the viewer may see them; which units owe which, and how they stand."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.common.vietnamese import folded
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import (
    all_under_way,
    campaigns_visible_to,
    newest_edition,
    participants,
    units_of_kinds,
)
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.plans.enums import STANDING, PlanKind, PlanState
from vungxanh.plans.models import PlanComment, PlanStep, PlanVersion, UnitPlan
from vungxanh.plans.rulebook import rule_on

SEE_PLANS = roles.LEADERS | {Role.OFFICE, Role.PERSONNEL, Role.PARTY_COMMITTEE}
"""At the unit or above it: plans in every state, as those who speak for the unit."""
KEEP_PLANS = SEE_PLANS | roles.UNIT_STAFF
WITH_UNIT = (PlanState.DRAFT, PlanState.RETURNED)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A unit with its plans that stand; None where it has not begun one."""

    unit: UnitNode
    of_campaign: UnitPlan | None
    green_zone: UnitPlan | None


def plans_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[UnitPlan]:
    """Of the units at or below one's role in every state; of one's own unit what was issued."""
    tree = tree or all_tree_on(on)
    kept = roles.unit_ids_where(viewer, KEEP_PLANS, on=on, tree=tree)
    own = set(Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True))
    near = {node.id for unit in own if unit in tree for node in tree.above(unit)}
    rows = UnitPlan.objects.filter(Q(unit__in=kept) | Q(unit__in=near, state=PlanState.ISSUED))
    return rows.select_related("unit", "campaign", "paper", "made_by", "issued_by")


def campaigns_planned_for(viewer: User, *, on: datetime.date, tree: Tree) -> list[Campaign]:
    """For which units write plans now, the newest first."""
    return list(campaigns_visible_to(viewer, on=on, tree=tree).filter(state=CampaignState.RUNNING))


def lines_for(viewer: User, campaign: Campaign | None, tree: Tree, *, on: datetime.date) -> list[PlanLine]:
    """Every unit whose plans the viewer keeps or follows: those that take part in the campaign, or without one those
    that have a Green Zone plan; three queries for any number."""
    kept = roles.unit_ids_where(viewer, KEEP_PLANS, on=on, tree=tree)
    if campaign:
        nodes = participants(newest_edition(campaign).plan, campaign.unit_id, tree)
    else:
        kinds = rule_on(on).green_zone_kinds
        nodes = [node for root in tree.roots for node in units_of_kinds(kinds, root.id, tree)]
    nodes = [node for node in nodes if node.id in kept]
    found = all_standing([node.id for node in nodes], campaign)
    return [
        PlanLine(node, found.get((node.id, PlanKind.UNIT_PLAN)), found.get((node.id, PlanKind.GREEN_ZONE_PLAN)))
        for node in nodes
    ]


def all_standing(unit_ids: Collection[int], campaign: Campaign | None) -> Mapping[tuple[int, str], UnitPlan]:
    """By unit and kind, the plans that stand: for the campaign, and to stay a Green Zone."""
    wanted = Q(kind=PlanKind.GREEN_ZONE_PLAN)
    if campaign:
        wanted |= Q(kind=PlanKind.UNIT_PLAN, campaign=campaign)
    rows = UnitPlan.objects.filter(wanted, unit_id__in=list(unit_ids), state__in=STANDING).select_related("paper")
    return {(one.unit_id, one.kind): one for one in rows}


def all_versions(plan: UnitPlan) -> list[PlanVersion]:
    """The newest first."""
    return list(plan.versions.select_related("made_by").order_by("-number"))


def newest_version(plan: UnitPlan) -> PlanVersion:
    return plan.versions.select_related("made_by").order_by("-number")[0]


def all_comments(plan: UnitPlan) -> list[PlanComment]:
    """In the order in which they came."""
    rows = PlanComment.objects.filter(version__plan=plan).select_related("version", "made_by")
    return list(rows.order_by("made_at", "pk"))


def all_steps(plan: UnitPlan) -> list[PlanStep]:
    return list(plan.steps.select_related("by").order_by("at", "pk"))


def found_by(rows: QuerySet[UnitPlan], text: str) -> list[UnitPlan]:
    """By words of the title, with or without marks."""
    return [one for one in rows.filter(state__in=STANDING) if folded(text) in folded(one.summary)]


def all_states_at(plans: Iterable[UnitPlan], at: datetime.datetime) -> dict[UnitPlan, str]:
    """How each stood at the moment; those that were not begun by then are left out; one query."""
    by_key = {one.pk: one for one in plans}
    rows = PlanStep.objects.filter(plan__in=list(by_key), at__lte=at).order_by("at", "pk")
    return {by_key[plan]: state for plan, state in rows.values_list("plan_id", "state")}


@dataclass(frozen=True, slots=True)
class Owed:
    """What a unit owes for a campaign: one plan of each kind, sent by the day. `state` is empty where none stood."""

    campaign: Campaign
    plan: CampaignFile
    unit_id: int
    kind: str
    due_on: datetime.date
    state: str

    @property
    def is_sent(self) -> bool:
        return self.state not in ("", *WITH_UNIT)


def all_owed(at: datetime.datetime) -> list[Owed]:
    """Of every unit that took part in a campaign under way at the moment, as it stood then; at most three queries."""
    running = all_under_way(at)
    if not running:
        return []
    today = at.astimezone(ZONE).date()
    rule, tree = rule_on(today), all_tree_on(today)
    begun = UnitPlan.objects.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at), made_at__lte=at)
    states = {(one.unit_id, one.kind, one.campaign_id): state for one, state in all_states_at(begun, at).items()}
    found = []
    for campaign, plan in running:
        due_on = rule.due_on(plan.launch_by)
        for node in participants(plan, campaign.unit_id, tree):
            for kind, about in ((PlanKind.UNIT_PLAN, campaign.pk), (PlanKind.GREEN_ZONE_PLAN, None)):
                if kind == PlanKind.UNIT_PLAN or node.kind in rule.green_zone_kinds:
                    state = states.get((node.id, kind, about), "")
                    found.append(Owed(campaign, plan, node.id, kind, due_on, state))
    return found


def all_settled_green(unit_ids: Collection[int], at: datetime.datetime) -> dict[int, UnitPlan]:
    """By unit, the Green Zone plan that had been accepted or issued and stood at the moment."""
    stood = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)
    rows = UnitPlan.objects.filter(
        stood, kind=PlanKind.GREEN_ZONE_PLAN, unit_id__in=list(unit_ids), accepted_at__lte=at
    )
    return {one.unit_id: one for one in rows.order_by("accepted_at")}
