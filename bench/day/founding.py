"""Founds a world of so many people: `python -m bench.day.founding PEOPLE [PRESENCES]`, in a VUNGXANH_HOME of its own.

Written by statements, so that a nation takes minutes: units of 40, everybody's day, a declaration on each of the ten
working days before, with the shares of an outbreak (2 % with a sign, 3 % with a contact or a journey), one in 200
isolated, and an assessment by an edition that has ceased, so that everybody is stored anew.
"""

import datetime
import sys
from typing import Any

import django

django.setup()

from django.db import connection, models  # noqa: E402

from vungxanh.areas.enums import AreaTier  # noqa: E402
from vungxanh.areas.models import AdministrativeUnit, AreaLevel  # noqa: E402
from vungxanh.cli.installation import prepare_database  # noqa: E402
from vungxanh.common import clock  # noqa: E402
from vungxanh.organization.enums import PlaceKind  # noqa: E402
from vungxanh.organization.models import Absence, Person, Place, Post, Site, Unit, UnitVersion  # noqa: E402
from vungxanh.risk.enums import Cause  # noqa: E402
from vungxanh.risk.operations import whole_day  # noqa: E402
from vungxanh.risk.operations.unit_days import count_anew  # noqa: E402
from vungxanh.risk.queries.whole_day import all_parts, all_people_of, all_said_of  # noqa: E402
from vungxanh.screening.models import DayWindows, Declaration, PersonDay, Presence  # noqa: E402

DAY = datetime.date(2021, 9, 20)
AT = clock.moment(DAY, datetime.time(5))
SINCE = datetime.date(2021, 1, 1)
EACH_UNIT, UNITS_IN_A_GROUP, FIRST_AREA = 40, 100, 1_000_000
DECLARED = [datetime.date(2021, 9, day) for day in (6, 7, 8, 9, 10, 13, 14, 15, 16, 17)]
IS_POSTGRESQL = connection.vendor == "postgresql"
NEW_UUID = "gen_random_uuid()" if IS_POSTGRESQL else "lower(hex(randomblob(16)))"
IN_A_ROOM, ROOMS_OF_A_SITE, DAYS_SEEN = 400, 10, 14
"""So many are seen in one room on a day, each for two hours; the next day they come together otherwise."""


def found(people: int, presences: int) -> None:
    fast()
    with clock.at(AT):
        prepare_database()
        if people:
            everybody(people)
        if presences:
            stays(presences)
    run("VACUUM ANALYZE" if IS_POSTGRESQL else "ANALYZE")


def everybody(people: int) -> None:
    unit = f"{units(-(-people // EACH_UNIT))} + (p.id - 1) / {EACH_UNIT}"
    areas()
    persons(people)
    days(unit, day_windows())
    declarations(unit)
    run("ANALYZE")
    assessments()
    count_anew([DAY])


def fast() -> None:
    """What is founded can be founded again."""
    settings = (
        ["SET synchronous_commit = off", "SET statement_timeout = 0", "SET maintenance_work_mem = '1GB'"]
        if IS_POSTGRESQL
        else ["PRAGMA synchronous = OFF", "PRAGMA cache_size = -3000000"]
    )
    for one in settings:
        run(one)


def run(sql: str, params: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def fill(model: type[models.Model], source: str, **given: str) -> None:
    """A row for each of the source; what is not given is the field's default."""
    names, expressions, params = [], [], []
    for field in model._meta.concrete_fields:
        if field.column in given:
            expressions.append(given[field.column].replace("%", "%%"))
        elif isinstance(field, models.AutoField):
            continue
        else:
            expressions.append("NULL" if field.null else "%s")
            params += [] if field.null else [field.get_db_prep_save(field.get_default(), connection)]
        names.append(f'"{field.column}"')
    run(
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)}) SELECT {", ".join(expressions)} '  # noqa: S608
        f"FROM {source.replace('%', '%%')}",
        params,
    )


def numbers(count: int) -> str:
    """The table `s` of `n` from 0."""
    if IS_POSTGRESQL:
        return f"generate_series(0, {count - 1}) s (n)"
    return f"(WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count - 1}) SELECT n FROM s) s"  # noqa: S608


def text(value: object) -> str:
    return f"'{value}'"


def moment(at: datetime.datetime) -> str:
    return text(
        at.astimezone(datetime.UTC).isoformat(" ")
        if IS_POSTGRESQL
        else at.astimezone(datetime.UTC).replace(tzinfo=None)
    )


