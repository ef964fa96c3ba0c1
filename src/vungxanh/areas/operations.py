"""Imports administrative units and the levels that authorities publish for them."""

import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.areas.imports import AreaFileError, AreaLine, read_areas, read_levels
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.areas.signals import levels_changed
from vungxanh.audit.operations import Actor, record
from vungxanh.common.vietnamese import folded, text_sort_key

SHIPPED = Path(__file__).parent / "data/areas_2021.csv"
TIER_ORDER = {"PROVINCE": 0, "DISTRICT": 1, "COMMUNE": 2}


@transaction.atomic
def import_areas(path: Path, *, at: datetime.datetime, actor: Actor | None = None) -> int:
    """Add the areas of the file that are not there yet; returns how many. A file with any fault imports nothing."""
    lines = sorted(read_areas(path), key=lambda line: TIER_ORDER[line.tier])
    there = {(area.code, area.valid_from): area for area in AdministrativeUnit.objects.all()}
    parents = {area.code: area for area in there.values()}
    added = 0
    for tier in TIER_ORDER:
        new = [
            _area(line, parents) for line in lines if line.tier == tier and (line.code, line.valid_from) not in there
        ]
        AdministrativeUnit.objects.bulk_create(new, batch_size=500)
        parents |= {area.code: area for area in new}
        added += len(new)
    if added:
        record(
            "areas.import_areas", actor=actor, at=at, subject=("areas.file", path.name[:60]), detail={"added": added}
        )
    return added


def _area(line: AreaLine, parents: dict[str, AdministrativeUnit]) -> AdministrativeUnit:
    if line.parent_code and line.parent_code not in parents:
        words = _("%(code)s %(name)s: there is no area %(parent)s above it")
        raise AreaFileError([words % {"code": line.code, "name": line.name, "parent": line.parent_code}])
    return AdministrativeUnit(
        code=line.code,
        name=line.name,
        tier=line.tier,
        kind=_kind(line.name),
        parent=parents.get(line.parent_code),
        sort_key=text_sort_key(line.name),
        search_name=folded(line.name),
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )


def _kind(name: str) -> str:
    kinds = ("Thành phố", "Thị xã", "Thị trấn", "Phường", "Xã", "Quận", "Huyện", "Tỉnh")
    return next((kind for kind in kinds if name.casefold().startswith(kind.casefold())), "")


@transaction.atomic
def import_levels(
    path: Path,
    *,
    document_number: str,
    document_date: datetime.date | None,
    at: datetime.datetime,
    actor: Actor | None = None,
) -> int:
    """The published level of areas, each from its day on; the earlier one ends there. Returns how many are new."""
    lines = read_levels(path)
    if not document_number.strip():
        raise AreaFileError([_("name the number of the document that publishes the levels")])
    areas = {line.valid_from: all_areas_by_code({one.code for one in lines}, on=line.valid_from) for line in lines}
    unknown = sorted({line.code for line in lines if line.code not in areas[line.valid_from]})
    if unknown:
        raise AreaFileError([_("there is no area with code %(code)s") % {"code": code} for code in unknown])
    new = 0
    for line in sorted(lines, key=lambda line: line.valid_from):
        area = areas[line.valid_from][line.code]
        new += _publish(area, line.level, line.valid_from, document_number.strip(), document_date, at)
    if new:
        detail = {"document": document_number, "levels": new}
        record("areas.import_levels", actor=actor, at=at, subject=("areas.file", path.name[:60]), detail=detail)
        levels_changed.send(None, area_ids={area.pk for day in areas.values() for area in day.values()}, at=at)
    return new


def _publish(
    area: AdministrativeUnit,
    level: str,
    valid_from: datetime.date,
    document_number: str,
    document_date: datetime.date | None,
    at: datetime.datetime,
) -> bool:
    """One level; False where the same stands already. A level between two others ends where the later one begins."""
    if AreaLevel.objects.filter(area=area, valid_from=valid_from, level=level).exists():
        return False
    AreaLevel.objects.filter(area=area, valid_from=valid_from).delete()
    later = AreaLevel.objects.filter(area=area, valid_from__gt=valid_from).order_by("valid_from").first()
    earlier = AreaLevel.objects.filter(area=area, valid_from__lt=valid_from).order_by("-valid_from").first()
    if earlier and (earlier.valid_to is None or earlier.valid_to > valid_from):
        AreaLevel.objects.filter(pk=earlier.pk).update(valid_to=valid_from)
    AreaLevel.objects.create(
        area=area,
        level=level,
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        document_number=document_number,
        document_date=document_date,
        recorded_at=at,
    )
    return True
