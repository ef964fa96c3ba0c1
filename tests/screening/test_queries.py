import datetime
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import MONDAY, clock, make_absence, make_holder, make_person, make_unit
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.encryption import encrypt
from vungxanh.organization.enums import AbsenceKind, ContractKind, DayPart, Role
from vungxanh.organization.models import Person, Unit
from vungxanh.screening.enums import Timeliness, Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries import UnitCounts, all_declarations_of, all_unit_counts, missing_people, person_days
from vungxanh.screening.queries.days import total

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


def came(person: Person, timeliness: Timeliness, window: str = "arrival") -> None:
    PersonDay.objects.filter(subject=person.pseudonym).update(
        **{f"{window}_id": 1, f"{window}_at": clock(7), f"{window}_timeliness": timeliness}
    )


def test_counts_when_all_sorts_are_there(unit: Unit) -> None:
    names = ("Đúng", "Sớm", "Muộn", "Thiếu", "Nghỉ", "Nửa", "Bảo vệ")
    on_time, early, late, _missing, away, half, guard = [make_person(unit, name) for name in names]
    guard.posts.update(contract=ContractKind.SUPPLIER)
    make_absence(away, AbsenceKind.LEAVE)
    make_absence(half, AbsenceKind.LEAVE, part=DayPart.MORNING)
    open_day(MONDAY, at=clock(0))
    for person, timeliness in ((on_time, "ON_TIME"), (early, "EARLY"), (late, "LATE"), (away, "ON_TIME")):
        came(person, Timeliness(timeliness))
    came(guard, Timeliness.ON_TIME)
    counts = all_unit_counts(MONDAY, at=clock(9))[unit.pk]
    assert counts == UnitCounts(
        expected=5,
        excused=2,
        others=1,
        arrival_expected=4,
        arrival_on_time=1,
        arrival_early=1,
        arrival_late=1,
        arrival_missing=1,
        leaving_expected=5,
    )
    assert (counts.arrival_declared, counts.arrival_pending, counts.leaving_pending) == (3, 0, 5)


@pytest.mark.parametrize(("minute", "missing"), [(44, 0), (45, 0), (46, 1)])
def test_missing_when_due_has_passed_and_not_before(unit: Unit, minute: int, missing: int) -> None:
    make_person(unit, "Nguyễn Thị Ánh")
    open_day(MONDAY, at=clock(0))
    counts = all_unit_counts(MONDAY, at=clock(7, minute))[unit.pk]
    assert (counts.arrival_missing, counts.arrival_pending) == (missing, 1 - missing)


def test_counts_add_up() -> None:
    whole = total([UnitCounts(expected=2, arrival_late=1), UnitCounts(expected=3, arrival_on_time=2)])
    assert (whole.expected, whole.arrival_declared) == (5, 3)


def test_counts_when_more_units_take_one_query(unit: Unit) -> None:
    for number in range(3):
        make_person(make_unit(f"D{number}", unit), f"Người {number}")
    open_day(MONDAY, at=clock(0))
    with CaptureQueriesContext(connection) as seen:
        assert len(all_unit_counts(MONDAY, at=clock(9))) == 3
    assert len(seen) == 1


def test_missing_people_when_viewer_is_head_or_stranger(unit: Unit) -> None:
    missing, declared = make_person(unit, "Nguyễn Thiếu"), make_person(unit, "Trần Đủ")
    open_day(MONDAY, at=clock(0))
    came(declared, Timeliness.ON_TIME)
    head = make_holder("truong", Role.UNIT_HEAD, unit)
    stranger = make_holder("la", Role.UNIT_HEAD, make_unit("KHAC"))

    def subjects(*args: Any, **more: Any) -> set[uuid.UUID]:
        return {row.subject for row in missing_people(*args, **more)}

    morning, night = clock(9), clock(22)
    assert subjects(head, [unit.pk], MONDAY, morning) == {missing.pseudonym}
    assert subjects(head, [unit.pk], MONDAY, night) == {missing.pseudonym, declared.pseudonym}
    assert subjects(head, [unit.pk], MONDAY, night, window=Window.ARRIVAL) == {missing.pseudonym}
    assert subjects(stranger, [unit.pk], MONDAY, night) == set()
    assert person_days(head, [unit.pk], MONDAY).count() == 2


def keep(person: Person, day: datetime.date, version: str = "2021.1", **content: Any) -> Declaration:
    given = {"answers": {"fever": True, "cough": False, "places": ["01"]}, "temperature_c": 37.9, **content}
    return Declaration.objects.create(
        client_uuid=uuid.uuid4(),
        content_hash="x",
        subject=person.pseudonym,
        unit_id=1,
        day=day,
        window=Window.ARRIVAL,
        declared_at=clock(7, day=day),
        received_at=clock(7, day=day),
        timeliness=Timeliness.ON_TIME,
        channel="PAGE",
        questionnaire="covid19",
        questionnaire_version=version,
        answers=encrypt(json.dumps(given).encode()),
    )


def test_declarations_when_read_are_in_words(unit: Unit) -> None:
    AdministrativeUnit.objects.create(code="01", name="Hà Nội", tier=AreaTier.PROVINCE, valid_from=MONDAY)
    person = make_person(unit, "Nguyễn Thị Ánh")
    keep(person, MONDAY)
    [row] = all_declarations_of(person, first=MONDAY, last=MONDAY)
    assert (row.signs, row.places, row.temperature_c) == (("Sốt",), ("Hà Nội",), 37.9)
    [english] = all_declarations_of(person, first=MONDAY, last=MONDAY, language="en")
    assert english.signs == ("Fever",)


def test_declarations_when_people_were_merged_are_those_of_both(unit: Unit) -> None:
    person, twin = make_person(unit, "Nguyễn Thị Ánh"), make_person(unit, "Nguyễn Thị Anh")
    other = make_person(unit, "Trần Văn Bình")
    for one in (person, twin, other):
        keep(one, MONDAY)
    Person.objects.filter(pk=twin.pk).update(merged_into=person)
    rows = all_declarations_of(person, first=MONDAY, last=MONDAY)
    assert {row.declaration.subject for row in rows} == {person.pseudonym, twin.pseudonym}


def test_declarations_when_more_take_no_more_queries(unit: Unit) -> None:
    person = make_person(unit, "Nguyễn Thị Ánh")

    def queries(first: int, last: int) -> int:
        for number in range(first, last):
            keep(person, MONDAY - datetime.timedelta(days=number))
        with CaptureQueriesContext(connection) as seen:
            rows = all_declarations_of(person, first=MONDAY - datetime.timedelta(days=30), last=MONDAY)
        assert len(rows) == last
        return len(seen)

    assert queries(0, 1) == queries(1, 3)
