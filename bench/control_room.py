"""The control room at the server: seconds, queries and size for agencies of any number of units.

Every unit has people (some away, some missing), a colour, two weeks of days, returns and deliveries, and things to
clarify. With `--profile` where the time of the largest one goes.
"""

import cProfile
import datetime
import pstats
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import click
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.prepared import installation, median
from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.config.memory import settle_memory
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import RoleAssignment, Unit, UnitVersion
from vungxanh.risk.enums import Cause, DeliveryState, DeliveryWay, Reader, ReturnKind, ReturnState
from vungxanh.risk.models import ConsistencyFinding, DailyReturn, Delivery, PersonAssessment, UnitZone
from vungxanh.risk.rulebook import ZONE_LEVELS
from vungxanh.screening.enums import Timeliness
from vungxanh.screening.models import DayWindows, PersonDay

DAY = datetime.date(2021, 9, 20)
DAYS = [DAY - datetime.timedelta(days=back) for back in range(14)]
SINCE = datetime.date(2021, 1, 1)
NOW = clock.moment(DAY, datetime.time(14, 30))
SIZES = (20, 200, 2000)
PEOPLE = 11
AT_ONCE = 5000
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ROOM = f"/dieu-hanh/{DAY}/"
BOARD = {"HX-Request": "true", "HX-Target": "board"}
ZONE_ROWS = dict(zip(ZONE_LEVELS, ("X", "CC", "TX", "CA"), strict=True))
Row = TypeVar("Row", bound=models.Model)
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "control room": (ROOM, {}),
    "its board alone": (ROOM, BOARD),
    "its board, those behind": (f"{ROOM}?behind=1", BOARD),
    "leader's page": ("/lanh-dao/", {}),
    "big screen": ("/dieu-hanh/man-hinh/", {}),
    "whom to call": (f"{ROOM}goi-dien/", {}),
    "map updates": (f"/nguy-co/ban-do/{DAY}/", {}),
    "ledger of returns": ("/so-bao-cao/?thang=2021-09", {}),
    "zone of the agency": ("/nguy-co/vung/UB/", {}),
    "return of one unit": (f"/nguy-co/bao-cao/DV0000/{DAY}/", {}),
    "the month in charts": ("/dien-bien/?thang=2021-09", {}),
    "the month of one unit": ("/dien-bien/?thang=2021-09&don-vi=DV0000", {}),
    "the month as XLSX": ("/dien-bien/xlsx/?thang=2021-09", {}),
}


@dataclass(slots=True)
class Agency:
    """What is there already, so that it can grow."""

    root: Unit
    office: User
    windows: dict[datetime.date, DayWindows]
    units: int = 0


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:] if one.isdecimal()] or SIZES
    settings.ALLOWED_HOSTS = ["testserver"]
    settle_memory()
    with installation(), clock.at(NOW):
        agency = found()
        for size in sizes:
            grow(agency, size)
            click.echo(f"{size} units, {size * PEOPLE} people, {connection.vendor}")
            for name, (path, headers) in PAGES.items():
                look_at(agency.office, name, path, headers)
        if "--profile" in sys.argv:
            profile(agency.office, ROOM, BOARD)


def found() -> Agency:
    root = Unit.objects.create(code="UB")
    UnitVersion.objects.create(unit=root, name="Ủy ban", short_name="UB", kind=UnitKind.AGENCY, valid_from=SINCE)
    office = User.objects.create(username="vanphong", full_name="Văn phòng", created_at=NOW, must_change_password=False)
    for role in (Role.OFFICE, Role.DIRECTOR):
        RoleAssignment.objects.create(user=office, role=role, unit=root, valid_from=SINCE)
    return Agency(root, office, {day: windows_of(day) for day in DAYS})


def windows_of(day: datetime.date) -> DayWindows:
    hours = {"arrival": (5, 6, 8, 12), "leaving": (12, 15, 18, 23)}
    steps = ("opens", "starts", "due", "closes")
    times = {
        f"{window}_{step}_at": clock.moment(day, datetime.time(hour))
        for window, at in hours.items()
        for step, hour in zip(steps, at, strict=True)
    }
    return DayWindows.objects.create(day=day, key="", **times)


def grow(agency: Agency, size: int) -> None:
    """Every tenth unit has a station below it, for which it answers."""
    numbers = range(agency.units, size)
    units = Unit.objects.bulk_create([Unit(code=f"DV{number:04}") for number in numbers])
    versions = [version(unit, agency.root, f"Đơn vị số {number}") for number, unit in zip(numbers, units, strict=True)]
    stations = Unit.objects.bulk_create([Unit(code=f"TR{number:04}") for number in numbers if number % 10 == 0])
    versions += [
        version(unit, above, f"Trạm {unit.code}", is_station=True)
        for unit, above in zip(stations, units[::10], strict=True)
    ]
    UnitVersion.objects.bulk_create(versions, batch_size=AT_ONCE)
    people = [(unit, uuid.uuid4()) for unit in units for _ in range(PEOPLE)]
    keep(PersonDay, person_days(agency, people))
    keep(PersonAssessment, (assessment(subject) for _unit, subject in people))
    keep(UnitZone, (zone(unit, number) for number, unit in zip(numbers, units, strict=True)))
    keep(DailyReturn, (one for day in DAYS for unit in units for one in returns_of(agency, unit, day)))
    keep(Delivery, (delivery(one, agency.office) for one in returns_sent(units)))
    keep(ConsistencyFinding, (finding(unit, subject) for unit, subject in people[::50]))
    agency.units = size
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def keep(model: type[Row], rows: Iterator[Row]) -> None:
    while part := list(islice(rows, AT_ONCE)):
        model._default_manager.bulk_create(part)


