"""Decision tables: rows read from the top, the first that matches decides. Read from TOML, judged on columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from vungxanh.common.decision_tables.compiled import MOST, CompiledEdition, Judged
from vungxanh.common.decision_tables.conditions import When, read_when
from vungxanh.common.decision_tables.editions import (
    Edition,
    Editions,
    Status,
    build_editions,
    read_raw,
)
from vungxanh.common.decision_tables.faults import Fault, RuleFileError
from vungxanh.common.facts import Fact, Subject


class RawRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row as it stands in the file."""

    code: str
    says: str
    neutral: str
    when: dict[str, Any]
    then: str
    instruction: str
    cites: str
    remedy: str = ""
    status: Status | None = None


class RawEdition(Edition, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An edition as it stands in the file."""

    row: tuple[RawRow, ...]


@dataclass(frozen=True)
class Row:
    """One rule. `says` is for the person and the health officer, `neutral` for the head, who sees no health answers."""

    code: str
    says: str
    neutral: str
    when: When
    then: str
    instruction: str
    cites: str
    remedy: str
    status: Status


@dataclass(frozen=True)
class TableEdition:
    """The rows of a table as they stand from one day on."""

    in_force_from: date
    in_force_to: date | None
    source: str
    status: Status
    cites: str
    rows: tuple[Row, ...]

    def is_in_force(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact that the edition names, in the order of the file."""
        return tuple(dict.fromkeys(fact for row in self.rows for fact in row.when.facts()))

    @cached_property
    def rows_by_code(self) -> Mapping[str, Row]:
        return {row.code: row for row in self.rows}

    @cached_property
    def reasons_by_code(self) -> Mapping[str, Reason]:
        return {row.code: _reason(row) for row in self.rows}

    @cached_property
    def compiled(self) -> CompiledEdition:
        return CompiledEdition(
            rows=tuple((row.code, row.then, row.when.expression(), row.when.asks_nothing) for row in self.rows),
            facts=self.facts,
            in_force_from=self.in_force_from,
        )


@dataclass(frozen=True)
class Rulebook:
    """What the tables of one subject may name: its facts and its levels, the mildest level first.

    `badges` is the family of badges that shows the levels in words and signs.
    """

    subject: Subject
    facts: tuple[Fact, ...]
    levels: tuple[str, ...]
    badges: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Fact]:
        return {fact.name: fact for fact in self.facts}


@dataclass(frozen=True)
class Reason:
    """Why: one row that matched."""

    code: str
    says: str
    neutral: str
    cites: str
    instruction: str
    remedy: str = ""
    status: Status = Status.VERIFIED


@dataclass(frozen=True)
class Judgement:
    """The result for one subject: the first reason decided the level, the others matched as well."""

    level: str
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    edition: date


@dataclass(frozen=True)
class DecisionTable:
    """A whole file: every edition of one table."""

    code: str
    title: str
    rulebook: Rulebook
    editions: Editions[TableEdition]

    def judge(self, frame: pl.DataFrame, *, on: date) -> pl.DataFrame:
        """Judges every row of `frame`, whose columns are facts (a missing column is unknown) and anything else.

        Returns the other columns, in the same order of rows, with `level`, `row` (code that decided), `edition` (its
        first day), `matched` (codes of all rows that matched, the deciding one first) and `unknown` (facts named by
        the table that are not known of this subject).
        """
        return self.editions.in_force(on).compiled.judge(frame)

    def judge_few(self, subjects: Sequence[tuple[Any, ...]], *, on: date) -> list[Judged]:
        """The same for a handful, each given by the values of the facts that the edition names, in its order."""
        return self.editions.in_force(on).compiled.judge_few(subjects)

    def judgement(self, result: Mapping[str, Any]) -> Judgement:
        """One row of a result of `judge`, or a stored one, as the sentences to show."""
        edition = self.editions.starting(result["edition"])
        return Judgement(
            level=result["level"],
            reasons=tuple(edition.reasons_by_code[code] for code in result["matched"]),
            unknown=tuple(result["unknown"]),
            edition=edition.in_force_from,
        )


