"""What the one search finds of the organization."""

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.search import MOST, Hit, Source, matches
from vungxanh.organization.models import Place, Site
from vungxanh.organization.queries.parties import parties_visible_to
from vungxanh.organization.queries.people import people_visible_to, rows_of
from vungxanh.organization.tree import all_tree_on


def people(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """Those whom one may list, by name or staff code."""
    tree = all_tree_on(today)
    found = people_visible_to(viewer(request), on=today, search=text, tree=tree)[:MOST]
    return [
        Hit(row.person.full_name, reverse("organization:person_page", args=[row.person.staff_code]), row.unit_name)
        for row in rows_of(found, tree)
    ]


def units(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    found = [node for node in all_tree_on(today) if matches(text, node.name, node.short_name, node.code)]
    return [Hit(node.name, reverse("organization:unit_page", args=[node.code]), node.code) for node in found[:MOST]]


def places(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """Sites, and what has a code of its own at one."""
    return list(_places(text, today))[:MOST]


def _places(text: str, today: datetime.date) -> Iterator[Hit]:
    is_open = Q(closed_on__isnull=True) | Q(closed_on__gt=today)
    for site in Site.objects.filter(is_open).order_by("name", "pk"):
        if matches(text, site.name, site.code):
            yield Hit(site.name, reverse("organization:place_list", args=[site.code]), site.code)
    open_places = Place.objects.filter(is_open, site__closed_on__isnull=True).select_related("site")
    for place in open_places.order_by("name", "pk"):
        if matches(text, place.name, place.code):
            yield Hit(place.name, reverse("organization:place_list", args=[place.site.code]), place.site.name)


def parties(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    found = parties_visible_to(viewer(request), on=today, search=text)[:MOST]
    return [Hit(one.name, reverse("organization:party_page", args=[one.code]), one.code) for one in found]


def viewer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


SOURCES = (
    Source("people", _("People"), "users", 10, people),
    Source("units", _("Units"), "sitemap", 20, units),
    Source("places", _("Sites, gates, rooms, vehicles"), "map-pin", 30, places),
    Source("parties", _("Outside parties"), "building-community", 40, parties),
)
