"""Reads files of areas and of levels: CSV with the columns named in the first line; every wrong line is named."""

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.common.vietnamese import canonical

AREA_COLUMNS = ("code", "name", "tier", "parent_code", "valid_from", "valid_to")
LEVEL_COLUMNS = ("code", "level", "valid_from")


class AreaFileError(ValueError):
    """The file cannot be used; `faults` names line and reason for each fault. Nothing was imported."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class AreaLine:
    code: str
    name: str
    tier: AreaTier
    parent_code: str
    valid_from: datetime.date
    valid_to: datetime.date | None


@dataclass(frozen=True, slots=True)
class LevelLine:
    code: str
    level: EpidemicLevel
    valid_from: datetime.date


def read_areas(path: Path) -> list[AreaLine]:
    lines, faults = [], []
    for number, row in _rows(path, AREA_COLUMNS):
        try:
            ends = row["valid_to"]
            lines.append(
                AreaLine(
                    row["code"],
                    canonical(row["name"]),
                    AreaTier(row["tier"]),
                    row["parent_code"],
                    datetime.date.fromisoformat(row["valid_from"]),
                    datetime.date.fromisoformat(ends) if ends else None,
                )
            )
        except ValueError as error:
            faults.append(_("line %(line)d: %(why)s") % {"line": number, "why": error})
    if faults:
        raise AreaFileError(faults)
    return lines


def read_levels(path: Path) -> list[LevelLine]:
    lines, faults = [], []
    for number, row in _rows(path, LEVEL_COLUMNS):
        try:
            level = EpidemicLevel(row["level"].strip().upper())
            lines.append(LevelLine(row["code"], level, datetime.date.fromisoformat(row["valid_from"])))
        except ValueError as error:
            faults.append(_("line %(line)d: %(why)s") % {"line": number, "why": error})
    if faults:
        raise AreaFileError(faults)
    return lines


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise AreaFileError([_("missing columns: %(names)s") % {"names": ", ".join(missing)}])
            return [
                (number, {key: (row[key] or "").strip() for key in columns}) for number, row in enumerate(reader, 2)
            ]
    except UnicodeDecodeError as error:
        raise AreaFileError([_("the file is not UTF-8")]) from error
