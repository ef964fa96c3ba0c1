"""Who sees those that the data found, and who decides about them."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.commendation.queries.discovery import SEE_CANDIDATES
from vungxanh.commendation.workflow import DECIDING
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of


def may_decide(user: User, unit_id: int, *, person_id: int | None, on: datetime.date) -> Verdict:
    """Nobody decides about oneself. `unit_id`: the unit found, or that of the person."""
    own = getattr(user, "person", None)
    if person_id is not None and own is not None and own.pk == person_id:
        return refused(_("Nobody decides about oneself."))
    if roles.holds(user, [Role(one) for one in DECIDING], unit_id, on=on):
        return ALLOWED
    return refused(_("Personnel, the Office, the leaders and the head of the unit decide who is put forward."))


def sees_candidates(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE_CANDIDATES)
