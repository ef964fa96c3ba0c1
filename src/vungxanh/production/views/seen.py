"""What pages of production are asked for: a unit that the viewer sees, a year."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.converters import EARLIEST, LATEST
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.production.permissions import SEEN_BY
from vungxanh.production.queries.places import SEE, unit_ids_visible_to


def seen_unit(request: HttpRequest, code: str, tree: Tree) -> UnitNode:
    """Raises `Http404` where there is none that the viewer sees."""
    node = tree.by_code(code)
    if node is None or node.id not in unit_ids_visible_to(signed_in(request), on=clock.today(), tree=tree):
        raise Http404
    return node


def refuse_strangers(request: HttpRequest) -> None:
    if not roles.holds_somewhere(signed_in(request), SEE, on=clock.today()):
        raise PermissionDenied(str(SEEN_BY))


def asked_year(request: HttpRequest) -> int:
    """`?nam=2021`; this year where it is missing or no year of ours."""
    text = request.GET.get("nam", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if EARLIEST.year <= year <= LATEST.year else clock.today().year


def year_span(year: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
