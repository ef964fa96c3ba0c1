import datetime

import pytest

from tests.factories.organization import MONDAY, SATURDAY, make_calendar_day, make_unit
from vungxanh.organization.enums import CalendarDayKind
from vungxanh.organization.workdays import NoWorkingDayError, all_workdays


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "is_working", "name"),
    [
        ("2021-09-20", True, ""),
        ("2021-09-25", False, ""),
        ("2021-09-02", False, "Quốc khánh"),
        ("2021-09-03", False, "Quốc khánh"),
        ("2021-02-12", False, "Tết Nguyên Đán"),
        ("2021-02-17", True, ""),
        ("2021-05-03", False, "Ngày Quốc tế Lao động (nghỉ bù)"),
        ("2025-04-26", True, ""),
        ("2025-05-02", False, "Ngày nghỉ (thay cho ngày 26/04/2025)"),
    ],
)
def test_workdays_of_the_country(day: str, is_working: bool, name: str) -> None:
    date = datetime.date.fromisoformat(day)
    calendar = all_workdays(date, date)
    assert (calendar.is_working(date), calendar.name_of(date)) == (is_working, name)


@pytest.mark.django_db
def test_moved_day_when_of_a_unit_holds_below_it_and_the_nearest_wins() -> None:
    agency, other = make_unit("SO"), make_unit("KHAC")
    division = make_unit("CC", agency)
    station = make_unit("TRAM", division)
    make_calendar_day(SATURDAY, CalendarDayKind.WORKING, agency)
    make_calendar_day(SATURDAY, CalendarDayKind.DAY_OFF, station)
    calendar = all_workdays(SATURDAY, SATURDAY)
    answers = [calendar.is_working(SATURDAY, unit.pk) for unit in (agency, division, station, other)]
    assert answers == [True, True, False, False]
    assert calendar.is_working(SATURDAY) is False
    assert calendar.name_of(SATURDAY, division.pk) == "Hoán đổi ngày làm việc"


@pytest.mark.django_db
def test_moved_day_when_for_everybody_holds_where_no_unit_says_otherwise() -> None:
    agency = make_unit("SO")
    make_calendar_day(MONDAY, CalendarDayKind.DAY_OFF)
    calendar = all_workdays(MONDAY, MONDAY)
    assert (calendar.is_working(MONDAY), calendar.is_working(MONDAY, agency.pk)) == (False, False)


@pytest.mark.django_db
def test_previous_working_day_goes_back_over_weekend_and_new_year() -> None:
    calendar = all_workdays(datetime.date(2021, 2, 17), MONDAY)
    assert calendar.previous_working(MONDAY) == datetime.date(2021, 9, 17)
    assert calendar.previous_working(datetime.date(2021, 2, 17)) == datetime.date(2021, 2, 9)


@pytest.mark.django_db
def test_previous_working_day_when_there_is_none_says_so() -> None:
    for back in range(1, 33):
        make_calendar_day(MONDAY - datetime.timedelta(days=back), CalendarDayKind.DAY_OFF)
    with pytest.raises(NoWorkingDayError):
        all_workdays(MONDAY, MONDAY).previous_working(MONDAY)
