"""Areas and their levels, as small as they can be."""

import datetime
from typing import Any

from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.common.clock import moment
from vungxanh.common.vietnamese import folded, text_sort_key

START = datetime.date(2021, 1, 1)
BELOW = {None: AreaTier.PROVINCE, AreaTier.PROVINCE: AreaTier.DISTRICT, AreaTier.DISTRICT: AreaTier.COMMUNE}


def make_area(code: str, parent: AdministrativeUnit | None = None, **more: Any) -> AdministrativeUnit:
    """A province without a parent, else the tier below the parent's."""
    name = more.pop("name", f"Địa bàn {code}")
    given = {
        "tier": BELOW[AreaTier(parent.tier) if parent else None],
        "name": name,
        "search_name": folded(name),
        "sort_key": text_sort_key(name),
        "valid_from": START,
    }
    return AdministrativeUnit.objects.create(code=code, parent=parent, **{**given, **more})


def make_level(area: AdministrativeUnit, level: EpidemicLevel, valid_from: datetime.date, **more: Any) -> AreaLevel:
    given = {"document_number": "222/TB-SYT", "recorded_at": moment(valid_from, datetime.time(8))}
    return AreaLevel.objects.create(area=area, level=level, valid_from=valid_from, **{**given, **more})
