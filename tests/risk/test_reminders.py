"""The minutes before 15:00: who is reminded of a missing return, once, by rule, and nobody who owes nothing."""

import datetime
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.organization import make_calendar_day, make_roster
from tests.factories.risk import MONDAY, clock, make_person, make_person_day, make_unit, make_user
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import CalendarDayKind, Role
from vungxanh.organization.models import Delegation, Person, RoleAssignment, Unit
from vungxanh.risk import operations
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import ReturnReminder
from vungxanh.risk.rulebook import RETURN_REMINDERS
from vungxanh.screening.models import PersonDay

pytestmark = pytest.mark.django_db
RULE = RETURN_REMINDERS.current().in_force(MONDAY)
TUESDAY = MONDAY + datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


@dataclass
class House:
    """An agency with Director, vice and Office above a unit with clerk, head and deputy; all are at work on Monday."""

    root: Unit
    unit: Unit
    people: dict[str, Person]

    def user(self, name: str) -> User:
        user = self.people[name].user
        assert user
        return user

    def away(self, *names: str) -> None:
        subjects = [self.people[name].pseudonym for name in names]
        PersonDay.objects.filter(subject__in=subjects).update(
            excuse="LEAVE", expects_arrival=False, expects_leaving=False
        )

    def without(self, *roles: Role) -> None:
        RoleAssignment.objects.filter(unit=self.unit, role__in=roles).delete()

    def submit(self, at: datetime.datetime) -> None:
        operations.submit_return(self.unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=self.user("truong"), at=at)


@pytest.fixture
def house() -> House:
    root = make_unit("SO", is_reporting_point=False)
    unit = make_unit("CC", root)
    roles = {
        "giamdoc": (Role.DIRECTOR, root),
        "phogiamdoc": (Role.DEPUTY_DIRECTOR, root),
        "vanphong": (Role.OFFICE, root),
        "daumoi": (Role.UNIT_CLERK, unit),
        "truong": (Role.UNIT_HEAD, unit),
        "pho": (Role.UNIT_DEPUTY, unit),
        "nhanvien": (None, unit),
    }
    people = {}
    for name, (role, where) in roles.items():
        people[name] = make_person(where, name, user=make_user(name, role, where))
        make_person_day(people[name], where)
    return House(root, unit, people)


def told() -> dict[str, list[str]]:
    """By row of the rule the names of those who were told."""
    rows = ReturnReminder.objects.order_by("reminded_at", "code").prefetch_related("recipients")
    return {row.code: sorted(user.username for user in row.recipients.all()) for row in rows}


def minutes_until(last: datetime.datetime, *, since: datetime.datetime) -> None:
    """The job runs every minute."""
    moment = since
    while moment <= last:
        operations.remind_of_returns(at=moment)
        moment += MINUTE


ACTING, ABOVE = ["daumoi", "truong"], ["giamdoc", "vanphong"]
PLAIN = {"N1": ACTING, "N2": ACTING, "N3": ACTING, "Q1": ABOVE}
IN_PLACE = ["daumoi", "pho"]


def test_day_without_a_return_reminds_who_must_act_and_at_last_the_superior(house: House) -> None:
    minutes_until(clock(15, 30), since=clock(13, 30))
    assert told() == PLAIN
    moments = ReturnReminder.objects.order_by("code").values_list("code", "reminded_at")
    assert list(moments) == [("N1", clock(14)), ("N2", clock(14, 30)), ("N3", clock(14, 50)), ("Q1", clock(15))]
    mine = Notification.objects.filter(recipient=house.user("truong")).order_by("made_at")
    assert [one.title for one in mine] == [
        "CC: số liệu đã chuẩn bị, nộp báo cáo ngày trước 15:00",
        "CC: chưa nộp báo cáo ngày, hạn 15:00",
        "CC: sắp hết giờ nộp báo cáo ngày, hạn 15:00",
    ]
    assert {one.address for one in mine} == {reverse("risk:return_page", args=["CC", MONDAY])}
    events = AuditEvent.objects.filter(action="risk.remind_of_return")
    assert [one.detail["code"] for one in events.order_by("pk")] == ["N1", "N2", "N3", "Q1"]


def test_second_run_a_minute_later_reminds_nobody_again(house: House) -> None:
    assert [operations.remind_of_returns(at=clock(14) + minute * MINUTE) for minute in (0, 0, 1)] == [1, 0, 0]


def test_unit_that_sent_at_1420_is_left_alone_from_then_on(house: House) -> None:
    minutes_until(clock(14, 19), since=clock(13, 55))
    house.submit(clock(14, 20))
    minutes_until(clock(15, 10), since=clock(14, 20))
    assert told() == {"N1": ACTING}


def test_return_that_is_sent_settles_its_reminders_for_everybody(house: House) -> None:
    operations.remind_of_returns(at=clock(14, 1))
    told = set(Notification.objects.values_list("recipient__username", flat=True))
    house.submit(clock(14, 20))
    settled = Notification.objects.filter(settled_at=clock(14, 20))
    assert set(settled.values_list("recipient__username", flat=True)) == told
    assert len(told) == 2


def test_absent_head_with_a_deputy(house: House) -> None:
    house.away("truong")
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": IN_PLACE}


