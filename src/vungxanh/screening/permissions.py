"""Who may change the times of the windows, and who may read what a person declared."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.screening.queries.settings import SET_WINDOWS, unit_ids_with_settings_of


def may_set_windows(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, SET_WINDOWS, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office or the administrator changes the times of declaration."))


def may_read_answers(user: User, unit_ids: set[int], *, on: datetime.date) -> Verdict:
    """`unit_ids`: where the person who declared stands. Everybody reads their own elsewhere."""
    if unit_ids & roles.unit_ids_where(user, Role.HEALTH_OFFICER, on=on):
        return ALLOWED
    return refused(_("Only the person and the health officer read the answers."))


def sets_windows_somewhere(request: HttpRequest) -> bool:
    """For the navigation."""
    return bool(request.user.is_authenticated and unit_ids_with_settings_of(request.user, on=clock.today()))
