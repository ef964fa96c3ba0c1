"""Plans of the units of the demonstration agency: written once a unit has launched, looked at by the Office, issued."""

import datetime
import uuid
from collections.abc import Iterator

from vungxanh.accounts.models import User
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.movement import OFFICE, running_campaign
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition, participants
from vungxanh.movement.queries.launches import all_standing as all_launches
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.enums import PlanKind, PlanState, PlanVerb
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.operations.moving import move_plan
from vungxanh.plans.operations.writing import comment_on, start_plan, write_plan
from vungxanh.plans.permissions import has_series
from vungxanh.plans.queries.plans import all_standing, newest_version
from vungxanh.plans.rulebook import BLANK

NAMESPACE = uuid.UUID("0d6f3f0a-7d0e-4c0b-8a1c-202109160054")
RETURNED = 0.3
"""Of the plans to stay a Green Zone so many come back once."""
FILLINGS = (
    "phòng họp nhỏ tầng 1, có lối đi riêng",
    "số của Trạm Y tế nơi đóng trụ sở, niêm yết tại phòng bảo vệ",
    "mỗi vị trí có một người dự phòng đã nhận bàn giao; làm việc tại nhà, họp trực tuyến",
)
COMMENT = "Ghi rõ người đón khách và nơi tiếp khách khi phòng họp đang dùng."
ANSWER = "Khách đến đột xuất: văn thư đón tại cổng, tiếp tại phòng khách tầng 1."


def of_day(day: datetime.date, *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    looked, written, signed = (
        moment(day, datetime.time(hour, minute)) for hour, minute in ((10, 40), (15, 10), (16, 20))
    )
    if OFFICE not in left_alone:
        yield looked, lambda: _look_through(looked)
    yield written, lambda: _write(written, left_alone)
    yield signed, lambda: _finish(signed, left_alone)


def _write(at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """The plan to stay a Green Zone on the day after the launch of a unit, the plan for the movement a day later."""
    campaign = running_campaign()
    if campaign is None:
        return
    day, launches = at.date(), all_launches(campaign)
    tree = all_tree_on(day)
    units = [node.id for node in participants(newest_edition(campaign).plan, campaign.unit_id, tree)]
    heads, there = roles.all_holders(roles.HEADS, units, on=day, tree=tree), all_standing(units, campaign)
    for unit_id in units:
        head = next(iter(heads[unit_id]), None)
        if head is None or head.username in left_alone or unit_id not in launches:
            continue
        passed = (day - launches[unit_id].launched_on).days
        for about, kind, days in ((None, PlanKind.GREEN_ZONE_PLAN, 1), (campaign, PlanKind.UNIT_PLAN, 2)):
            if passed >= days and (unit_id, kind) not in there:
                _write_one(unit_id, about, head, at)


def _write_one(unit_id: int, campaign: Campaign | None, head: User, at: datetime.datetime) -> None:
    key = uuid.uuid5(NAMESPACE, f"{unit_id}:{campaign.code if campaign else ''}")
    if UnitPlan.objects.filter(pk=key).exists():
        return
    plan = start_plan(key, unit_id, campaign, actor=head, at=at)
    texts = {code: _filled(text) for code, text in newest_version(plan).texts.items()}
    write_plan(plan, texts, seen=1, remark="Điền số liệu của đơn vị", actor=head, at=at)
    move_plan(plan, PlanVerb.SEND, actor=head, at=at)


def _filled(text: str) -> str:
    for words in FILLINGS:
        text = text.replace(BLANK, words, 1)
    return text.replace(BLANK, "theo thông báo của đơn vị")


def _look_through(at: datetime.datetime) -> None:
    """The Office accepts what was sent before this day; some plans come back once, with a comment."""
    office = User.objects.get(username=OFFICE)
    for plan in UnitPlan.objects.filter(state=PlanState.SENT, made_at__lt=at).order_by("made_at", "pk"):
        is_returned = plan.kind == PlanKind.GREEN_ZONE_PLAN and draw("plan", plan.unit_id).random() < RETURNED
        if is_returned and not plan.steps.filter(verb=PlanVerb.RETURN).exists():
            comment_on(newest_version(plan), "khach", COMMENT, actor=office, at=at)
            move_plan(plan, PlanVerb.RETURN, actor=office, at=at)
        else:
            move_plan(plan, PlanVerb.ACCEPT, actor=office, at=at)


def _finish(at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """What came back is changed and sent again; the head of a phòng signs what was accepted."""
    rows = UnitPlan.objects.filter(state__in=[PlanState.RETURNED, PlanState.ACCEPTED]).order_by("made_at", "pk")
    signers = {PlanState.RETURNED: roles.HEADS, PlanState.ACCEPTED: roles.HEADS - {Role.UNIT_DEPUTY}}
    for plan in rows:
        head = next(iter(roles.holders(signers[PlanState(plan.state)], plan.unit_id, on=at.date())), None)
        if head is None or head.username in left_alone:
            continue
        if plan.state == PlanState.RETURNED:
            newest = newest_version(plan)
            text = f"{newest.texts['khach']}\n3. {ANSWER}"
            write_plan(plan, {"khach": text}, seen=newest.number, remark="Theo góp ý", actor=head, at=at)
            move_plan(plan, PlanVerb.SEND, actor=head, at=at)
        elif not has_series(plan, on=at.date()):
            move_plan(plan, PlanVerb.ISSUE, actor=head, at=at)
