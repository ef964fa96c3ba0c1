"""Roles granted and withdrawn, and delegations in absence with their handover."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, RoleAssignment, Unit
from vungxanh.organization.permissions import may_delegate, may_grant_roles, may_revoke_delegation


class RoleChangeError(ValidationError):
    """The role is held already, or the days of a delegation make no sense."""


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    unit: Unit,
    *,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
    basis: str = "",
    actor: User | None,
    at: datetime.datetime,
) -> RoleAssignment:
    """At the unit and below it. `actor` is None only while an installation is set up."""
    may_grant_roles(actor, unit.pk, on=at.date()).or_refuse()
    if valid_to and valid_to <= valid_from:
        raise RoleChangeError(_("A role ends after it began."))
    ends = valid_to or datetime.date.max
    for held in RoleAssignment.objects.filter(user=user, role=role, unit=unit):
        if held.valid_from < ends and valid_from < (held.valid_to or datetime.date.max):
            raise RoleChangeError(_("This account holds the role there already in this time."))
    given = RoleAssignment.objects.create(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, basis=basis
    )
    record("organization.grant_role", actor=actor, at=at, subject=given, unit_id=unit.pk, detail={"role": str(role)})
    return given


@transaction.atomic
def withdraw_role(given: RoleAssignment, *, actor: User, at: datetime.datetime) -> None:
    """From today on; that it was held stays written. One that would not have begun yet is taken back whole."""
    may_grant_roles(actor, given.unit_id, on=at.date()).or_refuse()
    today = at.date()
    if given.valid_to and given.valid_to <= today:
        raise RoleChangeError(_("This role is over already."))
    if given.role == Role.ADMINISTRATOR and not _other_administrators(given, today):
        raise RoleChangeError(_("Somebody must administer this unit: grant the role to another account first."))
    if given.valid_from >= today:
        record("organization.withdraw_role", actor=actor, at=at, subject=given, unit_id=given.unit_id)
        given.delete()
        return
    RoleAssignment.objects.filter(pk=given.pk).update(valid_to=today)
    record("organization.withdraw_role", actor=actor, at=at, subject=given, unit_id=given.unit_id)


def _other_administrators(given: RoleAssignment, today: datetime.date) -> bool:
    """Whether somebody else administers the unit today."""
    return any(
        user.pk != given.user_id for user in roles.holders(Role.ADMINISTRATOR, given.unit_id, on=today, nearest=False)
    )


@transaction.atomic
def delegate(
    principal: User,
    delegate_to: User,
    *,
    role: Role,
    unit: Unit,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    handover: str,
    actor: User,
    at: datetime.datetime,
) -> Delegation:
    """`delegate_to` acts with the principal's role in these days, both included; the handover says what is pending."""
    may_delegate(actor, principal, role, unit.pk, on=max(first_day, at.date())).or_refuse()
    if last_day < first_day:
        raise RoleChangeError(_("The last day lies before the first."))
    if last_day < at.date():
        raise RoleChangeError(_("These days are over; whoever acted then cannot be named afterwards."))
    if not delegate_to.is_active:
        raise RoleChangeError(_("This account is closed."))
    if principal.pk == delegate_to.pk:
        raise RoleChangeError(_("Delegate to somebody else."))
    made = Delegation.objects.create(
        principal=principal,
        delegate=delegate_to,
        role=role,
        unit=unit,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        handover=handover,
        made_at=at,
    )
    record("organization.delegate", actor=actor, at=at, subject=made, unit_id=unit.pk, detail={"role": str(role)})
    return made


@transaction.atomic
def revoke_delegation(made: Delegation, *, actor: User, at: datetime.datetime) -> None:
    may_revoke_delegation(actor, made, on=at.date()).or_refuse()
    Delegation.objects.filter(pk=made.pk, revoked_at__isnull=True).update(revoked_at=at)
    record("organization.revoke_delegation", actor=actor, at=at, subject=made, unit_id=made.unit_id)
