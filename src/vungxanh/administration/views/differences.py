"""What a new edition changes against the one before it, in the words of the page of the rules."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from vungxanh.common.decision_tables import DecisionTable, Edition, Row, TableEdition
from vungxanh.common.views.rules import values_of, when_words


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is ADDED, CHANGED or REMOVED; `where` the code of a row, or the path of a value."""

    kind: str
    where: str
    before: str
    after: str


def changes_of(current: Any, day: datetime.date) -> list[Change]:
    """Of the edition that begins on the day; against the newest one that began earlier, none where it is the first."""
    editions: list[Edition | TableEdition] = list(current.editions)
    new = next(one for one in editions if one.in_force_from == day)
    earlier = [one for one in editions if one.in_force_from < day]
    before = _lines(earlier[-1]) if earlier else {}
    after = _lines(new)
    found = [
        Change(_kind(where, before, after), where, before.get(where, ""), after.get(where, ""))
        for where in dict.fromkeys([*after, *before])
        if before.get(where) != after.get(where)
    ]
    if isinstance(current, DecisionTable) and earlier and _order(earlier[-1]) != _order(new):
        found.append(Change("CHANGED", "…", ", ".join(_order(earlier[-1])), ", ".join(_order(new))))
    return found


def _kind(where: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if where not in before:
        return "ADDED"
    return "CHANGED" if where in after else "REMOVED"


def _lines(edition: Edition | TableEdition) -> dict[str, str]:
    if isinstance(edition, TableEdition):
        return {row.code: _row(row) for row in edition.rows}
    plain = msgspec.to_builtins(edition, builtin_types=(datetime.date, datetime.time))
    return dict(values_of(plain))


def _row(row: Row) -> str:
    words = [row.says, when_words(row.when), f"→ {row.then}", row.neutral, row.instruction, row.remedy, row.cites]
    return " · ".join(word for word in words if word)


def _order(edition: Edition | TableEdition) -> list[str]:
    return [row.code for row in edition.rows] if isinstance(edition, TableEdition) else []
