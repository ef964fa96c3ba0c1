"""Launches: once a unit, in time or late, with pictures; who has not launched stays visible and is reminded."""

import datetime
import threading
import time
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE, launching, make_campaign, make_launch
from tests.factories.organization import MONDAY, clock, make_holder, make_unit
from tests.factories.photographs import picture
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common.duties import DutyState, Question
from vungxanh.movement.duties import launches as launch_duty
from vungxanh.movement.models import Campaign, Launch, Pledge
from vungxanh.movement.operations.campaigns import close_campaign, withdraw_campaign
from vungxanh.movement.operations.launches import (
    LaunchError,
    add_photograph,
    change_launch,
    erase_photographs,
    record_launch,
    remind_of_launches,
    withdraw_launch,
    withdraw_photograph,
)
from vungxanh.movement.operations.pledges import PledgeError, pledge_oneself
from vungxanh.movement.queries.launches import all_launch_lines, launches_visible_to
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import UnitVersion
from vungxanh.organization.tree import all_tree_on

LATE = datetime.date(2021, 10, 1)


def _withdraw(campaign: Campaign, *, actor: User, at: datetime.datetime) -> Campaign:
    return withdraw_campaign(campaign, "Tỉnh thay kế hoạch", actor=actor, at=at)


def test_unit_launches_once_and_the_office_is_told(agency: Agency, campaign: Campaign) -> None:
    key = uuid.uuid4()
    first = record_launch(key, campaign, agency.unit.pk, launching(), actor=agency.clerk, at=NINE)
    again = record_launch(key, campaign, agency.unit.pk, launching(), actor=agency.clerk, at=NINE)
    assert first.pk == again.pk
    with pytest.raises(LaunchError, match="đã ghi việc phát động"):
        record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(), actor=agency.head, at=NINE)
    assert list(first.own_criteria.values_list("text", flat=True)) == ["Không ai đi làm muộn."]
    told = Notification.objects.filter(topic="movement.launched")
    assert [one.recipient.username for one in told] == ["vanphong"]
    assert AuditEvent.objects.filter(action="movement.record_launch").count() == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"launched_on": MONDAY + datetime.timedelta(days=1)}, "chưa đến"),
        ({"launched_on": datetime.date(2021, 9, 15)}, "trước ngày phong trào bắt đầu"),
        ({"present": 0}, "số người"),
        ({"present": 200_000}, "số người"),
        ({"form": "PARTY"}, "hình thức"),
        ({"own_criteria": [f"Tiêu chí {number}" for number in range(21)]}, "20 tiêu chí"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    agency: Agency, campaign: Campaign, more: dict[str, object], says: str
) -> None:
    with pytest.raises(LaunchError, match=says):
        record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(**more), actor=agency.head, at=NINE)
    assert Launch.objects.count() == 0


def test_only_units_that_take_part_launch_and_only_while_it_is_under_way(agency: Agency, campaign: Campaign) -> None:
    section = make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    leader = make_holder("totruong", Role.UNIT_HEAD, section)
    with pytest.raises(LaunchError, match="không tham gia"):
        record_launch(uuid.uuid4(), campaign, section.pk, launching(), actor=leader, at=NINE)
    close_campaign(campaign, actor=agency.office, at=NINE)
    with pytest.raises(LaunchError, match="đã kết thúc"):
        record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(), actor=agency.head, at=NINE)


def test_every_role_and_verb(agency: Agency, campaign: Campaign) -> None:
    staff, heads = {"head", "deputy", "clerk"}, {"head", "deputy"}
    for name, user in agency.people.items():
        Launch.objects.all().delete()
        if name in staff:
            launch = record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(), actor=user, at=NINE)
        else:
            with pytest.raises(PermissionDenied):
                record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(), actor=user, at=NINE)
            launch = record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(), actor=agency.head, at=NINE)
        if name in staff:
            seen = launch.written_at
            assert change_launch(launch, launching(present=41), seen_at=seen, actor=user, at=NINE).present == 41
        else:
            with pytest.raises(PermissionDenied):
                change_launch(launch, launching(present=41), seen_at=launch.written_at, actor=user, at=NINE)
        if name in heads:
            assert withdraw_launch(launch, "Nhầm", actor=user, at=NINE).state == "WITHDRAWN"
            with pytest.raises(LaunchError):
                change_launch(launch, launching(), seen_at=launch.written_at, actor=user, at=NINE)
        else:
            with pytest.raises(PermissionDenied):
                withdraw_launch(launch, "Nhầm", actor=user, at=NINE)


