"""What units scored themselves: who may read it, what waits, and what the scorecards take of it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import AdjustmentState, SelfScoreState, StandingState
from vungxanh.movement.models import Adjustment, Campaign, CrossCheck, EvidenceFile, PeriodStanding, SelfScore
from vungxanh.movement.queries.campaigns import participants, plan_of_period
from vungxanh.movement.rulebook import CampaignFile, Measure, Period, SelfScoreRule, self_score_rule
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

READ_ALL = roles.LEADERS | {Role.OFFICE, Role.PERSONNEL, Role.COUNCIL_MEMBER}
"""They read what was sent, of every unit; those who speak for a unit read its own, drafts too."""
APPRAISE = frozenset({Role.OFFICE, Role.PERSONNEL})


@dataclass(frozen=True, slots=True)
class SelfScored:
    """What stood at a moment: SENT or APPRAISED; `appraised` only then."""

    state: str
    points: float
    appraised: float | None = None
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A bonus, or below 0 a penalty, on the scorecard of a unit."""

    code: str
    name: str
    points: float
    cause: str
    day: datetime.date


@dataclass(frozen=True, slots=True)
class Season:
    """A period of a campaign as units score themselves in it, on a day: by the edition of the file and the units of its
    end, as the scorecards are."""

    campaign: Campaign
    period: Period
    plan: CampaignFile
    rule: SelfScoreRule
    units: Sequence[UnitNode]
    today: datetime.date

    @property
    def measures(self) -> list[Measure]:
        return self.plan.self_scored

    @property
    def has_begun(self) -> bool:
        return self.today >= self.period.first

    @property
    def takes_sending(self) -> bool:
        """Whether units still send what they have not sent before."""
        return self.has_begun and self.today <= self.rule.send_by(self.period)

    @property
    def takes_appraising(self) -> bool:
        return self.has_begun and self.today <= self.rule.appraise_by(self.period)

    def takes_changes(self, standing: PeriodStanding | None) -> bool:
        """Whether anything at all may still change. Once the scores are shown, or opened again, what a review of points
        asks for can be corrected until they are frozen."""
        return standing.state != StandingState.FROZEN if standing else self.takes_appraising

    def unit_with(self, code: str) -> UnitNode | None:
        return next((node for node in self.units if node.code == code), None)


def season_of(campaign: Campaign, period: Period, today: datetime.date) -> Season:
    day = campaign.last_known(today)
    plan, tree = plan_of_period(campaign, period, day), all_tree_on(min(day, period.last))
    units = participants(plan, campaign.unit_id, tree)
    return Season(campaign, period, plan, self_score_rule(period), units, today)


def all_self_scored(
    campaign: Campaign, period_code: str, *, at: datetime.datetime
) -> Mapping[tuple[int, str], SelfScored]:
    """By unit and measure, what had been sent by the moment; one query."""
    rows = SelfScore.objects.filter(campaign=campaign, period=period_code, sent_at__lte=at)
    found = {}
    for one in rows.exclude(state=SelfScoreState.RETURNED):
        assert one.points is not None
        is_appraised = one.appraised_at is not None and one.appraised_at <= at
        found[one.unit_id, one.measure] = (
            SelfScored("APPRAISED", one.points, one.appraised_points, one.difference)
            if is_appraised
            else SelfScored("SENT", one.points)
        )
    return found


def all_adjusted(
    campaign: Campaign, period_code: str, plan: CampaignFile, *, at: datetime.datetime
) -> Mapping[int, list[Adjusted]]:
    """By unit, the bonus and penalty points that stood at the moment, by their day; one query."""
    names = {one.id: one.name for one in plan.adjustment}
    rows = Adjustment.objects.filter(campaign=campaign, period=period_code, made_at__lte=at)
    found: dict[int, list[Adjusted]] = {}
    for one in rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)).order_by("day", "made_at"):
        line = Adjusted(one.code, names.get(one.code, one.code), one.signed, one.cause, one.day)
        found.setdefault(one.unit_id, []).append(line)
    return found


