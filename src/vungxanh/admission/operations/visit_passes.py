"""The pass of a visit: there as long as the visitor may come in or is inside, worthless as soon as not any more."""

import datetime

from vungxanh.admission import pass_keys
from vungxanh.admission.enums import RevocationReason, SubjectKind, VisitState
from vungxanh.admission.models import GatePass, Visit
from vungxanh.admission.operations.passes import revoke_passes
from vungxanh.admission.rulebook import VISITS
from vungxanh.common.clock import ZONE, moment
from vungxanh.organization.tree import all_tree_on


def follow_visit(visit: Visit, *, at: datetime.datetime) -> None:
    """After the visit changed, in the transaction of the change."""
    good = list(GatePass.objects.filter(visit_id=visit.pk, revoked_at__isnull=True))
    if visit.may_enter and not good:
        _issue(visit, at)
    elif not visit.may_enter and visit.state != VisitState.ADMITTED:
        reason = RevocationReason.LEFT if visit.state == VisitState.LEFT else RevocationReason.WITHDRAWN
        revoke_passes(good, reason, at=at)


def _issue(visit: Visit, at: datetime.datetime) -> None:
    """Good on the day of the visit until it would expire. Too late for that: the guard lets in on the visit's page."""
    day = visit.planned_at.astimezone(ZONE).date()
    root = all_tree_on(at.astimezone(ZONE).date()).root_of(visit.site.unit_id)
    ends = visit.planned_at + datetime.timedelta(hours=VISITS.current().in_force(day).waiting_hours)
    if root is None or ends <= at:
        return
    GatePass.objects.create(
        subject=visit.visitor.pseudonym,
        kind=SubjectKind.VISITOR,
        day=day,
        agency_id=root.id,
        site_id=visit.site_id,
        visit_id=visit.pk,
        kid=pass_keys.current_kid(),
        issued_at=at,
        not_before=moment(day, datetime.time()) if day > at.astimezone(ZONE).date() else None,
        expires_at=ends,
    )
