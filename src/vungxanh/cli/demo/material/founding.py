"""What the agency is made of: units, people and their names, staffing, accounts, groups."""

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from vungxanh.cli.demo.material.reading import DATA, read

Weights = dict[str, int]


class NamesOfSex(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    middle: Weights
    given: list[str]


class NameParts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: Weights
    male: NamesOfSex
    female: NamesOfSex


class StaffKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title that several people of a unit have; `weekdays` as in "T2 T4 T6"."""

    title: str
    contract: str
    weight: int
    weekdays: str = ""
    by_shift: bool = False
    men: float | None = None


class Staffing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who works in a kind of unit: a head, deputies, the rest by weight. `men` is their share."""

    head: str
    deputy: str
    deputies: int
    men: float
    staff: list[StaffKind]
    shifts: str = ""


class ShiftHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    starts: datetime.time
    ends: datetime.time


class ShiftSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """People take the letters of `cycle` in turn, each a day behind the one before; "-" is rest."""

    cycle: list[str]
    hours: dict[str, ShiftHours]


class RoleGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: str
    unit: str


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A demonstration account: the person at a place of a unit, or with a title there, or nobody."""

    name: str
    says: str = ""
    unit: str = ""
    place: int | None = None
    title: str = ""
    roles: list[RoleGiven] = []


class Secondment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"valid_from": "from"}):
    unit: str
    place: int
    host: str
    site: str
    title: str
    valid_from: datetime.date


class DelegationGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The head of the unit is away for `kind`; the first deputy acts."""

    unit: str
    role: str
    first_day: datetime.date
    last_day: datetime.date
    kind: str
    reason: str
    handover: str


class GroupOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    kind: str
    oldest: int
    youngest: int = 0
    sex: str = ""


class Agency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    valid_from: datetime.date
    basis: str
    living_from: datetime.date
    today: datetime.date
    latest: datetime.date
    hour: datetime.time
    account: list[Account]
    secondment: list[Secondment]
    delegation: list[DelegationGiven]
    group: list[GroupOf]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A row of units.csv."""

    code: str
    parent: str
    name: str
    short_name: str
    kind: str
    own_rights: bool
    reporting_point: bool
    area: str
    site: str
    site_name: str
    staffing: str
    people: int


@cache
def names() -> NameParts:
    return read("names.toml", NameParts)


@cache
def agency() -> Agency:
    return read("agency.toml", Agency)


@cache
def staffing() -> dict[str, Staffing]:
    raw = msgspec.toml.decode((DATA / "staffing.toml").read_bytes())
    kinds = {key: value for key, value in raw.items() if key not in {"shifts", "guards"}}
    return msgspec.convert(kinds, dict[str, Staffing])


@cache
def shift_sets() -> dict[str, ShiftSet]:
    raw = msgspec.toml.decode((DATA / "staffing.toml").read_bytes())
    return msgspec.convert(raw["shifts"], dict[str, ShiftSet])


@cache
def guards() -> dict[str, int]:
    raw = msgspec.toml.decode((DATA / "staffing.toml").read_bytes())
    return msgspec.convert(raw["guards"], dict[str, int])


@cache
def units() -> list[UnitLine]:
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as file:
        return [_unit(row) for row in csv.DictReader(file)]


def level_files() -> list[Path]:
    """Levels of areas as published, a file for each document; its name is the day."""
    return sorted((DATA / "levels").glob("*.csv"))


def _unit(row: dict[str, str]) -> UnitLine:
    flags = {key: row.pop(key) == "1" for key in ("own_rights", "reporting_point")}
    people = int(row.pop("people"))
    return UnitLine(**row, **flags, people=people)  # type: ignore[arg-type]
