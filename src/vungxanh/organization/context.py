"""What every page says of the agency."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from vungxanh.common import clock
from vungxanh.organization.models import UnitVersion
from vungxanh.organization.queries.people import in_force


def agency(request: HttpRequest) -> dict[str, object]:
    """The name beside the product's; an installation for several agencies shows none. One query, where it is shown."""
    return {"agency_name": SimpleLazyObject(_name)}


def _name() -> str:
    roots = UnitVersion.objects.filter(in_force(clock.today()), parent__isnull=True).values_list("name", flat=True)[:2]
    names = list(roots)
    return names[0] if len(names) == 1 else ""
