"""Opens a day: who is expected, in which windows. Idempotent; what was declared is never touched."""

import datetime
import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import QuerySet

from vungxanh.common.clock import moment
from vungxanh.organization.models import Person, Shift
from vungxanh.organization.queries.expectations import Expectation, all_expectations
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.screening.models import DayWindows, PersonDay, WindowSetting
from vungxanh.screening.rulebook import WINDOWS, Minutes, Times, WindowTimes
from vungxanh.screening.signals import person_days_changed

AT_ONCE = 2000
MOMENTS = ("opens", "starts", "due", "closes")
EXPECTED = (
    "unit_id",
    "home_unit_id",
    "site_id",
    "is_counted",
    "is_remote",
    "excuse",
    "expects_arrival",
    "expects_leaving",
    "windows",
)


@transaction.atomic
def open_day(day: datetime.date, *, at: datetime.datetime, people: Collection[int] | None = None) -> int:
    """Write the expectations of everybody, or of these `Person` ids, for the day; returns how many rows stand."""
    stand, unit_ids = _open(day, people)
    person_days_changed.send(None, days=[day], people=people, unit_ids=unit_ids)
    return stand


def _open(day: datetime.date, people: Collection[int] | None) -> tuple[int, set[int] | None]:
    """How many rows stand, and the units that hold or held one of the people; None where everybody was asked for."""
    tree = all_tree_on(day)
    expected = all_expectations(day, person_ids=people)
    windows = _windows(day, expected, tree)
    left = None if people is None else _units_of(day, people)
    rows = [_person_day(day, one, windows[_key_of(one, windows)]) for one in expected]
    PersonDay.objects.bulk_create(
        rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["subject", "day"], update_fields=EXPECTED
    )
    _close_strangers(day, {one.pseudonym for one in expected}, people)
    return len(rows), None if left is None else left | {one.unit_id for one in expected}


def _units_of(day: datetime.date, people: Collection[int]) -> set[int]:
    """Where they stand; locked, in the order in which declarations lock them."""
    rows = _rows_of(day, people).select_for_update().order_by("pk")
    return set(rows.values_list("unit_id", flat=True))


def _rows_of(day: datetime.date, people: Collection[int]) -> QuerySet[PersonDay]:
    return PersonDay.objects.filter(day=day, subject__in=Person.objects.filter(pk__in=people).values("pseudonym"))


@transaction.atomic
def refresh_days(
    people: Collection[int] | None,
    *,
    first: datetime.date,
    last: datetime.date | None,
    at: datetime.datetime,
) -> None:
    """After a change of posts, absences, roster or calendar: every opened day in the span, from `first` on."""
    opened = PersonDay.objects.filter(day__gte=first)
    if last is not None:
        opened = opened.filter(day__lte=last)
    days = list(opened.order_by("day").values_list("day", flat=True).distinct())
    touched = [_open(day, people)[1] for day in days]
    if days:
        # Told at the end: whoever listens locks more, and the days are locked before.
        unit_ids = None if people is None else {unit for units in touched for unit in units or ()}
        person_days_changed.send(None, days=days, people=people, unit_ids=unit_ids)


def _person_day(day: datetime.date, one: Expectation, windows: DayWindows) -> PersonDay:
    return PersonDay(
        day=day,
        subject=one.pseudonym,
        unit_id=one.unit_id,
        home_unit_id=one.home_unit_id,
        site_id=one.site_id,
        is_counted=one.is_counted,
        is_remote=one.is_remote,
        excuse=one.excuse,
        expects_arrival=one.expects_arrival,
        expects_leaving=one.expects_leaving,
        windows=windows,
    )


def _close_strangers(day: datetime.date, expected: set[uuid.UUID], people: Collection[int] | None) -> None:
    """Rows of people who no longer stand anywhere on the day: dropped, or kept uncounted where they declared."""
    rows = PersonDay.objects.filter(day=day) if people is None else _rows_of(day, people)
    gone = [row.pk for row in rows.only("pk", "subject") if row.subject not in expected]
    if gone:
        stale = PersonDay.objects.filter(pk__in=gone)
        stale.filter(arrival_id__isnull=True, leaving_id__isnull=True).delete()
        stale.update(is_counted=False, expects_arrival=False, expects_leaving=False)


