"""Campaigns as far as the viewer may see them, their editions, who takes part, what the issuer is asked."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from vungxanh.accounts.models import User
from vungxanh.common.clock import moment
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.rulebook import CampaignFile, Period, Question, questions_to_issuer, read_stored
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

RUN = frozenset({Role.OFFICE})
SEE_DRAFTS = RUN | roles.LEADERS | {Role.PERSONNEL}
OUT = Q(opened_at__isnull=False)
"""Those of which everybody in the agency has heard, also where they were withdrawn: the reason stands on the page."""


def campaigns_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[Campaign]:
    """Those of the agencies to which one belongs or in which one has a role; before they are opened for those who run
    them alone. What is under way comes first, then the newest."""
    tree = tree or all_tree_on(on)
    kept = roles.unit_ids_where(viewer, SEE_DRAFTS, on=on, tree=tree)
    own = {one.unit_id for one in roles.holdings(viewer, on=on)}
    own |= set(Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True))
    near = {node.id for unit in own if unit in tree for node in tree.above(unit)}
    rows = Campaign.objects.filter(Q(unit__in=kept) | Q(unit__in=near) & OUT)
    return rows.order_by(F("ended_at").asc(nulls_first=True), "-made_at", "pk").select_related("unit")


def all_under_way(at: datetime.datetime) -> list[tuple[Campaign, CampaignFile]]:
    """Every campaign that was under way at the moment, with its newest edition; one query."""
    texts = CampaignEdition.objects.filter(campaign=OuterRef("pk")).order_by("-number").values("text")[:1]
    lasts = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    rows = Campaign.objects.filter(lasts, opened_at__lte=at).exclude(state=CampaignState.WITHDRAWN)
    return [(one, read_stored(one.plan_text)) for one in rows.annotate(plan_text=Subquery(texts)).order_by("pk")]


def all_editions(campaign: Campaign) -> list[CampaignEdition]:
    """The newest first."""
    return list(campaign.editions.select_related("loaded_by").order_by("-number"))


def newest_edition(campaign: Campaign) -> CampaignEdition:
    return campaign.editions.order_by("-number")[0]


def plan_of_period(campaign: Campaign, period: Period, today: datetime.date) -> CampaignFile:
    return edition_of_period(campaign, period, today).plan


def edition_of_period(campaign: Campaign, period: Period, today: datetime.date) -> CampaignEdition:
    """The edition by which a period is scored: the newest; of a period that is over the one that was newest at its end,
    so that no later file rewrites it. Where the campaign was taken in after that, the first."""
    if period.last >= today:
        return newest_edition(campaign)
    over = moment(period.last + datetime.timedelta(days=1), datetime.time())
    then = campaign.editions.filter(loaded_at__lt=over).order_by("-number").first()
    return then or campaign.editions.order_by("number")[0]


def is_over(campaign: Campaign, period: Period, today: datetime.date) -> bool:
    """Whether nothing of the period is still to come: its last day has passed, or the campaign has ended."""
    return period.last < today or campaign.ended_at is not None


def participants(plan: CampaignFile, unit_id: int, tree: Tree) -> list[UnitNode]:
    """The units that take part: of the kinds that the plan names, below the agency, none inside another of them, none
    that is left out."""
    return units_of_kinds(plan.takes_part, unit_id, tree, left_out=plan.left_out)


def units_of_kinds(
    kinds: Collection[str], unit_id: int, tree: Tree, *, left_out: Collection[str] = ()
) -> list[UnitNode]:
    """Units of these kinds below another, none inside another of them, in the order of the tree."""
    if unit_id not in tree:
        return []
    found: list[UnitNode] = []
    stack = list(reversed(tree.children(unit_id)))
    while stack:
        node = stack.pop()
        if node.code in left_out:
            continue
        if node.kind in kinds:
            found.append(node)
        else:
            stack.extend(reversed(tree.children(node.id)))
    return found


def block_of(plan: CampaignFile, node: UnitNode) -> str:
    """The code of the block in which a unit competes; a unit that is named itself stands before its kind."""
    named = next((one.code for one in plan.block if node.code in one.units), "")
    return named or next((one.code for one in plan.block if node.kind in one.kinds), "")


def participant_by_unit(taking_part: Iterable[UnitNode], tree: Tree) -> dict[int, int]:
    """For each unit that stands in the name of one of these, by itself or below it, that one; none lies in another."""
    return {below.id: node.id for node in taking_part for below in tree.below(node.id)}


def takes_part(plan: CampaignFile, campaign: Campaign, unit_id: int, tree: Tree) -> bool:
    """Whether the unit takes part by itself."""
    return any(node.id == unit_id for node in participants(plan, campaign.unit_id, tree))


@dataclass(frozen=True, slots=True)
class AskedOfIssuer:
    question: Question
    answers: list[IssuerAnswer]

    @property
    def is_open(self) -> bool:
        return not self.answers


def asked_of_issuer(campaign: Campaign, plan: CampaignFile) -> list[AskedOfIssuer]:
    """What does not fit in the plan, each with its answers, the newest first; what is open stands before."""
    answers: dict[str, list[IssuerAnswer]] = {}
    for one in campaign.answers.select_related("answered_by").order_by("-answered_at", "-pk"):
        answers.setdefault(one.question_key, []).append(one)
    asked = [AskedOfIssuer(one, answers.get(one.key, [])) for one in questions_to_issuer(plan)]
    return sorted(asked, key=lambda one: not one.is_open)
