"""How long units may ask for a review of their points."""

import datetime
from collections.abc import Callable, Iterator

from vungxanh.common.decision_tables import Edition, Fault, edition_file
from vungxanh.movement.rulebook.rules import RULES

MOST_DAYS = 30


class ReviewRule(Edition, frozen=True, kw_only=True):
    """Units may ask during `review_working_days` working days after the day on which the scores were shown."""

    review_working_days: int

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.review_working_days <= MOST_DAYS:
            yield Fault(f"{at}.review_working_days", f"phải từ 1 đến {MOST_DAYS}")

    def last_day(self, shown_on: datetime.date, is_working: Callable[[datetime.date], bool]) -> datetime.date:
        """The last day on which one may ask."""
        day, left = shown_on, self.review_working_days
        while left:
            day += datetime.timedelta(days=1)
            left -= is_working(day)
        return day


REVIEW_RULE = edition_file(
    RULES / "scoring_review.toml", title="Công bố, xem xét lại và chốt điểm thi đua", schema=ReviewRule
)


def review_rule_on(day: datetime.date) -> ReviewRule:
    """The edition of the day; of a day before all editions the first."""
    editions = REVIEW_RULE.current()
    first = next(iter(editions))
    return first if day < first.in_force_from else editions.in_force(day)
