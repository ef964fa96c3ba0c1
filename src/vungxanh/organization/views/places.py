"""Gates, rooms, vehicles and field posts of a site: listed, opened, changed, closed."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import permissions
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.forms import DayForm, PlaceForm
from vungxanh.organization.models import Place, Site
from vungxanh.organization.operations import places
from vungxanh.organization.queries.units import all_places
from vungxanh.organization.views.changing import Back, change

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def place_list(request: HttpRequest, code: str) -> HttpResponse:
    """What has a code of its own at a site."""
    user, now = signed_in(request), clock.now()
    site = get_object_or_404(Site.objects.select_related("unit"), code=code)
    may_change = permissions.may_change_units(user, site.unit_id, on=now.date())
    context = {"site": site, "places": all_places(site, on=now.date()), "may_change": may_change}
    return render(request, "organization/place_list.html", context)


@GET_OR_POST
def place_open(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    site = get_object_or_404(Site.objects.select_related("unit"), code=code)
    permissions.may_change_units(user, site.unit_id, on=now.date()).or_refuse()
    form = PlaceForm(request.POST or None, is_new=True)

    def run(given: dict[str, Any]) -> str:
        place = places.open_place(
            given.pop("code"), site=site, kind=PlaceKind(given.pop("kind")), **given, actor=user, at=now
        )
        return _("%(name)s is open.") % {"name": place.name}

    title = _("New gate, room or vehicle")
    return change(request, form, run, title=title, lead=site.name, button=_("Open it"), back=_back(site))


@GET_OR_POST
def place_change(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    place = _place(code)
    permissions.may_change_units(user, place.site.unit_id, on=now.date()).or_refuse()
    same = ("name", "capacity", "has_fixed_code")
    form = PlaceForm(request.POST or None, is_new=False, initial={name: getattr(place, name) for name in same})

    def run(given: dict[str, Any]) -> str:
        places.change_place(place, **given, actor=user, at=now)
        return _("The change is kept.")

    lead = f"{place.code} · {place.get_kind_display()}"
    return change(request, form, run, title=place.name, lead=lead, button=_("Keep"), back=_back(place.site))


@GET_OR_POST
def place_close(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    place = _place(code)
    permissions.may_change_units(user, place.site.unit_id, on=now.date()).or_refuse()
    form = DayForm(request.POST or None, initial={"day": now.date() + datetime.timedelta(days=1)})

    def run(given: dict[str, Any]) -> str:
        places.close_place(place, on=given["day"], actor=user, at=now)
        return _("%(name)s is closed from that day on.") % {"name": place.name}

    return change(
        request,
        form,
        run,
        title=_("Close a gate, room or vehicle"),
        lead=place.name,
        button=_("Close it"),
        danger=True,
        back=_back(place.site),
    )


def _place(code: str) -> Place:
    return get_object_or_404(Place.objects.select_related("site"), code=code)


def _back(site: Site) -> Back:
    return reverse("organization:place_list", args=[site.code]), site.name
