"""One contestant's run: `python -m bench.day.contestants WHAT NAME`, in the home of a fresh copy; prints JSON.

risk: each judges everybody for the day by the table of 16/9/2021, from what they declared in the 14 days before, who
isolates and the level where they live, and stores an assessment in the place of the current one.
compliance: what the day comes to in the whole agency, from the counts that are kept or from the people.
tracing: who shared a room with one person in 14 days, as keys; with names as the pages show them; the same from SQL.
"""

import datetime
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

import polars as pl  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench.day import by_polars, by_sql  # noqa: E402
from bench.day.founding import AT, DAY, IN_A_ROOM, run  # noqa: E402
from bench.intake.databases import Place  # noqa: E402
from bench.peers import duties  # noqa: E402
from vungxanh.admission.queries.place_history import all_place_history  # noqa: E402
from vungxanh.areas.models import AreaLevel  # noqa: E402
from vungxanh.common import clock  # noqa: E402
from vungxanh.organization.models import Absence, Person, Unit  # noqa: E402
from vungxanh.risk.enums import Cause  # noqa: E402
from vungxanh.risk.models import PersonAssessment  # noqa: E402
from vungxanh.risk.operations import assess_everybody  # noqa: E402
from vungxanh.risk.queries.unit_days import COUNTS, all_counted, all_zone_figures  # noqa: E402
from vungxanh.screening.models import Declaration, PersonDay, Presence  # noqa: E402
from vungxanh.screening.queries.co_presence import all_shared  # noqa: E402

SAMPLE = 2000
"""So many the loop judges; its time for everybody follows from it."""
NOON = clock.moment(DAY, datetime.time(12))
TIMES = 5
"""So often a query is asked that takes milliseconds; the middle one counts."""

AT_ONCE = 100_000

Outcome = dict[str, Any]


def risk_ours() -> Outcome:
    assess_everybody(at=AT, cause=Cause.SCHEDULE)
    return {}


def risk_again() -> Outcome:
    """The next morning of the same edition: nothing is new."""
    with clock.at(AT):
        assess_everybody(at=AT, cause=Cause.SCHEDULE)
    started = time.perf_counter()
    assess_everybody(at=AT + datetime.timedelta(minutes=1), cause=Cause.SCHEDULE)
    return {"seconds": time.perf_counter() - started}


def risk_sql() -> Outcome:
    by_sql.assess()
    return {}


def risk_polars() -> Outcome:
    by_polars.assess(_place(), DAY, AT)
    return {}


def risk_orm() -> Outcome:
    """One after the other, as it is usually written; in one transaction, which is kind to it."""
    whole = PersonDay.objects.filter(day=DAY).count()
    chosen = list(PersonDay.objects.filter(day=DAY).order_by("pk").values_list("subject", flat=True)[:SAMPLE])
    started = time.perf_counter()
    with transaction.atomic():
        for subject in chosen:
            person = Person.objects.select_related("residence").get(pseudonym=subject)
            _judge_one(person)
    taken = time.perf_counter() - started
    return {"seconds": taken * whole / len(chosen), "sample": len(chosen)}


def _judge_one(person: Person) -> None:
    since = duties.first_day(DAY)
    rows = [
        duties.Facts(
            row.day,
            duties.milliseconds(row.declared_at),
            bool(row.has_fever),
            row.symptom_count,
            row.has_respiratory_sign,
            row.has_lost_taste_or_smell,
            row.had_contact_with_case,
            row.had_contact_with_symptomatic,
            row.came_from_epidemic_area,
            row.worst_visited_level,
        )
        for row in Declaration.objects.filter(subject=person.pseudonym, day__range=(since, DAY))
    ]
    isolating = Absence.objects.filter(
        person=person, kind="ISOLATION", first_day__lte=DAY, last_day__gte=DAY, withdrawn_at=None
    )
    home = AreaLevel.objects.filter(area=person.residence, valid_from__lte=DAY).order_by("valid_from").last()
    level, codes = duties.judge(rows, DAY, is_isolating=isolating.exists(), residence=home.level if home else "")
    PersonAssessment.objects.filter(subject=person.pseudonym, is_current=True).update(is_current=False)
    PersonAssessment.objects.create(
        subject=person.pseudonym,
        day=DAY,
        at=AT,
        level=level,
        table="person_covid19",
        edition=duties.EDITION,
        row_codes=codes,
        unknown=json.loads(by_sql.UNKNOWN),
        cause=Cause.SCHEDULE,
    )


