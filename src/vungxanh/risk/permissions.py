"""Who may decide a level, see, submit and pass on a return, clarify what does not fit; delegates do too."""

import datetime
import uuid
from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of
from vungxanh.organization.tree import Tree
from vungxanh.risk.enums import Reader
from vungxanh.risk.models import ConsistencyFinding, DeliveryProof
from vungxanh.risk.queries.findings import READERS, READERS_OF
from vungxanh.risk.queries.returns import SEE_RETURNS
from vungxanh.risk.rulebook import DELIVERIES


def may_decide_level(user: User, subject: uuid.UUID, unit_ids: Collection[int], *, on: datetime.date) -> Verdict:
    """`unit_ids`: where the person stands on the day."""
    own = getattr(user, "person", None)
    if own is not None and own.pseudonym == subject:
        return refused(_("Nobody decides on their own level."))
    if set(unit_ids) & roles.unit_ids_where(user, roles.UNIT_STAFF, on=on):
        return ALLOWED
    return refused(_("Only the head, a deputy or the clerk of the unit decides on a level."))


def may_review(user: User, finding: ConsistencyFinding, *, on: datetime.date) -> Verdict:
    """Only the one for whom it is, above the unit where the person is counted; never about oneself."""
    own = getattr(user, "person", None)
    if own is not None and own.pseudonym == finding.subject:
        return refused(_("Nobody clarifies what concerns oneself."))
    if roles.holds(user, READERS_OF[Reader(finding.reader)], finding.unit_id, on=on):
        return ALLOWED
    return refused(_("This is for somebody else to clarify."))


def may_look_through(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """Whether the user reads findings of the unit at all."""
    if roles.holds(user, READERS, unit_id, on=on):
        return ALLOWED
    return refused(_("This is for the unit's head and the health officer."))


def reads_findings(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, READERS)


def may_submit_return(user: User, unit_id: int, *, on: datetime.date, is_on_duty: bool) -> Verdict:
    """`is_on_duty`: the roster has the user on duty for the unit on a day off."""
    if is_on_duty or roles.holds(user, roles.UNIT_STAFF, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the head, a deputy or the clerk of the unit, or on days off its duty officer, submits it."))


def may_see_return(user: User, unit_id: int, *, on: datetime.date, is_on_duty: bool) -> Verdict:
    if is_on_duty or roles.holds(user, SEE_RETURNS, unit_id, on=on):
        return ALLOWED
    return refused(_("This return belongs to another unit."))


def may_try_zone(user: User, unit_id: int, *, on: datetime.date, tree: Tree | None = None) -> Verdict:
    """Whoever answers for the unit or steers it; what it would come to is not for everybody who sees its colour."""
    if unit_id in roles.unit_ids_where(user, SEE_RETURNS, on=on, tree=tree):
        return ALLOWED
    return refused(_("What a zone would be is for the unit's staff with a role, the Office, leaders, health officers."))


def may_enter_delivery(user: User, unit_id: int, *, on: datetime.date, is_on_duty: bool) -> Verdict:
    """Who submits for the unit writes down that its map was updated; so does the Office for those below it."""
    if is_on_duty or roles.holds(user, roles.UNIT_STAFF | {Role.OFFICE}, unit_id, on=on):
        return ALLOWED
    return refused(_("Only those who submit for the unit, or the Office, write down that the map was updated."))


def may_retry_delivery(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, Role.OFFICE, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office has it sent again."))


def may_withdraw_proof(user: User, proof: DeliveryProof, *, at: datetime.datetime) -> Verdict:
    """Whoever sent it, for some minutes: afterwards it is proof."""
    minutes = DELIVERIES.current().in_force(at.astimezone(ZONE).date()).withdraw_minutes
    if proof.added_by_id != user.pk:
        return refused(_("Only whoever sent the screenshot withdraws it."))
    if at > proof.added_at + datetime.timedelta(minutes=minutes):
        return refused(_("The time for withdrawing this screenshot is over; it is kept as proof."))
    return ALLOWED


def sees_deliveries(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE_RETURNS)
