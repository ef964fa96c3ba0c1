"""The month in charts: each day by what was owed on it, days off apart, days to come empty, and the spreadsheet."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.risk import FRIDAY, MONDAY, clock, declare, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit, UnitVersion
from vungxanh.reports.queries.month import MonthDay, MonthFigures, month_figures
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.operations import assess_zones, submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ONE = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2021, 9, 1), datetime.date(2021, 9, 30)


@pytest.fixture
def agency() -> SimpleNamespace:
    """Friday both units sent in time; Monday the first sent late, the second not at all; one of two declared."""
    root = make_unit("SO", is_reporting_point=False)
    first, second = make_unit("CC1", root), make_unit("CC2", root)
    station = make_unit("TRAM", first, is_reporting_point=False)
    heads = [make_user("truong1", Role.UNIT_HEAD, first), make_user("truong2", Role.UNIT_HEAD, second)]
    office, health = make_user("vanphong", Role.OFFICE, root), make_user("yte", Role.HEALTH_OFFICER, root)
    for unit, head in ((first, heads[0]), (second, heads[1])):
        sent(unit, FRIDAY, 14, head)
    sent(first, MONDAY, 16, heads[0])
    lan, minh = make_person(first, "Lan"), make_person(station, "Minh")
    make_person_day(lan, first)
    make_person_day(minh, station)
    declare(lan, first, clock(7))
    return SimpleNamespace(
        root=root, first=first, second=second, station=station, heads=heads, office=office, health=health
    )


def sent(unit: Unit, day: datetime.date, hour: int, head: User) -> None:
    submit_return(unit.pk, day=day, kind=ReturnKind.DAILY, actor=head, at=clock(hour, day=day))


def month(viewer: User, *, code: str = "", at: datetime.datetime | None = None) -> MonthFigures:
    found = month_figures(viewer, FIRST, LAST, code=code, at=at or clock(17))
    assert found is not None
    return found


def on(found: MonthFigures, day: datetime.date) -> MonthDay:
    return next(one for one in found.days if one.day == day)


def returns(one: MonthDay) -> tuple[int, int, int | None]:
    return one.figures.returns_on_time, one.figures.returns_late, one.returns_missing


def test_each_day_counts_what_was_sent_and_what_is_missing(agency: SimpleNamespace) -> None:
    found = month(agency.office)
    assert [one.day for one in found.days] == [FIRST + offset * ONE for offset in range(30)]
    assert returns(on(found, FRIDAY)) == (2, 0, 0)
    assert returns(on(found, MONDAY)) == (0, 1, 1)
    monday = on(found, MONDAY).figures
    assert (monday.arrival_expected, monday.arrival_declared, monday.arrival_on_time) == (2, 1, 1)
    assert (monday.arrival_share, monday.arrival_share_on_time) == (0.5, 0.5)


def test_return_that_is_not_due_yet_is_not_missing(agency: SimpleNamespace) -> None:
    tuesday = on(month(agency.office, at=clock(14, 59, day=MONDAY + ONE)), MONDAY + ONE)
    assert (tuesday.returns_missing, tuesday.has_returns) == (None, False)
    assert on(month(agency.office, at=clock(15, day=MONDAY + ONE)), MONDAY + ONE).returns_missing == 2


def test_day_off_is_no_failure_and_day_to_come_is_empty(agency: SimpleNamespace) -> None:
    found = month(agency.office)
    saturday, holiday = on(found, FRIDAY + ONE), on(found, datetime.date(2021, 9, 2))
    assert (saturday.is_off, returns(saturday), saturday.has_returns) == (True, (0, 0, 0), False)
    assert holiday.is_off
    assert not on(found, MONDAY).is_off
    tomorrow = on(found, MONDAY + ONE)
    assert (tomorrow.is_ahead, tomorrow.returns_missing, tomorrow.zones) == (True, None, None)


def test_days_before_the_first_return_of_all_miss_nothing(agency: SimpleNamespace) -> None:
    assert returns(on(month(agency.office), FRIDAY - ONE)) == (0, 0, 0)


def test_zones_are_the_worst_of_each_day_and_last_until_they_change(agency: SimpleNamespace) -> None:
    units = [agency.first.pk, agency.second.pk]
    assess_zones(units, day=FRIDAY, at=clock(9, day=FRIDAY))
    found = month(agency.office)
    friday = on(found, FRIDAY).zones
    assert friday
    assert sum(friday.values()) == 2
    assert on(found, MONDAY).zones == friday
    assert on(found, FRIDAY - ONE).zones is None
    assert sum((on(month(agency.office, code="CC1"), FRIDAY).zones or {}).values()) == 1


def test_unit_counts_with_what_stands_below_it(agency: SimpleNamespace) -> None:
    first = month(agency.office, code="CC1")
    assert (first.title, first.points, returns(on(first, MONDAY))) == ("Đơn vị CC1", 1, (0, 1, 0))
    assert on(first, MONDAY).figures.arrival_expected == 2
    station = month(agency.office, code="TRAM")
    assert (station.points, on(station, MONDAY).figures.arrival_expected) == (0, 1)
    assert station.answering
    assert station.answering.code == "CC1"


def test_unit_that_ended_counts_while_it_was_there(agency: SimpleNamespace) -> None:
    UnitVersion.objects.filter(unit=agency.second).update(valid_to=MONDAY)
    found = month(agency.office)
    assert returns(on(found, FRIDAY)) == (2, 0, 0)
    assert returns(on(found, MONDAY)) == (0, 1, 0)


def test_head_sees_the_own_unit_only(agency: SimpleNamespace) -> None:
    found = month(agency.heads[1])
    assert [node.code for node, _dots in found.choices] == ["CC2"]
    assert returns(on(found, MONDAY)) == (0, 0, 1)
    assert month_figures(agency.heads[1], FIRST, LAST, code="CC1", at=clock(17)) is None
    assert month_figures(make_user("la"), FIRST, LAST, at=clock(17)) is None


def test_month_takes_as_many_queries_as_half_of_it_and_for_many_units(agency: SimpleNamespace) -> None:
    def queries(last: datetime.date) -> int:
        with CaptureQueriesContext(connection) as seen:
            month_figures(agency.office, FIRST, last, at=clock(17, day=LAST))
        return len(seen)

    few = queries(FIRST + 13 * ONE)
    for number in range(4, 9):
        unit = make_unit(f"CC{number}", agency.root)
        sent(unit, MONDAY, 14, make_user(f"truong{number}", Role.UNIT_HEAD, unit))
        assess_zones([unit.pk], day=MONDAY, at=clock(9))
    assert queries(LAST) == few


# --- Pages ------------------------------------------------------------------------------------------------------------


def answer(user: User, path: str, status: int = 200) -> bytes:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(clock(17)):
        found = client.get(path)
    assert found.status_code == status
    return found.content


def test_page_shows_the_month_with_tables_and_keeps_the_unit_in_its_links(agency: SimpleNamespace) -> None:
    seen = answer(agency.office, "/dien-bien/?thang=2021-09&don-vi=CC1").decode()
    assert seen.count("<table") == 5
    assert "T7 18/09, ngày nghỉ" in seen
    assert "T3 21/09, chưa tới" in seen
    assert 'href="?thang=2021-08&amp;don-vi=CC1"' in seen
    assert 'href="/dien-bien/xlsx/?thang=2021-09&amp;don-vi=CC1"' in seen
    assert answer(agency.office, "/dien-bien/?thang=2021-09&don-vi=TRAM").decode().count("<table") == 3


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [("truong1", "CC1", 200), ("truong1", "CC2", 404), ("truong1", "KHONG", 404), ("yte", "CC2", 200), ("la", "", 403)],
)
def test_page_when_visited(agency: SimpleNamespace, name: str, code: str, status: int) -> None:
    user = User.objects.filter(username=name).first() or make_user(name)
    for path in ("/dien-bien/", "/dien-bien/xlsx/"):
        answer(user, f"{path}?thang=2021-09&don-vi={code}", status)


def test_month_without_anything_to_see_says_so(agency: SimpleNamespace) -> None:
    assert "không có đơn vị nào" in answer(agency.office, "/dien-bien/?thang=2020-01").decode()
    answer(agency.office, "/dien-bien/xlsx/?thang=2020-01", 404)


def test_spreadsheet_says_whose_month_and_holds_dates_and_numbers(agency: SimpleNamespace) -> None:
    content = answer(agency.office, "/dien-bien/xlsx/?thang=2021-09&don-vi=CC1")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[:5]] == [
        "Đơn vị SO",
        "Đơn vị CC1",
        "Diễn biến tháng 09/2021",
        f"Người lập: {agency.office.get_full_name()}, lúc 17:00\u00a020/09/2021",
        "Ngày",
    ]
    heads, days = rows[4], {row[0]: row for row in rows[5:]}
    assert list(days) == [FIRST + offset * ONE for offset in range(20)]
    monday = dict(zip(heads, days[MONDAY], strict=True))
    assert (monday["Khi đến: phải khai"], monday["Khi đến: tỷ lệ đã khai, %"]) == (2.0, 50.0)
    assert (monday["Báo cáo muộn"], monday["Báo cáo chưa nộp"], monday["Ngày nghỉ"]) == (1.0, 0.0, "")
    saturday = dict(zip(heads, days[FRIDAY + ONE], strict=True))
    assert (saturday["Ngày nghỉ"], saturday["Báo cáo chưa nộp"]) == ("có", "")
    whole = answer(agency.office, "/dien-bien/xlsx/?thang=2021-09")
    heading = CalamineWorkbook.from_filelike(io.BytesIO(whole)).get_sheet_by_index(0).to_python()[:2]
    assert [row[0] for row in heading] == ["Đơn vị SO", "Diễn biến tháng 09/2021"]
