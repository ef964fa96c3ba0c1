"""What units ask to be reviewed."""

from django.db.models import F, QuerySet

from vungxanh.movement.enums import PointReviewState
from vungxanh.movement.models import Campaign, PeriodStanding, PointReview
from vungxanh.movement.rulebook import Period


def all_reviews(campaign: Campaign, period: Period) -> QuerySet[PointReview]:
    """What waits first, those asked first before; then what was closed last."""
    rows = PointReview.objects.filter(standing__campaign=campaign, standing__period_code=period.code)
    rows = rows.select_related("asked_by", "closed_by")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "asked_at", "key")


def all_waiting(standing: PeriodStanding) -> int:
    return standing.reviews.filter(state=PointReviewState.ASKED).count()
