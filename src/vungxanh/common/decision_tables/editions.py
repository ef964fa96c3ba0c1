"""Dated editions: a rule file holds one edition after another, and each day has the one in force on it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from vungxanh.common.decision_tables.faults import Fault, LineFinder, RuleFileError, syntax_fault
from vungxanh.common.decision_tables.shapes import shape


class Status(StrEnum):
    """How sure we are of the figures: seen in the legal text, not yet checked, or a rule of our own."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    INTERNAL = "internal"


class Edition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head that every edition has; a module's own edition inherits it and adds its fields."""

    in_force_from: date
    in_force_to: date | None = None
    source: str
    status: Status
    cites: str = ""

    def is_in_force(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)

    def faults(self, at: str) -> Iterable[Fault]:
        """What is wrong between the values, which each have their shape; `at` is the place of the edition."""
        return ()


class Dated(Protocol):
    """Anything that is in force from a day on."""

    @property
    def in_force_from(self) -> date: ...

    def is_in_force(self, on: date) -> bool: ...


D = TypeVar("D", bound=Dated)
E = TypeVar("E", bound=Edition)


class NoEditionInForceError(LookupError):
    """The file has no edition for that day."""


@dataclass(frozen=True)
class Editions(Generic[D]):
    """All editions of one file, oldest first."""

    name: str
    editions: tuple[D, ...]

    def __iter__(self) -> Iterator[D]:
        return iter(self.editions)

    def __len__(self) -> int:
        return len(self.editions)

    def in_force(self, on: date) -> D:
        """The latest edition that began on or before `on` and has not ended."""
        for edition in reversed(self.editions):
            if edition.is_in_force(on):
                return edition
        raise NoEditionInForceError(f"{self.name}: không có bản nào có hiệu lực ngày {on:%d/%m/%Y}")

    def starting(self, in_force_from: date) -> D:
        """The edition that a stored result names by its first day."""
        for edition in self.editions:
            if edition.in_force_from == in_force_from:
                return edition
        raise NoEditionInForceError(f"{self.name}: không có bản có hiệu lực từ {in_force_from:%d/%m/%Y}")


@dataclass(frozen=True)
class RawRules:
    """A rule file as plain values: its head (keys beside the editions) and its editions, with the line of each key."""

    path: Path
    head: dict[str, Any]
    editions: tuple[dict[str, Any], ...]
    finder: LineFinder

    def placed(self, faults: list[Fault]) -> list[Fault]:
        return [replace(fault, line=self.finder.line(fault.where)) for fault in faults]


def read_raw(path: Path, *, over: Path | None = None) -> RawRules:
    """Reads `path`; where the file `over` exists its editions follow, replacing those that begin on the same day."""
    raw = _parse(path)
    if over is None or not over.exists():
        return raw
    later = _parse(over)
    replaced = {edition.get("in_force_from") for edition in later.editions}
    kept = tuple(edition for edition in raw.editions if edition.get("in_force_from") not in replaced)
    return RawRules(path=over, head=raw.head, editions=kept + later.editions, finder=LineFinder({}))


def _parse(path: Path) -> RawRules:
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise RuleFileError(path, [Fault("", f"tệp không phải UTF-8: {error.reason}")]) from error
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(path, [syntax_fault(error, text)]) from error
    editions = values.pop("edition", [])
    if not isinstance(editions, list) or not editions or not all(isinstance(edition, dict) for edition in editions):
        raise RuleFileError(path, [Fault("edition", "cần ít nhất một mục [[edition]]")])
    return RawRules(path, values, tuple(editions), LineFinder.of(text))


def build_editions(raw: RawRules, schema: type[E], faults: list[Fault]) -> list[E | None]:
    """The typed editions of a file; faults (shape, order, overlapping days) are added to `faults`.

    An edition that cannot be read is None, so that the others keep their places.
    """
    built = [shape(one, schema, at=f"edition[{i}]", faults=faults) for i, one in enumerate(raw.editions, start=1)]
    previous: E | None = None
    for number, edition in enumerate(built, start=1):
        if edition is None:
            continue
        faults.extend(_date_faults(edition, previous, f"edition[{number}]"))
        previous = edition
    return built


def _date_faults(edition: Edition, previous: Edition | None, at: str) -> Iterator[Fault]:
    if edition.in_force_to is not None and edition.in_force_to < edition.in_force_from:
        yield Fault(f"{at}.in_force_to", "hết hiệu lực trước khi có hiệu lực")
    if previous is not None and edition.in_force_from <= previous.in_force_from:
        yield Fault(
            f"{at}.in_force_from",
            "các bản phải xếp theo ngày có hiệu lực tăng dần, mỗi ngày một bản",
        )
    if not edition.source.strip():
        yield Fault(f"{at}.source", "phải ghi nguồn")


def load_editions(path: Path, *, schema: type[E], over: Path | None = None) -> Editions[E]:
    """Reads a file of dated editions that is not a decision table: thresholds, windows, questionnaires."""
    raw = read_raw(path, over=over)
    faults = [Fault(key, "khóa không có trong mẫu") for key in raw.head if key not in ("code", "title")]
    editions = build_editions(raw, schema, faults)
    if not faults:
        faults = [fault for i, one in enumerate(editions, start=1) if one for fault in one.faults(f"edition[{i}]")]
    if faults:
        raise RuleFileError(raw.path, raw.placed(faults))
    return Editions(path.stem, tuple(edition for edition in editions if edition is not None))
