"""What every page says of the agency."""

import datetime

from django.db import DatabaseError
from django.db.models import Q
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.dated import in_force
from vungxanh.common.formats import day, moment
from vungxanh.organization.models import Delegation, UnitVersion
from vungxanh.organization.roles import lent_on

LATELY = datetime.timedelta(days=7)


def agency(request: HttpRequest) -> dict[str, object]:
    """The name beside the product's, for those signed in; an installation for several agencies shows none.

    It asks for nothing that the request has not found out by itself; a page of refusal asks whether a role is over.
    """
    user = getattr(request, "_cached_user", None)
    if user is None or not user.is_authenticated:
        return {"agency_name": ""}
    return {"agency_name": SimpleLazyObject(_name), "role_over": SimpleLazyObject(lambda: _role_over(user))}


def _role_over(user: User) -> str:
    """For pages of refusal: that the viewer acted for somebody until lately, and a page may still be open; or empty."""
    today = clock.today()
    since = clock.moment(today - LATELY, datetime.time())
    is_over = Q(revoked_at__gte=since, first_day__lte=TruncDate("revoked_at")) | Q(
        revoked_at__isnull=True, last_day__gte=today - LATELY, last_day__lt=today
    )
    own = Delegation.objects.filter(delegate_id=user.pk)
    try:
        acts = set(own.filter(lent_on(today)).values_list("principal", "role", "unit"))
        ended = list(own.filter(is_over).select_related("principal"))
    except DatabaseError:
        return ""
    found = [one for one in ended if (one.principal_id, one.role, one.unit_id) not in acts]
    if not found:
        return ""
    last = max(found, key=lambda one: one.revoked_at or clock.moment(one.last_day, datetime.time.max))
    until = moment(last.revoked_at) if last.revoked_at else day(last.last_day)
    return gettext(
        "You acted for %(name)s until %(until)s; since then the pages of that role are closed to you, and nothing that"
        " was sent from them was kept."
    ) % {
        "name": last.principal.full_name,
        "until": until,
    }


def _name() -> str:
    roots = UnitVersion.objects.filter(in_force(clock.today()), parent__isnull=True).values_list("name", flat=True)[:2]
    try:
        names = list(roots)
    except DatabaseError:
        # The page that tells of the failing database must still come.
        return ""
    return names[0] if len(names) == 1 else ""
