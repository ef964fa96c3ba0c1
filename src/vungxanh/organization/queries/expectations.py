"""Who is expected to declare on a day, computed from posts, calendar, roster, absences and the front line, set-wise."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from vungxanh.common.dated import in_force
from vungxanh.organization.enums import AbsenceKind, ContractKind, DayPart, PostKind, RosterKind, WorkPattern
from vungxanh.organization.models import Absence, FrontLineAssignment, Post, RosterEntry, Shift
from vungxanh.organization.queries.front_line import all_serving
from vungxanh.organization.tree import all_tree_on
from vungxanh.organization.workdays import Workdays, all_workdays

Row = TypeVar("Row", Post, RosterEntry, Absence)
DAY_OFF = "DAY_OFF"
FRONT_LINE = "FRONT_LINE"
AWAY_BUT_REACHABLE = frozenset({AbsenceKind.DUTY_TRAVEL, AbsenceKind.AT_HOME})
OUTSIDE = frozenset({ContractKind.SUPPLIER})
"""Contracts outside the 100 % of staff: these people declare, but are counted apart."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one person owes on one day.

    `unit_id` counts the person (the host of a secondment), `home_unit_id` scores it. `excuse` is empty, a kind of
    absence, FRONT_LINE or DAY_OFF; a person excused for half a day still owes the other window.
    """

    person_id: int
    pseudonym: uuid.UUID
    unit_id: int
    home_unit_id: int
    site_id: int | None
    is_counted: bool
    is_remote: bool
    excuse: str
    expects_arrival: bool
    expects_leaving: bool
    shift: Shift | None


def all_expectations(day: datetime.date, *, person_ids: Collection[int] | None = None) -> list[Expectation]:
    """One per person with a post on the day in a unit that exists; six queries whatever the number of people."""
    tree = all_tree_on(day)
    posts = _posts(day, person_ids)
    calendar = all_workdays(day, day, tree=tree)
    shifts, duties = _roster(day, person_ids)
    absences, serving = _absences(day, person_ids), all_serving(day, person_ids=person_ids)
    return [
        _expectation(
            home,
            host,
            day,
            calendar,
            shifts.get(person),
            duties.get(person),
            absences.get(person, []),
            serving.get(person),
        )
        for person, (home, host) in posts.items()
        if host.unit_id in tree
    ]


def _posts(day: datetime.date, person_ids: Collection[int] | None) -> dict[int, tuple[Post, Post]]:
    """Per person the home post and the post where the person stands: the secondment, where there is one."""
    rows = Post.objects.filter(in_force(day), person__merged_into__isnull=True).select_related("person")
    found: dict[int, dict[str, Post]] = {}
    for post in _of(rows, person_ids).order_by("valid_from", "pk"):
        found.setdefault(post.person_id, {})[post.kind] = post
    return {
        person: (kinds.get(PostKind.HOME, host), host)
        for person, kinds in found.items()
        if (host := kinds.get(PostKind.SECONDMENT) or kinds.get(PostKind.HOME))
    }


def _roster(
    day: datetime.date, person_ids: Collection[int] | None
) -> tuple[dict[int, RosterEntry], dict[int, RosterEntry]]:
    rows = list(_of(RosterEntry.objects.filter(date=day).select_related("shift"), person_ids))
    return tuple({row.person_id: row for row in rows if row.kind == kind} for kind in RosterKind)  # type: ignore[return-value]


def _absences(day: datetime.date, person_ids: Collection[int] | None) -> dict[int, list[Absence]]:
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day, withdrawn_at__isnull=True)
    found: dict[int, list[Absence]] = {}
    for row in _of(rows, person_ids).order_by("pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def _of(rows: QuerySet[Row], person_ids: Collection[int] | None) -> QuerySet[Row]:
    return rows if person_ids is None else rows.filter(person_id__in=person_ids)


def _expectation(
    home: Post,
    host: Post,
    day: datetime.date,
    calendar: Workdays,
    shift: RosterEntry | None,
    duty: RosterEntry | None,
    absences: list[Absence],
    served: FrontLineAssignment | None,
) -> Expectation:
    works = _works(host, day, calendar, shift, duty)
    excused = [one for one in absences if not _declares(one)]
    parts = {one.part for one in excused}
    away = served is not None and not served.declares_remotely
    whole = away or DayPart.WHOLE in parts or parts >= {DayPart.MORNING, DayPart.AFTERNOON}
    at_site = not (served or any(one.kind in AWAY_BUT_REACHABLE | {AbsenceKind.FIELD_WORK} for one in absences))
    # An absence says more than the assignment: whoever falls ill or isolates there is ill or isolates.
    entry, reason = shift or duty, excused[0].kind if excused else FRONT_LINE if away else ""
    # Whoever isolates does so on days off too: otherwise every weekend would count them as not isolated.
    excuse = reason if works or reason == AbsenceKind.ISOLATION else DAY_OFF
    return Expectation(
        person_id=host.person_id,
        pseudonym=host.person.pseudonym,
        unit_id=host.unit_id,
        home_unit_id=home.unit_id,
        site_id=((entry.site_id if entry else None) or host.site_id) if at_site else None,
        is_counted=ContractKind(host.contract) not in OUTSIDE,
        is_remote=(served is not None and served.declares_remotely)
        or any(one.kind in AWAY_BUT_REACHABLE and one.declares_remotely for one in absences),
        excuse=excuse,
        expects_arrival=works and not whole and DayPart.MORNING not in parts,
        expects_leaving=works and not whole and DayPart.AFTERNOON not in parts,
        shift=entry.shift if entry else None,
    )


def _works(
    post: Post, day: datetime.date, calendar: Workdays, shift: RosterEntry | None, duty: RosterEntry | None
) -> bool:
    if shift or duty:
        return True
    if post.pattern == WorkPattern.ROSTER:
        return False
    if post.pattern == WorkPattern.WEEKDAYS:
        return bool(post.weekdays >> day.weekday() & 1) and not calendar.is_closed(day, post.unit_id)
    return calendar.is_working(day, post.unit_id)


def _declares(absence: Absence) -> bool:
    """Whether somebody who is absent in this way still declares."""
    kind = AbsenceKind(absence.kind)
    return kind == AbsenceKind.FIELD_WORK or (kind in AWAY_BUT_REACHABLE and absence.declares_remotely)
