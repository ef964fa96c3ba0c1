"""Everybody judged by polars written by hand: every declaration of 14 days read as columns, one plan, written back."""

import contextlib
import datetime
import io
import sqlite3
from collections.abc import Mapping
from typing import Any

import polars as pl
import psycopg

from bench.day.by_sql import UNKNOWN
from bench.intake.databases import Place
from bench.peers.duties import SIGN_DAYS, first_day

RANKS = ["NONE", "GREEN", "YELLOW", "ORANGE", "RED"]
TRUTH = ("has_fever", "has_respiratory_sign", "has_lost_taste_or_smell")
EXPOSED = ("had_contact_with_case", "had_contact_with_symptomatic", "came_from_epidemic_area")


def read(place: Place, sql: str, schema: Mapping[str, Any]) -> pl.DataFrame:
    """All rows as columns; of PostgreSQL in one value, which spares the driver's work for each row."""
    if place.is_postgresql:
        lines = f"SELECT string_agg(substr(q::text, 2, length(q::text) - 2), chr(10)) FROM ({sql}) q"  # noqa: S608
        [(whole,)] = place.query(lines)
        return pl.read_csv(io.BytesIO((whole or "").encode()), has_header=False, schema=schema)
    with contextlib.closing(sqlite3.connect(place.database)) as file:
        parts, cursor = [pl.DataFrame(schema=schema)], file.execute(sql)
        while rows := cursor.fetchmany(50_000):
            parts.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(parts)


def declared(place: Place, day: datetime.date) -> pl.DataFrame:
    flags = ", ".join(f"CAST({name} AS INTEGER)" for name in (*TRUTH, *EXPOSED))
    sql = (
        f"SELECT subject, CAST(day AS TEXT), CAST(declared_at AS TEXT), {flags}, symptom_count,"  # noqa: S608
        " CASE worst_visited_level WHEN '' THEN 'NONE' ELSE worst_visited_level END FROM screening_declaration"
        f" WHERE day = '{day}'"
    )
    kinds = dict.fromkeys(("subject", "day", "declared_at"), pl.String) | dict.fromkeys((*TRUTH, *EXPOSED), pl.Int8)
    said = read(place, sql, {**kinds, "symptom_count": pl.Int16, "visited": pl.String})
    return said.with_columns(pl.col("visited").cast(pl.Enum(RANKS)))


def judged(place: Place, day: datetime.date) -> pl.DataFrame:
    days = [first_day(day) + datetime.timedelta(days=number) for number in range((day - first_day(day)).days + 1)]
    said = pl.concat(part for one in days if len(part := declared(place, one)))
    people = read(
        place,
        "SELECT d.subject, l.level, CASE WHEN a.person_id IS NULL THEN 0 ELSE 1 END FROM screening_personday d"  # noqa: S608
        " JOIN organization_person p ON p.pseudonym = d.subject"
        f" LEFT JOIN areas_arealevel l ON l.area_id = p.residence_id AND l.valid_from <= '{day}'"
        f" AND (l.valid_to IS NULL OR l.valid_to > '{day}')"
        " LEFT JOIN (SELECT DISTINCT person_id FROM organization_absence WHERE kind = 'ISOLATION'"
        f" AND '{day}' BETWEEN first_day AND last_day AND withdrawn_at IS NULL) a ON a.person_id = p.id"
        f" WHERE d.day = '{day}'",
        {"subject": pl.String, "home": pl.String, "isolated": pl.Int8},
    )
    since = (day - datetime.timedelta(days=SIGN_DAYS)).isoformat()
    signs = said.lazy().filter(pl.col("day") >= since).sort("declared_at", descending=True)
    latest = signs.unique("subject", keep="first", maintain_order=True).select("subject", *TRUTH, "symptom_count")
    exposed = said.lazy().group_by("subject").agg(*(pl.col(name).max() for name in EXPOSED), pl.col("visited").max())
    known = people.lazy().join(latest, on="subject", how="left").join(exposed, on="subject", how="left")
    fever, breath, taste = (pl.col(name).fill_null(0) == 1 for name in TRUTH)
    contact, symptomatic, area = (pl.col(name).fill_null(0) == 1 for name in EXPOSED)
    signs_now, visited = pl.col("symptom_count").fill_null(0), pl.col("visited").cast(pl.String).fill_null("NONE")
    home = pl.col("home").fill_null("")
    rows = [
        ("NM1", "VERY_HIGH", contact & (fever | breath | taste | (signs_now >= 1))),
        ("NM2", "VERY_HIGH", (signs_now >= 1) & (area | (visited == "RED"))),
        ("TX", "HIGH", contact),
        ("CL", "HIGH", pl.col("isolated") == 1),
        ("VD", "HIGH", visited == "RED"),
        ("VDC", "HIGH", area),
        ("S1", "HIGH", fever),
        ("S2", "HIGH", taste),
        ("S3", "HIGH", signs_now >= 2),
        ("CT", "HIGH", home == "RED"),
        ("S4", "MEDIUM", (signs_now >= 1) | breath),
        ("TD", "MEDIUM", symptomatic),
        ("VC", "MEDIUM", visited == "ORANGE"),
        ("CTC", "MEDIUM", home == "ORANGE"),
    ]
    found = pl.concat_str(
        [pl.when(matches).then(pl.lit(f', "{code}"')).otherwise(pl.lit("")) for code, _, matches in rows]
    )
    level = pl.coalesce(*(pl.when(matches).then(pl.lit(level)) for _, level, matches in rows), pl.lit("LOW"))
    codes = pl.when(found == "").then(pl.lit('"BT"')).otherwise(found.str.slice(2))
    return known.select("subject", level.alias("level"), ("[" + codes + "]").alias("row_codes")).collect()


def assess(place: Place, day: datetime.date, at: datetime.datetime) -> None:
    found = judged(place, day).with_columns(
        pl.lit(day.isoformat()).alias("day"),
        pl.lit(at.isoformat(" ")).alias("at"),
        pl.lit("person_covid19").alias("table"),
        pl.lit("2021-09-16").alias("edition"),
        pl.lit(UNKNOWN).alias("unknown"),
        pl.lit("SCHEDULE").alias("cause"),
        pl.lit(1).alias("is_current"),
    )
    names = ", ".join(f'"{name}"' for name in found.columns)
    if place.is_postgresql:
        with psycopg.connect(place.database) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE risk_personassessment SET is_current = false WHERE is_current")
            with cursor.copy(f"COPY risk_personassessment ({names}) FROM STDIN (FORMAT csv)".encode()) as copy:
                copy.write(found.write_csv(include_header=False).encode())
        return
    with contextlib.closing(sqlite3.connect(place.database, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = FULL")
        file.execute("BEGIN IMMEDIATE")
        file.execute("UPDATE risk_personassessment SET is_current = 0 WHERE is_current")
        marks = ", ".join("?" * found.width)
        file.executemany(f"INSERT INTO risk_personassessment ({names}) VALUES ({marks})", found.iter_rows())  # noqa: S608
        file.execute("COMMIT")
