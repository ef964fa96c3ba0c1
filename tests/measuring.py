"""Indicators asked for by their code, and statements written by hand that their figures are held against."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import connection

from vungxanh.common.indicators import Asked, Measured, Record, find


def measured(code: str, question: Asked) -> dict[int, Measured]:
    indicator = find(code)
    assert indicator
    return dict(indicator.measure(question))


def records(code: str, question: Asked, unit_id: int) -> list[Record]:
    """All of them, page by page."""
    indicator = find(code)
    assert indicator
    found = indicator.records(question, unit_id)
    shown = [one for start in range(0, len(found), 20) for one in found[start : start + 20]]
    assert len(shown) == len(found)
    return shown


def check_records(code: str, question: Asked) -> None:
    """They add up to the figure, those that miss most come first, and each leads somewhere."""
    found = measured(code, question)
    assert found
    for unit in question.members:
        rows = records(code, question, unit)
        assert (sum(one.part for one in rows), sum(one.whole for one in rows)) == found.get(unit, (0, 0))
        left = [one.whole - one.part for one in rows]
        assert left == sorted(left, reverse=True)
        assert all(question.first <= one.day <= question.last for one in rows)
        assert all(one.whole and str(one.what) and one.address for one in rows)


def by_hand(statement: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement in which `(%s...)` stands for a list of values."""
    given: list[Any] = []
    for value in values:
        if isinstance(value, list):
            statement = statement.replace("(%s...)", f"({', '.join(['%s'] * len(value))})", 1)
        given += value if isinstance(value, list) else [value]
    with connection.cursor() as cursor:
        cursor.execute(statement, [_adapted(one) for one in given])
        yield from cursor.fetchall()


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, datetime.date) else value


def part_and_whole(statement: str, *values: Any) -> tuple[int, int]:
    """Of a statement with one row."""
    [(part, whole)] = by_hand(statement, *values)
    return int(part or 0), int(whole or 0)


def without_nothing(found: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    return {unit: one for unit, one in found.items() if one[1]}
