"""What the unions of the demonstration agency did in the movement, written down by their officer."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal

from vungxanh.cli.demo.people import draw
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.activities import Told, record_activity
from vungxanh.movement.queries.activities import Result
from vungxanh.movement.queries.pledges import groups_of
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Group, GroupMembership
from vungxanh.organization.tree import all_tree_on

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202109160241")
NAMED = 8
"""So many of the members are named."""


@dataclass(frozen=True, slots=True)
class Done:
    day: datetime.date
    group: str
    title: str
    place: str
    text: str
    took_part: int
    results: tuple[tuple[str, int, str], ...]


DONE = (
    Done(
        datetime.date(2021, 9, 24),
        "DTN-SNN",
        "Thanh niên hỗ trợ khai báo y tế tại cổng",
        "Trụ sở Sở",
        "Hướng dẫn khách đến làm việc khai báo, đo thân nhiệt, nhắc thực hiện 5K trong giờ cao điểm.",
        18,
        (("Lượt khách được hướng dẫn", 132, "lượt"),),
    ),
    Done(
        datetime.date(2021, 9, 28),
        "CD-SNN",
        "Trao quà cho đoàn viên khó khăn do dịch",
        "Hội trường Sở",
        "Thăm hỏi, trao quà cho đoàn viên công đoàn có hoàn cảnh khó khăn; vận động đoàn viên ký cam kết thi đua.",
        46,
        (("Suất quà", 25, "suất"), ("Kinh phí", 12_500_000, "đồng"), ("Khẩu trang phát cho đoàn viên", 1500, "chiếc")),
    ),
    Done(
        datetime.date(2021, 10, 2),
        "DTN-SNN",
        "Ngày thứ Bảy tình nguyện khử khuẩn nơi làm việc",
        "Trụ sở Sở và các chi cục",
        "Vệ sinh, khử khuẩn phòng làm việc, phòng họp, hành lang.",
        27,
        (("Phòng được khử khuẩn", 64, "phòng"),),
    ),
)


def all_of_day(campaign: Campaign, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """Each once; the groups of which nothing stands here have done nothing yet."""
    groups = {one.code: one for one in groups_of(campaign, all_tree_on(at.date()))}
    for done in DONE:
        if done.day == at.date() and done.group in groups:
            _record(campaign, groups[done.group], done, at, left_alone)


def _record(campaign: Campaign, group: Group, done: Done, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    officer = next(iter(roles.holders(Role.UNION_OFFICER, group.unit_id, on=done.day)), None)
    if officer is None or officer.username in left_alone:
        return
    members = GroupMembership.objects.filter(group=group).values_list("person__staff_code", flat=True)
    told = Told(
        title=done.title,
        held_on=done.day,
        place=done.place,
        text=done.text,
        took_part=done.took_part,
        people=sorted(members, key=lambda code: draw("activity", done.title, code).random())[:NAMED],
        figures=[Result(what, Decimal(amount), measured_in) for what, amount, measured_in in done.results],
    )
    key = uuid.uuid5(NAMESPACE, f"{campaign.code}:{group.code}:{done.day}")
    record_activity(key, campaign, group, told, actor=officer, at=at)
