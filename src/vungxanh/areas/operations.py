"""Imports administrative units and the levels that authorities publish for them."""

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.areas.enums import AreaTier
from vungxanh.areas.imports import AreaFileError, read_areas, read_levels
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.areas.permissions import may_keep_areas
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.areas.signals import levels_changed
from vungxanh.audit.operations import Actor, record
from vungxanh.common.lists.rows import Row
from vungxanh.common.vietnamese import folded, text_sort_key

SHIPPED = Path(__file__).parent / "data/areas_2021.csv"
KINDS = ("Thành phố", "Thị xã", "Thị trấn", "Phường", "Xã", "Quận", "Huyện", "Tỉnh", "Đặc khu")
AT_ONCE = 500
Areas = dict[str, list[AdministrativeUnit]]


@transaction.atomic
def import_areas(file: Path | bytes, *, at: datetime.datetime, actor: Actor | None = None, file_name: str = "") -> int:
    """Add areas that are not there, end those that the file ends; returns how many changed. Any fault: nothing is."""
    may_keep_areas(actor, on=at.date()).or_refuse()
    rows = read_areas(file)
    known: Areas = {}
    for area in AdministrativeUnit.objects.all():
        known.setdefault(area.code, []).append(area)
    faults: list[str] = []
    ended = _ended(rows, known, faults)
    added = sum(_add(rows, tier, known, faults) for tier in AreaTier)
    if faults:
        raise AreaFileError(faults)
    AdministrativeUnit.objects.bulk_update(ended, ["valid_to"], batch_size=AT_ONCE)
    if added or ended:
        detail = {"added": added, "ended": len(ended)}
        record("areas.import_areas", actor=actor, at=at, subject=("areas.file", _name(file, file_name)), detail=detail)
    return added + len(ended)


def _ended(rows: Iterable[Row], known: Areas, faults: list[str]) -> list[AdministrativeUnit]:
    """Areas that the file knows with another end; one that it calls otherwise needs a row from a later day."""
    changed = []
    for row in rows:
        there = next((one for one in known.get(row["code"], []) if one.valid_from == row["valid_from"]), None)
        if there is None:
            continue
        if (there.name, there.tier) != (row["name"], row["tier"]):
            words = _("“%(code)s” is %(name)s since that day; write a renaming as a row from its own day")
            faults.append(str(row.fault("name", words % {"code": there.code, "name": there.name})))
        elif row["valid_to"] and there.valid_to != row["valid_to"]:
            there.valid_to = row["valid_to"]
            changed.append(there)
    return changed


def _add(rows: Iterable[Row], tier: AreaTier, known: Areas, faults: list[str]) -> int:
    """The new areas of one tier, below those of the tier above."""
    new = []
    for row in rows:
        others = known.get(row["code"], [])
        if row["tier"] != tier or any(one.valid_from == row["valid_from"] for one in others):
            continue
        parent = _in_force(known.get(row["parent_code"] or "", []), row["valid_from"])
        if row["parent_code"] and parent is None:
            words = _("there is no area “%(code)s” on that day")
            faults.append(str(row.fault("parent_code", words % {"code": row["parent_code"]})))
        elif any(_meets(one, row) for one in others):
            words = _("“%(code)s” still exists on that day; end it first")
            faults.append(str(row.fault("valid_from", words % {"code": row["code"]})))
        else:
            new.append(_area(row, parent))
    if not faults:
        AdministrativeUnit.objects.bulk_create(new, batch_size=AT_ONCE)
    for area in new:
        known.setdefault(area.code, []).append(area)
    return len(new)


def _in_force(areas: Iterable[AdministrativeUnit], day: datetime.date) -> AdministrativeUnit | None:
    return next((one for one in areas if one.valid_from <= day and (one.valid_to or datetime.date.max) > day), None)


def _meets(area: AdministrativeUnit, row: Row) -> bool:
    latest = datetime.date.max
    return area.valid_from < (row["valid_to"] or latest) and row["valid_from"] < (area.valid_to or latest)


