"""An edition compiled once into two column expressions: which rows match, which facts are unknown.

Both are integers with a bit per row or fact. The few combinations that really occur are spelled out once each and
joined back, so the cost per subject is the comparisons themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from vungxanh.common.facts import Fact

MOST = 62
"""Rows, or facts, that fit the bits of one signed column."""

MOST_KEPT = 10_000
"""Different combinations of facts whose result is remembered."""

_MASKS = ["_matched_bits", "_unknown_bits"]
_SCHEMA = {
    "_matched_bits": pl.Int64(),
    "_unknown_bits": pl.Int64(),
    "level": pl.String(),
    "row": pl.String(),
    "edition": pl.Date(),
    "matched": pl.List(pl.String()),
    "unknown": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """The result for one subject, with the names of the columns of `judge`."""

    level: str
    row: str
    edition: date
    matched: list[str]
    unknown: list[str]


@dataclass(frozen=True)
class CompiledEdition:
    """`rows`: code, level, expression, whether it is the row that catches the rest."""

    rows: tuple[tuple[str, str, pl.Expr, bool], ...]
    facts: tuple[Fact, ...]
    in_force_from: date
    _spelled: dict[tuple[int, int], tuple[object, ...]] = field(default_factory=dict, compare=False, repr=False)
    _judged: dict[tuple[Any, ...], Judged] = field(default_factory=dict, compare=False, repr=False)

    def judge_few(self, subjects: Sequence[tuple[Any, ...]]) -> list[Judged]:
        """By the values of `facts` of each. What was judged once is remembered: an edition never changes, and most
        people say the same."""
        # Another thread may forget everything at any time: what this one answers with is its own.
        known = {one: found for one in subjects if (found := self._judged.get(one))}
        if new := list(dict.fromkeys(one for one in subjects if one not in known)):
            anew = dict(zip(new, self._judged_anew(new), strict=True))
            if len(self._judged) + len(anew) > MOST_KEPT:
                self._judged.clear()
            if len(anew) <= MOST_KEPT:
                self._judged.update(anew)
            known |= anew
        return [known[one] for one in subjects]

    def _judged_anew(self, subjects: Sequence[tuple[Any, ...]]) -> list[Judged]:
        schema = {fact.name: fact.type.column_type for fact in self.facts}
        frame = pl.DataFrame(subjects, schema=schema, orient="row").with_row_index("_place")
        return [Judged(*row[1:]) for row in self.judge(frame).iter_rows()]

    def judge(self, frame: pl.DataFrame) -> pl.DataFrame:
        names = {fact.name for fact in self.facts}
        others = [column for column in frame.columns if column not in names]
        bits = frame.with_columns(self._typed(frame)).select(*others, *self._bits)
        pairs = bits.select(_MASKS).unique().iter_rows() if len(bits) > 1 else bits.select(_MASKS).iter_rows()
        spelled = pl.DataFrame([self._spell(*pair) for pair in pairs], schema=_SCHEMA, orient="row")
        return bits.join(spelled, on=_MASKS, how="left", maintain_order="left").drop(_MASKS)

    def _typed(self, frame: pl.DataFrame) -> list[pl.Expr]:
        """The fact columns with their declared types; a missing one is unknown for everybody."""
        return [
            pl.col(fact.name).cast(fact.type.column_type)
            if fact.name in frame.columns
            else pl.lit(None, dtype=fact.type.column_type).alias(fact.name)
            for fact in self.facts
        ]

    @cached_property
    def _bits(self) -> tuple[pl.Expr, pl.Expr]:
        matched = _as_bits(expression for _, _, expression, _ in self.rows)
        unknown = _as_bits(pl.col(fact.name).is_null() for fact in self.facts)
        return matched.alias(_MASKS[0]), unknown.alias(_MASKS[1])

    def _spell(self, matched_bits: int, unknown_bits: int) -> tuple[object, ...]:
        key = (matched_bits, unknown_bits)
        if key not in self._spelled:
            matched = [row for i, row in enumerate(self.rows) if matched_bits >> i & 1]
            asked = [row for row in matched if not row[3]] or matched
            unknown = [fact.name for i, fact in enumerate(self.facts) if unknown_bits >> i & 1]
            code, level = asked[0][0], asked[0][1]
            self._spelled[key] = (
                *key,
                level,
                code,
                self.in_force_from,
                [row[0] for row in asked],
                unknown,
            )
        return self._spelled[key]


def _as_bits(flags: Iterable[pl.Expr]) -> pl.Expr:
    weighted = [flag.cast(pl.Int64) * (1 << i) for i, flag in enumerate(flags)]
    return pl.sum_horizontal(weighted) if weighted else pl.lit(0, dtype=pl.Int64)