def test_absent_head_who_delegated(house: House) -> None:
    house.without(Role.UNIT_DEPUTY)
    house.away("truong")
    Delegation.objects.create(
        principal=house.user("truong"),
        delegate=house.user("nhanvien"),
        role=Role.UNIT_HEAD,
        unit=house.unit,
        first_day=MONDAY,
        last_day=MONDAY,
        reason="Nghỉ phép",
        made_at=clock(7),
    )
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": ["daumoi", "nhanvien"]}


def test_head_who_delegated_and_whose_absence_nobody_wrote_down(house: House) -> None:
    lent = {"role": Role.UNIT_HEAD, "unit": house.unit, "reason": "Đi học", "made_at": clock(7)}
    days = {"first_day": MONDAY, "last_day": MONDAY}
    house.user("truong").delegations_given.create(delegate=house.user("pho"), **days, **lent)
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": ["daumoi", "pho", "truong"]}


def test_absent_head_without_a_deputy_leaves_the_clerk(house: House) -> None:
    house.without(Role.UNIT_DEPUTY)
    house.away("truong")
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": ["daumoi"]}


def test_nobody_of_the_unit_is_there_so_the_superior_hears_at_once(house: House) -> None:
    house.away("truong", "pho", "daumoi")
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": ABOVE}


def test_head_who_is_away_in_the_morning_only_is_there(house: House) -> None:
    PersonDay.objects.filter(subject=house.people["truong"].pseudonym).update(excuse="LEAVE", expects_arrival=False)
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": ACTING}


def test_absent_director_is_stood_in_for(house: House) -> None:
    house.away("giamdoc")
    operations.remind_of_returns(at=clock(15))
    assert told()["Q1"] == ["phogiamdoc", "vanphong"]


def test_unit_without_roles_of_its_own_is_answered_for_above(house: House) -> None:
    house.without(Role.UNIT_CLERK, Role.UNIT_HEAD, Role.UNIT_DEPUTY)
    operations.remind_of_returns(at=clock(14))
    assert told() == {"N1": ABOVE}


def test_holiday_reminds_nobody_but_the_officer_on_duty(house: House) -> None:
    make_calendar_day(MONDAY, CalendarDayKind.DAY_OFF)
    minutes_until(clock(15, 5), since=clock(14))
    assert told() == {}
    make_roster(house.people["nhanvien"], MONDAY, house.unit)
    operations.remind_of_returns(at=clock(15, 6))
    assert told() == {"N3": ["nhanvien"], "Q1": ABOVE}


def test_unit_where_nobody_is_expected_owes_a_return_all_the_same(house: House) -> None:
    house.away("daumoi", "truong", "pho", "nhanvien")
    minutes_until(clock(15, 5), since=clock(14))
    assert told() == dict.fromkeys(("N1", "N2", "N3", "Q1"), ABOVE)


def test_server_that_was_down_from_1350_to_1440_catches_up_once(house: House) -> None:
    minutes_until(clock(13, 50), since=clock(13, 30))
    minutes_until(clock(15, 5), since=clock(14, 40))
    assert told() == {"N2": ACTING, "N3": ACTING, "Q1": ABOVE}
    assert ReturnReminder.objects.get(code="N2").reminded_at == clock(14, 40)


def test_nothing_is_made_up_for_when_the_day_is_over(house: House) -> None:
    operations.remind_of_returns(at=clock(0, 1, day=TUESDAY))
    operations.remind_of_returns(at=clock(13, 59, day=TUESDAY))
    assert told() == {}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once(house: House) -> None:
    given = at_once(*[partial(operations.remind_of_returns, at=clock(14))] * 2)
    assert sorted(given) == [0, 1]
    assert told() == {"N1": ACTING}


def test_reminder_stands_once_in_the_ledger(house: House) -> None:
    operations.remind_of_returns(at=clock(14))
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnReminder.objects.create(unit=house.unit, day=MONDAY, code="N1", target="ACTORS", reminded_at=clock(14))


def test_many_units_are_reminded_by_as_many_queries_as_one(house: House) -> None:
    counts = []
    for minute, codes in ((0, []), (30, ["A", "B", "C", "D"])):
        for code in codes:
            unit = make_unit(code, house.root)
            make_person_day(make_person(unit, code, user=make_user(code.lower(), Role.UNIT_HEAD, unit)), unit)
        with CaptureQueriesContext(connection) as captured:
            operations.remind_of_returns(at=clock(14, minute))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert ReturnReminder.objects.filter(code="N2").count() == 5


def test_return_page_says_who_was_reminded_when(house: House, client: Client) -> None:
    minutes_until(clock(15), since=clock(14, 45))
    client.force_login(house.user("truong"))
    with clocks.at(clock(15, 5)):
        text = client.get(reverse("risk:return_page", args=["CC", MONDAY])).content.decode()
    places = [text.index(word) for word in ("Đã nhắc ai", "Người phải làm", "Daumoi, Truong", "Cấp trên và Văn phòng")]
    assert places == sorted(places)


def test_file_whose_sentence_asks_for_something_unknown_is_refused(tmp_path: Path) -> None:
    text, changed = RETURN_REMINDERS.path.read_text(encoding="utf-8"), tmp_path / RETURN_REMINDERS.name
    changed.write_text(text.replace("hạn {due}", "hạn {gio}"), encoding="utf-8")
    with pytest.raises(RuleFileError, match=re.escape("trong câu chỉ được có {unit} và {due}")):
        RETURN_REMINDERS.check(changed)


def test_every_row_of_the_rule_has_a_story() -> None:
    assert {one.code for one in RULE.reminder} == set(PLAIN)
