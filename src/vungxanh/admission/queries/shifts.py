"""The shifts of a unit's day: what the roster planned, what the unit confirmed."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from vungxanh.admission.models import ShiftAttendance
from vungxanh.common.clock import moment
from vungxanh.organization.enums import RosterKind
from vungxanh.organization.models import Person, Place, RosterEntry, Shift
from vungxanh.screening.models import Presence
from vungxanh.screening.rulebook import PRESENCE


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One person on a shift. `place` None: nobody wrote where, so that it cannot be confirmed yet.

    `confirmed` None: not yet. `shift` None: confirmed once, and taken off the roster since. `also_at`: another place
    that says that the person was there at that time.
    """

    person: Person
    shift: Shift | None
    place: Place | None
    begins: datetime.datetime
    ends: datetime.datetime
    confirmed: ShiftAttendance | None
    also_at: str = ""

    @property
    def is_present(self) -> bool:
        """What the form proposes: as it was confirmed, else that everybody came."""
        return self.confirmed.is_present if self.confirmed else True

    @property
    def differs(self) -> bool:
        """The roster was changed after it was confirmed."""
        one = self.confirmed
        if one is None or self.shift is None:
            return False
        return (one.place_id, one.begins_at, one.ends_at) != (self.place and self.place.pk, self.begins, self.ends)


def all_shift_lines(unit_id: int, day: datetime.date) -> list[ShiftLine]:
    """By shift and given name; a flat number of queries. Whoever shows it asks who is looking."""
    rows = RosterEntry.objects.filter(unit_id=unit_id, date=day, kind=RosterKind.SHIFT)
    ordered = rows.select_related("shift", "place__site", "person").order_by("shift__starts", "person__sort_key", "pk")
    entries = list(ordered)
    confirmed = _confirmed(unit_id, day, {entry.person.pseudonym for entry in entries})
    clashes = _also_at(list(confirmed.values()))
    lines = [_line(entry, confirmed.get(entry.person.pseudonym), clashes) for entry in entries]
    planned = {line.person.pseudonym for line in lines}
    return lines + _taken_off([one for subject, one in confirmed.items() if subject not in planned])


def _confirmed(unit_id: int, day: datetime.date, planned: set[uuid.UUID]) -> dict[uuid.UUID, ShiftAttendance]:
    """Of the unit, and of those whom another unit had on its roster before."""
    mine = Q(unit_id=unit_id) | Q(subject__in=planned)
    rows = ShiftAttendance.objects.filter(mine, day=day).select_related("place__site")
    return {row.subject: row for row in rows}


def _line(entry: RosterEntry, confirmed: ShiftAttendance | None, clashes: Mapping[uuid.UUID, str]) -> ShiftLine:
    assert entry.shift
    begins, ends = hours_of(entry.shift, entry.date)
    subject = entry.person.pseudonym
    return ShiftLine(entry.person, entry.shift, entry.place, begins, ends, confirmed, clashes.get(subject, ""))


def hours_of(shift: Shift, day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """A shift that ends at or before its start ends on the next day."""
    last = day if shift.ends > shift.starts else day + datetime.timedelta(days=1)
    return moment(day, shift.starts), moment(last, shift.ends)


def _taken_off(rows: Collection[ShiftAttendance]) -> list[ShiftLine]:
    """Those who were confirmed present and stand on the roster no more."""
    kept = {row.subject: row for row in rows if row.is_present}
    people = Person.objects.filter(pseudonym__in=kept).order_by("sort_key", "pk")
    return [
        ShiftLine(person, None, row.place, row.begins_at, row.ends_at, row)
        for person in people
        for row in [kept[person.pseudonym]]
    ]


def _also_at(rows: Collection[ShiftAttendance]) -> dict[uuid.UUID, str]:
    """The other place of those whom the list and something else put at two places at once."""
    listed = {row.entry_key for row in rows if row.entry_key}
    subjects = {row.subject for row in rows if row.entry_key}
    days = {row.day + datetime.timedelta(days=step) for row in rows for step in (-1, 0, 1)}
    stays = list(Presence.objects.filter(subject__in=subjects, day__in=days, also_at_id__isnull=False))
    places = {stay.subject: stay.also_at_id for stay in stays if stay.entry_key in listed}
    here = {row.subject: row for row in rows}
    for stay in stays:
        row = here[stay.subject]
        is_within = stay.entered_at and stay.left_at and stay.entered_at < row.ends_at and stay.left_at > row.begins_at
        if is_within and stay.also_at_id == row.place_id:
            places.setdefault(stay.subject, stay.place_id)
    names = dict(Place.objects.filter(pk__in=set(places.values())).values_list("pk", "name"))
    return {subject: names.get(place or 0, "") for subject, place in places.items()}


def all_unconfirmed_days(unit_ids: Collection[int], *, at: datetime.datetime) -> dict[int, list[datetime.date]]:
    """By unit the days, oldest first, with a shift that is over, has a place, and nobody confirmed, as far back as
    lists are kept; two queries."""
    today = at.date()
    oldest = at - datetime.timedelta(hours=PRESENCE.current().in_force(today).oldest_list_hours)
    rows = RosterEntry.objects.filter(unit_id__in=list(unit_ids), date__range=(oldest.date(), today))
    entries = list(rows.filter(kind=RosterKind.SHIFT, place__isnull=False).select_related("shift", "person"))
    done = set(
        ShiftAttendance.objects.filter(unit_id__in=list(unit_ids), day__range=(oldest.date(), today)).values_list(
            "subject", "day"
        )
    )
    found: dict[int, set[datetime.date]] = {}
    for entry in entries:
        assert entry.shift
        begins, ends = hours_of(entry.shift, entry.date)
        if begins >= oldest and ends <= at and (entry.person.pseudonym, entry.date) not in done:
            found.setdefault(entry.unit_id, set()).add(entry.date)
    return {unit: sorted(days) for unit, days in found.items()}