def _windows(day: datetime.date, expected: Iterable[Expectation], tree: Tree) -> "_DayKeys":
    """The windows of the day by key, those that are missing written."""
    keys = _DayKeys(day, tree)
    needed = {key: times for one in expected for key, times in [keys.of(one)]}
    there = {row.key: row for row in DayWindows.objects.filter(day=day, key__in=needed)}
    new = [_day_windows(day, key, times) for key, times in needed.items() if key not in there]
    DayWindows.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        there = {row.key: row for row in DayWindows.objects.filter(day=day, key__in=needed)}
    keys.rows = there
    return keys


def _key_of(one: Expectation, keys: "_DayKeys") -> str:
    return keys.of(one)[0]


Moments = dict[str, datetime.datetime]


class _DayKeys:
    """Which windows hold for whom: a shift's, else the site's, else the nearest unit's, else the shipped rule's.

    A key names the setting and its version, so that a later setting makes new windows and leaves a past day alone.
    """

    def __init__(self, day: datetime.date, tree: Tree) -> None:
        self.day = day
        self.tree = tree
        self.rule = WINDOWS.current().in_force(day)
        self.rows: dict[str, DayWindows] = {}
        self.by_site: dict[int, WindowSetting] = {}
        self.by_unit: dict[int, WindowSetting] = {}
        for row in WindowSetting.objects.filter(valid_from__lte=day).order_by("valid_from"):
            if row.site_id:
                self.by_site[row.site_id] = row
            elif row.unit_id:
                self.by_unit[row.unit_id] = row

    def __getitem__(self, key: str) -> DayWindows:
        return self.rows[key]

    def of(self, one: Expectation) -> tuple[str, Moments]:
        if one.shift:
            key = f"SHIFT:{one.shift.pk}:{one.shift.starts:%H%M}-{one.shift.ends:%H%M}"
            return key, shift_moments(self.day, one.shift, self.rule)
        setting = self.by_site.get(one.site_id or 0) or next(
            (self.by_unit[node.id] for node in self.tree.above(one.unit_id) if node.id in self.by_unit), None
        )
        if setting:
            return f"SETTING:{setting.pk}", setting_moments(self.day, setting)
        return f"RULE:{self.rule.in_force_from:%Y%m%d}", rule_moments(self.day, self.rule)


def rule_moments(day: datetime.date, rule: WindowTimes) -> Moments:
    return _of_times(day, "arrival", rule.arrival) | _of_times(day, "leaving", rule.leaving)


def setting_moments(day: datetime.date, setting: WindowSetting) -> Moments:
    return {
        f"{window}_{name}_at": moment(day, getattr(setting, f"{window}_{name}"))
        for window in ("arrival", "leaving")
        for name in MOMENTS
    }


def shift_moments(day: datetime.date, shift: Shift, rule: WindowTimes) -> Moments:
    """Around the start and the end of the shift, which may fall on the next day."""
    starts = moment(day, shift.starts)
    ends = moment(day if shift.ends > shift.starts else day + datetime.timedelta(days=1), shift.ends)
    return _of_minutes(starts, "arrival", rule.shift_arrival) | _of_minutes(ends, "leaving", rule.shift_leaving)


def _of_times(day: datetime.date, window: str, times: Times) -> Moments:
    return {f"{window}_{name}_at": moment(day, getattr(times, name)) for name in MOMENTS}


def _of_minutes(start: datetime.datetime, window: str, minutes: Minutes) -> Moments:
    return {f"{window}_{name}_at": start + datetime.timedelta(minutes=getattr(minutes, name)) for name in MOMENTS}


def _day_windows(day: datetime.date, key: str, moments: Moments) -> DayWindows:
    return DayWindows(day=day, key=key, **moments)