def version(unit: Unit, above: Unit, name: str, *, is_station: bool = False) -> UnitVersion:
    return UnitVersion(
        unit=unit,
        parent=above,
        name=name,
        short_name=name,
        kind=UnitKind.STATION if is_station else UnitKind.SUBORDINATE_UNIT,
        is_reporting_point=not is_station,
        valid_from=SINCE,
    )


def person_days(agency: Agency, people: Sequence[tuple[Unit, uuid.UUID]]) -> Iterator[PersonDay]:
    """One in eleven is away, one in thirty-seven does not declare."""
    for day in DAYS:
        at = clock.moment(day, datetime.time(7))
        for number, (unit, subject) in enumerate(people):
            away, came = number % 11 == 0, number % 37 != 0 and number % 11 != 0
            left = came and day != DAY
            yield PersonDay(
                day=day,
                subject=subject,
                unit_id=unit.pk,
                home_unit_id=unit.pk,
                excuse="LEAVE" if away else "",
                expects_arrival=not away,
                expects_leaving=not away,
                windows=agency.windows[day],
                arrival_id=number if came else None,
                arrival_at=at if came else None,
                arrival_timeliness=Timeliness.ON_TIME if came else "",
                leaving_id=number if left else None,
                leaving_at=at if left else None,
                leaving_timeliness=Timeliness.ON_TIME if left else "",
            )


def assessment(subject: uuid.UUID) -> PersonAssessment:
    return PersonAssessment(
        subject=subject,
        day=DAY,
        at=NOW,
        level="LOW",
        table="person_covid19",
        edition=datetime.date(2021, 9, 16),
        row_codes=["BT"],
        cause=Cause.DECLARATION,
    )


def zone(unit: Unit, number: int) -> UnitZone:
    level = ZONE_LEVELS[number % 4]
    return UnitZone(
        unit=unit,
        day=DAY,
        at=NOW,
        level=level,
        table="unit_zone",
        edition=datetime.date(2021, 9, 1),
        row_codes=[ZONE_ROWS[level]],
        figures={"very_high_people": 0, "high_people": number % 4, "missing_declarations": 1},
    )


def returns_of(agency: Agency, unit: Unit, day: datetime.date) -> Iterator[DailyReturn]:
    """Of the day itself every second unit has sent its own; every fiftieth had something unusual, still open."""
    is_sent = day != DAY or unit.pk % 2 == 0
    at = clock.moment(day, datetime.time(14))
    shared = {"unit": unit, "day": day, "due_at": clock.moment(day, datetime.time(15)), "opened_at": at}
    sent = {
        "state": ReturnState.SUBMITTED,
        "submitted_at": at,
        "submitted_by": agency.office,
        "submitted_as": Role.UNIT_HEAD,
        "is_on_time": True,
    }
    yield DailyReturn(
        kind=ReturnKind.DAILY, prepared_at=at, figures=figures(day), **shared, **(sent if is_sent else {})
    )
    if day == DAY and unit.pk % 50 == 0:
        yield DailyReturn(kind=ReturnKind.UNUSUAL, cause="Có người sốt", prepared_at=at, figures={}, **shared)


def figures(day: datetime.date) -> dict[str, object]:
    """As long as a real one."""
    window = {"expected": 10, "declared": 9, "late": 0, "early": 0, "missing": 1}
    return {
        "day": day.isoformat(),
        "staff": PEOPLE,
        "others": 0,
        "arrival": window,
        "leaving_day": None,
        "leaving": window,
        "excused": {"LEAVE": 1},
        "levels": {"LOW": 9, "MEDIUM": 1, "HIGH": 1, "VERY_HIGH": 0, "UNKNOWN": 0},
        "overridden": 0,
        "flagged": [str(uuid.uuid4()), str(uuid.uuid4())],
    }


def returns_sent(units: Sequence[Unit]) -> Iterator[DailyReturn]:
    for start in range(0, len(units), 500):
        yield from DailyReturn.objects.filter(unit__in=units[start : start + 500], state=ReturnState.SUBMITTED)


def delivery(sent: DailyReturn, operator: User) -> Delivery:
    """Of the day itself three of four are on the map."""
    assert sent.submitted_at
    is_done = sent.day != DAY or sent.unit_id % 8 != 0
    done = {
        "state": DeliveryState.DONE,
        "delivered_at": sent.submitted_at,
        "is_on_time": True,
        "noted_at": sent.submitted_at,
        "noted_by": operator,
    }
    return Delivery(
        key=uuid.uuid4(),
        sent_return=sent,
        unit_id=sent.unit_id,
        day=sent.day,
        receiver="BAN-DO",
        receiver_name="Bản đồ",
        way=DeliveryWay.MANUAL,
        sequence=sent.pk,
        payload=sent.figures,
        written_at=sent.submitted_at,
        next_at=sent.submitted_at,
        **(done if is_done else {}),
    )


def finding(unit: Unit, subject: uuid.UUID) -> ConsistencyFinding:
    return ConsistencyFinding(
        subject=subject,
        unit_id=unit.pk,
        day=DAY,
        code="GN",
        reader=Reader.HEAD,
        edition=datetime.date(2021, 9, 1),
        found_at=NOW,
    )


def look_at(user: User, name: str, path: str, headers: dict[str, str]) -> None:
    client = signed_in(user)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.status_code
    what = f"  {name}: {len(seen)} queries, {len(answer.content) // 1024} KB"
    median(what, lambda: client.get(path, headers=headers), times=5)


def profile(user: User, path: str, headers: dict[str, str]) -> None:
    client = signed_in(user)
    profiler = cProfile.Profile()
    profiler.runcall(client.get, path, headers=headers)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)


def signed_in(user: User) -> Client:
    """Answers come pressed, as to a browser."""
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(user, BACKEND)
    return client


if __name__ == "__main__":
    main()