def _reason(row: Row) -> Reason:
    return Reason(
        row.code,
        row.says,
        row.neutral,
        row.cites,
        row.instruction,
        row.remedy,
        row.status,
    )


def load_table(path: Path, rulebook: Rulebook, *, over: Path | None = None) -> DecisionTable:
    """Reads and checks a table; every fault of the file is in the `RuleFileError`, by key path and line."""
    raw = read_raw(path, over=over)
    faults = _head_faults(raw.head, rulebook)
    tables = [
        _read_edition(edition, rulebook, f"edition[{number}]", faults)
        for number, edition in enumerate(build_editions(raw, RawEdition, faults), start=1)
        if edition is not None
    ]
    if faults:
        raise RuleFileError(raw.path, raw.placed(faults))
    return DecisionTable(
        raw.head["code"],
        raw.head["title"],
        rulebook,
        Editions(raw.head["code"], tuple(tables)),
    )


def _head_faults(head: Mapping[str, Any], rulebook: Rulebook) -> list[Fault]:
    wanted = ("code", "title", "subject")
    faults = [Fault(key, "thiếu khóa bắt buộc") for key in wanted if not isinstance(head.get(key), str)]
    faults += [Fault(key, "khóa không có trong mẫu") for key in head if key not in wanted]
    if head.get("subject", rulebook.subject) != rulebook.subject:
        faults.append(Fault("subject", f"bảng này phải nói về “{rulebook.subject}”"))
    return faults


def _read_edition(edition: RawEdition, rulebook: Rulebook, at: str, faults: list[Fault]) -> TableEdition:
    places = [f"{at}.row[{i}]" for i in range(1, len(edition.row) + 1)]
    rows = [_read_row(raw, edition, rulebook, here, faults) for raw, here in zip(edition.row, places, strict=True)]
    faults.extend(_code_faults(rows, places))
    faults.extend(_rest_faults(edition.row, places, at))
    read = TableEdition(
        edition.in_force_from,
        edition.in_force_to,
        edition.source,
        edition.status,
        edition.cites,
        tuple(rows),
    )
    if max(len(read.rows), len(read.facts)) > MOST:
        faults.append(Fault(f"{at}.row", f"một bản có tối đa {MOST} dòng và {MOST} dữ kiện"))
    return read


def _read_row(raw: RawRow, edition: RawEdition, rulebook: Rulebook, here: str, faults: list[Fault]) -> Row:
    for key in ("code", "says", "neutral", "instruction", "cites"):
        if not getattr(raw, key).strip():
            faults.append(Fault(f"{here}.{key}", "không được để trống"))
    if raw.then not in rulebook.levels:
        faults.append(
            Fault(
                f"{here}.then",
                f"“{raw.then}” không có trong {', '.join(rulebook.levels)}",
            )
        )
    return Row(
        code=raw.code,
        says=raw.says,
        neutral=raw.neutral,
        when=read_when(raw.when, rulebook.by_name, at=f"{here}.when", faults=faults),
        then=raw.then,
        instruction=raw.instruction,
        cites=raw.cites,
        remedy=raw.remedy,
        status=raw.status or edition.status,
    )


def _rest_faults(rows: tuple[RawRow, ...], places: list[str], at: str) -> Iterator[Fault]:
    for row, here in zip(rows[:-1], places[:-1], strict=True):
        if not row.when:
            yield Fault(f"{here}.when", "chỉ dòng cuối được để trống điều kiện")
    if not rows or rows[-1].when:
        yield Fault(
            f"{places[-1]}.when" if places else f"{at}.row",
            "dòng cuối phải nhận mọi trường hợp còn lại: {}",
        )


def _code_faults(rows: list[Row], places: list[str]) -> list[Fault]:
    counts = Counter(row.code for row in rows)
    return [
        Fault(f"{here}.code", f"mã “{row.code}” dùng {counts[row.code]} lần")
        for row, here in zip(rows, places, strict=True)
        if counts[row.code] > 1
    ]
