"""The roster of a week with the place of each shift: people down, days across; last week's can be copied."""

import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.converters import is_kept
from vungxanh.organization.models import Person, Place, RosterEntry, Unit
from vungxanh.organization.operations.places import DUTY_CODE
from vungxanh.organization.operations.roster import Key, Placed, placed_by, save_roster
from vungxanh.organization.permissions import may_set_roster
from vungxanh.organization.queries.people import people_visible_to, unit_ids_visible_to
from vungxanh.organization.queries.places import all_open_places
from vungxanh.organization.queries.shifts import all_entries, all_shifts_for
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.organization.workdays import all_workdays

WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cell:
    """One person on one day: the code of the shift and of the place that stand there."""

    name: str
    day: datetime.date
    shift: str
    place: str


@require_http_methods(["GET", "HEAD", "POST"])
def roster_week(request: HttpRequest, code: str) -> HttpResponse:
    """Only the people of the unit itself; `do=copy` puts last week into the cells that are empty."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    node = tree.by_code(code)
    if node is None or node.id not in unit_ids_visible_to(user, on=now.date(), tree=tree):
        raise Http404
    first = _monday(request, now.date())
    days = [first + datetime.timedelta(days=number) for number in range(7)]
    people = list(people_visible_to(user, on=max(first, now.date()), unit_ids={node.id}))
    places = {place.code: place for place in all_open_places(_agency(node, tree), on=now.date())}
    if request.method == "POST":
        may_set_roster(user, node.id, on=now.date()).or_refuse()
        copies = request.POST.get("do") == "copy"
        wanted = _of_last_week(people, first) if copies else _typed(request, node, people, days, places)
        changed = save_roster(Unit.objects.get(pk=node.id), wanted, actor=user, at=now)
        messages.success(request, _("The roster is kept; %(count)d cells changed.") % {"count": changed})
        return redirect(f"{request.path}?tuan={first.isoformat()}")
    there = _there(people, days[0], days[-1])
    calendar = all_workdays(days[0], days[-1], tree=tree)
    context = {
        "unit": node,
        "first": first,
        "previous": first - WEEK,
        "next": first + WEEK,
        "days": [(day, calendar.is_working(day, node.id)) for day in days],
        "rows": [(person, [_cell(person, day, there.get((person.pk, day))) for day in days]) for person in people],
        "shifts": all_shifts_for(node.id, on=now.date()),
        "duty": DUTY_CODE,
        "places": list(places.values()),
        "may_edit": may_set_roster(user, node.id, on=now.date()),
    }
    return render(request, "organization/roster_week.html", context)


def _monday(request: HttpRequest, today: datetime.date) -> datetime.date:
    """Of the week of `?tuan=2021-09-20`, else of the present one."""
    try:
        asked = datetime.date.fromisoformat(request.GET.get("tuan", ""))
    except ValueError:
        asked = today
    asked = asked if is_kept(asked) else today
    return asked - datetime.timedelta(days=asked.weekday())


def _agency(node: UnitNode, tree: Tree) -> list[int]:
    root = tree.root_of(node.id)
    return [below.id for below in tree.below(root.id)] if root else []


def _there(people: list[Person], first: datetime.date, last: datetime.date) -> dict[Key, RosterEntry]:
    return {(one.person_id, one.date): one for one in all_entries({one.pk for one in people}, first=first, last=last)}


def _cell(person: Person, day: datetime.date, entry: RosterEntry | None) -> Cell:
    name = f"o-{person.pk}-{day.isoformat()}"
    if entry is None:
        return Cell(name, day, "", "")
    shift = entry.shift.code.upper() if entry.shift else DUTY_CODE
    return Cell(name, day, shift, entry.place.code if entry.place else "")


def _typed(
    request: HttpRequest, node: UnitNode, people: list[Person], days: list[datetime.date], places: dict[str, Place]
) -> dict[Key, Placed | None]:
    """Only cells that are on the page; a missing field is a cell that nobody saw. What the lists do not offer is
    refused as a whole."""
    shifts = all_shifts_for(node.id, on=clock.today())
    wanted: dict[Key, Placed | None] = {}
    for person in people:
        for day in days:
            name = f"o-{person.pk}-{day.isoformat()}"
            code = request.POST.get(name)
            if code is None:
                continue
            place = places.get(request.POST.get(f"{name}-noi", ""))
            wanted[person.pk, day] = _placed(code, place, shifts) if code else None
    return wanted


def _placed(code: str, place: Place | None, shifts: dict) -> Placed:  # type: ignore[type-arg]
    try:
        shift = placed_by(code, shifts).shift
    except ValidationError as error:
        raise Http404 from error
    return Placed(shift, place.site_id if place else None, place.pk if place else None, keeps_place=False)


def _of_last_week(people: list[Person], first: datetime.date) -> dict[Key, Placed | None]:
    """What stands already in this week stays."""
    taken = set(_there(people, first, first + WEEK - datetime.timedelta(days=1)))
    before = _there(people, first - WEEK, first - datetime.timedelta(days=1))
    return {
        (person, day + WEEK): Placed(entry.shift, entry.site_id, entry.place_id, keeps_place=False)
        for (person, day), entry in before.items()
        if (person, day + WEEK) not in taken
    }
