"""Which days are working days: the week, Vietnamese public holidays, and the days that an agency moved."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import holidays

from vungxanh.organization.enums import CalendarDayKind
from vungxanh.organization.models import CalendarDay
from vungxanh.organization.tree import Tree, all_tree_on

SATURDAY = 5
FURTHEST_BACK = 31
"""No run of days off is longer; the Lunar New Year with its bridging days takes some ten."""


class NoWorkingDayError(LookupError):
    """A month without a working day: the calendar is wrong."""


@dataclass(frozen=True)
class Workdays:
    """The calendar of a span of days. A day set for a unit holds below it; the nearest unit's word wins.

    `made_up` are the days of a weekend on which the whole country works for a bridging day.
    """

    first: datetime.date
    last: datetime.date
    holidays: Mapping[datetime.date, str]
    made_up: Collection[datetime.date]
    moved: Mapping[tuple[datetime.date, int | None], CalendarDay]
    tree: Tree

    def is_working(self, day: datetime.date, unit_id: int | None = None) -> bool:
        moved = self._moved(day, unit_id)
        if moved:
            return moved.kind == CalendarDayKind.WORKING
        return day in self.made_up or (day.weekday() < SATURDAY and day not in self.holidays)

    def is_closed(self, day: datetime.date, unit_id: int | None = None) -> bool:
        """A holiday or an extra day off, whatever the day of the week: those with days of their own rest too."""
        moved = self._moved(day, unit_id)
        return moved.kind == CalendarDayKind.DAY_OFF if moved else day in self.holidays

    def previous_working(self, day: datetime.date, unit_id: int | None = None) -> datetime.date:
        """The last working day before `day`; the span must reach back far enough."""
        earlier = day - datetime.timedelta(days=1)
        while not self.is_working(earlier, unit_id):
            earlier -= datetime.timedelta(days=1)
            if earlier < self.first:
                raise NoWorkingDayError(f"no working day between {self.first} and {day}")
        return earlier

    def name_of(self, day: datetime.date, unit_id: int | None = None) -> str:
        """Why the day is as it is: the reason of a moved day, else the name of the holiday, else nothing."""
        moved = self._moved(day, unit_id)
        return moved.reason if moved else self.holidays.get(day, "")

    def _moved(self, day: datetime.date, unit_id: int | None) -> CalendarDay | None:
        if not self.moved:
            return None
        if unit_id is not None:
            for node in self.tree.above(unit_id):
                if found := self.moved.get((day, node.id)):
                    return found
        return self.moved.get((day, None))


def all_workdays(first: datetime.date, last: datetime.date, *, tree: Tree | None = None) -> Workdays:
    """The calendar from a month before `first` to `last`, in one query beside the tree's."""
    first -= datetime.timedelta(days=FURTHEST_BACK)
    named, made_up = _public(first.year, last.year)
    moved = {(row.date, row.unit_id): row for row in CalendarDay.objects.filter(date__range=(first, last))}
    return Workdays(first, last, named, made_up, moved, tree or all_tree_on(last))


@cache
def _public(first_year: int, last_year: int) -> tuple[Mapping[datetime.date, str], Collection[datetime.date]]:
    """Public holidays by day, and the days made up for them: the library takes longer to say than a page may last."""
    public = holidays.country_holidays("VN", years=range(first_year, last_year + 1), language="vi")
    return {day: str(name) for day, name in public.items()}, frozenset(public.weekend_workdays)