def test_launch_taken_back_leaves_the_unit_not_launched_and_its_pictures_go(agency: Agency, campaign: Campaign) -> None:
    launch = make_launch(campaign, agency.unit, agency.head)
    with pytest.raises(LaunchError):
        withdraw_launch(launch, " ", actor=agency.head, at=NINE)
    withdraw_launch(launch, "Ghi nhầm phong trào", actor=agency.head, at=NINE)
    assert launch.photographs.get().content is None
    again = make_launch(campaign, agency.unit, agency.head)
    assert again.pk != launch.pk


def test_pictures_are_cleaned_counted_and_erased_in_time(agency: Agency, campaign: Campaign) -> None:
    launch = make_launch(campaign, agency.unit, agency.head)
    [first] = launch.photographs.all()
    assert add_photograph(launch, picture(2), actor=agency.head, at=NINE).pk == first.pk
    with pytest.raises(LaunchError):
        add_photograph(launch, b"<svg onload=alert(1)>", actor=agency.head, at=NINE)
    for number in range(10, 15):
        add_photograph(launch, picture(3, size=(40 + number, 40)), actor=agency.head, at=NINE)
    with pytest.raises(LaunchError, match="nhiều nhất 6"):
        add_photograph(launch, picture(4), actor=agency.head, at=NINE)
    withdraw_photograph(first, actor=agency.head, at=NINE)
    with pytest.raises(PermissionDenied):
        withdraw_photograph(launch.photographs.exclude(pk=first.pk)[0], actor=agency.stranger, at=NINE)
    assert erase_photographs(at=NINE) == 0
    assert erase_photographs(at=NINE + datetime.timedelta(days=731)) == 5


def test_list_shows_every_unit_launched_or_not(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    plan = campaign.editions.get().plan
    lines = all_launch_lines(campaign, plan, all_tree_on(MONDAY), on=MONDAY)
    states = {line.unit.code: line.state(plan.launch_by, MONDAY) for line in lines}
    assert states == {"CCKL": "LAUNCHED", "CCTL": "PENDING"}
    assert {line.unit.code: line.state(plan.launch_by, LATE) for line in lines}["CCTL"] == "OVERDUE"
    assert {line.unit.code: line.own_criteria for line in lines} == {"CCKL": 1, "CCTL": 0}


def test_launch_after_the_last_day_is_late_for_ever(agency: Agency, campaign: Campaign) -> None:
    late = clock(9, day=LATE)
    launch = make_launch(campaign, agency.unit, agency.head, at=late, launched_on=LATE)
    earlier = launching(launched_on=datetime.date(2021, 9, 30))
    with pytest.raises(LaunchError, match="thành ngày sớm hơn"):
        change_launch(launch, earlier, seen_at=launch.written_at, actor=agency.head, at=late)
    plan = campaign.editions.get().plan
    [line] = [one for one in all_launch_lines(campaign, plan, all_tree_on(LATE), on=LATE) if one.unit.code == "CCKL"]
    assert line.state(plan.launch_by, LATE) == "LATE"


def test_queries_of_the_list_stay_flat(agency: Agency, campaign: Campaign) -> None:
    plan = campaign.editions.get().plan

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            all_launch_lines(campaign, plan, all_tree_on(MONDAY), on=MONDAY)
        return len(captured)

    few = asked()
    for number in range(6):
        unit = make_unit(f"DV{number}", agency.root)
        make_launch(campaign, unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit))
    assert asked() <= few + 1  # The tree is read anew once it has changed.


