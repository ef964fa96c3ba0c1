"""Changing the tree: units founded, changed and dissolved, their sites and shifts."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import permissions, roles
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.forms import DayForm, DissolveForm, ShiftForm, SiteForm, UnitForm, area_id
from vungxanh.organization.models import Site, Unit
from vungxanh.organization.operations import places, units
from vungxanh.organization.queries.units import all_area_code
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.organization.views.changing import Back, change

FLAGS = ("has_seal", "has_account", "has_number_series", "has_fund", "is_reporting_point")
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def unit_found(request: HttpRequest, code: str) -> HttpResponse:
    """A new unit below the one with this code."""
    user, now = signed_in(request), clock.now()
    tree, parent = _unit(code, now.date())
    permissions.may_change_units(user, parent.id, on=now.date()).or_refuse()
    form = UnitForm(
        request.POST or None,
        parents=_kept_by(user, tree, now.date()),
        on=now.date(),
        is_new=True,
        is_root=False,
        initial={"parent": parent.id, "valid_from": now.date()},
    )

    def run(given: dict[str, Any]) -> str:
        unit = units.found_unit(
            given["code"], _shape(given, given["parent"], form.on), valid_from=given["valid_from"], actor=user, at=now
        )
        return _("%(code)s is founded.") % {"code": unit.code}

    return change(request, form, run, title=_("New unit"), button=_("Found it"), back=_back(parent))


@GET_OR_POST
def unit_change(request: HttpRequest, code: str) -> HttpResponse:
    """Another name, place or right from a day on."""
    user, now = signed_in(request), clock.now()
    tree, node = _unit(code, now.date())
    permissions.may_change_units(user, node.id, on=now.date()).or_refuse()
    below = {one.id for one in tree.below(node.id)}
    kept = [one for one in _kept_by(user, tree, now.date()) if one.id not in below]
    here = [tree[node.parent_id]] if node.parent_id and node.parent_id in tree else []
    same = ("name", "short_name", "kind", "position", *FLAGS)
    form = UnitForm(
        request.POST or None,
        parents=list({one.id: one for one in [*here, *kept]}.values()),
        on=now.date(),
        is_new=False,
        is_root=node.parent_id is None,
        initial={
            **{name: getattr(node, name) for name in same},
            "parent": node.parent_id,
            "area_code": all_area_code(node.area_id),
            "valid_from": now.date(),
        },
    )

    def run(given: dict[str, Any]) -> str:
        shape = _shape(given, given.get("parent"), form.on)
        units.change_unit(Unit.objects.get(pk=node.id), shape, valid_from=given["valid_from"], actor=user, at=now)
        return _("The change is kept; what was before stays true.")

    return change(request, form, run, title=_("Change the unit"), button=_("Keep"), back=_back(node))


@GET_OR_POST
def unit_dissolve(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    tree, node = _unit(code, now.date())
    permissions.may_change_units(user, node.id, on=now.date()).or_refuse()
    below = {one.id for one in tree.below(node.id)}
    others = [one for one in _kept_by(user, tree, now.date()) if one.id not in below]
    form = DissolveForm(request.POST or None, units=others, initial={"valid_from": now.date()})

    def run(given: dict[str, Any]) -> str:
        into = Unit.objects.get(pk=given["into"]) if given["into"] else None
        unit = Unit.objects.get(pk=node.id)
        units.dissolve_unit(unit, into=into, valid_from=given["valid_from"], basis=given["basis"], actor=user, at=now)
        return _("The unit ends on that day.")

    return change(
        request,
        form,
        run,
        title=_("Merge or dissolve"),
        lead=_("People, sites and units below go to the one that takes over; the past stays as it was."),
        button=_("End the unit"),
        to=reverse("organization:unit_tree"),
        danger=True,
        back=_back(node),
    )


@GET_OR_POST
def site_open(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    _tree, node = _unit(code, now.date())
    permissions.may_change_units(user, node.id, on=now.date()).or_refuse()
    form = SiteForm(request.POST or None, on=now.date(), is_new=True)

    def run(given: dict[str, Any]) -> str:
        places.open_site(
            given["code"],
            unit=Unit.objects.get(pk=node.id),
            name=given["name"],
            address=given["address"],
            area_id=area_id(given["area_code"], on=now.date()),
            actor=user,
            at=now,
        )
        return _("The site is open.")

    return change(request, form, run, title=_("New site"), button=_("Open it"), back=_back(node))


@GET_OR_POST
def site_change(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    site, node = _site(code, now.date())
    permissions.may_change_units(user, site.unit_id, on=now.date()).or_refuse()
    initial = {"name": site.name, "address": site.address, "area_code": site.area.code if site.area else ""}
    form = SiteForm(request.POST or None, on=now.date(), is_new=False, initial=initial)

    def run(given: dict[str, Any]) -> str:
        area = area_id(given["area_code"], on=now.date())
        places.change_site(site, name=given["name"], address=given["address"], area_id=area, actor=user, at=now)
        return _("The site is changed.")

    return change(request, form, run, title=site.name, lead=site.code, button=_("Keep"), back=_back(node))


@GET_OR_POST
def site_close(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    site, node = _site(code, now.date())
    permissions.may_change_units(user, site.unit_id, on=now.date()).or_refuse()
    form = DayForm(request.POST or None, initial={"day": now.date()})

    def run(given: dict[str, Any]) -> str:
        places.close_site(site, on=given["day"], actor=user, at=now)
        return _("The site is closed.")

    return change(
        request,
        form,
        run,
        title=_("Close the site"),
        lead=site.name,
        button=_("Close it"),
        danger=True,
        back=_back(node),
    )


@GET_OR_POST
def shift_define(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    _tree, node = _unit(code, now.date())
    permissions.may_set_roster(user, node.id, on=now.date()).or_refuse()
    form = ShiftForm(request.POST or None)

    def run(given: dict[str, Any]) -> str:
        places.define_shift(given.pop("code"), unit=Unit.objects.get(pk=node.id), **given, actor=user, at=now)
        return _("The shift is defined.")

    lead = _("Hours do not change later; for other hours define a new shift.")
    roster = reverse("organization:roster_page", args=[node.code])
    return change(
        request, form, run, title=_("New shift"), lead=lead, button=_("Define it"), to=roster, back=_back(node)
    )


def _unit(code: str, on: datetime.date) -> tuple[Tree, UnitNode]:
    tree = all_tree_on(on)
    node = tree.by_code(code)
    if node is None:
        raise Http404
    return tree, node


def _site(code: str, on: datetime.date) -> tuple[Site, UnitNode]:
    site = get_object_or_404(Site.objects.select_related("unit", "area"), code=code)
    return site, _unit(site.unit.code, on)[1]


def _kept_by(user: User, tree: Tree, on: datetime.date) -> list[UnitNode]:
    kept = roles.unit_ids_where(user, permissions.PERSONNEL, on=on, tree=tree)
    return [node for node in tree if node.id in kept]


def _shape(given: dict[str, Any], parent_id: int | None, on: datetime.date) -> units.UnitShape:
    return units.UnitShape(
        name=given["name"],
        short_name=given["short_name"],
        kind=UnitKind(given["kind"]),
        parent=Unit.objects.get(pk=parent_id) if parent_id else None,
        position=given["position"],
        area_id=area_id(given["area_code"], on=on),
        basis=given["basis"],
        **{flag: given[flag] for flag in FLAGS},
    )


def _back(node: UnitNode) -> Back:
    return reverse("organization:unit_page", args=[node.code]), node.short_name
