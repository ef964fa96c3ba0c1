"""Tables that PostgreSQL keeps by month, so that a month whose time is over is dropped at once, not row by row.

Django knows the whole table only. A row of a month that nobody made goes to the table of the rest: nothing is refused.
SQLite keeps one table; every function here says so by finding no month.
"""

import datetime
import re

from django.db import connection, transaction

WAIT = "10s"
"""So long a change waits for the table before it gives up: whoever declares meanwhile waits behind it."""


def begin_of(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def next_month(month: datetime.date) -> datetime.date:
    return begin_of(month + datetime.timedelta(days=31))


def is_by_month(table: str) -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%s)", [table])
        [(answer,)] = cursor.fetchall() or [(False,)]
    return bool(answer)


def months_of(table: str) -> list[datetime.date]:
    """First days of the months that have a table, in order."""
    if not is_by_month(table):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)", [table])
        names = [name for (name,) in cursor.fetchall()]
    found = [re.fullmatch(rf"{table}_(\d{{4}})_(\d\d)", name) for name in names]
    return sorted(datetime.date(int(one[1]), int(one[2]), 1) for one in found if one)


def stray_months(table: str, column: str) -> dict[datetime.date, int]:
    """By month, how many rows stand in the table of the rest; `column` is the day by which the table is kept."""
    if not is_by_month(table):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('month', {column})::date, count(*) FROM {rest_of(table)} GROUP BY 1 ORDER BY 1"  # noqa: S608
        )
        return dict(cursor.fetchall())


def make_month(table: str, column: str, month: datetime.date) -> None:
    """A table for the month, with the rows of it that stand in the rest. Raises OperationalError where the table is
    busy for too long; nothing is changed then."""
    made, rest = table_of(table, month), rest_of(table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
        # Nobody adds a row of this month to the rest while those that stand there are moved.
        cursor.execute(f"LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [made])
        if cursor.fetchone()[0]:
            return  # Another process made it meanwhile.
        cursor.execute(f"CREATE TABLE {made} (LIKE {table} INCLUDING ALL)")
        span = [month, next_month(month)]
        cursor.execute(
            f"WITH moved AS (DELETE FROM {rest} WHERE {column} >= %s AND {column} < %s RETURNING *) "  # noqa: S608
            f"INSERT INTO {made} SELECT * FROM moved",
            span,
        )
        first, after = (f"'{day.isoformat()}'" for day in span)
        cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {made} FOR VALUES FROM ({first}) TO ({after})")


def drop_month(table: str, month: datetime.date) -> None:
    """Call it last in a transaction: from here to the commit nobody reads the table. Raises OperationalError."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
        cursor.execute(f"DROP TABLE {table_of(table, month)}")


def analyze(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE "{table}"')


def table_of(table: str, month: datetime.date) -> str:
    return f"{table}_{month:%Y_%m}"


def rest_of(table: str) -> str:
    return f"{table}_rest"
