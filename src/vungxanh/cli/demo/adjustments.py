"""Bonus and penalty points that the Office of the demonstration agency gives, each with its cause."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.movement import OFFICE, running_campaign
from vungxanh.common.clock import moment
from vungxanh.movement.operations.adjustments import Given, give_adjustment
from vungxanh.organization.tree import all_tree_on

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202109300053")
GIVEN_AT = datetime.time(14, 30)


@dataclass(frozen=True, slots=True)
class Caused:
    """`day`: of what happened; `given_on`: when the Office writes it down."""

    given_on: datetime.date
    period: str
    unit: str
    code: str
    points: float
    day: datetime.date
    cause: str


CAUSED = (
    Caused(
        datetime.date(2021, 9, 29),
        "ky-1",
        "SNN-KL",
        "T3",
        1,
        datetime.date(2021, 9, 21),
        "Cử người trực chốt kiểm soát dịch theo Quyết định số mẫu 31/QĐ-MAU.",
    ),
    Caused(
        datetime.date(2021, 9, 30),
        "ky-1",
        "SNN-CNTY",
        "T1",
        2,
        datetime.date(2021, 9, 28),
        "Cách bố trí hai tổ làm việc luân phiên tại trạm được Văn phòng Sở giới thiệu cho các đơn vị khác (dữ liệu"
        " mẫu).",
    ),
    Caused(
        datetime.date(2021, 10, 1),
        "ky-1",
        "SNN-GVN",
        "P2",
        1,
        datetime.date(2021, 9, 29),
        "Một người của đơn vị bị nhắc nhở bằng văn bản vì không đeo khẩu trang tại chốt kiểm soát (dữ liệu mẫu).",
    ),
    Caused(
        datetime.date(2021, 12, 20),
        "ky-2",
        "SNN-KN",
        "T1",
        3,
        datetime.date(2021, 12, 14),
        "Mô hình tập huấn trực tuyến cho hộ dân trong vùng cách ly được nhân rộng (dữ liệu mẫu).",
    ),
)


def of_day(day: datetime.date, *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Nothing where the Office is played by somebody."""
    at = moment(day, GIVEN_AT)
    for one in CAUSED:
        if one.given_on == day and OFFICE not in left_alone:
            yield at, lambda one=one: _give(one, at)  # type: ignore[misc]


def _give(one: Caused, at: datetime.datetime) -> None:
    campaign = running_campaign()
    unit = all_tree_on(at.date()).by_code(one.unit)
    if campaign is None or unit is None:
        return
    key = uuid.uuid5(NAMESPACE, f"{campaign.code}:{one.period}:{one.unit}:{one.code}")
    given = Given(one.code, one.points, one.cause, one.day)
    office = User.objects.get(username=OFFICE)
    give_adjustment(key, campaign, one.period, unit.id, given, actor=office, at=at)
