"""The tree of units as it stood on a day, and one unit."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.views.days import asked_day
from vungxanh.organization.permissions import may_change_units, sees_front_line
from vungxanh.organization.queries import units
from vungxanh.organization.queries.people import people_visible_to, rows_of, unit_ids_visible_to
from vungxanh.organization.tree import all_tree_on


@require_safe
def unit_tree(request: HttpRequest) -> HttpResponse:
    """Everybody who is signed in may know how the agency is built."""
    day = asked_day(request)
    lines = units.all_tree_lines(all_tree_on(day), on=day)
    return render(request, "organization/unit_tree.html", {"lines": lines, "day": day})


@require_safe
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    user, day = signed_in(request), asked_day(request)
    tree = all_tree_on(day)
    unit = tree.by_code(code)
    if unit is None:
        raise Http404
    sees_people = unit.id in unit_ids_visible_to(user, on=day, tree=tree)
    context = {
        "unit": unit,
        "day": day,
        "above": list(tree.above(unit.id))[1:],
        "children": tree.children(unit.id),
        "versions": units.all_versions(unit.id),
        "roles": units.all_role_holders({unit.id}, on=day),
        "sites": units.all_sites(unit.id),
        "sees_people": sees_people,
        "sees_front_line": sees_front_line(user, unit.id, on=clock.today()),
        "may_change": may_change_units(user, unit.id, on=clock.today()),
        "rows": rows_of(people_visible_to(user, on=day, unit_ids={unit.id}, tree=tree), tree) if sees_people else [],
    }
    return render(request, "organization/unit_page.html", context)
