"""What the calendar of a plan asks for: each report with the period that it looks at, and the one on the launch."""

import datetime
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign, CampaignEdition
from vungxanh.movement.rulebook import CampaignFile, Period, read_stored
from vungxanh.reviews.enums import ReviewKind
from vungxanh.reviews.rulebook import ReviewRule

LAUNCH_CODE, LAUNCH_NAME = "ket-qua-phat-dong", "Báo cáo kết quả phát động phong trào"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueReport:
    """`period`: whose points stand in it; `first` to `last`: of what it looks at. `to`: who gets it by the plan."""

    campaign: Campaign
    plan: CampaignFile
    code: str
    name: str
    kind: ReviewKind
    due_on: datetime.date
    to: str
    period: Period
    first: datetime.date
    last: datetime.date

    @property
    def period_before(self) -> Period | None:
        earlier = [one for one in self.plan.period if one.last < self.period.first]
        return max(earlier, key=lambda one: one.last, default=None)

    @property
    def key(self) -> str:
        """What stands for it among the papers of the agency."""
        return f"{self.campaign.code}:{self.code}"


def all_due(campaign: Campaign, plan: CampaignFile, rule: ReviewRule) -> list[DueReport]:
    """In the order of their last days."""
    launch_due = plan.launch_by + rule.launch_report_days * DAY
    first, everything = plan.period[0], (plan.starts_on, launch_due)
    launch = DueReport(
        campaign, plan, LAUNCH_CODE, LAUNCH_NAME, ReviewKind.LAUNCH, launch_due, _receiver(plan), first, *everything
    )
    asked = [
        _due(campaign, plan, one.code, one.name, ReviewKind(one.kind), one.due_on, one.to)
        for one in plan.report
        if one.code != LAUNCH_CODE
    ]
    return sorted([launch, *asked], key=lambda one: one.due_on)


def due_of(campaign: Campaign, plan: CampaignFile, rule: ReviewRule, code: str) -> DueReport | None:
    return next((one for one in all_due(campaign, plan, rule) if one.code == code), None)


def all_reported_on() -> list[tuple[Campaign, CampaignFile]]:
    """Every campaign that was opened and not withdrawn, also one that has ended, with its newest edition; one query."""
    texts = CampaignEdition.objects.filter(campaign=OuterRef("pk")).order_by("-number").values("text")[:1]
    rows = Campaign.objects.filter(state__in=[CampaignState.RUNNING, CampaignState.CLOSED]).order_by("pk")
    return [(one, read_stored(one.plan_text)) for one in rows.annotate(plan_text=Subquery(texts))]


def _due(
    campaign: Campaign, plan: CampaignFile, code: str, name: str, kind: ReviewKind, due_on: datetime.date, to: str
) -> DueReport:
    period = _period_of(plan, kind, due_on)
    first, last = period.first, period.last
    if kind != ReviewKind.INTERIM:
        first = plan.starts_on
    if kind == ReviewKind.ANNUAL:
        first, last = max(first, due_on.replace(month=1, day=1)), min(last, due_on.replace(month=12, day=31))
    return DueReport(campaign, plan, code, name, kind, due_on, to, period, first, last)


def _period_of(plan: CampaignFile, kind: ReviewKind, due_on: datetime.date) -> Period:
    """The one that names this review and this day; else the last such one that is over by then; else, and for a year,
    the last that has begun by then."""
    named = [one for one in plan.period if one.review == kind]
    if exact := next((one for one in named if one.review_by == due_on), None):
        return exact
    over = [one for one in named if one.last <= due_on]
    begun = [one for one in plan.period if one.first <= due_on]
    return (over or named or begun or list(plan.period))[-1]


def _receiver(plan: CampaignFile) -> str:
    return plan.report[0].to if plan.report else ""
