"""Who owes a plan: the duty of the control room, reminders, and the figure of the movement held against the tables."""

import datetime

import pytest

from tests.factories.directing import Agency
from tests.factories.organization import MONDAY, clock
from tests.factories.plans import make_accepted, make_sent
from tests.measuring import check_records, measured, part_and_whole
from vungxanh.common.duties import DutyState, Question
from vungxanh.common.indicators import Asked
from vungxanh.movement.models import Campaign
from vungxanh.notifications.models import Notification
from vungxanh.organization.models import Unit
from vungxanh.plans.duties import plans as plan_duty
from vungxanh.plans.enums import PlanVerb
from vungxanh.plans.operations.moving import move_plan
from vungxanh.plans.operations.reminding import remind_of_plans

CODE = "movement.green_zone_plan"
DUE = datetime.date(2021, 10, 10)
ONE = datetime.timedelta(days=1)


def asked(agency: Agency, campaign: Campaign, at: datetime.datetime, *, last: datetime.date = DUE + 5 * ONE) -> Asked:
    members = {one.pk: [one.pk] for one in (agency.unit, agency.other)}
    return Asked(datetime.date(2021, 9, 16), last, at, members, about=campaign.code)


def by_hand(unit: Unit, question: Asked) -> tuple[int, int]:
    """Of one unit; it takes part and is due once the last day is over, or once it has the plan."""
    ended = min(question.at, clock(0, day=question.until + ONE))
    statement = """
    SELECT count(*), 1 FROM plans_unitplan WHERE unit_id = %s AND kind = 'GREEN_ZONE_PLAN' AND accepted_at <= %s
      AND (withdrawn_at IS NULL OR withdrawn_at > %s)
    """
    part, _one = part_and_whole(statement, unit.pk, ended, ended)
    is_over = question.until >= DUE and question.today > DUE
    return (part, 1) if part or is_over else (0, 0)


def test_units_with_a_plan_are_what_stands_in_the_tables(agency: Agency, campaign: Campaign) -> None:
    plan = make_accepted(agency.unit, agency.head, agency.office, at=clock(10))
    make_sent(agency.other, agency.stranger, at=clock(10))
    moments = (clock(9), clock(11), clock(12, day=DUE), clock(12, day=DUE + ONE), clock(12, day=DUE + 20 * ONE))
    for at in moments:
        question = asked(agency, campaign, at)
        found = measured(CODE, question)
        for unit in (agency.unit, agency.other):
            assert found.get(unit.pk, (0, 0)) == by_hand(unit, question)
    assert measured(CODE, asked(agency, campaign, clock(9))) == {}
    assert measured(CODE, asked(agency, campaign, clock(11))) == {agency.unit.pk: (1, 1)}
    after = asked(agency, campaign, clock(12, day=DUE + ONE))
    assert measured(CODE, after) == {agency.unit.pk: (1, 1), agency.other.pk: (0, 1)}
    check_records(CODE, after)
    move_plan(plan, PlanVerb.WITHDRAW, text="Nhầm", actor=agency.head, at=clock(12, day=DUE))
    assert measured(CODE, asked(agency, campaign, clock(12, day=DUE + ONE))) == {
        agency.unit.pk: (0, 1),
        agency.other.pk: (0, 1),
    }
    before = asked(agency, campaign, clock(11, day=DUE))
    assert measured(CODE, before) == {agency.unit.pk: (1, 1)}


def test_plan_accepted_after_the_period_does_not_count_for_it(agency: Agency, campaign: Campaign) -> None:
    make_accepted(agency.unit, agency.head, agency.office, at=clock(10, day=DUE + ONE))
    question = asked(agency, campaign, clock(12, day=DUE + 9 * ONE), last=DUE)
    assert measured(CODE, question) == {agency.unit.pk: (0, 1), agency.other.pk: (0, 1)}


def test_nothing_is_asked_of_an_unknown_movement(agency: Agency) -> None:
    members = {agency.unit.pk: [agency.unit.pk]}
    assert measured(CODE, Asked(MONDAY, MONDAY, clock(9), members, about="khong-co")) == {}


def test_control_room_sees_what_is_owed_and_a_past_day_stays(agency: Agency, campaign: Campaign) -> None:
    members = {agency.unit.pk: [agency.unit.pk], agency.other.pk: [agency.other.pk]}

    def status(day: datetime.date, unit: Unit) -> tuple[DutyState, int, int]:
        found = plan_duty(Question(day, clock(20, day=day), members))[unit.pk]
        return found.state, found.done, found.expected

    first = make_sent(agency.unit, agency.head, at=clock(10))
    make_sent(agency.unit, agency.head, campaign, at=clock(10))
    assert status(MONDAY, agency.unit) == (DutyState.DONE, 2, 2)
    assert status(MONDAY, agency.other) == (DutyState.PENDING, 0, 2)
    assert status(DUE, agency.other)[0] == DutyState.BEHIND
    assert status(DUE + ONE, agency.other)[0] == DutyState.OVERDUE
    move_plan(first, PlanVerb.RETURN, text="Sửa", actor=agency.office, at=clock(10, day=MONDAY + ONE))
    assert status(MONDAY + ONE, agency.unit) == (DutyState.PENDING, 1, 2)
    assert status(MONDAY, agency.unit) == (DutyState.DONE, 2, 2)
    before = datetime.date(2021, 9, 19)
    assert plan_duty(Question(before, clock(20, day=before), members)) == {}


def test_units_that_owe_are_reminded_on_the_days_of_the_rule_until_they_send(
    agency: Agency, campaign: Campaign
) -> None:
    def told(day: datetime.date, hour: int = 9) -> int:
        return remind_of_plans(at=clock(hour, day=day))

    make_sent(agency.unit, agency.head, campaign, at=clock(10))
    make_sent(agency.unit, agency.head, at=clock(10))
    make_sent(agency.other, agency.stranger, campaign, at=clock(10))
    assert told(DUE - 6 * ONE) == 0
    assert told(DUE - 5 * ONE, hour=7) == 0
    assert told(DUE - 5 * ONE) == 1
    assert told(DUE - 5 * ONE, hour=15) == 0
    assert told(DUE + 3 * ONE) == 1
    waiting = Notification.objects.filter(topic="plans.due", settled_at=None)
    assert {one.recipient.username for one in waiting} == {"la"}
    assert waiting.order_by("-made_at")[0].title == "Chưa gửi, đã quá hạn 10/10/2021: kế hoạch bảo đảm vùng xanh"
    make_sent(agency.other, agency.stranger, at=clock(10, day=DUE + 4 * ONE))
    assert list(waiting.values_list("key", flat=True)) == []


@pytest.mark.parametrize("days", [1, 2])
def test_reminders_come_every_third_day_once_it_is_late(agency: Agency, campaign: Campaign, days: int) -> None:
    assert remind_of_plans(at=clock(9, day=DUE + days * ONE)) == 0
