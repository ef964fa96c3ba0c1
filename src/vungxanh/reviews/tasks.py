"""Jobs of the reviews: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.reviews import operations


def remind() -> None:
    """Every quarter of an hour; the rule says on which days and from when."""
    operations.remind_of_reviews(at=clock.now())
