"""Response plans of the units of the demonstration agency: written from the template, put in force, tried, and once
carried out in earnest."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.organization import roles
from vungxanh.organization.models import Person
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.response.enums import PlanState, ResponseState
from vungxanh.response.models import Response, ResponsePlan
from vungxanh.response.operations.plans import Named, WrittenStep, change_plan, draft_plan, put_in_force
from vungxanh.response.operations.responses import end_response, start_response, tick_step
from vungxanh.response.queries.plans import plan_of, staff_of
from vungxanh.risk.enums import RiskLevel
from vungxanh.risk.models import PersonAssessment
from vungxanh.screening.models import PersonDay

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202109210060")
FIRST_DAY, DAYS = datetime.date(2021, 9, 21), 4
WITHOUT, ONLY_DRAFTED = 0.04, 0.1
"""So large a part of the units has no plan yet, from there up to the second share a draft."""
EARLY = ("SNN-TTBV", "SNN-KN")
"""They are tried, or carried out, in the days after."""
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
ALMOST_DUE = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Carried:
    """One time that a plan is carried out or tried. `only_if_high`: where somebody of the unit is of high
    risk on that day."""

    unit: str
    scenario: str
    starts: datetime.datetime
    ends: datetime.datetime
    place: str
    conclusion: str
    is_drill: bool = True
    only_if_high: bool = False


TRIED = Carried(
    "SNN-KN",
    "PHONG_TOA",
    moment(datetime.date(2021, 9, 29), datetime.time(9)),
    moment(datetime.date(2021, 9, 29), datetime.time(12)),
    "Trụ sở Trung tâm",
    "Diễn tập đủ các bước, 14 người tham gia. Việc lo suất ăn cho người ở trong phải hỏi nhiều nơi vì chưa có sẵn số"
    " điện thoại nơi cung cấp. Đã bổ sung danh bạ vào tủ trực; người giữ dấu ghi thêm số máy dự phòng.",
)
REAL = Carried(
    "SNN-TTBV",
    "F0",
    moment(datetime.date(2021, 9, 30), datetime.time(17, 45)),
    moment(datetime.date(2021, 10, 1), datetime.time(15, 30)),
    "Phòng Bảo vệ thực vật",
    "Người có dấu hiệu được đưa về phòng cách ly tạm thời, trạm y tế lấy mẫu ngay trong buổi tối. Kết quả xét nghiệm"
    " ngày 01/10 âm tính (dữ liệu mẫu). Rút kinh nghiệm: chuẩn bị sẵn danh sách người cùng phòng, cùng họp theo từng"
    " tuần.",
    is_drill=False,
    only_if_high=True,
)
LATER_DAYS, SLOWEST = [datetime.date(2021, 12, 6) + number * DAY for number in range(12)], 2
"""Before ninety days are over most units try their plan; so many do not and are late."""
LATER = (
    "Các bước đúng thứ tự, đúng thời gian. Cần thêm một bộ đồ bảo hộ tại phòng cách ly tạm thời.",
    "Người thay mặt ở hai vị trí chưa nắm hết việc; đã bàn giao lại và ký nhận.",
    "Liên lạc với trạm y tế thông suốt; việc dừng ra vào ở cổng phụ còn chậm, đã phân công thêm người.",
)


def of_day(day: datetime.date, *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    if FIRST_DAY <= day < FIRST_DAY + DAYS * DAY:
        written, signed = moment(day, datetime.time(10, 20)), moment(day, datetime.time(15, 35))
        yield written, lambda: _write(written, left_alone)
        yield signed, lambda: _put_in_force(signed, left_alone)
    for one in (TRIED, REAL, *_later(day)):
        if day in (one.starts.date(), one.ends.date()):
            yield from _carried(one, day, left_alone)


def _units(day: datetime.date) -> list[UnitNode]:
    """Those right below the agency that report; the leaders have the plan of the Office."""
    tree = all_tree_on(day)
    points = [node for node in tree.reporting_points() if node.parent_id and tree[node.parent_id].parent_id is None]
    return [node for node in points if node.code != "SNN-LDS"]


def _day_of(node: UnitNode) -> datetime.date:
    """When the unit writes its plan."""
    return FIRST_DAY if node.code in EARLY else FIRST_DAY + int(_chance("written", node.code) * DAYS) * DAY


def _write(at: datetime.datetime, left_alone: frozenset[str]) -> None:
    for node in _units(at.date()):
        head = _head(node.id, at.date(), left_alone)
        share = 1.0 if node.code in EARLY else _chance("plan", node.code)
        is_there = ResponsePlan.objects.filter(unit_id=node.id).exists()
        if head is None or is_there or share < WITHOUT or _day_of(node) != at.date():
            continue
        plan = draft_plan(node.id, actor=head, at=at)
        if share >= ONLY_DRAFTED:
            _name_people(plan, node.id, head, at)


def _name_people(plan: ResponsePlan, unit_id: int, head: User, at: datetime.datetime) -> None:
    """The head commands; whoever else is named, and who stands in, by chance."""
    staff = staff_of(unit_id, all_tree_on(at.date()), on=at.date())
    staff.sort(key=lambda person: (person.user_id != head.pk, _chance("duty", person.staff_code)))
    duties = list(plan.duties.all())
    named = [_named(duty.pk, staff, place, len(duties)) for place, duty in enumerate(duties)]
    steps = [WrittenStep(one.scenario, one.text, one.within, one.duty.code) for one in plan.steps.all()]
    change_plan(plan, named, steps, seen_at=plan.changed_at, actor=head, at=at)


def _named(duty: int, staff: list[Person], place: int, duties: int) -> Named:
    person, stand_in = staff[place % len(staff)], staff[(place + duties) % len(staff)]
    return Named(duty, person.pk, stand_in.pk if stand_in != person else None)


def _put_in_force(at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """What was written on this day and names everybody."""
    rows = ResponsePlan.objects.filter(state=PlanState.DRAFT, made_at__date=at.date(), number=1)
    for plan in rows.exclude(duties__person__isnull=True).order_by("made_at", "pk"):
        head = _head(plan.unit_id, at.date(), left_alone)
        if head:
            put_in_force(plan, seen_at=plan.changed_at, actor=head, at=at)


def _later(day: datetime.date) -> Iterator[Carried]:
    """Drills in December; two a day at most."""
    if day not in LATER_DAYS:
        return
    nodes = sorted(_units(day), key=lambda node: _chance("drill", node.code))
    nodes = [node for node in nodes if node.code != TRIED.unit][:-SLOWEST]
    days = [one for one in LATER_DAYS if one.weekday() < 5]
    for place, node in enumerate(nodes):
        if days[place % len(days)] == day:
            words = LATER[int(_chance("learned", node.code) * len(LATER))]
            begins, ends = moment(day, datetime.time(9)), moment(day, datetime.time(12))
            yield Carried(node.code, "F0", begins, ends, "Trụ sở đơn vị", words)


def _carried(one: Carried, day: datetime.date, left_alone: frozenset[str]) -> Iterator[Happening]:
    head = None
    if node := all_tree_on(day).by_code(one.unit):
        head = _head(node.id, day, left_alone)
    if node is None or head is None:
        return
    key = uuid.uuid5(NAMESPACE, f"{one.unit}:{one.scenario}:{one.starts.date()}")
    if one.starts.date() == day:
        yield one.starts, lambda: _start(key, one, node, head)
        for minutes in (8, 14, 50, 65, 115, 172):
            at = one.starts + minutes * MINUTE
            if at < one.ends:
                yield at, lambda at=at: _tick(key, head, at)  # type: ignore[misc]
    if one.ends.date() == day:
        yield one.ends, lambda: _end(key, one, head)


def _start(key: uuid.UUID, one: Carried, node: UnitNode, head: User) -> None:
    if Response.objects.filter(key=key).exists() or plan_of(node.id, PlanState.IN_FORCE) is None:
        return
    if one.only_if_high and not _is_high(node, one.starts.date()):
        return
    start_response(key, node.id, one.scenario, is_drill=one.is_drill, place=one.place, actor=head, at=one.starts)


def _tick(key: uuid.UUID, head: User, at: datetime.datetime) -> None:
    """What is due soon, or is late already."""
    response = Response.objects.filter(key=key, state=ResponseState.RUNNING).first()
    if response:
        for step in response.steps.filter(done_at=None, due_at__lte=at + ALMOST_DUE).order_by("position"):
            tick_step(step, done=True, actor=head, at=at)


def _end(key: uuid.UUID, one: Carried, head: User) -> None:
    response = Response.objects.filter(key=key, state=ResponseState.RUNNING).first()
    if response:
        end_response(response, one.conclusion, actor=head, at=one.ends)


def _is_high(node: UnitNode, day: datetime.date) -> bool:
    below = [one.id for one in all_tree_on(day).below(node.id)]
    subjects = PersonDay.objects.filter(day=day, unit_id__in=below).values("subject")
    current = PersonAssessment.objects.filter(subject__in=subjects, is_current=True)
    return current.filter(level__in=[RiskLevel.HIGH, RiskLevel.VERY_HIGH]).exists()


def _head(unit_id: int, day: datetime.date, left_alone: frozenset[str]) -> User | None:
    head = next(iter(roles.holders(roles.HEADS, unit_id, on=day)), None)
    return head if head and head.username not in left_alone else None


def _chance(*parts: str) -> float:
    """From 0 to 1, the same each time."""
    return draw("response", *parts).random()
