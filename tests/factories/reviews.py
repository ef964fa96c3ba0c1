"""What the reviews need: one that is due, and one drafted."""

import datetime
from collections.abc import Collection

from vungxanh.accounts.models import User
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.reviews.models import Review
from vungxanh.reviews.operations import draft_review
from vungxanh.reviews.queries.due import LAUNCH_CODE, DueReport, due_of
from vungxanh.reviews.queries.reviews import all_newest, rule_on, seen_of


def make_due(campaign: Campaign, code: str = LAUNCH_CODE) -> DueReport:
    plan = newest_edition(campaign).plan
    found = due_of(campaign, plan, rule_on(plan.starts_on), code)
    assert found
    return found


def make_review(
    campaign: Campaign, office: User, code: str = LAUNCH_CODE, *, at: datetime.datetime, take_new: Collection[str] = ()
) -> Review:
    """From the version that stands."""
    due = make_due(campaign, code)
    return draft_review(due, seen=seen_of(all_newest(due)), take_new=take_new, actor=office, at=at)
