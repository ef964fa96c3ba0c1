"""Targets of a unit's own in the demonstration agency: proposed by heads, decided by the Office."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.movement import OFFICE, running_campaign
from vungxanh.common.clock import moment
from vungxanh.movement.enums import UnitTargetState
from vungxanh.movement.models import UnitTarget
from vungxanh.movement.operations.targets import move_target, propose_target
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202109270053")
PERIOD = "ky-1"


@dataclass(frozen=True, slots=True)
class Proposed:
    """`verb` and `answer`: what the Office decides, and when."""

    unit: str
    measure: str
    target: float
    reason: str
    proposed: datetime.datetime
    decided: datetime.datetime
    verb: str
    answer: str


PROPOSED = (
    Proposed(
        "SNN-RPH",
        "3.2",
        95,
        "Người của các trạm bảo vệ rừng tuần tra nhiều ngày ở nơi không có sóng; tờ khai buổi chiều chỉ gửi được khi về"
        " trạm.",
        moment(datetime.date(2021, 9, 27), datetime.time(9, 10)),
        moment(datetime.date(2021, 9, 28), datetime.time(14, 15)),
        "approve",
        "Đồng ý trong kỳ 1; đơn vị nhập ca tuần tra vào lịch trực để tính đúng người phải khai.",
    ),
    Proposed(
        "SNN-NS",
        "2.2",
        96,
        "Hai nhà máy nước làm việc theo ca, ngày đổi ca người được giao cập nhật thường về muộn.",
        moment(datetime.date(2021, 10, 4), datetime.time(9, 40)),
        moment(datetime.date(2021, 10, 6), datetime.time(14, 15)),
        "refuse",
        "Hạn 15 giờ áp dụng chung cho mọi đơn vị; đề nghị giao thêm người cập nhật trong ngày đổi ca.",
    ),
)


def of_day(day: datetime.date, *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    for one in PROPOSED:
        if one.proposed.date() == day:
            yield one.proposed, lambda one=one: _propose(one, left_alone)  # type: ignore[misc]
        if one.decided.date() == day and OFFICE not in left_alone:
            yield one.decided, lambda one=one: _decide(one)  # type: ignore[misc]


def _propose(one: Proposed, left_alone: frozenset[str]) -> None:
    campaign = running_campaign()
    unit = all_tree_on(one.proposed.date()).by_code(one.unit)
    if campaign is None or unit is None or UnitTarget.objects.filter(key=_key(one)).exists():
        return
    head = next(iter(roles.holders(roles.HEADS, unit.id, on=one.proposed.date())), None)
    if head and head.username not in left_alone:
        place = (campaign, PERIOD, unit.id, one.measure)
        propose_target(_key(one), *place, one.target, one.reason, actor=head, at=one.proposed)


def _decide(one: Proposed) -> None:
    target = UnitTarget.objects.filter(key=_key(one), state=UnitTargetState.PROPOSED).first()
    if target:
        move_target(target, one.verb, one.answer, actor=User.objects.get(username=OFFICE), at=one.decided)


def _key(one: Proposed) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{PERIOD}:{one.unit}:{one.measure}")
