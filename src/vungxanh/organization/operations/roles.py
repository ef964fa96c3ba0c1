"""Roles granted and withdrawn, and delegations in absence with their handover."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import far_day_words
from vungxanh.common.formats import day
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, RoleAssignment, Unit
from vungxanh.organization.permissions import may_delegate, may_grant_roles, may_revoke_delegation
from vungxanh.organization.queries.people import stands_near
from vungxanh.organization.signals import delegation_changed


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
    if words := far_day_words(valid_from, today=at.astimezone(ZONE).date()):
        raise RoleChangeError(words)
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
    """Whether somebody else administers the unit today by a role of their own: what is lent ends with the role."""
    own = roles.holders(Role.ADMINISTRATOR, given.unit_id, on=today, nearest=False, is_own=True)
    return any(user.pk != given.user_id for user in own)


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
    """`delegate_to` acts with the principal's role in these days, both included; the handover says what is pending.

    The same person for the same days again is the same tap: nothing more happens.
    """
    today = at.astimezone(ZONE).date()
    may_delegate(actor, principal, role, unit.pk, on=max(first_day, today)).or_refuse()
    _refuse_days(first_day, last_day, today)
    _refuse_delegate(delegate_to, principal, unit, actor=actor, on=max(first_day, today))
    # Two taps at once wait here for each other.
    list(RoleAssignment.objects.select_for_update().filter(user=principal, role=role, unit=unit).order_by("pk"))
    there = _in_these_days(principal, role, unit, first_day, last_day)
    if there and (there.delegate_id, there.first_day, there.last_day) == (delegate_to.pk, first_day, last_day):
        return there
    if there:
        raise RoleChangeError(
            _("In these days %(name)s acts already (%(first)s – %(last)s): revoke that first, or name other days.")
            % {"name": there.delegate.full_name, "first": day(there.first_day), "last": day(there.last_day)}
        )
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
    delegation_changed.send(Delegation, delegation=made, actor=actor, at=at)
    return made


def _refuse_days(first_day: datetime.date, last_day: datetime.date, today: datetime.date) -> None:
    if last_day < first_day:
        raise RoleChangeError(_("The last day lies before the first."))
    if last_day < today:
        raise RoleChangeError(_("These days are over; whoever acted then cannot be named afterwards."))
    if first_day < today:
        raise RoleChangeError(_("The first day is today or later; whoever acted before cannot be named afterwards."))
    if words := far_day_words(last_day, today=today):
        raise RoleChangeError(words)


def _refuse_delegate(delegate_to: User, principal: User, unit: Unit, *, actor: User, on: datetime.date) -> None:
    if principal.pk == delegate_to.pk:
        raise RoleChangeError(_("Delegate to somebody else."))
    if delegate_to.pk == actor.pk:
        raise RoleChangeError(_("Nobody hands over somebody else's role to oneself."))
    if not delegate_to.is_active:
        raise RoleChangeError(_("This account is closed."))
    if not stands_near(delegate_to, unit.pk, on=on):
        raise RoleChangeError(_("This person works neither in the unit nor below or above it: name somebody who does."))


def _in_these_days(
    principal: User, role: Role, unit: Unit, first_day: datetime.date, last_day: datetime.date
) -> Delegation | None:
    """A delegation of the role that holds on one of the days."""
    rows = Delegation.objects.filter(principal=principal, role=role, unit=unit, revoked_at__isnull=True)
    return rows.filter(first_day__lte=last_day, last_day__gte=first_day).select_related("delegate").first()


@transaction.atomic
def revoke_delegation(made: Delegation, *, actor: User, at: datetime.datetime) -> None:
    """At once, whatever page the delegate has open; that it held until now stays written. Again: nothing more."""
    today = at.astimezone(ZONE).date()
    may_revoke_delegation(actor, made, on=today).or_refuse()
    if made.last_day < today:
        raise RoleChangeError(_("These days are over already."))
    if not Delegation.objects.filter(pk=made.pk, revoked_at__isnull=True).update(revoked_at=at):
        return
    made.refresh_from_db(fields=["revoked_at"])
    record("organization.revoke_delegation", actor=actor, at=at, subject=made, unit_id=made.unit_id)
    delegation_changed.send(Delegation, delegation=made, actor=actor, at=at)
