"""Passes made where the gate may open, revoked as soon as it may not any more."""

import datetime
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vungxanh.admission import pass_keys
from vungxanh.admission.enums import RevocationReason, SubjectKind
from vungxanh.admission.models import GatePass
from vungxanh.admission.queries.gate import rule_at
from vungxanh.admission.queries.staff import all_held
from vungxanh.audit import operations as audit
from vungxanh.common.bulk import Select, insert
from vungxanh.common.clock import ZONE
from vungxanh.organization.tree import Tree
from vungxanh.screening.enums import Window
from vungxanh.screening.models import Declaration

good_ones = Select(GatePass, ["subject", "day"], among=["subject", "day"], where='"revoked_at" IS NULL')


@dataclass(frozen=True, slots=True)
class NewPass:
    """Whom to make a pass for. `agency_id` is the root of the tree whose gates it opens."""

    subject: uuid.UUID
    kind: SubjectKind
    day: datetime.date
    agency_id: int
    site_id: int | None = None
    declaration_id: int | None = None


def issue_passes(wanted: Sequence[NewPass], *, at: datetime.datetime) -> list[GatePass]:
    """One for each who has no good one for that day. Whether the gate may open for them is the caller's to know.

    Call it in the transaction of what opened the gate.
    """
    subjects, days = {one.subject for one in wanted}, {one.day for one in wanted}
    has_one = set(good_ones(subjects, days))
    ends = at + datetime.timedelta(hours=rule_at(at).pass_hours)
    made = [
        GatePass(
            subject=one.subject,
            kind=one.kind,
            day=one.day,
            agency_id=one.agency_id,
            site_id=one.site_id,
            declaration_id=one.declaration_id,
            kid=pass_keys.current_kid(),
            issued_at=at,
            expires_at=ends,
        )
        for one in wanted
        if (one.subject, one.day) not in has_one
    ]
    insert(made)
    return made


def issue_passes_for(
    declarations: Sequence[Declaration], held: Collection[uuid.UUID], tree: Tree, *, at: datetime.datetime
) -> list[GatePass]:
    """Who declared on arrival and is not held gets a pass for the gates of the agency; once a day. Those just made."""
    arrived = [row for row in declarations if row.window == Window.ARRIVAL]
    let_in = [(row, tree.root_of(row.unit_id)) for row in arrived if row.subject not in held]
    wanted = [
        NewPass(row.subject, SubjectKind.STAFF, row.day, root.id, row.site_id, row.pk) for row, root in let_in if root
    ]
    return issue_passes(wanted, at=at) if wanted else []


def follow_levels(subjects: Collection[uuid.UUID], *, at: datetime.datetime) -> None:
    """After levels changed: whoever is held now loses the pass; whoever is let in again gets a new one."""
    rows = list(GatePass.objects.filter(subject__in=list(subjects), kind=SubjectKind.STAFF, expires_at__gt=at))
    if not rows:
        return
    held = all_held({row.subject for row in rows}, on=at.astimezone(ZONE).date())
    revoke_passes(
        [row for row in rows if row.revoked_at is None and row.subject in held], RevocationReason.LEVEL, at=at
    )
    again = {row.subject: row for row in rows if row.revocation_reason == RevocationReason.LEVEL}
    issue_passes([_same(row) for one, row in again.items() if one not in held], at=at)


def revoke_passes(passes: Sequence[GatePass], reason: RevocationReason, *, at: datetime.datetime) -> None:
    """From now on gates refuse them; those without network as soon as they have heard of it."""
    if not passes:
        return
    keys = [row.pk for row in passes]
    GatePass.objects.filter(pk__in=keys).update(revoked_at=at, revocation_reason=reason)
    audit.record_all(
        audit.event("admission.revoke_pass", actor=None, at=at, subject=row, detail={"reason": str(reason)})
        for row in passes
    )


def _same(row: GatePass) -> NewPass:
    return NewPass(row.subject, SubjectKind(row.kind), row.day, row.agency_id, row.site_id, row.declaration_id)
