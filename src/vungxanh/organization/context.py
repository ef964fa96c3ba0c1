"""What every page says of the agency."""

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from vungxanh.common import clock
from vungxanh.common.dated import in_force
from vungxanh.organization.models import UnitVersion


def agency(request: HttpRequest) -> dict[str, object]:
    """The name beside the product's, for those signed in; an installation for several agencies shows none.

    It asks for nothing that the request has not found out by itself: a page of refusal comes without any query.
    """
    user = getattr(request, "_cached_user", None)
    return {"agency_name": SimpleLazyObject(_name) if user is not None and user.is_authenticated else ""}


def _name() -> str:
    roots = UnitVersion.objects.filter(in_force(clock.today()), parent__isnull=True).values_list("name", flat=True)[:2]
    try:
        names = list(roots)
    except DatabaseError:
        # The page that tells of the failing database must still come.
        return ""
    return names[0] if len(names) == 1 else ""
