"""The roster of a unit for many days at once: from the grid of a month, or from a list."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.dated import in_force
from vungxanh.common.lists.rows import read_rows
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization.enums import RosterKind
from vungxanh.organization.imports.columns import ROSTER_COLUMNS
from vungxanh.organization.models import Place, Post, RosterEntry, Shift, Site, Unit
from vungxanh.organization.operations.absences import people_by_code
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.organization.operations.places import DUTY_CODE
from vungxanh.organization.operations.workdays import WorkdayError
from vungxanh.organization.permissions import may_set_roster
from vungxanh.organization.queries.shifts import all_shifts_for
from vungxanh.organization.signals import working_days_changed
from vungxanh.organization.tree import all_tree_on

Key = tuple[int, datetime.date]


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands in a cell of the roster: a shift, or duty on a day off (no shift).

    `keeps_place`: where no site or place is given, those that stand there already are left alone.
    """

    shift: Shift | None
    site_id: int | None = None
    place_id: int | None = None
    keeps_place: bool = True

    @property
    def kind(self) -> RosterKind:
        return RosterKind.SHIFT if self.shift else RosterKind.DUTY


def placed_by(code: str, shifts: Mapping[str, Shift]) -> Placed:
    """From the code that somebody typed."""
    code = code.strip().upper()
    if code == DUTY_CODE:
        return Placed(None)
    if code not in shifts:
        known = ", ".join([*shifts, DUTY_CODE])
        raise WorkdayError(_("“%(code)s” is no shift; there are %(known)s") % {"code": code, "known": known})
    return Placed(shifts[code])


@transaction.atomic
def save_roster(unit: Unit, wanted: Mapping[Key, Placed | None], *, actor: User | None, at: datetime.datetime) -> int:
    """Each key, a person and a day, gets what is wanted, or nothing (None). Returns how many cells changed."""
    may_set_roster(actor, unit.pk, on=at.date()).or_refuse()
    people = {person for person, _day in wanted}
    days = {day for _person, day in wanted}
    if not days:
        return 0
    rows = RosterEntry.objects.filter(person_id__in=people, date__range=(min(days), max(days))).select_related("shift")
    there: dict[Key, list[RosterEntry]] = {}
    for row in rows:
        there.setdefault((row.person_id, row.date), []).append(row)
    changed = {key: placed for key, placed in wanted.items() if not _is_so(there.get(key, []), placed)}
    gone = [row.pk for key in changed for row in there.get(key, [])]
    RosterEntry.objects.filter(pk__in=gone).delete()
    RosterEntry.objects.bulk_create(_entries(unit, changed), batch_size=500)
    if changed:
        touched, span = {person for person, _day in changed}, sorted(day for _person, day in changed)
        detail = {"cells": len(changed), "from": span[0].isoformat(), "to": span[-1].isoformat()}
        record("organization.save_roster", actor=actor, at=at, subject=unit, unit_id=unit.pk, detail=detail)
        working_days_changed.send(None, people=touched, first_day=span[0], last_day=span[-1], at=at)
    return len(changed)


def _entries(unit: Unit, wanted: Mapping[Key, Placed | None]) -> Iterable[RosterEntry]:
    for (person, day), placed in wanted.items():
        if placed:
            yield RosterEntry(
                date=day,
                person_id=person,
                unit=unit,
                kind=placed.kind,
                shift=placed.shift,
                site_id=placed.site_id,
                place_id=placed.place_id,
            )


def _is_so(rows: list[RosterEntry], placed: Placed | None) -> bool:
    if placed is None:
        return not rows
    if [(row.kind, row.shift_id) for row in rows] != [(placed.kind, placed.shift.pk if placed.shift else None)]:
        return False
    [row] = rows
    if not placed.keeps_place:
        return row.place_id == placed.place_id
    return placed.site_id in (None, row.site_id) and placed.place_id in (None, row.place_id)


def import_roster(
    content: bytes, *, unit: Unit, file_name: str, dry_run: bool, actor: User | None, at: datetime.datetime
) -> ImportResult:
    """Every line a person, a day and a shift or TRUC, for people of the unit or below it."""
    may_set_roster(actor, unit.pk, on=at.date()).or_refuse()

    def run(result: ImportResult) -> None:
        wanted = _read(content, unit, result, at)
        if not result.is_refused:
            result.created = save_roster(unit, wanted, actor=actor, at=at)
            result.unchanged = result.rows - result.created

    return whole_or_nothing(run, lambda result: None, dry_run=dry_run)


def _read(content: bytes, unit: Unit, result: ImportResult, at: datetime.datetime) -> dict[Key, Placed | None]:
    found = read_rows(read_sheet(content), ROSTER_COLUMNS)
    people = people_by_code(row["staff_code"] for row in found.rows)
    tree = all_tree_on(at.date())
    here = _people_in({node.id for node in tree.below(unit.pk)}, on=at.date())
    shifts = all_shifts_for(unit.pk, on=at.date())
    sites = {code.upper(): pk for code, pk in Site.objects.filter(closed_on=None).values_list("code", "pk")}
    places = {code.upper(): pk for code, pk in Place.objects.filter(closed_on=None).values_list("code", "pk")}
    wanted: dict[Key, Placed | None] = {}
    for row in found.rows:
        person = people.get(row["staff_code"])
        key = (person.pk if person else 0, row["date"])
        if person is None or person.pk not in here:
            words = _("“%(code)s”: nobody of this unit has this code")
            found.faults.append(row.fault("staff_code", words % {"code": row["staff_code"]}))
        elif key in wanted:
            found.faults.append(row.fault("date", _("this person stands on this day already")))
        elif row["site_code"] and row["site_code"] not in sites:
            found.faults.append(row.fault("site_code", _("there is no site with this code")))
        elif row["place_code"] and row["place_code"] not in places:
            found.faults.append(row.fault("place_code", _("there is no gate, room or vehicle with this code")))
        else:
            try:
                shift = placed_by(row["shift_code"], shifts).shift
            except WorkdayError as error:
                found.faults.append(row.fault("shift_code", error.messages[0]))
            else:
                site, place = sites.get(row["site_code"] or ""), places.get(row["place_code"] or "")
                wanted[key] = Placed(shift, site, place)
    result.rows = len(found.rows)
    result.refuse(found.sorted_faults)
    return wanted


def _people_in(unit_ids: set[int], *, on: datetime.date) -> set[int]:
    posts = Post.objects.filter(in_force(on), unit_id__in=unit_ids)
    return set(posts.values_list("person_id", flat=True))
