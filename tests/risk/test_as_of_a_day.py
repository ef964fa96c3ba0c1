"""What stood on a day stays so, whatever came later."""

import datetime

import pytest

from tests.factories.risk import FRIDAY, MONDAY, clock, declare
from tests.risk.conftest import Agency
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people, assess_zones, override_level
from vungxanh.risk.queries import all_level_counts, all_levels_on, all_zones, all_zones_on, people_levels


@pytest.fixture
def ill_since_monday(agency: Agency) -> Agency:
    """Lan is well on Friday; on Monday she has a fever."""
    for day in (FRIDAY, MONDAY):
        declare(agency.lan, agency.unit, clock(7, day=day), has_fever=day == MONDAY, symptom_count=int(day == MONDAY))
        assess_people([agency.lan.pseudonym], day=day, at=clock(7, day=day), cause=Cause.DECLARATION)
    return agency


def levels(agency: Agency, day: datetime.date) -> dict[str, str]:
    return {one.person.full_name: one.level for one in people_levels(agency.head, agency.unit.pk, day)}


def test_people_levels_when_a_later_day_is_worse(ill_since_monday: Agency) -> None:
    assert levels(ill_since_monday, FRIDAY) == {"Lan": "LOW", "Minh": ""}
    assert levels(ill_since_monday, MONDAY) == {"Lan": "HIGH", "Minh": ""}


def test_people_levels_when_decided_later(ill_since_monday: Agency) -> None:
    override_level(
        ill_since_monday.lan.pseudonym,
        day=MONDAY,
        level="VERY_HIGH",
        reason="Nhà có ca bệnh",
        actor=ill_since_monday.head,
        at=clock(9),
    )
    assert levels(ill_since_monday, FRIDAY) == {"Lan": "LOW", "Minh": ""}
    assert levels(ill_since_monday, MONDAY) == {"Lan": "VERY_HIGH", "Minh": ""}


def test_level_counts_when_a_later_day_is_worse(ill_since_monday: Agency) -> None:
    unit = ill_since_monday.unit.pk
    assert all_level_counts(FRIDAY, [unit])[unit] == {"LOW": 1, "MEDIUM": 0, "HIGH": 0, "VERY_HIGH": 0, "UNKNOWN": 1}
    assert all_level_counts(MONDAY, [unit])[unit] == {"LOW": 0, "MEDIUM": 0, "HIGH": 1, "VERY_HIGH": 0, "UNKNOWN": 1}


def test_zones_when_a_later_day_is_worse(ill_since_monday: Agency) -> None:
    unit = ill_since_monday.unit.pk
    for day in (FRIDAY, MONDAY):
        assess_zones([unit], day=day, at=clock(7, 30, day=day))
    friday, monday = all_zones_on([unit], FRIDAY)[unit], all_zones_on([unit], MONDAY)[unit]
    assert (friday.zone.day, monday.zone.day) == (FRIDAY, MONDAY)
    assert friday.level != monday.level
    assert monday.zone == all_zones([unit])[unit].zone
    before = FRIDAY - datetime.timedelta(days=1)
    assert all_zones_on([unit], before) == {}
    shown = {FRIDAY: {unit: friday.level}, MONDAY: {unit: monday.level}, before: {}}
    assert {day: all_levels_on([unit], day) for day in shown} == shown
