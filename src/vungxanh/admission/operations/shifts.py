"""Shifts that are over become presence, when somebody of the unit says who was there.

No job confirms by itself: a roster is a plan, people swap, and presence that nobody vouches for would send whoever
traces to the wrong people.
"""

import datetime
import uuid
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.models import ShiftAttendance
from vungxanh.admission.queries.shifts import ShiftLine, all_shift_lines
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Unit
from vungxanh.organization.permissions import may_set_roster
from vungxanh.screening.enums import Means
from vungxanh.screening.operations import ListedStay, record_list, withdraw_presence


class ShiftError(ValidationError):
    """The shift is not over, or nobody wrote where it is; nothing was changed."""


@transaction.atomic
def confirm_shifts(
    unit: Unit,
    day: datetime.date,
    *,
    present: Collection[uuid.UUID],
    absent: Collection[uuid.UUID],
    actor: User,
    at: datetime.datetime,
) -> int:
    """Those who were there, and those who are struck out; returns how many lines changed. The same again is no change.

    What was confirmed before is corrected: its sightings are withdrawn and written anew. Two who confirm at once wait
    for each other at the unit's row.
    """
    may_set_roster(actor, unit.pk, on=at.astimezone(ZONE).date()).or_refuse()
    Unit.objects.select_for_update().get(pk=unit.pk)
    said = {**dict.fromkeys(present, True), **dict.fromkeys(absent, False)}
    lines = [line for line in all_shift_lines(unit.pk, day) if line.person.pseudonym in said]
    _check(lines, at)
    changed = [line for line in lines if _is_new(line, said[line.person.pseudonym])]
    _withdraw([line.confirmed for line in changed if line.confirmed], actor, at)
    _write(unit, day, changed, said, actor, at)
    if changed:
        counts = {"day": day.isoformat(), "present": 0, "absent": 0}
        for line in changed:
            counts["present" if said[line.person.pseudonym] else "absent"] += 1  # type: ignore[operator]
        record("admission.confirm_shifts", actor=actor, at=at, subject=unit, unit_id=unit.pk, detail=counts)
    return len(changed)


def _check(lines: Iterable[ShiftLine], at: datetime.datetime) -> None:
    for line in lines:
        if line.place is None:
            raise ShiftError(_("Write in the roster where %(name)s has the shift.") % {"name": line.person.full_name})
        if line.ends > at:
            raise ShiftError(_("The shift of %(name)s is not over.") % {"name": line.person.full_name})


def _is_new(line: ShiftLine, is_present: bool) -> bool:
    return line.confirmed is None or line.confirmed.is_present != is_present or line.differs


def _withdraw(rows: Iterable[ShiftAttendance], actor: User, at: datetime.datetime) -> None:
    withdraw_presence([key for row in rows for key in (row.entry_key, row.exit_key) if key], actor=actor, at=at)


def _write(
    unit: Unit,
    day: datetime.date,
    lines: Collection[ShiftLine],
    said: dict[uuid.UUID, bool],
    actor: User,
    at: datetime.datetime,
) -> None:
    rows = []
    for line in lines:
        assert line.place
        rows.append(
            ShiftAttendance(
                unit=unit,
                day=day,
                subject=line.person.pseudonym,
                place=line.place,
                begins_at=line.begins,
                ends_at=line.ends,
                is_present=said[line.person.pseudonym],
                confirmed_at=at,
                confirmed_by_id=actor.pk,
            )
        )
    there = [row for row in rows if row.is_present]
    stays = [ListedStay(row.subject, row.place, row.begins_at, row.ends_at) for row in there]
    for row, keys in zip(there, record_list(stays, Means.SHIFT_LIST, actor=actor, at=at), strict=True):
        row.entry_key, row.exit_key = keys.entry, keys.exit
    ShiftAttendance.objects.filter(pk__in=[line.confirmed.pk for line in lines if line.confirmed]).delete()
    ShiftAttendance.objects.bulk_create(rows, batch_size=500)