def units(count: int) -> int:
    """The id of the first one that people stand in."""
    groups = -(-count // UNITS_IN_A_GROUP)
    made = Unit.objects.bulk_create([Unit(code=f"V{n:06}") for n in range(1 + groups + count)], batch_size=5000)
    root, below, own = made[0], made[1 : 1 + groups], made[1 + groups :]
    parents = [None, *[root] * groups, *(below[n // UNITS_IN_A_GROUP] for n in range(count))]
    UnitVersion.objects.bulk_create(
        (
            UnitVersion(
                unit=unit,
                parent=parent,
                name=unit.code,
                short_name=unit.code,
                valid_from=SINCE,
                kind="SUBORDINATE_UNIT" if parent else "AGENCY",
                is_reporting_point=parent not in (None, root),
            )
            for unit, parent in zip(made, parents, strict=True)
        ),
        batch_size=5000,
    )
    return int(own[0].pk)


def areas() -> None:
    """A hundred to live in, from FIRST_AREA on: one red, four orange, the others green."""
    for n in range(100):
        area = AdministrativeUnit.objects.create(
            pk=FIRST_AREA + n, code=f"X{n}", name=f"Tỉnh {n}", tier=AreaTier.PROVINCE, valid_from=SINCE
        )
        level = "RED" if n == 0 else "ORANGE" if n < 5 else "GREEN"
        AreaLevel.objects.create(area=area, level=level, valid_from=SINCE, document_number="1", recorded_at=AT)


def persons(count: int) -> None:
    named(count, pseudonym=NEW_UUID, residence_id=f"{FIRST_AREA} + n % 100")
    fill(
        Absence,
        "organization_person p WHERE p.id % 200 = 7",
        person_id="p.id",
        kind="'ISOLATION'",
        first_day=text(DAY - datetime.timedelta(days=3)),
        last_day=text(DAY + datetime.timedelta(days=3)),
        recorded_at=moment(AT),
    )


def named(count: int, **more: str) -> None:
    fill(
        Person,
        numbers(count),
        id="n + 1",
        staff_code="'cb' || n",
        full_name="'Nguyễn Văn ' || n",
        sort_key="'' || n",
        search_name="'' || n",
        **more,
    )


def day_windows() -> int:
    hours = {"arrival": (5, 6, 8, 12), "leaving": (14, 15, 19, 22)}
    names = ("opens", "starts", "due", "closes")
    times = {
        f"{window}_{name}_at": clock.moment(DAY, datetime.time(hour))
        for window, four in hours.items()
        for name, hour in zip(names, four, strict=True)
    }
    return int(DayWindows.objects.create(day=DAY, key="rule", **times).pk)


def days(unit: str, windows: int) -> None:
    truth = "true" if IS_POSTGRESQL else "1"
    fill(
        PersonDay,
        "organization_person p",
        day=text(DAY),
        subject="p.pseudonym",
        unit_id=unit,
        home_unit_id=unit,
        windows_id=str(windows),
        expects_arrival=truth,
        expects_leaving=truth,
    )


def declarations(unit: str) -> None:
    """`h` tells what somebody has to report on a day."""
    with without_indexes(Declaration):
        for day in DECLARED:
            at = clock.moment(day, datetime.time(7))
            h = f"((p.id * 48271 + {day.day} * 16807) % 100003 % 1000)"
            fill(
                Declaration,
                "organization_person p",
                client_uuid=NEW_UUID,
                content_hash="'" + "0" * 64 + "'",
                subject="p.pseudonym",
                unit_id=unit,
                day=text(day),
                window="'ARRIVAL'",
                declared_at=moment(at),
                received_at=moment(at),
                timeliness="'ON_TIME'",
                channel="'API'",
                questionnaire="'covid19'",
                questionnaire_version="'2021.1'",
                answers=("'\\x" if IS_POSTGRESQL else "X'") + "00" * 300 + ("'::bytea" if IS_POSTGRESQL else "'"),
                has_fever=f"({h} < 5)",
                symptom_count=f"CASE WHEN {h} < 5 THEN 2 WHEN {h} < 20 THEN 1 ELSE 0 END",
                has_respiratory_sign=f"({h} BETWEEN 5 AND 14)",
                has_lost_taste_or_smell=f"({h} BETWEEN 15 AND 16)",
                had_contact_with_case=f"({h} BETWEEN 18 AND 22)",
                had_contact_with_symptomatic=f"({h} BETWEEN 23 AND 33)",
                came_from_epidemic_area=f"({h} BETWEEN 34 AND 42)",
                worst_visited_level=f"CASE WHEN {h} = 43 THEN 'RED' WHEN {h} IN (44, 45, 46) THEN 'ORANGE' ELSE '' END",
            )


class without_indexes:  # noqa: N801
    """On PostgreSQL built afterwards, which is several times as fast; SQLite would copy the table."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    def __enter__(self) -> None:
        if IS_POSTGRESQL:
            with connection.schema_editor() as editor:
                for one in self.model._meta.indexes:
                    editor.remove_index(self.model, one)
                for other in self.model._meta.constraints:
                    editor.remove_constraint(self.model, other)

    def __exit__(self, *_: object) -> None:
        if IS_POSTGRESQL:
            with connection.schema_editor() as editor:
                for one in self.model._meta.indexes:
                    editor.add_index(self.model, one)
                for other in self.model._meta.constraints:
                    editor.add_constraint(self.model, other)


def assessments() -> None:
    """As they stand on the morning when a new edition comes into force: judged, by an edition that has ceased; one in a
    hundred was LOW before and has become something else since."""
    for part in all_parts(DAY):
        ids = all_people_of(part)["id"]
        whole_day._keep(
            whole_day._differing(ids, DAY, all_said_of(ids)), DAY, AT - datetime.timedelta(days=3), Cause.SCHEDULE
        )
    run("UPDATE risk_personassessment SET edition = '2021-09-01'")
    run("UPDATE risk_personassessment SET level = 'LOW', row_codes = '[\"BT\"]' WHERE id % 100 = 3")


def stays(count: int) -> None:
    """Everybody in one room of their site on each of 14 days, with others on each day. The rows of a day lie as people
    came: all sites mixed."""
    at_a_site = IN_A_ROOM * ROOMS_OF_A_SITE
    sites = max(1, round(count / DAYS_SEEN / at_a_site))
    unit = Unit.objects.create(code="V")
    made = Site.objects.bulk_create([Site(code=f"D{n}", name=f"D{n}", unit=unit) for n in range(sites)])
    rooms = [
        Place(code=f"P{site.pk}-{n}", name="Phòng", kind=PlaceKind.ROOM, site=site)
        for site in made
        for n in range(ROOMS_OF_A_SITE)
    ]
    first = Place.objects.bulk_create(rooms)[0].pk
    site = f"n / {at_a_site}"
    staff(sites * at_a_site)
    with without_indexes(Presence):
        for ago in range(DAYS_SEEN):
            # Who shares a room on one day is spread over all of them on the next.
            room = f"n % {at_a_site} * (1 + {ago} * {ago}) / {IN_A_ROOM} % {ROOMS_OF_A_SITE}"
            day = DAY - datetime.timedelta(days=ago)
            begins = clock.moment(day, datetime.time(8))
            fill(
                Presence,
                # The keys, which nothing measured asks, grow with the rows: at random places in an index of 100 million
                # they would take longer to write than all the rest.
                f"(SELECT n, ROW_NUMBER() OVER (ORDER BY {scattered('n')}) AS r "  # noqa: S608
                f"FROM {numbers(sites * at_a_site)} ORDER BY r) s",
                subject=subject("n"),
                site_id=f"{made[0].pk} + {site}",
                place_id=f"{first} + {ROOMS_OF_A_SITE} * ({site}) + {room}",
                day=text(day),
                entered_at=moment(begins),
                left_at=moment(begins + datetime.timedelta(hours=2)),
                entry_key=growing(f"{ago * sites * at_a_site} + r"),
                exit_key=growing(f"{ago * sites * at_a_site} + r"),
            )


def staff(count: int) -> None:
    """With a name and a post in the one unit."""
    named(count, pseudonym=subject("n"))
    unit = UnitVersion.objects.create(
        unit=Unit.objects.get(), name="Sở", short_name="Sở", valid_from=SINCE, kind="AGENCY", is_reporting_point=True
    )
    fill(
        Post,
        "organization_person p",
        person_id="p.id",
        unit_id=str(unit.unit_id),
        contract="'CIVIL_SERVANT'",
        valid_from=text(SINCE),
    )


def subject(n: str) -> str:
    """A pseudonym that follows from the number and lies anywhere among the others."""
    if IS_POSTGRESQL:
        return f"(lpad(to_hex({scattered(n)}), 8, '0') || lpad(to_hex({n}), 24, '0'))::uuid"
    return f"printf('%08x%024x', {scattered(n)}, {n})"


def growing(n: str) -> str:
    """A key that is larger for a larger number."""
    return f"lpad(to_hex({n}), 32, '0')::uuid" if IS_POSTGRESQL else f"printf('%032x', {n})"


def scattered(n: str) -> str:
    """Another number for each, anywhere among the others."""
    return f"CAST({n} AS bigint) * 2654435761 % 4294967296"


if __name__ == "__main__":
    found(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