def test_control_room_sees_what_is_owed(agency: Agency, campaign: Campaign) -> None:
    members = {agency.unit.pk: [agency.unit.pk], agency.other.pk: [agency.other.pk]}

    def states(day: datetime.date) -> dict[int, DutyState]:
        return {unit: one.state for unit, one in launch_duty(Question(day, clock(20, day=day), members)).items()}

    make_launch(campaign, agency.unit, agency.head)
    assert states(MONDAY) == {agency.unit.pk: DutyState.DONE, agency.other.pk: DutyState.PENDING}
    assert states(datetime.date(2021, 9, 30))[agency.other.pk] == DutyState.BEHIND
    assert states(LATE)[agency.other.pk] == DutyState.OVERDUE
    before = datetime.date(2021, 9, 19)
    assert launch_duty(Question(before, clock(20, day=before), members)) == {}


def test_units_that_have_not_launched_are_reminded_on_the_days_of_the_rule(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)

    def told(day: datetime.date, hour: int = 9) -> int:
        return remind_of_launches(at=clock(hour, day=day))

    assert told(datetime.date(2021, 9, 22)) == 0
    assert told(datetime.date(2021, 9, 23), hour=7) == 0
    assert told(datetime.date(2021, 9, 23)) == 1
    assert told(datetime.date(2021, 9, 23), hour=15) == 0
    assert told(datetime.date(2021, 9, 30)) == 1
    assert told(datetime.date(2021, 10, 3)) == 1
    assert told(datetime.date(2021, 10, 4)) == 0
    waiting = Notification.objects.filter(topic="movement.launch_due")
    assert {one.recipient.username for one in waiting} == {"la"}
    assert waiting.order_by("-made_at")[0].title == "Chưa phát động, đã quá hạn 30/09/2021: Giữ vững vùng xanh"


@pytest.mark.django_db(transaction=True)
def test_two_who_launch_for_one_unit_at_once_leave_one() -> None:
    agency = Agency()
    campaign = make_campaign(agency.root, agency.office, opened=True)

    def launch() -> bool:
        try:
            record_launch(uuid.uuid4(), campaign, agency.unit.pk, launching(), actor=agency.head, at=NINE)
        except LaunchError:
            return False
        return True

    assert sorted(at_once(launch, launch)) == [False, True]
    assert Launch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", [close_campaign, _withdraw])
def test_nothing_slips_in_while_the_movement_is_being_ended(ends: Callable[..., Campaign]) -> None:
    agency = Agency()
    lan = agency.lan.user = make_account("lan")
    agency.lan.save()
    campaign, ending = make_campaign(agency.root, agency.office, opened=True), threading.Event()

    def end() -> str:
        with transaction.atomic():
            ends(campaign, actor=agency.director, at=NINE)
            ending.set()
            time.sleep(0.5)  # Whoever came meanwhile has looked at the campaign by then.
        return "ended"

    def launch() -> str:
        ending.wait(20)
        try:
            make_launch(campaign, agency.unit, agency.head)
        except LaunchError as error:
            return str(error.messages[0])
        return "launched"

    def pledge() -> str:
        ending.wait(20)
        try:
            pledge_oneself(campaign, ["Thực hiện 5K."], actor=lan, at=NINE)
        except PledgeError as error:
            return str(error.messages[0])
        return "pledged"

    ended, launched, pledged = at_once(end, launch, pledge)
    assert (ended, launched) == ("ended", pledged)
    assert "đã" in launched
    assert (Launch.objects.count(), Pledge.objects.count()) == (0, 0)


def test_launch_written_down_after_the_last_day_says_so(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head, at=clock(9, day=LATE))
    plan = campaign.editions.get().plan
    line = next(one for one in all_launch_lines(campaign, plan, all_tree_on(LATE), on=LATE) if one.launch)
    assert (line.state(plan.launch_by, LATE), line.was_written_late(plan.launch_by)) == ("LAUNCHED", True)


def test_correction_with_the_same_key_is_refused_and_nothing_is_lost(agency: Agency, campaign: Campaign) -> None:
    key = uuid.uuid4()
    launch = record_launch(key, campaign, agency.unit.pk, launching(), actor=agency.head, at=NINE)
    with pytest.raises(LaunchError, match="đã ghi việc phát động"):
        record_launch(key, campaign, agency.unit.pk, launching(present=400), actor=agency.head, at=NINE)
    withdraw_launch(launch, "Nhầm", actor=agency.head, at=NINE)
    with pytest.raises(LaunchError, match="đã được gửi"):
        record_launch(key, campaign, agency.unit.pk, launching(), actor=agency.head, at=NINE)


