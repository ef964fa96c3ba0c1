"""Importing lists of absences; like the staff list, the whole file or nothing."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.dated import in_force
from vungxanh.common.lists.rows import CellFault, Row, read_rows
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization import roles
from vungxanh.organization.enums import DayPart
from vungxanh.organization.imports.columns import ABSENCE_COLUMNS
from vungxanh.organization.models import Absence, Person, Post
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.organization.operations.staff_rows import parts
from vungxanh.organization.permissions import PERSONNEL, may_record_absences
from vungxanh.organization.signals import working_days_changed

LONGEST = datetime.timedelta(days=366)


def import_absences(
    content: bytes, *, file_name: str, dry_run: bool, actor: User | None, at: datetime.datetime
) -> ImportResult:
    """Every line one absence; one that is recorded just so is unchanged. `actor` None: the system itself."""
    may_record_absences(actor, on=at.date()).or_refuse()

    def keep(result: ImportResult) -> None:
        detail = {"created": result.created, "unchanged": result.unchanged}
        subject = ("organization.file", file_name[:60])
        record("organization.import_absences", actor=actor, at=at, subject=subject, detail=detail)

    return whole_or_nothing(lambda result: _run(content, result, actor, at), keep, dry_run=dry_run)


def _run(content: bytes, result: ImportResult, actor: User | None, at: datetime.datetime) -> None:
    found = read_rows(read_sheet(content), ABSENCE_COLUMNS)
    people = people_by_code(row["staff_code"] for row in found.rows)
    permitted = _people_of(actor, on=at.date())
    known = _recorded(people)
    new: list[Absence] = []
    for row in found.rows:
        faults = _faults(row, people, permitted)
        found.faults += faults
        if faults:
            continue
        absence = _absence(row, people[row["staff_code"]], actor, at)
        others = known.setdefault(absence.person_id, [])
        if any(_is_same(absence, other) for other in others):
            result.unchanged += 1
        elif any(overlap(absence, other) for other in others):
            found.faults.append(row.fault("first_day", _("there is another absence in these days")))
        else:
            new.append(absence)
            others.append(absence)
    result.rows, result.created = len(found.rows), len(new)
    result.refuse(found.sorted_faults)
    if not result.is_refused and new:
        Absence.objects.bulk_create(new, batch_size=500)
        first, last = min(one.first_day for one in new), max(one.last_day for one in new)
        affected = {one.person_id for one in new}
        working_days_changed.send(None, people=affected, first_day=first, last_day=last, at=at)


def _faults(row: Row, people: Mapping[str, Person], permitted: set[int] | None) -> list[CellFault]:
    person = people.get(row["staff_code"])
    if person is None:
        return [row.fault("staff_code", _("“%(code)s”: nobody has this code") % {"code": row["staff_code"]})]
    if permitted is not None and person.pk not in permitted:
        return [row.fault("staff_code", _("you do not record absences of this person"))]
    first, last = row["first_day"], row["last_day"]
    if last < first:
        return [row.fault("last_day", _("the last day lies before the first"))]
    if last - first > LONGEST:
        return [row.fault("last_day", _("longer than a year"))]
    if row["part"] not in (None, DayPart.WHOLE) and first != last:
        return [row.fault("part", _("half a day is recorded for one day only"))]
    return []


def _absence(row: Row, person: Person, actor: User | None, at: datetime.datetime) -> Absence:
    return Absence(
        person=person,
        kind=row["kind"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        part=row["part"] or DayPart.WHOLE,
        declares_remotely=row["declares_remotely"] == "YES",
        document_number=row["document_number"] or "",
        note=row["note"] or "",
        recorded_at=at,
        recorded_by=actor,
    )


def _is_same(one: Absence, other: Absence) -> bool:
    keys = ("kind", "first_day", "last_day", "part", "declares_remotely")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def overlap(one: Absence, other: Absence) -> bool:
    """In the same half of the same day; the morning and the afternoon of a day stand side by side."""
    halves = {one.part, other.part} == {DayPart.MORNING, DayPart.AFTERNOON}
    return one.first_day <= other.last_day and other.first_day <= one.last_day and not halves


def people_by_code(codes: Any) -> dict[str, Person]:
    wanted: Sequence[str] = sorted(set(codes))
    found = Person.objects.filter(merged_into__isnull=True)
    return {person.staff_code: person for part in parts(wanted) for person in found.filter(staff_code__in=part)}


def _recorded(people: Mapping[str, Person]) -> dict[int, list[Absence]]:
    known: dict[int, list[Absence]] = {}
    for part in parts([person.pk for person in people.values()]):
        for absence in Absence.objects.filter(person_id__in=part, withdrawn_at__isnull=True):
            known.setdefault(absence.person_id, []).append(absence)
    return known


def _people_of(actor: User | None, *, on: datetime.date) -> set[int] | None:
    """Those whose absences the actor records; None: everybody's."""
    if actor is None:
        return None
    units = roles.unit_ids_where(actor, roles.UNIT_STAFF | PERSONNEL, on=on)
    return set(Post.objects.filter(in_force(on), unit_id__in=units).values_list("person_id", flat=True))
