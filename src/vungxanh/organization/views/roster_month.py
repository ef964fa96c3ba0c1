"""The roster of a month as a grid: people down, days across, a code in each cell."""

import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.views.months import named_month
from vungxanh.organization import permissions
from vungxanh.organization.models import Person, Unit
from vungxanh.organization.operations.places import DUTY_CODE
from vungxanh.organization.operations.roster import Key, Placed, placed_by, save_roster
from vungxanh.organization.queries.people import people_visible_to, unit_ids_visible_to
from vungxanh.organization.queries.shifts import all_entries, all_shifts_for
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.organization.workdays import all_workdays


@dataclass(frozen=True, slots=True)
class Cell:
    """`name` of the field, the code that stands there, and its day for those who hear the page."""

    name: str
    code: str
    day: datetime.date
    is_wrong: bool


@require_http_methods(["GET", "HEAD", "POST"])
def roster_month(request: HttpRequest, code: str) -> HttpResponse:
    """Only the people of the unit itself: a unit below has a grid of its own."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    node = tree.by_code(code)
    if node is None or node.id not in unit_ids_visible_to(user, on=now.date(), tree=tree):
        raise Http404
    first = named_month(request) or now.date().replace(day=1)
    days = _days(first)
    people = list(people_visible_to(user, on=max(first, now.date()), unit_ids={node.id}))
    typed = _typed(request, people, days) if request.method == "POST" else {}
    wrong: set[Key] = set()
    if request.method == "POST" and not (wrong := _saved(request, user, node, typed)):
        return redirect(f"{request.path}?thang={first:%Y-%m}")
    there = _there(people, days)
    calendar = all_workdays(days[0], days[-1], tree=tree)
    rows = [
        (
            person,
            [
                Cell(
                    _name(person.pk, day),
                    typed.get((person.pk, day), there.get((person.pk, day), "")),
                    day,
                    key in wrong,
                )
                for day in days
                for key in [(person.pk, day)]
            ],
        )
        for person in people
    ]
    context = {
        "unit": node,
        "month": first,
        "previous": (first - datetime.timedelta(days=1)).replace(day=1),
        "next": (first + datetime.timedelta(days=31)).replace(day=1),
        "days": [(day, calendar.is_working(day, node.id), calendar.name_of(day, node.id)) for day in days],
        "rows": rows,
        "shifts": all_shifts_for(node.id, on=now.date()),
        "duty": DUTY_CODE,
        "may_edit": permissions.may_set_roster(user, node.id, on=now.date()),
    }
    return render(request, "organization/roster_month.html", context, status=422 if wrong else 200)


def _saved(request: HttpRequest, user: User, node: UnitNode, typed: dict[Key, str]) -> set[Key]:
    """Saves what was typed, or says which cells have a code that does not exist; then nothing is saved."""
    now = clock.now()
    shifts = all_shifts_for(node.id, on=now.date())
    wanted: dict[Key, Placed | None] = {}
    wrong: set[Key] = set()
    for key, code in typed.items():
        try:
            wanted[key] = placed_by(code, shifts) if code else None
        except ValidationError as error:
            wrong.add(key)
            messages.error(request, f"{key[1]:%d/%m/%Y}: {' '.join(error.messages)}")
    if not wrong:
        changed = save_roster(Unit.objects.get(pk=node.id), wanted, actor=user, at=now)
        messages.success(request, _("The roster is kept; %(count)d cells changed.") % {"count": changed})
    return wrong


def _days(first: datetime.date) -> list[datetime.date]:
    following = (first + datetime.timedelta(days=31)).replace(day=1)
    return [first + datetime.timedelta(days=number) for number in range((following - first).days)]


def _name(person_id: int, day: datetime.date) -> str:
    return f"o-{person_id}-{day.isoformat()}"


def _typed(request: HttpRequest, people: list[Person], days: list[datetime.date]) -> dict[Key, str]:
    """Only cells of people and days that are on the page; a missing field is a cell that nobody saw."""
    return {
        (person.pk, day): request.POST[name].strip().upper()
        for person in people
        for day in days
        if (name := _name(person.pk, day)) in request.POST
    }


def _there(people: list[Person], days: list[datetime.date]) -> dict[Key, str]:
    entries = all_entries({person.pk for person in people}, first=days[0], last=days[-1])
    return {(one.person_id, one.date): one.shift.code if one.shift else DUTY_CODE for one in entries}