def _area(row: Row, parent: AdministrativeUnit | None) -> AdministrativeUnit:
    name = row["name"]
    return AdministrativeUnit(
        code=row["code"],
        name=name,
        tier=row["tier"],
        kind=next((kind for kind in KINDS if name.casefold().startswith(kind.casefold())), ""),
        parent=parent,
        sort_key=text_sort_key(name),
        search_name=folded(name),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


@transaction.atomic
def import_levels(
    file: Path | bytes,
    *,
    document_number: str,
    document_date: datetime.date | None,
    at: datetime.datetime,
    actor: Actor | None = None,
    file_name: str = "",
) -> int:
    """The published level of areas, each from its day on; the earlier one ends there. Returns how many are new."""
    may_keep_areas(actor, on=at.date()).or_refuse()
    number = document_number.strip()
    if not number:
        raise AreaFileError([_("name the number of the document that publishes the levels")])
    rows = sorted(read_levels(file), key=lambda row: (row["valid_from"], row.line))
    areas = _areas_of(rows)
    published = _published({area.pk for area in areas.values()})
    new: list[AreaLevel] = []
    for row in rows:
        area = areas[row["code"], row["valid_from"]]
        level = AreaLevel(
            area=area,
            level=row["level"],
            valid_from=row["valid_from"],
            document_number=number,
            document_date=document_date,
            recorded_at=at,
        )
        new += [level] if _differs(level, published.get(area.pk, [])) else []
    _write(new, published)
    if new:
        detail = {"document": number, "levels": len(new)}
        record("areas.import_levels", actor=actor, at=at, subject=("areas.file", _name(file, file_name)), detail=detail)
        levels_changed.send(None, area_ids={level.area_id for level in new}, at=at)
    return len(new)


def _areas_of(rows: Iterable[Row]) -> dict[tuple[str, datetime.date], AdministrativeUnit]:
    found: dict[tuple[str, datetime.date], AdministrativeUnit] = {}
    faults = []
    days: dict[datetime.date, list[Row]] = {}
    for row in rows:
        days.setdefault(row["valid_from"], []).append(row)
    for day, of_day in days.items():
        known = all_areas_by_code({row["code"] for row in of_day}, on=day)
        for row in of_day:
            if row["code"] in known:
                found[row["code"], day] = known[row["code"]]
            else:
                words = _("there is no area “%(code)s” on that day")
                faults.append(str(row.fault("code", words % {"code": row["code"]})))
    if faults:
        raise AreaFileError(faults)
    return found


def _published(area_ids: set[int]) -> dict[int, list[AreaLevel]]:
    levels: dict[int, list[AreaLevel]] = {}
    for level in AreaLevel.objects.filter(area_id__in=area_ids).order_by("valid_from"):
        levels.setdefault(level.area_id, []).append(level)
    return levels


def _differs(level: AreaLevel, others: Iterable[AreaLevel]) -> bool:
    """Whether nothing of the same day says the same by the same document."""
    said = {(one.valid_from, one.level, one.document_number) for one in others}
    return (level.valid_from, level.level, level.document_number) not in said


def _write(new: Iterable[AreaLevel], published: Mapping[int, list[AreaLevel]]) -> None:
    """Each level ends where the next one of its area begins; one of the same day takes the other's place."""
    by_area: dict[int, list[AreaLevel]] = {}
    for level in new:
        by_area.setdefault(level.area_id, []).append(level)
    for area_id, levels in by_area.items():
        days = {level.valid_from for level in levels}
        replaced = [one for one in published.get(area_id, []) if one.valid_from in days]
        AreaLevel.objects.filter(pk__in=[one.pk for one in replaced]).delete()
        kept = [one for one in published.get(area_id, []) if one not in replaced]
        line = sorted([*kept, *levels], key=lambda one: one.valid_from)
        for one, following in zip(line, [*line[1:], None], strict=True):
            ends = following.valid_from if following else None
            if one.pk is None:
                one.valid_to = ends
            elif one.valid_to is None or (ends and one.valid_to > ends):
                AreaLevel.objects.filter(pk=one.pk).update(valid_to=ends)
    AreaLevel.objects.bulk_create([level for levels in by_area.values() for level in levels], batch_size=AT_ONCE)


def _name(file: Path | bytes, file_name: str) -> str:
    return (file_name or (file.name if isinstance(file, Path) else "tep"))[:60]
