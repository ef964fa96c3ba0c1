"""The report on the launch of the demonstration agency: drafted by the Office on the morning before it is due."""

import datetime
from collections.abc import Callable, Collection, Iterator

from vungxanh.accounts.models import User
from vungxanh.cli.demo.movement import CODE, OFFICE
from vungxanh.common.clock import moment
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.reviews.operations import draft_review
from vungxanh.reviews.queries.due import LAUNCH_CODE, due_of
from vungxanh.reviews.queries.reviews import all_newest, rule_on

DRAFTED, DAY = datetime.time(10, 20), datetime.timedelta(days=1)


def of_day(
    day: datetime.date, *, left_alone: Collection[str]
) -> Iterator[tuple[datetime.datetime, Callable[[], None]]]:
    """Nothing where the Office is played by somebody."""
    if OFFICE not in left_alone:
        yield moment(day, DRAFTED), lambda: _draft(day)


def _draft(day: datetime.date) -> None:
    campaign = Campaign.objects.filter(code=CODE, state="RUNNING").first()
    if campaign is None:
        return
    due = due_of(campaign, newest_edition(campaign).plan, rule_on(day), LAUNCH_CODE)
    if due and due.due_on - DAY == day and all_newest(due) is None:
        draft_review(due, seen="", actor=User.objects.get(username=OFFICE), at=moment(day, DRAFTED))
