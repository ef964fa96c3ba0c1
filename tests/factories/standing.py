"""What frozen scores need: a campaign with one period that is frozen and one that is shown, requests, targets."""

import datetime
import uuid

from tests.factories.movement import NINE, PLAN, make_campaign
from tests.factories.organization import clock
from vungxanh.accounts.models import User
from vungxanh.movement.models import Campaign, PointReview, UnitTarget
from vungxanh.movement.operations.reviews import ask_review
from vungxanh.movement.operations.standing import freeze_scores, show_scores
from vungxanh.movement.operations.targets import propose_target
from vungxanh.organization.models import Unit

BEGUN, FIRST_OVER = clock(8, day=datetime.date(2021, 9, 6)), clock(8, day=datetime.date(2021, 9, 11))
FIRST_ANSWERED = clock(8, day=datetime.date(2021, 9, 16))
TWO_PERIODS = (
    PLAN.replace('code = "thu-nghiem"', 'code = "da-cham"')
    .replace("starts_on = 2021-09-16", "starts_on = 2021-09-06")
    .replace(PLAN[PLAN.index("[[period]]") :], "")
    + """
[[period]]
code = "ky-0"
name = "Kỳ đầu"
first = 2021-09-06
last = 2021-09-10

[[period]]
code = "ky-1"
name = "Kỳ sau"
first = 2021-09-11
last = 2021-09-19
review = "FINAL"
review_by = 2021-09-30
"""
)
"""The first over on the 10th, the second on the 19th: before the day on which tests live."""


def make_scored(root: Unit, office: User, *, at: datetime.datetime = NINE) -> Campaign:
    """`ky-0` frozen, `ky-1` shown at the moment."""
    campaign = make_campaign(root, office, text=TWO_PERIODS, opened=True, at=BEGUN)
    show_scores(campaign, "ky-0", actor=office, at=FIRST_OVER)
    freeze_scores(campaign, "ky-0", actor=office, at=FIRST_ANSWERED)
    show_scores(campaign, "ky-1", actor=office, at=at)
    return campaign


def make_review(
    campaign: Campaign, unit: Unit, head: User, *, measure: str = "1.1", at: datetime.datetime = NINE
) -> PointReview:
    words = "Hai người đã ký ngày 12/9 mà chưa được tính."
    return ask_review(uuid.uuid4(), campaign, "ky-1", unit.pk, measure, words, actor=head, at=at)


def make_target(
    campaign: Campaign, unit: Unit, head: User, *, target: float = 80, at: datetime.datetime = NINE
) -> UnitTarget:
    words = "Đơn vị có nhiều người đi tăng cường."
    return propose_target(uuid.uuid4(), campaign, "ky-1", unit.pk, "1.1", target, words, actor=head, at=at)
