"""Roles granted and withdrawn, and acting for somebody in absence."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.forms import DelegationForm, RoleForm
from vungxanh.organization.models import Delegation, RoleAssignment, Unit
from vungxanh.organization.operations import roles as operations
from vungxanh.organization.permissions import ADMINISTRATION
from vungxanh.organization.queries import units
from vungxanh.organization.tree import all_tree_on


@require_http_methods(["GET", "HEAD", "POST"])
def role_list(request: HttpRequest) -> HttpResponse:
    """For `quantri`: who holds which role where, below the units that one administers."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    administered = roles.unit_ids_where(user, ADMINISTRATION, on=now.date(), tree=tree)
    if not administered:
        return render(request, "403.html", {"reason": _("Only the administrator grants roles.")}, status=403)
    nodes = [node for node in tree if node.id in administered]
    form = RoleForm(request.POST or None, units=nodes, initial={"valid_from": now.date()})
    if request.method == "POST" and form.is_valid() and _granted(form, user, now):
        messages.success(request, _("The role is granted."))
        return redirect("organization:role_list")
    rows = units.all_role_holders(administered, on=now.date())
    context = {"rows": [(row, tree[row.unit_id]) for row in rows], "form": form}
    return render(request, "organization/role_list.html", context, status=422 if form.errors else 200)


def _granted(form: RoleForm, actor: User, now: datetime.datetime) -> bool:
    given = form.cleaned_data
    holder = User.objects.filter(username=given["username"].strip().casefold()).first()
    if holder is None:
        form.add_error("username", _("There is no account with this name."))
        return False
    try:
        operations.grant_role(
            holder,
            Role(given["role"]),
            Unit.objects.get(pk=given["unit"]),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            basis=given["basis"],
            actor=actor,
            at=now,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
def role_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    given = get_object_or_404(RoleAssignment, pk=pk)
    operations.withdraw_role(given, actor=signed_in(request), at=clock.now())
    messages.success(request, _("The role is withdrawn from today on."))
    return redirect("organization:role_list")


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_list(request: HttpRequest) -> HttpResponse:
    """One's own delegations, given and held; a new one hands over a role for some days."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    own = [one for one in roles.holdings(user, on=now.date()) if one.principal_id is None and one.unit_id in tree]
    held = [(f"{one.role}:{one.unit_id}", f"{one.role.label} · {tree[one.unit_id].short_name}") for one in own]
    form = DelegationForm(request.POST or None, held=held)
    if request.method == "POST" and form.is_valid() and _delegated(form, user, now):
        messages.success(request, _("The role is handed over for these days."))
        return redirect("organization:delegation_list")
    rows = units.all_delegations({user.pk}, from_day=now.date() - datetime.timedelta(days=90))
    context = {"rows": rows, "form": form, "held": held}
    return render(request, "organization/delegation_list.html", context, status=422 if form.errors else 200)


def _delegated(form: DelegationForm, user: User, now: datetime.datetime) -> bool:
    given = form.cleaned_data
    delegate = User.objects.filter(username=given["delegate"].strip().casefold(), is_active=True).first()
    if delegate is None:
        form.add_error("delegate", _("There is no account with this name."))
        return False
    role, _colon, unit = given["what"].partition(":")
    try:
        operations.delegate(
            user,
            delegate,
            role=Role(role),
            unit=Unit.objects.get(pk=int(unit)),
            first_day=given["first_day"],
            last_day=given["last_day"],
            reason=given["reason"],
            handover=given["handover"],
            actor=user,
            at=now,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
def delegation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    made = get_object_or_404(Delegation.objects.select_related("principal"), pk=pk, principal=user)
    operations.revoke_delegation(made, actor=user, at=clock.now())
    messages.success(request, _("The delegation is revoked."))
    return redirect("organization:delegation_list")
