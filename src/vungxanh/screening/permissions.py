"""Who may change the times of the windows, read what a person declared, and record who was where."""

import datetime
import uuid
from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.queries.people import person_of
from vungxanh.screening.enums import Means
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


GATEKEEPERS = roles.UNIT_STAFF | {Role.GUARD}
OWN_CODES = frozenset({Means.GATE_CODE, Means.FIXED_CODE})


def may_keep_gate(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """`unit_id`: whose site the gate belongs to."""
    return _kept(roles.holds(user, GATEKEEPERS, unit_id, on=on))


def may_keep_gates(asked: Sequence[tuple[User, int]], *, on: datetime.date) -> list[Verdict]:
    """The same of several users and units, each in its place."""
    return [_kept(is_kept) for is_kept in roles.all_hold(asked, GATEKEEPERS, on=on)]


def _kept(is_kept: bool) -> Verdict:
    if is_kept:
        return ALLOWED
    return refused(_("Only the guard and the unit's head, deputy or clerk keep its gates and lists."))


class RecordingRights:
    """What one actor may record, asked once for a whole batch; None is the system, which may everything."""

    def __init__(self, actor: User | None, *, on: datetime.date) -> None:
        self.is_system = actor is None
        self.units = roles.unit_ids_where(actor, GATEKEEPERS, on=on) if actor else set()
        person = person_of(actor) if actor else None
        self.own = person.pseudonym if person else None

    def may_record(self, unit_id: int, subject: uuid.UUID, means: Means) -> Verdict:
        """Guards and the unit's staff for everybody at its places; everybody for oneself, by the code of the place."""
        if self.is_system or (subject == self.own and means in OWN_CODES):
            return ALLOWED
        return _kept(unit_id in self.units)


def sets_windows_somewhere(request: HttpRequest) -> bool:
    """For the navigation."""
    return bool(request.user.is_authenticated and unit_ids_with_settings_of(request.user, on=clock.today()))