def stored() -> str:
    """A digest of the level, reasons and unknown facts of everybody whose current assessment is of this edition."""
    subject = "CAST(subject AS TEXT)"
    rows = by_polars.read(
        _place(),
        f"SELECT {subject}, level, CAST(row_codes AS TEXT), CAST(unknown AS TEXT) FROM risk_personassessment"  # noqa: S608
        f" WHERE is_current AND edition = '{duties.EDITION}'",
        dict.fromkeys(("subject", "level", "row_codes", "unknown"), pl.String),
    )
    whole = sum(int(one) for part in rows.iter_slices(AT_ONCE) for one in part.hash_rows(seed=5).to_list())
    return f"{len(rows)} {whole:x}"


def compliance_ours() -> Outcome:
    """The figures of the root, and of everything below it, from the counts that are kept."""
    root = Unit.objects.order_by("pk").values_list("pk", flat=True)[0]
    [figures], seconds = _middle(lambda: all_zone_figures([root], DAY, at=NOON))
    return {"seconds": seconds, "found": [value for name, value in figures.items() if name != "id"]}


def compliance_recomputed() -> Outcome:
    """The counts of every unit from its people, and their sum."""
    counted, seconds = _middle(lambda: all_counted([DAY]), 3)
    names = dict(zip(COUNTS, map(sum, zip(*counted.values(), strict=True)), strict=True))
    missing = names["arrival_expected"] - names["arrival_on_time"] - names["arrival_early"] - names["arrival_late"]
    return {
        "seconds": seconds,
        "found": [names["very_high_people"], names["high_people"], missing, names["people"]],
    }


def tracing_ours() -> Outcome:
    stays = list(Presence.objects.filter(subject=case()))
    shared, seconds = _middle(lambda: all_shared(stays, at=NOON))
    found = {one.subject for rows in shared.values() for one in rows}
    return {"seconds": seconds, "contacts": len(found), "meetings": sum(map(len, shared.values()))}


def tracing_named() -> Outcome:
    """From the person to what the page and the spreadsheet are made of. Nothing is judged or written."""
    person, first = Person.objects.get(pseudonym=case()), DAY - datetime.timedelta(days=21)
    rows, seconds = _middle(lambda: all_place_history(person, first=first, last=DAY, at=NOON, with_others=True))
    others = [one for row in rows for one in row.others]
    found = {one.subject.subject for one in others if one.subject}
    return {"seconds": seconds, "contacts": len(found), "meetings": len(others)}


def tracing_sql() -> Outcome:
    """The same as one statement over the same indexes; who and how long, nothing else."""
    subject = case()
    overlap = "o.entered_at < m.left_at AND o.left_at > m.entered_at"
    sql = (
        "SELECT o.subject, o.place_id, o.entered_at, o.left_at FROM screening_presence m JOIN screening_presence o"  # noqa: S608
        f" ON o.site_id = m.site_id AND o.day = m.day AND o.place_id = m.place_id AND {overlap}"
        " WHERE m.subject = %s AND o.subject <> m.subject"
    )

    def ask() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [subject if connection.vendor == "postgresql" else subject.hex])
            return list(cursor.fetchall())

    rows, seconds = _middle(ask)
    return {"seconds": seconds, "contacts": len({row[0] for row in rows}), "meetings": len(rows)}


def case() -> uuid.UUID:
    """Somebody who was there on each of the days."""
    return Presence.objects.order_by("pk")[IN_A_ROOM * 3 + 7].subject


def _middle(act: Callable[[], Any], times: int = TIMES) -> tuple[Any, float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        found = act()
        taken.append(time.perf_counter() - started)
    return found, sorted(taken)[times // 2]


def _place() -> Place:
    given = os.environ.get("DATABASE_URL", "")
    return Place(Path(settings.HOME), given or str(settings.DATABASES["default"]["NAME"]))


def peak_mb(pid: str = "self") -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return round(int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024, 1)


def told_people() -> int:
    return PersonDay.objects.filter(day=DAY).count()


def main(what: str, name: str) -> None:
    if connection.vendor == "postgresql":
        run("SET statement_timeout = 0")
    connection.ensure_connection()
    before = peak_mb()
    started = time.perf_counter()
    outcome = globals()[f"{what}_{name.replace('-', '_')}"]()
    told = {"seconds": time.perf_counter() - started} | outcome
    told |= {"peak_mb": peak_mb(), "before_mb": before}
    if connection.vendor == "postgresql" and what == "risk" and name not in ("polars",):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            told["database_peak_mb"] = peak_mb(str(cursor.fetchone()[0]))
    if what == "risk" and told.get("sample", told_people()) == told_people():
        told["stored"] = stored()
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