def test_change_of_what_somebody_else_changed_meanwhile_is_refused(agency: Agency, campaign: Campaign) -> None:
    launch = make_launch(campaign, agency.unit, agency.head)
    seen = launch.written_at
    change_launch(launch, launching(present=41), seen_at=seen, actor=agency.clerk, at=clock(10))
    with pytest.raises(LaunchError, match="người khác sửa"):
        change_launch(launch, launching(present=42), seen_at=seen, actor=agency.head, at=clock(11))


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({"present": 41}, {"before": {"present": 40}, "after": {"present": 41}}),
        ({"form": "CEREMONY"}, {"before": {"form": "MEETING"}, "after": {"form": "CEREMONY"}}),
        ({"text": "Lễ phát động."}, {"text_changed": True}),
        ({"own_criteria": ["Một.", "Hai."]}, {"before": {"own_criteria": 1}, "after": {"own_criteria": 2}}),
        ({"own_criteria": ["Lời khác."]}, {"before": {"own_criteria": 1}, "after": {"own_criteria": 1}}),
        (
            {"launched_on": datetime.date(2021, 9, 18), "present": 9},
            {"before": {"day": "2021-09-20", "present": 40}, "after": {"day": "2021-09-18", "present": 9}},
        ),
    ],
)
def test_trail_of_a_change_keeps_every_field_that_differs(
    agency: Agency, campaign: Campaign, more: dict[str, object], kept: dict[str, object]
) -> None:
    launch = make_launch(campaign, agency.unit, agency.head)
    change_launch(launch, launching(**more), seen_at=launch.written_at, actor=agency.head, at=clock(10))
    detail = AuditEvent.objects.get(action="movement.change_launch").detail
    assert {key: value for key, value in detail.items() if key not in ("day", "present")} == kept


def test_own_criterion_that_is_too_long_is_named(agency: Agency, campaign: Campaign) -> None:
    told = launching(own_criteria=["x" * 301])
    with pytest.raises(LaunchError, match="nhiều nhất 300 ký tự"):
        record_launch(uuid.uuid4(), campaign, agency.unit.pk, told, actor=agency.head, at=NINE)


def test_nothing_of_a_closed_movement_is_taken_back(agency: Agency, campaign: Campaign) -> None:
    launch = make_launch(campaign, agency.unit, agency.head)
    close_campaign(campaign, actor=agency.office, at=clock(10))
    for act in (
        lambda: withdraw_launch(launch, "Nhầm", actor=agency.head, at=clock(11)),
        lambda: add_photograph(launch, picture(5), actor=agency.head, at=clock(11)),
        lambda: withdraw_photograph(launch.photographs.get(), actor=agency.head, at=clock(11)),
    ):
        with pytest.raises(LaunchError, match="đã kết thúc"):
            act()


def test_unit_that_was_dissolved_keeps_its_launch(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    UnitVersion.objects.filter(unit=agency.unit).update(valid_to=LATE)
    plan, tree = campaign.editions.get().plan, all_tree_on(LATE)
    lines = {one.unit.code: one for one in all_launch_lines(campaign, plan, tree, on=LATE)}
    assert (lines["CCKL"].is_gone, lines["CCTL"].is_gone) == (True, False)
    assert agency.unit.pk in launches_visible_to(agency.office, campaign, plan, tree, on=LATE)


def test_control_room_of_a_past_day_stays_as_it_was(agency: Agency, campaign: Campaign) -> None:
    launch = make_launch(campaign, agency.unit, agency.head)
    members = {agency.unit.pk: [agency.unit.pk]}
    withdraw_launch(launch, "Nhầm", actor=agency.head, at=clock(9, day=LATE))
    close_campaign(campaign, actor=agency.office, at=clock(10, day=LATE))
    evening = clock(20)
    assert launch_duty(Question(MONDAY, evening, members))[agency.unit.pk].state == DutyState.DONE
    assert launch_duty(Question(LATE, clock(20, day=LATE), members)) == {}
