"""Conditions of a row: `"<= 14"`, `"in [F1, F2]"`, `true`, `"known"`, read with the type of their fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from vungxanh.common.decision_tables.faults import Fault
from vungxanh.common.facts import Fact, FactType

Value = bool | int | float | str | date

_COMPARED = re.compile(r"^(<=|>=|==|!=|<|>|=)\s*(\S.*)$")
_LISTED = re.compile(r"^(not in|in)\s*\[(.*)\]$")
_ORDERED = (FactType.INTEGER, FactType.NUMBER, FactType.DATE)
_BUILD: Mapping[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "in": lambda column, value: column.is_in(list(value)),
    "not in": lambda column, value: ~column.is_in(list(value)),
    "known": lambda column, value: column.is_not_null(),
    "unknown": lambda column, value: column.is_null(),
}


class ConditionError(ValueError):
    """The condition cannot be read, or does not suit the type of its fact."""


@dataclass(frozen=True)
class Condition:
    """One thing asked of one fact. An unknown fact makes it null, which is neither true nor false."""

    fact: Fact
    operator: str
    values: tuple[Value, ...] = ()

    def expression(self) -> pl.Expr:
        operand = self.values if self.operator in ("in", "not in") else (self.values[0] if self.values else None)
        return _BUILD[self.operator](pl.col(self.fact.name), operand)


@dataclass(frozen=True)
class When:
    """What a row asks: all of `conditions` and, where there are any, at least one of `alternatives`."""

    conditions: tuple[Condition, ...] = ()
    alternatives: tuple[When, ...] = ()

    @property
    def asks_nothing(self) -> bool:
        return not self.conditions and not self.alternatives

    def facts(self) -> tuple[Fact, ...]:
        found = [condition.fact for condition in self.conditions]
        found += [fact for other in self.alternatives for fact in other.facts()]
        return tuple(dict.fromkeys(found))

    def expression(self) -> pl.Expr:
        """True where the row matches; false where it does not or cannot be known to."""
        parts = [condition.expression().fill_null(False) for condition in self.conditions]
        if self.alternatives:
            parts.append(pl.any_horizontal([other.expression() for other in self.alternatives]))
        return pl.all_horizontal(parts) if parts else pl.lit(True)


def read_when(raw: Mapping[str, Any], facts: Mapping[str, Fact], *, at: str, faults: list[Fault]) -> When:
    """The condition of a row; what is wrong with it is added to `faults` under its key path."""
    conditions: list[Condition] = []
    alternatives: tuple[When, ...] = ()
    for name, asked in raw.items():
        here = f"{at}.{name}"
        if name == "any":
            alternatives = _read_any(asked, facts, here, faults)
        elif name not in facts:
            faults.append(Fault(here, "dữ kiện chưa khai báo trong sổ luật"))
        else:
            conditions += _read_one(asked, facts[name], here, faults)
    return When(tuple(conditions), alternatives)


def _read_any(asked: Any, facts: Mapping[str, Fact], here: str, faults: list[Fault]) -> tuple[When, ...]:
    if not isinstance(asked, list) or len(asked) < 2 or not all(isinstance(one, dict) and one for one in asked):
        faults.append(Fault(here, "“any” cần từ hai nhóm điều kiện trở lên, dạng [{ … }, { … }]"))
        return ()
    return tuple(read_when(one, facts, at=f"{here}[{i}]", faults=faults) for i, one in enumerate(asked, start=1))


def _read_one(asked: Any, fact: Fact, here: str, faults: list[Fault]) -> list[Condition]:
    """A list of conditions on one fact means all of them: `[">= 1", "<= 14"]`."""
    found = []
    for one in asked if isinstance(asked, list) and asked else [asked]:
        try:
            found.append(read_condition(one, fact))
        except ConditionError as error:
            faults.append(Fault(here, str(error)))
    return found


def read_condition(asked: Any, fact: Fact) -> Condition:
    if isinstance(asked, bool):
        if fact.type is not FactType.BOOLEAN:
            raise ConditionError(f"true/false không dùng cho dữ kiện kiểu {fact.type}")
        return Condition(fact, "=", (asked,))
    if not isinstance(asked, str):
        raise ConditionError('điều kiện phải là true, false hoặc một chuỗi như "<= 14"')
    text = asked.strip()
    if text in ("known", "unknown"):
        return Condition(fact, text)
    if fact.type is FactType.BOOLEAN:
        raise ConditionError("dữ kiện có/không chỉ nhận true, false, known hoặc unknown")
    if listed := _LISTED.match(text):
        return _read_list(listed.group(1), listed.group(2), fact)
    if compared := _COMPARED.match(text):
        return _read_comparison(
            "=" if compared.group(1) == "==" else compared.group(1),
            compared.group(2),
            fact,
        )
    raise ConditionError(f"không hiểu điều kiện “{text}”")


def _read_list(operator: str, inside: str, fact: Fact) -> Condition:
    items = [item for item in (part.strip() for part in inside.split(",")) if item]
    if not items:
        raise ConditionError("danh sách rỗng")
    return Condition(fact, operator, tuple(_read_value(item, fact) for item in items))


def _read_comparison(operator: str, text: str, fact: Fact) -> Condition:
    if operator not in ("=", "!=") and fact.type not in _ORDERED:
        raise ConditionError(f"không so sánh lớn bé được với dữ kiện kiểu {fact.type}")
    return Condition(fact, operator, (_read_value(text, fact),))


def _read_value(text: str, fact: Fact) -> Value:
    bare = text.strip().strip("\"'")
    try:
        match fact.type:
            case FactType.INTEGER:
                return int(bare)
            case FactType.NUMBER:
                return float(bare)
            case FactType.DATE:
                return date.fromisoformat(bare)
    except ValueError as error:
        raise ConditionError(f"“{bare}” không phải giá trị kiểu {fact.type}") from error
    if fact.choices and bare not in fact.choices:
        raise ConditionError(f"“{bare}” không có trong {', '.join(fact.choices)}")
    return bare
