"""Reviews as the Office and the leaders see them: what is due, whether it is drafted or issued."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.documents.enums import PaperState
from vungxanh.documents.queries import SEE_PAPERS
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.organization import roles
from vungxanh.reviews.models import Review
from vungxanh.reviews.queries.due import DueReport, all_due
from vungxanh.reviews.rulebook import REVIEW_RULE, ReviewRule


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """`review`: the newest version that stands; `issued`: the newest one that was issued and stands."""

    due: DueReport
    review: Review | None
    issued: Review | None
    today: datetime.date

    @property
    def state(self) -> str:
        """ISSUED, LATE (issued after its last day), DRAFT, OVERDUE or PENDING."""
        if self.issued and self.issued.paper.issued_on:
            return "LATE" if self.issued.paper.issued_on > self.due.due_on else "ISSUED"
        if self.today > self.due.due_on:
            return "OVERDUE"
        return "DRAFT" if self.review else "PENDING"


def rule_on(day: datetime.date) -> ReviewRule:
    """The edition of the day; of a day before all editions the first."""
    editions = REVIEW_RULE.current()
    first = next(iter(editions))
    return first if day < first.in_force_from else editions.in_force(day)


def review_lines(viewer: User, campaign: Campaign, *, on: datetime.date) -> list[ReviewLine]:
    """In the order of their last days; none for those who do not see the papers of the agency."""
    if not roles.holds(viewer, SEE_PAPERS, campaign.unit_id, on=on):
        return []
    due = all_due(campaign, newest_edition(campaign).plan, rule_on(on))
    return all_lines(due, all_standing_reviews([campaign.pk]), on)


def all_standing_reviews(campaign_ids: Collection[int]) -> list[Review]:
    """Drafts and issued ones with their papers, the newest version first; without their figures."""
    rows = Review.objects.filter(campaign_id__in=campaign_ids, paper__state__in=[PaperState.DRAFT, PaperState.ISSUED])
    return list(rows.select_related("paper").defer("figures", "proposed").order_by("-paper__version"))


def all_lines(due: Sequence[DueReport], reviews: Sequence[Review], on: datetime.date) -> list[ReviewLine]:
    by_report: dict[tuple[int, str], list[Review]] = {}
    for review in reviews:
        by_report.setdefault((review.campaign_id, review.report_code), []).append(review)
    return [_line(one, by_report.get((one.campaign.pk, one.code), []), on) for one in due]


def _line(due: DueReport, reviews: Sequence[Review], today: datetime.date) -> ReviewLine:
    issued = next((one for one in reviews if one.paper.state == PaperState.ISSUED), None)
    return ReviewLine(due, reviews[0] if reviews else None, issued, today)


def seen_of(review: Review | None) -> str:
    """What was on a page, so that nobody writes over what came meanwhile."""
    if review is None:
        return ""
    edited = review.paper.edited_at
    return f"{review.paper_id}:{review.paper.state}:{edited.isoformat() if edited else ''}"


def all_newest(due: DueReport) -> Review | None:
    """The newest version in whatever state, with its paper."""
    rows = Review.objects.filter(campaign=due.campaign, report_code=due.code)
    return rows.select_related("paper").order_by("-paper__version").first()


def review_of(viewer: User, paper_id: int, *, on: datetime.date) -> Review | None:
    """Of a paper that the viewer sees as a paper of the agency."""
    seen = roles.unit_ids_where(viewer, SEE_PAPERS, on=on)
    rows = Review.objects.filter(paper_id=paper_id, paper__unit_id__in=seen)
    return rows.select_related("paper", "campaign").first()
