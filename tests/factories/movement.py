"""What the movement needs: a campaign with a small file, a launch with a picture, a pledge, self-scores, points."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from tests.factories.directing import PDF
from tests.factories.organization import MONDAY, clock
from tests.factories.photographs import picture
from vungxanh.accounts.models import User
from vungxanh.movement.models import Activity, Adjustment, Campaign, Launch, Pledge, SelfScore
from vungxanh.movement.operations import activities
from vungxanh.movement.operations.adjustments import Given, give_adjustment
from vungxanh.movement.operations.campaigns import load_campaign, open_campaign
from vungxanh.movement.operations.evidence import add_evidence
from vungxanh.movement.operations.launches import Launching, add_photograph, record_launch
from vungxanh.movement.operations.pledges import pledge_for_unit
from vungxanh.movement.operations.self_scores import OwnScore, send_self_scores, write_self_score
from vungxanh.movement.queries.activities import Result
from vungxanh.organization.models import Group, Unit

NINE = clock(9)
PLAN = """
code = "thu-nghiem"
title = "Thi đua giữ vững vùng xanh"
short_title = "Giữ vững vùng xanh"
symbol = "KH-SNN"
number = "12"
issued_on = 2021-09-16
starts_on = 2021-09-16
launch_by = 2021-09-30
total_points = 100
takes_part = ["DIVISION", "SUBORDINATE_UNIT"]
leads = ["OFFICE"]

[pledge]
unit = ["Giữ đơn vị là vùng xanh."]
group = ["Vận động đoàn viên."]
person = ["Khai báo y tế trung thực.", "Thực hiện 5K."]

[[part]]
id = "I"
title = "I. NỘI DUNG"

  [[part.clause]]
  id = "I.1"
  kind = "CONTENT"
  text = "1. Mọi người khai báo y tế trung thực."
  carried_out_by = ["declarations", "launches", "pledges", "news"]

[[criterion]]
id = "1"
name = "Khai báo y tế"
clause = "I.1"
weight = 100

  [[criterion.measure]]
  id = "1.1"
  name = "Người ký cam kết"
  kind = "MEASURED"
  indicator = "movement.people_pledged"
  target = 100
  weight = 60

  [[criterion.measure]]
  id = "1.2"
  name = "Tuyên truyền"
  kind = "SELF_SCORED"
  weight = 40
  full_when = "Có ít nhất hai buổi tuyên truyền."

[[adjustment]]
id = "T1"
name = "Sáng kiến được nhân rộng"
kind = "BONUS"
most_points = 5

[[adjustment]]
id = "P1"
name = "Để sót trường hợp nghi ngờ"
kind = "PENALTY"
most_points = 10

[[period]]
code = "ky-1"
name = "Kỳ 1"
first = 2021-09-16
last = 2021-10-15
review = "FINAL"
review_by = 2021-10-20
"""
"""The smallest plan that says something in each part; nothing in it does not fit."""


def make_campaign(
    root: Unit, office: User | None, *, text: str = PLAN, opened: bool = False, at: datetime.datetime = NINE
) -> Campaign:
    campaign, _is_new = load_campaign(text, root.pk, name="thu-nghiem.toml", actor=office, at=at)
    if opened and office:
        campaign = open_campaign(campaign, actor=office, at=at)
    return campaign


def launching(**more: Any) -> Launching:
    given = {"launched_on": MONDAY, "form": "MEETING", "present": 40, "text": "Hội nghị toàn đơn vị."}
    return Launching(**{**given, "own_criteria": ["Không ai đi làm muộn."], **more})


def make_launch(campaign: Campaign, unit: Unit, head: User, *, at: datetime.datetime = NINE, **more: Any) -> Launch:
    """With a picture."""
    launch = record_launch(uuid.uuid4(), campaign, unit.pk, launching(**more), actor=head, at=at)
    add_photograph(launch, picture(2), actor=head, at=at)
    return launch


def make_pledge(campaign: Campaign, unit: Unit, head: User, *, at: datetime.datetime = NINE) -> Pledge:
    return pledge_for_unit(campaign, unit.pk, ["Giữ đơn vị là vùng xanh."], actor=head, at=at)


MASKS = Result("Khẩu trang phát cho đoàn viên", Decimal(500), "chiếc")


def told_activity(**more: Any) -> activities.Told:
    given: dict[str, Any] = {"title": "Ra quân vệ sinh nơi làm việc", "held_on": MONDAY, "place": "Trụ sở Chi cục"}
    given |= {"text": "Khử khuẩn phòng làm việc.", "took_part": 30, "figures": [MASKS]}
    return activities.Told(**{**given, **more})


def make_activity(
    campaign: Campaign, group: Group, officer: User, *, at: datetime.datetime = NINE, **more: Any
) -> Activity:
    """With a picture."""
    made = activities.record_activity(uuid.uuid4(), campaign, group, told_activity(**more), actor=officer, at=at)
    activities.add_photograph(made, picture(5), actor=officer, at=at)
    return made


def make_self_score(
    campaign: Campaign,
    unit: Unit,
    writer: User,
    *,
    points: float | None = 30,
    measure: str = "1.2",
    with_file: bool = True,
    at: datetime.datetime = NINE,
) -> SelfScore:
    """A draft in the first period, of 40 points."""
    told = OwnScore(points, "Hai buổi tuyên truyền.")
    score = write_self_score(campaign, "ky-1", measure, unit.pk, told, seen_at=None, actor=writer, at=at)
    if with_file:
        add_evidence(score, "Biên bản.pdf", PDF, actor=writer, at=at)
    return score


def make_sent(
    campaign: Campaign, unit: Unit, head: User, *, points: float = 30, at: datetime.datetime = NINE
) -> SelfScore:
    make_self_score(campaign, unit, head, points=points, at=at)
    return send_self_scores(campaign, "ky-1", unit.pk, actor=head, at=at)[0]


def make_adjustment(
    campaign: Campaign,
    unit: Unit,
    office: User,
    *,
    code: str = "T1",
    points: float = 2,
    at: datetime.datetime = NINE,
) -> Adjustment:
    given = Given(code, points, "Mô hình trạm kiểm soát được nhân rộng.", MONDAY)
    return give_adjustment(uuid.uuid4(), campaign, "ky-1", unit.pk, given, actor=office, at=at)
