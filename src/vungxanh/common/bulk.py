"""Many rows of one table read or written at once, several times as fast as by a queryset: for the hot path alone.

Statements are composed once, and a list of any length is one value of them. What is written goes to the driver as it
is, but for the few types that a database wants otherwise; ids are taken in advance, so that nothing need be read back.
"""

import datetime
import json
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction
from django.db.models.fields import AutoFieldMixin

Model = TypeVar("Model", bound=models.Model)
Adapt = Callable[[Any], Any]
Changes = Sequence[tuple[int, Adapt]]
"""By the place of a column, what its values go through."""
AS_THEY_ARE = (models.BinaryField, models.BooleanField, models.CharField, models.IntegerField)
"""Fields whose values every driver takes."""
NATIVE = (models.UUIDField, models.DateTimeField, models.DateField)
"""Fields whose values PostgreSQL's driver takes."""


class Select(Generic[Model]):
    """Fields of one model's rows, read as tuples; without `names` all of them, as for `models`.

    `among`: fields that are held against a list each; `where`: a condition in SQL that both databases take, with `%s`
    for values that they take as texts; `lock`: the rows are held until the end of the transaction, in the order of
    `order`.
    """

    def __init__(
        self,
        model: type[Model],
        names: Sequence[str] = (),
        *,
        among: Sequence[str],
        where: str = "",
        order: Sequence[str] = (),
        lock: str = "",
    ) -> None:
        self.model, self.among = model, tuple(among)
        self.names = tuple(names) or tuple(field.attname for field in model._meta.concrete_fields)
        self.where, self.order, self.lock = where, tuple(order), lock
        self.plans: dict[str, tuple[str, Changes, list[Adapt | None]]] = {}

    def __call__(self, *lists: Collection[object], where: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """`where`: the values of its condition. Nothing is asked where one of the lists is empty."""
        if not all(lists):
            return []
        vendor = connection.vendor
        statement, read, given = self.plans.get(vendor) or self.plans.setdefault(vendor, self._plan())
        values = [
            [adapt(value) for value in one] if adapt else list(one) for one, adapt in zip(lists, given, strict=True)
        ]
        with connection.cursor() as cursor:
            asked = values if vendor == "postgresql" else [json.dumps(one) for one in values]
            cursor.execute(statement, [*asked, *where])
            return _changed(cursor.fetchall(), read)

    def models(self, *lists: Collection[object], where: Sequence[str] = ()) -> list[Model]:
        """As rows of the model; what is not among the names is read when it is asked for."""
        made, alias, names = self.model.from_db, connection.alias, self.names
        return [made(alias, names, row) for row in self(*lists, where=where)]

    def _plan(self) -> tuple[str, Changes, list[Adapt | None]]:
        """The statement, what changes the columns that are read, and what makes the values of each list."""
        fields = [self.model._meta.get_field(name) for name in self.names]
        asked: list[Any] = [self.model._meta.get_field(name) for name in self.among]
        conditions = [_among(field) for field in asked] + [self.where] * bool(self.where)
        statement = f"SELECT {_columns(fields)} FROM {_table(self.model)} WHERE {' AND '.join(conditions)}"  # noqa: S608
        if self.order:
            # Without the sign SQLite may walk the whole table in that order to be spared the sorting.
            sign = "" if connection.vendor == "postgresql" else "+"
            ordered: list[Any] = [self.model._meta.get_field(name) for name in self.order]
            statement += " ORDER BY " + ", ".join(f'{sign}"{field.column}"' for field in ordered)
        if self.lock and connection.features.has_select_for_update:
            statement += f" {self.lock}"
        read = [(place, change) for place, field in enumerate(fields) if (change := _read(field))]
        return statement, read, [_adapt(field, connection.vendor) for field in asked]


def _among(field: Any) -> str:
    if connection.vendor == "postgresql":
        return f'"{field.column}" = ANY(%s::{field.rel_db_type(connection)}[])'
    return f'"{field.column}" IN (SELECT value FROM json_each(%s))'  # noqa: S608


def _table(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'


def _columns(fields: Iterable[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _read(field: Any) -> Adapt | None:
    """What makes a value of what the driver gives; None where that is the value."""
    if isinstance(field, models.ForeignKey):
        return _read(field.target_field)
    if connection.vendor != "postgresql":
        for kind, read in READ_ON_SQLITE.items():
            if isinstance(field, kind):
                return read
    if isinstance(field, models.JSONField) and field.decoder is None:
        return json.loads
    column = field.get_col(field.model._meta.db_table)
    steps = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
    return partial(_converted, steps, column) if steps else None


def _converted(steps: Sequence[Callable[..., Any]], column: Any, value: Any) -> Any:
    for step in steps:
        value = step(value, column, connection)
    return value


def _as_utc(value: datetime.datetime) -> datetime.datetime:
    return value.replace(tzinfo=datetime.UTC)


READ_ON_SQLITE: dict[type, Adapt | None] = {
    models.UUIDField: uuid.UUID,
    models.DateTimeField: _as_utc,
    models.DateField: None,
    models.BooleanField: None,
}
"""By kind of field; a moment is a day as well, and comes first."""


def insert(rows: Sequence[models.Model]) -> None:
    """Rows of one model, all new; they get their ids. No signals. Raises IntegrityError."""
    if not rows:
        return
    model = type(rows[0])
    statement, read, changes = _plan(model, connection.vendor)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if isinstance(model._meta.pk, AutoFieldMixin):
            for row, number in zip(rows, _reserved(cursor, model, len(rows)), strict=True):
                row.pk = number
        table = _changed(list(map(read, rows)), changes)
        if connection.vendor == "postgresql":
            _copy(cursor, statement, table)
        else:
            cursor.executemany(statement, table)
    alias = connection.alias
    for row in rows:
        row._state.adding, row._state.db = False, alias


def update(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Sets the named fields; each row has their values, then the id."""
    _write(*_update_plan(model, tuple(names), connection.vendor), rows)


def add(model: type[models.Model], key: Sequence[str], sums: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Adds to the numbers `sums` of the row with the key, or makes it; each row has the key, then what is added.

    Rows are locked in the order in which they are given.
    """
    _write(*_add_plan(model, tuple(key), tuple(sums), connection.vendor), rows)


def _write(statement: str, changes: Changes, rows: Iterable[Sequence[Any]]) -> None:
    """By columns on PostgreSQL, row by row on SQLite."""
    table = _changed([tuple(row) for row in rows], changes)
    if not table:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement, [list(column) for column in zip(*table, strict=True)])
        else:
            cursor.executemany(statement, table)


def _copy(cursor: Any, statement: str, table: Iterable[Sequence[Any]]) -> None:
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        for values in table:
            copy.write_row(values)


def _reserved(cursor: Any, model: type[models.Model], count: int) -> Sequence[int]:
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(sql, [f'"{table}"', _key_of(model), count])
        return [number for (number,) in cursor.fetchall()]
    # The transaction holds the only lock for writing, and rows with ids of their own move the sequence on.
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    last = int((cursor.fetchone() or (0,))[0])
    return range(last + 1, last + 1 + count)


def _key_of(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str) -> tuple[str, Callable[[models.Model], tuple[Any, ...]], Changes]:
    """The statement, what reads the values of a row, and what changes them."""
    fields = list(model._meta.concrete_fields)
    names, table = _columns(fields), _table(model)
    if vendor == "postgresql":
        statement = f"COPY {table} ({names}) FROM STDIN"
    else:
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
    return statement, attrgetter(*(field.attname for field in fields)), _changes(fields, vendor)


@lru_cache(maxsize=64)
def _update_plan(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[str, Changes]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns, key, table = [f'"{field.column}"' for field in fields], _key_of(model), _table(model)
    if vendor == "postgresql":
        kinds = [field.db_type(connection) for field in fields]
        given = ", ".join(f"%s::{kind}[]" for kind in (*kinds, "bigint"))
        assigned = ", ".join(f"{column} = new.c{place}" for place, column in enumerate(columns))
        taken = ", ".join([*(f"c{place}" for place in range(len(columns))), "key"])
        statement = (
            f'UPDATE {table} SET {assigned} FROM unnest({given}) AS new ({taken}) WHERE {table}."{key}" = new.key'  # noqa: S608
        )
    else:
        assigned = ", ".join(f"{column} = %s" for column in columns)
        statement = f'UPDATE {table} SET {assigned} WHERE "{key}" = %s'  # noqa: S608
    return statement, _changes([*fields, model._meta.pk], vendor)


@lru_cache(maxsize=64)
def _add_plan(
    model: type[models.Model], key: tuple[str, ...], sums: tuple[str, ...], vendor: str
) -> tuple[str, Changes]:
    fields: list[Any] = [model._meta.get_field(name) for name in (*key, *sums)]
    names, table = _columns(fields), _table(model)
    if vendor == "postgresql":
        given = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)
        rows = f"SELECT * FROM unnest({given})"  # noqa: S608
    else:
        rows = f"VALUES ({', '.join(['%s'] * len(fields))})"
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in map('"{}"'.format, sums))
    statement = (
        f"INSERT INTO {table} ({names}) {rows} ON CONFLICT ({_columns(fields[: len(key)])}) DO UPDATE SET {added}"
    )
    return statement, _changes(fields, vendor)


def _changes(fields: Sequence[Any], vendor: str) -> Changes:
    return [(place, change) for place, field in enumerate(fields) if (change := _adapt(field, vendor))]


def _changed(rows: list[tuple[Any, ...]], changes: Changes) -> list[tuple[Any, ...]]:
    """By columns, since most of them stay as they are."""
    if not rows or not changes:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, change in changes:
        columns[place] = [None if value is None else change(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


def _adapt(field: Any, vendor: str) -> Adapt | None:
    """What makes of a value what the driver takes; None where it takes the value."""
    if isinstance(field, models.ForeignKey):
        return _adapt(field.target_field, vendor)
    if isinstance(field, models.BinaryField) and type(field) is not models.BinaryField:
        # It encrypts.
        return field.get_prep_value
    if isinstance(field, AS_THEY_ARE) or (vendor == "postgresql" and isinstance(field, NATIVE)):
        return None
    if isinstance(field, models.JSONField) and field.encoder is None:
        return json.dumps
    if isinstance(field, models.UUIDField):
        return _hexadecimal
    if isinstance(field, models.DateTimeField):
        return _in_utc
    if isinstance(field, models.DateField):
        return _day
    return partial(field.get_db_prep_save, connection=connection)


@lru_cache(maxsize=64)
def _day(value: datetime.date) -> str:
    return value.isoformat()


def _hexadecimal(value: uuid.UUID) -> str:
    return value.hex


@lru_cache(maxsize=1024)
def _in_utc(value: datetime.datetime) -> str:
    """As Django keeps moments on SQLite."""
    return str(value.astimezone(datetime.UTC).replace(tzinfo=None))
