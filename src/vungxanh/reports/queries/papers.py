"""The quick report of a day; who has earned a letter that urges, of which days, and which letters a unit got."""

import datetime
from collections.abc import Collection

from django.db.models import Max

from vungxanh.accounts.models import User
from vungxanh.documents.kinds import Subject
from vungxanh.documents.models import Paper
from vungxanh.documents.queries import SEE_PAPERS, all_issued_to
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree
from vungxanh.reports.queries.late_days import LateDay, all_late_days, first_of_window
from vungxanh.reports.queries.offices import all_offices, office_above
from vungxanh.reports.rulebook import URGING_LETTER, UrgingLetterRule

QUICK, URGING = "reports.quick_report", "reports.urging_letter"


def all_due_letters(day: datetime.date, *, at: datetime.datetime, tree: Tree) -> list[Subject]:
    """One for each unit with enough late days that no letter has named yet; the last of them names the cause."""
    rule = URGING_LETTER.current().in_force(day)
    offices = all_offices(day, tree)
    late = all_late_days(first_of_window(day, rule.within_working_days), day, at=at)
    named = _last_named(late)
    found = []
    for unit, days in late.items():
        above = office_above(unit, offices, tree) if unit in tree else None
        left = [one for one in days if unit not in named or one.day > named[unit]]
        if above is not None and len(left) >= rule.times:
            key = f"{tree[unit].code}:{left[-1].day}"
            found.append(Subject(above, key, left[-1].day, addressee_id=unit))
    return found


def all_days_of_letter(subject: Subject, rule: UrgingLetterRule, *, at: datetime.datetime) -> list[LateDay]:
    """Those that the letter names: of its window, without what an earlier one named."""
    assert subject.addressee_id is not None
    unit = subject.addressee_id
    first = first_of_window(subject.day, rule.within_working_days)
    late = all_late_days(first, subject.day, at=at, unit_ids=[unit]).get(unit, [])
    named = _last_named([unit], before=subject.day).get(unit)
    return [one for one in late if named is None or one.day > named]


def all_letters_to(unit_id: int, day: datetime.date) -> list[Paper]:
    """Issued lately, newest first: shown on the page of the unit's day."""
    span = datetime.timedelta(days=URGING_LETTER.current().in_force(day).shown_days)
    return all_issued_to([unit_id], URGING, day - span, day)


def quick_report(viewer: User, day: datetime.date) -> Paper | None:
    """The newest one of the day, of the uppermost agency whose papers the viewer sees."""
    rows = Paper.objects.filter(kind=QUICK, day=day, addressee=None).order_by("unit_id", "-version")
    seen = roles.unit_ids_where(viewer, SEE_PAPERS, on=day)
    return next((one for one in rows if one.unit_id in seen), None)


def _last_named(unit_ids: Collection[int], *, before: datetime.date | None = None) -> dict[int, datetime.date]:
    """By unit, the last day that a letter to it named, whatever became of the letter."""
    rows = Paper.objects.filter(kind=URGING, addressee_id__in=list(unit_ids))
    rows = rows.filter(day__lt=before) if before else rows
    return {unit: last for unit, last in rows.values_list("addressee_id").annotate(Max("day")) if unit is not None}
