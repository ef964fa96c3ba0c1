"""Times of the windows that differ for a unit or a site."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from vungxanh.accounts.models import User
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree
from vungxanh.screening.models import WindowSetting

SET_WINDOWS = frozenset({Role.OFFICE, Role.ADMINISTRATOR})


def unit_ids_with_settings_of(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> set[int]:
    """Units whose windows the viewer may set."""
    return roles.unit_ids_where(viewer, SET_WINDOWS, on=on, tree=tree)


@dataclass(frozen=True, slots=True)
class PlacedSetting:
    """A setting with the name that its unit or site has on the day."""

    place: str
    setting: WindowSetting


def window_settings(viewer: User, *, on: datetime.date, tree: Tree) -> list[PlacedSetting]:
    """What was set for the viewer's units and sites, newest first."""
    units = unit_ids_with_settings_of(viewer, on=on, tree=tree)
    rows = WindowSetting.objects.filter(Q(unit__in=units) | Q(site__unit__in=units)).select_related("site")
    return [PlacedSetting(_place(row, tree), row) for row in rows.order_by("-valid_from", "-pk")]


def _place(row: WindowSetting, tree: Tree) -> str:
    return row.site.name if row.site else tree[row.unit_id or 0].name