def self_scores_visible_to(
    viewer: User, campaign: Campaign, *, on: datetime.date, tree: Tree | None = None
) -> QuerySet[SelfScore]:
    """Those of one's own unit; what was sent, for those who read all; what one's unit was asked to check."""
    tree = tree or all_tree_on(on)
    rows = SelfScore.objects.filter(campaign=campaign)
    own = roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on, tree=tree)
    asked = CrossCheck.objects.filter(unit__in=own, self_score__campaign=campaign).values("self_score_id")
    mine = Q(unit__in=own) | Q(pk__in=asked, sent_at__isnull=False)
    if reads_all(viewer, campaign, on=on, tree=tree):
        mine |= Q(sent_at__isnull=False)
    return rows.filter(mine).select_related("unit", "campaign")


def reads_all(viewer: User, campaign: Campaign, *, on: datetime.date, tree: Tree | None = None) -> bool:
    return campaign.unit_id in roles.unit_ids_where(viewer, READ_ALL, on=on, tree=tree)


def appraises(viewer: User, campaign: Campaign, *, on: datetime.date) -> bool:
    """Whether the viewer is of the Office or of Personnel; not of which unit."""
    return roles.holds(viewer, APPRAISE, campaign.unit_id, on=on)


def all_of_season(season: Season) -> dict[tuple[int, str], SelfScore]:
    rows = SelfScore.objects.filter(campaign=season.campaign, period=season.period.code)
    return {(one.unit_id, one.measure): one for one in rows.select_related("unit")}


def checks_asked_of(viewer: User, campaign: Campaign, period_code: str, *, on: datetime.date) -> list[CrossCheck]:
    """Still to be answered by the viewer's unit, or by the Office where one is of it; the oldest first."""
    own = roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on) - {campaign.unit_id}
    units = own | ({campaign.unit_id} if appraises(viewer, campaign, on=on) else set())
    rows = CrossCheck.objects.filter(self_score__campaign=campaign, self_score__period=period_code)
    waiting = rows.filter(unit__in=units, checked_at__isnull=True).exclude(self_score__unit__in=own)
    return list(waiting.select_related("self_score__unit", "unit").order_by("asked_at", "pk"))


def belongs_to(user: User, unit_id: int, *, on: datetime.date) -> bool:
    """Whether somebody works in the unit or speaks for it, there or below it: nobody judges the own unit."""
    tree = all_tree_on(on)
    below = {node.id for node in tree.below(unit_id)} if unit_id in tree else {unit_id}
    if any(one.unit_id in below and one.role in roles.UNIT_STAFF for one in roles.holdings(user, on=on)):
        return True
    return Post.objects.filter(in_force(on), person__user_id=user.pk, unit_id__in=below).exists()


def all_evidence(self_score_ids: Sequence[object]) -> dict[object, list[EvidenceFile]]:
    """By self-score, the files that are there, without their content; one query."""
    rows = EvidenceFile.objects.filter(self_score__in=self_score_ids, withdrawn_at__isnull=True)
    rows = rows.select_related("self_score__campaign")
    found: dict[object, list[EvidenceFile]] = {}
    for one in rows.defer("content").order_by("added_at", "pk"):
        found.setdefault(one.self_score_id, []).append(one)
    return found


def evidence_visible_to(viewer: User, campaign: Campaign, *, on: datetime.date) -> QuerySet[EvidenceFile]:
    """Of the self-scores and adjustments that one reads."""
    seen = self_scores_visible_to(viewer, campaign, on=on).values("pk")
    given = adjustments_visible_to(viewer, campaign, on=on).values("pk")
    rows = EvidenceFile.objects.filter(Q(self_score__in=seen) | Q(adjustment__in=given))
    return rows.filter(withdrawn_at__isnull=True).select_related("self_score__campaign", "adjustment__campaign")


def adjustments_visible_to(
    viewer: User, campaign: Campaign, *, on: datetime.date, tree: Tree | None = None
) -> QuerySet[Adjustment]:
    """Those of one's own unit; all for those who read all."""
    tree = tree or all_tree_on(on)
    rows = Adjustment.objects.filter(campaign=campaign).select_related("unit", "made_by", "withdrawn_by")
    if reads_all(viewer, campaign, on=on, tree=tree):
        return rows
    return rows.filter(unit__in=roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on, tree=tree))


def all_points_given(campaign: Campaign, period_code: str, unit_id: int, code: str) -> float:
    """Points of the adjustments with that code that stand."""
    rows = Adjustment.objects.filter(campaign=campaign, period=period_code, unit_id=unit_id, code=code)
    return sum(rows.filter(state=AdjustmentState.GIVEN).values_list("points", flat=True))


def day_of(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
