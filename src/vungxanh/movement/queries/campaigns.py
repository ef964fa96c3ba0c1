"""Campaigns as far as the viewer may see them, their editions, who takes part, what the issuer is asked."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.rulebook import CampaignFile, Question, questions_to_issuer, read_campaign
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

RUN = frozenset({Role.OFFICE})
SEE_DRAFTS = RUN | roles.LEADERS | {Role.PERSONNEL}
OUT = [CampaignState.RUNNING, CampaignState.CLOSED]


def campaigns_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[Campaign]:
    """Those of the agencies to which one belongs or in which one has a role; before they are opened for those who run
    them alone. What is under way comes first, then the newest."""
    tree = tree or all_tree_on(on)
    kept = roles.unit_ids_where(viewer, SEE_DRAFTS, on=on, tree=tree)
    own = {one.unit_id for one in roles.holdings(viewer, on=on)}
    own |= set(Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True))
    near = {node.id for unit in own if unit in tree for node in tree.above(unit)}
    rows = Campaign.objects.filter(unit__in=kept) | Campaign.objects.filter(unit__in=near, state__in=OUT)
    return rows.order_by("ended_at", "-made_at").select_related("unit")


def all_running() -> list[tuple[Campaign, CampaignFile]]:
    """Every campaign under way with its newest edition; one query."""
    texts = CampaignEdition.objects.filter(campaign=OuterRef("pk")).order_by("-number").values("text")[:1]
    rows = Campaign.objects.filter(state=CampaignState.RUNNING).annotate(plan_text=Subquery(texts)).order_by("pk")
    return [(one, read_campaign(one.plan_text)) for one in rows]


def all_editions(campaign: Campaign) -> list[CampaignEdition]:
    """The newest first."""
    return list(campaign.editions.select_related("loaded_by").order_by("-number"))


def newest_edition(campaign: Campaign) -> CampaignEdition:
    return campaign.editions.order_by("-number")[0]


def participants(plan: CampaignFile, unit_id: int, tree: Tree) -> list[UnitNode]:
    """The units that take part: of the kinds that the plan names, below the agency, none inside another of them, none
    that is left out."""
    if unit_id not in tree:
        return []
    found: list[UnitNode] = []
    stack = list(reversed(tree.children(unit_id)))
    while stack:
        node = stack.pop()
        if node.code in plan.left_out:
            continue
        if node.kind in plan.takes_part:
            found.append(node)
        else:
            stack.extend(reversed(tree.children(node.id)))
    return found


def block_of(plan: CampaignFile, node: UnitNode) -> str:
    """The code of the block in which a unit competes; a unit that is named itself stands before its kind."""
    named = next((one.code for one in plan.block if node.code in one.units), "")
    return named or next((one.code for one in plan.block if node.kind in one.kinds), "")


def participant_of(unit_ids: Collection[int], taking_part: Iterable[UnitNode], tree: Tree) -> dict[int, int]:
    """For each of the units the one that takes part in whose name it stands; others are left out."""
    whole = {node.id for node in taking_part}
    found = {}
    for unit_id in unit_ids:
        above = next((node.id for node in tree.above(unit_id) if node.id in whole), None)
        if above:
            found[unit_id] = above
    return found


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
