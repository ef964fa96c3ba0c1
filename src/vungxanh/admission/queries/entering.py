"""Whom somebody may declare for: the people of a unit who are missing in a window, or who stand at a gate."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Person, Site
from vungxanh.organization.queries.expectations import all_expectations
from vungxanh.organization.queries.people import all_people, all_people_found
from vungxanh.organization.tree import Tree
from vungxanh.screening.enums import Window
from vungxanh.screening.models import PersonDay


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One person of a sheet on its day."""

    person: Person
    day: PersonDay
    unit_name: str

    def is_open_at(self, window: Window, moment: datetime.datetime) -> bool:
        return bool(self.opens_at(window) <= moment < self.closes_at(window))

    def opens_at(self, window: Window) -> datetime.datetime:
        moment: datetime.datetime = getattr(self.day.windows, f"{window.lower()}_opens_at")
        return moment.astimezone(ZONE)

    def closes_at(self, window: Window) -> datetime.datetime:
        moment: datetime.datetime = getattr(self.day.windows, f"{window.lower()}_closes_at")
        return moment.astimezone(ZONE)

    def moment_of(self, window: Window, time: datetime.time) -> datetime.datetime:
        """When a clock showed `time` in the window; a night shift leaves on the next day."""
        first = datetime.datetime.combine(self.day.day, time, tzinfo=ZONE)
        following = first + datetime.timedelta(days=1)
        return following if self.is_open_at(window, following) and not self.is_open_at(window, first) else first


def all_sheet_lines(
    unit_ids: Collection[int],
    day: datetime.date,
    window: Window,
    *,
    tree: Tree,
    also: Collection[int] = (),
) -> list[SheetLine]:
    """Those who owe the window and have not declared, by unit and given name; `also` names people who stay on the
    sheet whatever they declared meanwhile. Two queries."""
    name = window.lower()
    rows = PersonDay.objects.filter(day=day, unit_id__in=unit_ids)
    is_missing = Q(**{f"expects_{name}": True, f"{name}_id__isnull": True})
    kept = Person.objects.filter(pk__in=also).values("pseudonym")
    rows = rows.filter(is_missing | Q(subject__in=kept) if also else is_missing).select_related("windows")
    return _lines(rows, tree)


def all_people_at(
    site: Site, search: str, day: datetime.date, *, tree: Tree, also: Collection[int] = ()
) -> list[SheetLine]:
    """People of the site's agency by staff code, telephone or words of the name, as a guard would ask; few of them."""
    root = tree.root_of(site.unit_id)
    if root is None:
        return []
    unit_ids = [node.id for node in tree.below(root.id)]
    found = list(all_people_found(search, unit_ids, on=day)) if search else []
    people = [*found, *Person.objects.filter(pk__in=also)] if also else found
    subjects = {person.pseudonym for person in people}
    rows = PersonDay.objects.filter(day=day, subject__in=subjects, unit_id__in=unit_ids).select_related("windows")
    return _lines(rows, tree)


def _lines(rows: Iterable[PersonDay], tree: Tree) -> list[SheetLine]:
    people = all_people(row.subject for row in rows)
    lines = [
        SheetLine(person, row, tree[row.unit_id].short_name if row.unit_id in tree else "")
        for row in rows
        if (person := people.get(row.subject)) and person.merged_into_id is None
    ]
    order = {node.id: place for place, node in enumerate(tree)}
    return sorted(lines, key=lambda one: (order.get(one.day.unit_id, 0), one.person.sort_key, one.person.pk))


def all_open_sites(unit_ids: Collection[int]) -> list[Site]:
    return list(Site.objects.filter(unit_id__in=unit_ids, closed_on__isnull=True).order_by("name", "pk"))


def all_expected(unit_ids: Collection[int], day: datetime.date, window: Window) -> list[Person]:
    """Who will owe the window on a day, also one to come, by given name: for the sheet that is printed."""
    expected = [
        one.person_id
        for one in all_expectations(day)
        if one.unit_id in unit_ids and (one.expects_arrival if window == Window.ARRIVAL else one.expects_leaving)
    ]
    return list(Person.objects.filter(pk__in=expected).order_by("sort_key", "pk"))
