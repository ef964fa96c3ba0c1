"""Many rows between the database and columns, without an object for each: for what looks at everybody at once.

Ids go in as one value, whatever their number, and come back as the place that they have in it.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db import connection, models
from polars import selectors
from polars._typing import PolarsDataType

AT_ONCE = 20_000
"""Rows that are held as objects at a time, where the driver knows no columns."""
MOMENT = pl.Datetime("us", "UTC")
FORM = "%Y-%m-%d %H:%M:%S%.f"
"""Of moments as texts, which both databases write in one way."""
GIVEN_AS = {pl.Int64(): "bigint", pl.Boolean(): "boolean", pl.Date(): "date", MOMENT: "timestamptz"}
"""What a column that is given is to PostgreSQL."""
READ_AS: dict[PolarsDataType, PolarsDataType] = {pl.Boolean(): pl.Int64(), MOMENT: pl.String()}
"""As what a column comes that is made into another afterwards."""


def asked() -> str:
    """For the FROM of a query, with `asked_of` as parameter: the table `asked` of `place` (from 0) and `subject`."""
    if connection.vendor == "postgresql":
        rows = "unnest(%s::uuid[]) WITH ORDINALITY AS u (subject, place)"
        return f"(SELECT u.subject, u.place - 1 AS place FROM {rows}) asked"  # noqa: S608
    return "(SELECT key AS place, value AS subject FROM json_each(%s)) asked"


def asked_of(ids: pl.Series) -> str:
    """Pseudonyms as text, for `asked`."""
    if connection.vendor == "postgresql":
        return "{" + ",".join(ids.to_list()) + "}"
    return json.dumps(ids.str.replace_all("-", "", literal=True).to_list())


def keys_in() -> str:
    """A condition on an id, with `keys_of` as its parameter."""
    return "= ANY(%s::bigint[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def keys_of(keys: pl.Series) -> str:
    whole = json.dumps(keys.to_list())
    return whole.replace("[", "{").replace("]", "}") if connection.vendor == "postgresql" else whole


def given(frame: pl.DataFrame) -> str:
    """Before a query, with `given_of` as its first parameters: the frame as the table `given`, and `number`, its rows
    from 0."""
    names = ", ".join(frame.columns)
    if connection.vendor == "postgresql":
        # Of arrays the planner knows how long they are.
        lists = ", ".join(f"%s::{GIVEN_AS[kind]}[]" for kind in frame.dtypes)
        rows = f"unnest({lists}) WITH ORDINALITY AS u ({names}, place)"
        return f"WITH given AS (SELECT {names}, place - 1 AS number FROM {rows})"  # noqa: S608
    # Unless it is materialized, SQLite reads the JSON again for every row that it is joined with.
    values = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(frame.columns))
    return f"WITH given AS MATERIALIZED (SELECT {values}, key AS number FROM json_each(%s))"  # noqa: S608


def given_of(frame: pl.DataFrame) -> list[Any]:
    """Of whole numbers, truth values, days and moments."""
    if connection.vendor == "postgresql":
        return [column.to_list() for column in frame]
    days = selectors.date().dt.strftime("%Y-%m-%d")
    moments = selectors.datetime().dt.strftime("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000")
    return [json.dumps(frame.with_columns(days, moments).rows())]


def read(sql: str, params: Sequence[Any], schema: Mapping[str, PolarsDataType]) -> pl.DataFrame:
    """What the query gives, its columns named and typed by the schema: texts that are never empty, whole numbers, truth
    values, which the query has as whole numbers, and moments, which it has by `moment`."""
    kinds = {name: READ_AS.get(kind, kind) for name, kind in schema.items()}
    frame = _in_one_value(sql, params, kinds) if connection.vendor == "postgresql" else _fetched(sql, params, kinds)
    return frame.with_columns(
        pl.col(name).cast(kind)
        if kind == pl.Boolean
        else pl.col(name).str.to_datetime(FORM, time_unit="us", time_zone="UTC")
        for name, kind in schema.items()
        if kind in READ_AS
    )


def _in_one_value(sql: str, params: Sequence[Any], schema: Mapping[str, PolarsDataType]) -> pl.DataFrame:
    """A row as text is one of CSV in brackets; a driver takes longer over each row than PostgreSQL does."""
    lines = f"SELECT string_agg(substr(q::text, 2, length(q::text) - 2), chr(10)) FROM ({sql}) q"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(lines, params)
        [(whole,)] = cursor.fetchall()
    if whole is None:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(io.BytesIO(whole.encode()), has_header=False, schema=schema)


def _fetched(sql: str, params: Sequence[Any], schema: Mapping[str, PolarsDataType]) -> pl.DataFrame:
    parts = [pl.DataFrame(schema=schema)]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(AT_ONCE):
            columns = zip(schema.items(), zip(*rows, strict=True), strict=True)
            parts.append(pl.DataFrame([pl.Series(name, values, dtype=kind) for (name, kind), values in columns]))
    return pl.concat(parts)


def append(model: type[models.Model], frame: pl.DataFrame) -> None:
    """New rows; the columns are named as in the table and hold what `values_of` made or a driver takes. No signals."""
    names = ", ".join(f'"{name}"' for name in frame.columns)
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(frame.write_csv(include_header=False).encode())
            return
        places = ", ".join(["%s"] * frame.width)
        sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
        for part in frame.iter_slices(AT_ONCE):
            cursor.executemany(sql, part.rows())


def uuids(column: str) -> pl.Expr:
    """Pseudonyms as text, as the database keeps them."""
    kept = pl.col(column)
    return kept if connection.vendor == "postgresql" else kept.str.replace_all("-", "", literal=True)


def uuid_text(column: str) -> str:
    """In a query: a column of uuids as the text that Python writes."""
    if connection.vendor == "postgresql":
        return f"{column}::text"
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({column}, {start}, {length})" for start, length in parts)


def moment(column: str) -> str:
    """In a query: a moment as `read` takes it."""
    # Bare, SQLite's driver would make an object of each.
    return f"{column} AT TIME ZONE 'UTC'" if connection.vendor == "postgresql" else f"{column} || ''"


def number(condition: str) -> str:
    """In a query: a truth value as a whole number, unknown as none."""
    return f"({condition})::int" if connection.vendor == "postgresql" else f"({condition})"


def adapted(model: type[models.Model], name: str, value: object) -> Any:
    """A value as the database takes it for a field."""
    field: Any = model._meta.get_field(name)
    prepared = field.get_db_prep_save(value, connection)
    return prepared.isoformat() if hasattr(prepared, "isoformat") else prepared


def canonical(column: str, frame: pl.DataFrame) -> pl.Series:
    """Texts of JSON, each written in one way: two databases part the same list by different blanks."""
    texts = frame[column].unique().drop_nulls().to_list()
    return frame[column].replace_strict({one: json.dumps(json.loads(one)) for one in texts}, return_dtype=pl.String)
